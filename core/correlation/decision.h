/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CORRELATION_DECISION_H
#define SK_CORRELATION_DECISION_H

#include "correlation/correlation.h"
#include "correlation/subject.h"
#include "events/koppeling.h"

/* Decisions as events: made by the matcher, by a source or by a person; compared; sent.
 */

/* What the matcher decides about the subject now. */
void decision_match(const struct correlation *self, const struct subject *subject,
                    struct sk_arena *arena, struct koppeling *ret_next);

/* What the assignment by a staff member of the source says. False when the register does
 * not know its target; ret_next is then the matcher's, for a person to decide. */
bool decision_assigned(const struct correlation *self, const struct subject *subject,
                       struct sk_arena *arena, struct koppeling *ret_next);

/* Waits for a person: BEOORDELEN, or GEEN of a machine that may not finally say so. */
bool decision_is_open(const struct koppeling *decision);

/* The same outcome: nothing that a person or a target would see differently. */
bool decision_is_same(const struct koppeling *a, const struct koppeling *b);
bool decision_same_targets(const struct doel *a, size_t a_count, const struct doel *b,
                           size_t b_count);

/* The subject as the matcher's message, its sender under a pseudonym. */
struct sk_match_message decision_message(const struct correlation *self,
                                         const struct subject *subject,
                                         struct sk_arena *arena);

/* Whether a person checks it afterwards, when a machine links it: drawn by its key. */
bool decision_is_sampled(const struct correlation *self, const struct subject *subject);

bool decision_has_reason(const struct koppeling *decision, const char *reason);

/* When a person must have decided: half an hour with danger, else noon of the next
 * working day. Unix ms. */
int64_t decision_due_ms(const struct correlation *self, const struct koppeling *decision,
                        int64_t now_ms);

bool decision_is_dangerous(const struct koppeling *decision);

/* Fills the dossier numbers that a target of a person or a source stands for: the
 * location itself, or the organiser's locations on that day. */
void decision_name_locations(const struct correlation *self, struct doel *doel,
                             int32_t day, struct sk_arena *arena);

/* Adds a fixed code, once. */
void decision_add_reason(struct koppeling *decision, const char *reason,
                         struct sk_arena *arena);

/* Sends `next` as the successor of `previous` (NULL: the first): fills its history, times
 * and source. On return it is complete, its version too. */
enum sk_verdict decision_send(const struct correlation *self, struct sk_emitter *out,
                              struct koppeling *next, const struct koppeling *previous,
                              struct sk_error *err);

#endif

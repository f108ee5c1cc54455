/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_INTAKE_INTAKE_H
#define SK_INTAKE_INTAKE_H

#include "base/compiler.h"
#include "base/identifier.h"
#include "base/value.h"
#include "runtime/connector.h"

/*
 * One record of an old system on its way to an event.
 *
 * Only a missing or unusable key rejects a record. Any other value that cannot be used is
 * taken out of the record and noted, raw, in afgekeurd[]; the event goes on without it.
 * The rules work on the record itself, which they change: there the raw value still
 * stands. Everything is made in the job's arena.
 */
struct sk_intake {
    const struct sk_event_type *type;
    const char *system; /* "Edison": what bron.systeem is unless the record says it */
    const struct sk_translation *job;
    struct sk_value *entry; /* the record, reshaped (shape.h) */
    bool erased;            /* "verwijderd": true */
    bool keep_history;      /* the system knows only today's state: see historiek.h */
    struct sk_rejected_fields rejected;
};

/* Reshapes the record. SK_REJECT "intake.record" when it is no object. */
enum sk_verdict sk_intake_begin(struct sk_intake *self, const struct sk_translation *job,
                                const struct sk_event_type *type, const char *system,
                                struct sk_error *err);

/* One value brought to its one spelling; false: unusable. */
struct sk_intake_rule {
    bool (*apply)(const void *context, struct sk_text raw, char out[SK_IDENTIFIER_SIZE]);
    const void *context;
    const char *reden; /* Dutch, short: why the value was unusable */
    bool whole_item;   /* an item of an array means nothing without this value: drop it */
};

/* The record's key: the member `name`, or "id" (as deletions say it), by the rule; the
 * event then says it too. The text lives in the job's arena. SK_REJECT "intake.key". */
enum sk_verdict sk_intake_key(struct sk_intake *self, const char *name,
                              const struct sk_intake_rule *rule, struct sk_text *ret_key,
                              struct sk_error *err);

/* Applies a rule to every value at `path` ("genoemd.dossiernummer", "opvolgers"); arrays
 * on the way are walked. What it refuses is taken out and noted. */
void sk_intake_apply(struct sk_intake *self, const struct sk_intake_rule *rule,
                     const char *path);

/* Drops, without a note, the items of the array `name` that do not say `member`. */
void sk_intake_require(struct sk_intake *self, const char *name, const char *member);

/* Gives every object at `path` ("" for the record itself) this member unless it has one.
 */
void sk_intake_default(struct sk_intake *self, const char *path, const char *name,
                       const char *value);

/* Notes a value that is taken out. */
void sk_intake_refuse(struct sk_intake *self, const char *veld,
                      const struct sk_value *value, const char *reden);

/* Emits what the record says: the event, or a tombstone when it says "verwijderd". An
 * earlier state than the newest on the bus (historiek.h) changes nothing.
 * bron.systeem is the intake's unless the record says it, bron.id the key; versie is the
 * runtime's, whatever the record says. */
enum sk_verdict sk_intake_emit(struct sk_intake *self, struct sk_text key,
                               struct sk_error *err);

/* A text or a whole number as text; absent for the rest. */
struct sk_text sk_intake_text(const struct sk_intake *self, const struct sk_value *value);

/* Rules. Ids of other systems: 1 to 64 bytes without control characters, trimmed,
 * and no INSZ: ids become keys and URLs, where personal data may not stand. */
bool sk_intake_plain_id(const void *unused, struct sk_text raw,
                        char out[SK_IDENTIFIER_SIZE]);

/* Those of base/identifier.h; the context is a regex_t or an int (sk_enterprise_scheme).
 */
bool sk_intake_dossier_number(const void *pattern, struct sk_text raw,
                              char out[SK_IDENTIFIER_SIZE]);
bool sk_intake_enterprise_number(const void *scheme, struct sk_text raw,
                                 char out[SK_IDENTIFIER_SIZE]);
bool sk_intake_establishment_number(const void *scheme, struct sk_text raw,
                                    char out[SK_IDENTIFIER_SIZE]);

#endif

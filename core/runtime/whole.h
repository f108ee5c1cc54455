/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_WHOLE_H
#define SK_RUNTIME_WHOLE_H

#include "runtime/refusal.h"
#include "runtime/source.h"
#include "runtime/whole_table.h"

/*
 * Mode `full`: a system that can only be read whole. Its rows are compared with what
 * stands on the bus; nothing is sent before the read came to its clear end and was
 * judged. Then the changes go in units of work, rows that are missing as
 * NIET_MEER_GELEVERD; or, when too many are missing, nothing, until somebody accepts it.
 * Whatever interrupts it, it begins anew: what was sent by then is no longer news.
 *
 * whole.c moves from step to step, whole_judge.c compares and judges, whole_send.c sends.
 */
enum sk_whole_step {
    SK_WHOLE_RESTS,
    SK_WHOLE_READS,
    SK_WHOLE_REFUSED,
    SK_WHOLE_SENDS,
};

struct sk_whole {
    struct sk_source_flow *source;
    enum sk_whole_step step;
    struct sk_whole_table *table; /* of the read under way */
    struct sk_stage stage;
    struct sk_emitter emitter; /* its events go to the stage */
    struct sk_staged *said; /* what the row in hand says; texts in the emitter's arena */
    size_t said_count, said_capacity;

    char *reached;          /* where the read goes on; NULL: at the beginning */
    char *dump;             /* what was read; NULL: what stood there */
    int64_t rows;           /* read */
    int64_t known, missing; /* on the bus, of this source, and of these not read */
    int64_t news, letters;  /* staged */
    int64_t unnamed;        /* letters that do not say whose they are */
    int64_t sent, sending;  /* numbers of staged things: committed, in the unit */
    struct sk_arena arena;  /* the examples */
    struct sk_text examples[SK_REFUSAL_EXAMPLES];
    char refusal[SK_UUID_SIZE]; /* its id; "" when it was not refused */
    struct sk_error error;      /* why it is refused */
    int64_t again_ms;           /* monotonic: a refused read is read anew */
};

/* Which symbol of the type's `toestand` says NIET_MEER_GELEVERD; -1: it has none, and its
 * source cannot be read whole. */
int32_t sk_whole_gone(const struct sk_event_type *type,
                      const struct sk_field **ret_field);

struct sk_whole *sk_whole_new(struct sk_source_flow *source);
void sk_whole_free(struct sk_whole *whole); /* accepts NULL */

/* The next step; called when source->read_at_ms is over. source->reading holds as long as
 * it waits for the adapter or for a commit. */
void sk_whole_pump(struct sk_whole *whole);

/* whole_judge.c: the stage's `take`; one row of the read to the table; and the comparison
 * of all of it: what is missing is staged and counted. */
enum sk_verdict sk_whole_say(struct sk_stage *stage, const struct sk_said *said,
                             struct sk_error *err);
enum sk_verdict sk_whole_take(struct sk_whole *whole, const struct sk_raw *raw,
                              struct sk_error *err);
enum sk_verdict sk_whole_compare(struct sk_whole *whole, struct sk_error *err);

/* whole_send.c: adds the next staged things to the unit of work, and after the last one
 * what ends the read; *ret_last says so. */
enum sk_verdict sk_whole_send(struct sk_whole *whole, bool *ret_last,
                              struct sk_error *err);

#endif

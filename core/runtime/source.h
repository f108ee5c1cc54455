/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_SOURCE_H
#define SK_RUNTIME_SOURCE_H

#include "adapter/adapter.h"
#include "adapter/mapping.h"
#include "runtime/dead_letter.h"
#include "runtime/emitter.h"

/*
 * One source at work: reads a batch after its position, translates it, and adds events
 * and position to the unit of work. Its position stands in `schakel.positie` and moves
 * only with that unit.
 */
enum sk_source_mode { SK_SOURCE_CHANGES, SK_SOURCE_FULL };

struct sk_source_options {
    int adapter; /* SK_SOURCE_ADAPTERS */
    int mode;    /* enum sk_source_mode */
    const char *resource;
    int64_t poll_ms, overlap_ms;
};

extern const struct sk_option sk_source_option_table[];

/* Where a read stood at a time: with an overlap, the position kept is that far behind. */
struct sk_checkpoint {
    char *position;
    int64_t at_ms; /* monotonic */
};

struct sk_source_flow {
    struct sk_flow flow;
    struct sk_process *process;
    const struct sk_source *source;
    struct sk_source_options options;
    const struct sk_adapter *adapter; /* NULL: records only come in by the inbox */
    void *config;
    char *prefix;
    struct sk_reader *reader;
    struct sk_whole *whole; /* mode full (whole.h); else NULL */
    struct sk_mapping *mapping;
    struct sk_emitter emitter;

    char *position;    /* committed; NULL: the beginning */
    char *reached;     /* the next read goes on from here; NULL: from `position` */
    char *uncommitted; /* what `reached` becomes with the unit */
    struct sk_checkpoint *checkpoints;
    size_t checkpoint_count, checkpoint_capacity;
    int64_t taken_count; /* raw records up to `position`: schakel.positie.gelezen */
    size_t batch_count;  /* raw records of the batch whose unit is not committed */
    struct sk_flow_counts counts; /* before that batch */
    bool reading;                 /* a read is under way or its unit is not committed */
    bool more;                    /* the last batch said so */
    int64_t read_at_ms;           /* monotonic: when to read again */
};

enum sk_verdict sk_source_configure(struct sk_source_flow *self, struct sk_error *err);
enum sk_verdict sk_source_open(struct sk_source_flow *self, struct sk_error *err);
void sk_source_close(struct sk_source_flow *self);

/* Starts a read when it is time. */
void sk_source_pump(struct sk_source_flow *self);
int64_t sk_source_due_ms(const struct sk_source_flow *self); /* -1: never */

/* Readable when the reader may have something; -1: none. */
int sk_source_descriptor(const struct sk_source_flow *self);
void sk_source_wake(struct sk_source_flow *self); /* it was readable */

/* Says in the log which files were set aside as broken. */
void sk_source_say_broken(const struct sk_source_flow *self,
                          const struct sk_answer *answer);

/* What a dead letter keeps of a raw record; what is not raw's lives in the arena. */
struct sk_raw_letter sk_source_letter(const struct sk_source_flow *self,
                                      const struct sk_raw *raw, struct sk_arena *arena);

/* One record in their names to events in `out`, all of them or none. */
enum sk_verdict sk_source_translate(struct sk_source_flow *self, struct sk_emitter *out,
                                    const struct sk_raw *raw, struct sk_error *err);

#endif

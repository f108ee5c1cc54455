/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CORRELATION_WORKLIST_H
#define SK_CORRELATION_WORKLIST_H

#include "base/map.h"
#include "events/koppeling.h"

/*
 * What people have to look at: open items, links with a proposal, links drawn for a
 * check. Only their keys and what orders them is held here (some 300 bytes an item); what
 * they say stands on the bus. It is filled from the koppeling table, so it holds what was
 * committed, also after a restart.
 */
enum work_kind {                /* the order of the queue */
                 WORK_OPEN,     /* waits for a person */
                 WORK_PROPOSAL, /* linked, and it may be one complaint twice */
                 WORK_AUDIT,    /* linked by the machine, drawn for a check */
};

/* Items that name the same thing: one decision may solve them all. */
struct work_group {
    size_t count;
    size_t id_size;
    char id[];
};

struct work_item {
    /* What a question about the queue looks at stands together, in one cache line. */
    int64_t due_ms; /* 0: none */
    int64_t claim_until_ms;
    struct work_group *group; /* NULL: none */
    size_t key_size;
    uint16_t doubt; /* 0 … 1000: how uncertain the likeliest candidate is */
    uint8_t danger; /* 0: found, 1: suspected, 2: none */
    uint8_t kind;   /* enum work_kind */
    bool alarmed;

    uint64_t matched_at; /* register_changes when it was last matched; 0: before start */
    uint64_t tried_in;   /* the round in which it was last looked at */
    char *claimed_by;    /* NULL: nobody ever */
    char key[];          /* "klacht/K-1" */
};

struct worklist {
    struct sk_map items;
    struct sk_map groups; /* by id */
    size_t dangerous;     /* open items with danger */
    size_t cursor;        /* where worklist_stale goes on */
    uint64_t round;       /* of worklist_begin_round */
};

void worklist_fini(struct worklist *self);

/* Takes in a decision as it stands on the bus: what people look at stays, others leave.
 */
void worklist_note(struct worklist *self, struct sk_text key,
                   const struct koppeling *event);

/* The decision was erased. */
void worklist_forget(struct worklist *self, struct sk_text key);

/* The item of that key, or NULL. */
struct work_item *worklist_find(const struct worklist *self, struct sk_text key);

static inline struct sk_text work_item_key(const struct work_item *item)
{
    return (struct sk_text){item->key, item->key_size};
}

/* Begins a round, in which worklist_stale gives each item at most once. */
void worklist_begin_round(struct worklist *self);

/* The next open item that was matched before the register's change number `changes`, in
 * turn; NULL when all have seen it or were given in this round. */
struct work_item *worklist_stale(struct worklist *self, uint64_t changes);

/* The next open item with danger that is past its time and was not reported, or NULL. */
struct work_item *worklist_overdue(struct worklist *self, int64_t now_ms);

/* Open items with danger past their time, and the earliest of those times (0: none). */
size_t worklist_late_danger(const struct worklist *self, int64_t now_ms,
                            int64_t *ret_since_ms);

#endif

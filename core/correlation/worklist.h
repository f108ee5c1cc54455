/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CORRELATION_WORKLIST_H
#define SK_CORRELATION_WORKLIST_H

#include "base/map.h"
#include "events/koppeling.h"

/*
 * The open items: decisions that wait for a person. Only their keys and due times are
 * held here; what they say stands on the bus. It is filled from the koppeling table, so
 * it holds what was committed, also after a restart.
 */
struct work_item {
    int64_t due_ms;      /* 0: none */
    uint64_t matched_at; /* register_changes when it was last matched; 0: before start */
    uint64_t tried_in;   /* the round in which it was last looked at */
    bool danger;
    bool alarmed;
    size_t key_size;
    char key[]; /* "klacht/K-1" */
};

struct worklist {
    struct sk_map items;
    size_t cursor;  /* where worklist_stale goes on */
    uint64_t round; /* of worklist_begin_round */
};

void worklist_fini(struct worklist *self);

/* Takes in a decision as it stands on the bus: open ones stay, others leave. */
void worklist_note(struct worklist *self, struct sk_text key,
                   const struct koppeling *event);

/* The decision was erased. */
void worklist_forget(struct worklist *self, struct sk_text key);

/* Begins a round, in which worklist_stale gives each item at most once. */
void worklist_begin_round(struct worklist *self);

/* The next item that was matched before the register's change number `changes`, in turn;
 * NULL when all have seen it or were given in this round. */
struct work_item *worklist_stale(struct worklist *self, uint64_t changes);

/* The next dangerous item that is past its time and was not reported yet, or NULL. */
struct work_item *worklist_overdue(struct worklist *self, int64_t now_ms);

#endif

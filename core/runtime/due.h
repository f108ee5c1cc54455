/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_DUE_H
#define SK_RUNTIME_DUE_H

#include <stddef.h>
#include <stdint.h>

/*
 * What is due first, among many that wait: a binary heap of entries that know their place
 * in it. {0} is empty; the entries are the caller's.
 */
struct sk_due_entry {
    int64_t at_ms;
    size_t place; /* 1 is the first; 0: not in the heap */
};

struct sk_due {
    struct sk_due_entry **entries;
    size_t count, capacity;
};

void sk_due_fini(struct sk_due *due);

/* Puts the entry in at `at_ms`, or moves it there. */
void sk_due_set(struct sk_due *due, struct sk_due_entry *entry, int64_t at_ms);

/* Takes it out; nothing when it is not in. */
void sk_due_remove(struct sk_due *due, struct sk_due_entry *entry);

/* The one that is due first, or NULL. */
struct sk_due_entry *sk_due_first(const struct sk_due *due);

#endif

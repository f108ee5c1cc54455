/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/due.h"

#include <stdlib.h>

#include "base/alloc.h"

void sk_due_fini(struct sk_due *due)
{
    free(due->entries);
    *due = (struct sk_due){0};
}

static void put(struct sk_due *due, size_t place, struct sk_due_entry *entry)
{
    due->entries[place - 1] = entry;
    entry->place = place;
}

static int64_t at(const struct sk_due *due, size_t place)
{
    return due->entries[place - 1]->at_ms;
}

/* Moves the entry towards the first as long as it is due before its parent. */
static void rise(struct sk_due *due, struct sk_due_entry *entry)
{
    size_t place = entry->place;

    for (; place > 1 && at(due, place / 2) > entry->at_ms; place /= 2)
        put(due, place, due->entries[place / 2 - 1]);
    put(due, place, entry);
}

/* Moves it away from the first as long as one of its children is due before it. */
static void sink(struct sk_due *due, struct sk_due_entry *entry)
{
    size_t place = entry->place;

    for (;;) {
        size_t child = place * 2;
        if (child < due->count && at(due, child + 1) < at(due, child))
            child++;
        if (child > due->count || at(due, child) >= entry->at_ms)
            break;
        put(due, place, due->entries[child - 1]);
        place = child;
    }
    put(due, place, entry);
}

void sk_due_set(struct sk_due *due, struct sk_due_entry *entry, int64_t at_ms)
{
    entry->at_ms = at_ms;
    if (!entry->place) {
        due->entries = sk_grow(due->entries, &due->capacity, due->count + 1,
                               sizeof(struct sk_due_entry *));
        put(due, ++due->count, entry);
    }
    rise(due, entry);
    sink(due, entry);
}

void sk_due_remove(struct sk_due *due, struct sk_due_entry *entry)
{
    size_t place = entry->place;

    if (!place)
        return;
    struct sk_due_entry *last = due->entries[--due->count];
    entry->place = 0;
    if (last == entry)
        return;
    put(due, place, last);
    rise(due, last);
    sink(due, last);
}

struct sk_due_entry *sk_due_first(const struct sk_due *due)
{
    return due->count ? due->entries[0] : NULL;
}

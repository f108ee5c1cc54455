/* SPDX-License-Identifier: Apache-2.0 */
#include "correlation/worklist.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "correlation/decision.h"

void worklist_fini(struct worklist *self)
{
    struct sk_map_slot *slot;
    size_t at = 0;

    while ((slot = sk_map_next(&self->items, &at)))
        free(slot->value);
    sk_map_fini(&self->items);
    *self = (struct worklist){0};
}

void worklist_forget(struct worklist *self, struct sk_text key)
{
    free(sk_map_remove(&self->items, key));
}

static struct work_item *item_new(struct sk_text key)
{
    struct work_item *item = sk_alloc_zeroed(sizeof *item + key.size);

    memcpy(item->key, key.data, key.size);
    item->key_size = key.size;
    return item;
}

void worklist_note(struct worklist *self, struct sk_text key,
                   const struct koppeling *event)
{
    struct work_item *item = sk_map_get(&self->items, key);
    bool danger = event->gevaar == GEVAAR_VERMOED || event->gevaar == GEVAAR_VASTGESTELD;

    if (!decision_is_open(event))
        return worklist_forget(self, key);
    if (!item) {
        item = item_new(key);
        sk_map_put(&self->items, key, item);
    }
    int64_t due = event->has_uiterlijk_op ? event->uiterlijk_op : 0;

    item->alarmed &= item->due_ms == due;
    item->due_ms = due;
    item->danger = danger;
}

void worklist_begin_round(struct worklist *self)
{
    self->round++;
}

struct work_item *worklist_stale(struct worklist *self, uint64_t changes)
{
    for (int turn = 0; turn < 2; turn++) {
        struct sk_map_slot *slot;

        while ((slot = sk_map_next(&self->items, &self->cursor))) {
            struct work_item *item = slot->value;

            if (item->matched_at >= changes || item->tried_in == self->round)
                continue;
            item->tried_in = self->round;
            return item;
        }
        self->cursor = 0;
    }
    return NULL;
}

struct work_item *worklist_overdue(struct worklist *self, int64_t now_ms)
{
    struct sk_map_slot *slot;
    size_t at = 0;

    while ((slot = sk_map_next(&self->items, &at))) {
        struct work_item *item = slot->value;

        if (item->danger && !item->alarmed && item->due_ms && item->due_ms <= now_ms)
            return item;
    }
    return NULL;
}

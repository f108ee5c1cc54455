/* SPDX-License-Identifier: Apache-2.0 */
#include "correlation/worklist.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "correlation/decision.h"

static void item_free(struct work_item *item)
{
    if (item)
        free(item->claimed_by);
    free(item);
}

void worklist_fini(struct worklist *self)
{
    struct sk_map_slot *slot;
    size_t at = 0;

    while ((slot = sk_map_next(&self->items, &at)))
        item_free(slot->value);
    for (at = 0; (slot = sk_map_next(&self->groups, &at));)
        free(slot->value);
    sk_map_fini(&self->items);
    sk_map_fini(&self->groups);
    *self = (struct worklist){0};
}

static struct work_group *group_join(struct worklist *self, struct sk_text id)
{
    if (!sk_text_filled(id))
        return NULL;
    struct work_group *group = sk_map_get(&self->groups, id);

    if (!group) {
        group = sk_alloc_zeroed(sizeof *group + id.size);
        memcpy(group->id, id.data, id.size);
        group->id_size = id.size;
        sk_map_put(&self->groups, id, group);
    }
    group->count++;
    return group;
}

static void group_leave(struct worklist *self, struct work_group *group)
{
    if (!group || --group->count)
        return;
    free(sk_map_remove(&self->groups, (struct sk_text){group->id, group->id_size}));
}

static bool is_waiting_danger(const struct work_item *item)
{
    return item->kind == WORK_OPEN && item->danger < 2;
}

struct work_item *worklist_find(const struct worklist *self, struct sk_text key)
{
    return sk_map_get(&self->items, key);
}

void worklist_forget(struct worklist *self, struct sk_text key)
{
    struct work_item *item = sk_map_remove(&self->items, key);

    if (!item)
        return;
    self->dangerous -= is_waiting_danger(item);
    group_leave(self, item->group);
    item_free(item);
}

static struct work_item *item_of(struct worklist *self, struct sk_text key)
{
    struct work_item *item = sk_map_get(&self->items, key);

    if (item)
        return item;
    item = sk_alloc_zeroed(sizeof *item + key.size);
    memcpy(item->key, key.data, key.size);
    item->key_size = key.size;
    item->kind = WORK_AUDIT;
    item->danger = 2;
    sk_map_put(&self->items, key, item);
    return item;
}

/* False: nobody has to look at it. */
static bool kind_of(const struct koppeling *event, uint8_t *ret_kind)
{
    bool decided = event->besloten_door == BESLOTEN_DOOR_MENS;

    if (decision_is_open(event))
        *ret_kind = WORK_OPEN;
    else if (event->voorstellen_count && !decided)
        *ret_kind = WORK_PROPOSAL;
    else if (event->steekproef && !decided)
        *ret_kind = WORK_AUDIT;
    else
        return false;
    return true;
}

/* p(1 - p) in thousandths of its most: what is learnt from the answer. */
static uint16_t doubt_of(const struct koppeling *event)
{
    int64_t p = event->kandidaten_count ? event->kandidaten[0].p : 0;

    p = p < 0 ? 0 : p > 1000000 ? 1000000 : p;
    return (uint16_t)(4 * (p / 1000) * (1000 - p / 1000) / 1000);
}

static uint8_t danger_of(const struct koppeling *event)
{
    return event->gevaar == GEVAAR_VASTGESTELD ? 0
           : event->gevaar == GEVAAR_VERMOED   ? 1
                                               : 2;
}

void worklist_note(struct worklist *self, struct sk_text key,
                   const struct koppeling *event)
{
    int64_t due = event->has_uiterlijk_op ? event->uiterlijk_op : 0;
    struct work_group *left;
    struct work_item *item;
    uint8_t kind;

    if (!kind_of(event, &kind))
        return worklist_forget(self, key);
    item = item_of(self, key);
    left = item->group;
    self->dangerous -= is_waiting_danger(item);
    item->group = group_join(self, event->groep_id);
    group_leave(self, left);
    item->alarmed &= item->due_ms == due;
    item->due_ms = due;
    item->kind = kind;
    item->danger = danger_of(event);
    item->doubt = doubt_of(event);
    self->dangerous += is_waiting_danger(item);
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

            if (item->kind != WORK_OPEN || item->matched_at >= changes ||
                item->tried_in == self->round)
                continue;
            item->tried_in = self->round;
            return item;
        }
        self->cursor = 0;
    }
    return NULL;
}

static bool is_late_danger(const struct work_item *item, int64_t now_ms)
{
    return is_waiting_danger(item) && item->due_ms && item->due_ms <= now_ms;
}

struct work_item *worklist_overdue(struct worklist *self, int64_t now_ms)
{
    struct sk_map_slot *slot;
    size_t at = 0;

    while (self->dangerous && (slot = sk_map_next(&self->items, &at))) {
        struct work_item *item = slot->value;

        if (is_late_danger(item, now_ms) && !item->alarmed)
            return item;
    }
    return NULL;
}

size_t worklist_late_danger(const struct worklist *self, int64_t now_ms,
                            int64_t *ret_since_ms)
{
    struct sk_map_slot *slot;
    size_t at = 0, count = 0;

    *ret_since_ms = 0;
    while (self->dangerous && (slot = sk_map_next(&self->items, &at))) {
        const struct work_item *item = slot->value;

        if (!is_late_danger(item, now_ms))
            continue;
        count++;
        if (!*ret_since_ms || item->due_ms < *ret_since_ms)
            *ret_since_ms = item->due_ms;
    }
    return count;
}

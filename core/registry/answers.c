/* SPDX-License-Identifier: Apache-2.0 */
/* answers - rendered answers by id, which every reader of the bus asks for. */
#include <stdlib.h>

#include "base/alloc.h"
#include "registry/registry.h"

enum {
    LARGEST_ID = 65536, /* higher ids are answered from the store */
    LARGEST_BYTES = 8 * 1024 * 1024,
};

const struct sk_buffer *sk_registry_answer_get(const struct sk_registry *registry,
                                               int32_t id)
{
    const struct sk_registry_answers *answers = &registry->answers;

    if (id < 0 || (size_t)id >= answers->count || !answers->items[id].data)
        return NULL;
    return &answers->items[id];
}

static void make_room(struct sk_registry_answers *answers, size_t count)
{
    size_t capacity = answers->count ? answers->count : 64;

    while (capacity < count)
        capacity *= 2;
    if (capacity == answers->count)
        return;
    answers->items = sk_realloc(answers->items, capacity * sizeof(*answers->items));
    memset(answers->items + answers->count, 0,
           (capacity - answers->count) * sizeof(*answers->items));
    answers->count = capacity;
}

void sk_registry_answer_put(struct sk_registry *registry, int32_t id,
                            struct sk_text answer)
{
    struct sk_registry_answers *answers = &registry->answers;

    if (id < 0 || id > LARGEST_ID || answers->bytes + answer.size > LARGEST_BYTES)
        return;
    make_room(answers, (size_t)id + 1);
    answers->bytes += answer.size - answers->items[id].size;
    answers->items[id].size = 0;
    sk_buffer_append_text(&answers->items[id], answer);
}

void sk_registry_answers_clear(struct sk_registry *registry)
{
    struct sk_registry_answers *answers = &registry->answers;

    for (size_t i = 0; i < answers->count; i++)
        sk_buffer_fini(&answers->items[i]);
    free(answers->items);
    *answers = (struct sk_registry_answers){0};
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "match/memory.h"

#include <stdlib.h>

void sk_memories_fini(struct sk_memories *self)
{
    free(self->surfaces);
    free(self->items);
    sk_arena_fini(&self->arena);
}

size_t sk_memories_of(const struct sk_memories *self, struct sk_text surface,
                      const struct sk_memory **ret_items)
{
    size_t low = 0, high = self->count, count = 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (sk_text_compare(self->surfaces[middle], surface) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    while (low + count < self->count &&
           sk_text_equal(self->surfaces[low + count], surface))
        count++;
    *ret_items = count ? self->items + low : NULL;
    return count;
}

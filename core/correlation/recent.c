/* SPDX-License-Identifier: Apache-2.0 */
#include "correlation/recent.h"

#include <stdlib.h>

#include "base/alloc.h"

enum { WHILE_MS = 3000 };

static void forget(struct recent *self, struct sk_text key)
{
    free(sk_map_remove(&self->keys, key));
}

void recent_fini(struct recent *self)
{
    struct sk_map_slot *slot;

    for (size_t at = 0; (slot = sk_map_next(&self->keys, &at));)
        free(slot->value);
    sk_map_fini(&self->keys);
}

void recent_add(struct recent *self, struct sk_text key, int64_t now_ms)
{
    int64_t *until = sk_alloc(sizeof *until);

    *until = now_ms + WHILE_MS;
    free(sk_map_put(&self->keys, key, until));
}

enum sk_verdict recent_refresh(struct recent *self, struct worklist *list,
                               struct sk_emitter *out, struct sk_error *err)
{
    struct sk_map_slot *slot;

    for (size_t at = 0; (slot = sk_map_next(&self->keys, &at));) {
        struct sk_text key = {slot->key, slot->key_size};
        const void *standing = NULL;

        SK_TRY(sk_latest(out, &sk_koppeling, key, &standing, err));
        if (standing)
            worklist_note(list, key, standing);
        else
            worklist_forget(list, key);
        if (*(int64_t *)slot->value > sk_emitter_now_ms(out))
            continue;
        forget(self, key);
        at = 0; /* the map has changed */
    }
    return SK_OK;
}

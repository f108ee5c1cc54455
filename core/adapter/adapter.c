/* SPDX-License-Identifier: Apache-2.0 */
/* The adapters by name, and the batch that their readers fill. */
#include "adapter/adapter.h"

#include <stdlib.h>

#include "base/alloc.h"

const struct sk_adapter *sk_adapter_of(struct sk_text name)
{
    static const struct sk_adapter *const adapters[] = {
        &sk_adapter_rest, &sk_adapter_files, &sk_adapter_odbc};

    for (size_t i = 0; i < SK_COUNT(adapters); i++)
        if (sk_text_is(name, adapters[i]->name))
            return adapters[i];
    return NULL;
}

struct sk_raw *sk_raw_batch_add(struct sk_raw_batch *batch)
{
    batch->records = sk_grow(batch->records, &batch->capacity, batch->count + 1,
                             sizeof(*batch->records));
    struct sk_raw *raw = &batch->records[batch->count++];
    *raw = (struct sk_raw){0};
    return raw;
}

void sk_raw_batch_fini(struct sk_raw_batch *batch)
{
    free(batch->records);
    sk_arena_fini(&batch->arena);
    *batch = (struct sk_raw_batch){0};
}

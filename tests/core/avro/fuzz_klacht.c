/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a complaint: they are refused, or the event they give comes back equal. */
#include <stdlib.h>

#include "events/klacht.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_arena_auto arena = {0};
    sk_buffer_auto out = {0};
    struct klacht klacht, again;
    struct sk_error err;

    if (klacht_decode(&klacht, (struct sk_bytes){data, size}, &arena, &err) != SK_OK)
        return 0;
    if (sk_arena_footprint(&arena) > 64 * size + 16384)
        abort();
    if (klacht_encode(&klacht, &out, &err) != SK_OK ||
        klacht_decode(&again, sk_buffer_bytes(&out), &arena, &err) != SK_OK ||
        !klacht_equal(&klacht, &again))
        abort();
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answers - what was answered, until the store changes.
 *
 * Every answer follows from the request and the store alone, so the same request gets the
 * same answer as long as nothing was committed; also one to register what is there.
 */
#include "registry/answers.h"

#include <stdlib.h>

#include "base/alloc.h"

enum {
    LARGEST_BYTES = 8 * 1024 * 1024, /* of all; past it they are made anew */
    LARGEST_ENTRY = 256 * 1024,
};

struct kept {
    unsigned status;
    struct sk_buffer body;
};

void sk_answers_clear(struct sk_answers *answers)
{
    struct sk_map_slot *slot;
    size_t at = 0;

    while ((slot = sk_map_next(&answers->kept, &at))) {
        struct kept *kept = slot->value;
        sk_buffer_fini(&kept->body);
        free(kept);
    }
    sk_map_fini(&answers->kept);
    *answers = (struct sk_answers){0};
}

static void keep(struct sk_answers *answers, struct sk_text request, unsigned status,
                 const struct sk_buffer *body)
{
    size_t size = request.size + body->size;

    if (size > LARGEST_ENTRY)
        return;
    if (answers->bytes + size > LARGEST_BYTES)
        sk_answers_clear(answers);
    struct kept *kept = sk_alloc_zeroed(sizeof(*kept));
    kept->status = status;
    sk_buffer_append(&kept->body, body->data, body->size);
    sk_map_put(&answers->kept, request, kept);
    answers->bytes += size;
}

unsigned sk_answers_serve(struct sk_answers *answers, struct sk_registry_call *call,
                          struct sk_text request, sk_registry_handler *handler)
{
    int64_t before = sk_store_commits(call->registry->store);

    if (answers->commits != before)
        sk_answers_clear(answers);
    const struct kept *kept = sk_map_get(&answers->kept, request);
    if (kept) {
        sk_buffer_append(call->out, kept->body.data, kept->body.size);
        return kept->status;
    }
    unsigned status = handler(call);
    answers->commits = before;
    if (status < 500 && sk_store_commits(call->registry->store) == before) {
        keep(answers, request, status, call->out);
        answers->commits = before;
    }
    return status;
}

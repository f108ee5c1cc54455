/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answers - what was answered, until the store changes.
 *
 * Every answer follows from the request and the store alone, so the same request gets the
 * same answer as long as nothing was committed; also one to register what is there. Each
 * request has one place: the last one that fell there is kept, with the commit it was
 * true at.
 */
#include "registry/answers.h"

#include <stdlib.h>

#include "base/alloc.h"

enum {
    PLACES = 8192,
    LARGEST_BYTES = 8 * 1024 * 1024, /* of all */
    LARGEST_ENTRY = 256 * 1024,
};

struct sk_answer {
    uint64_t hash;
    int64_t commits; /* of the store when it was made */
    unsigned status;
    size_t request_size, body_size;
    char bytes[]; /* the request, then the body */
};

static void forget(struct sk_answers *answers, size_t place)
{
    struct sk_answer *answer = answers->kept[place];

    if (answer)
        answers->bytes -= sizeof(*answer) + answer->request_size + answer->body_size;
    free(answer);
    answers->kept[place] = NULL;
}

void sk_answers_clear(struct sk_answers *answers)
{
    for (size_t place = 0; answers->kept && place < PLACES; place++)
        forget(answers, place);
    free(answers->kept);
    *answers = (struct sk_answers){0};
}

static void keep(struct sk_answers *answers, struct sk_text request,
                 const struct sk_answer *made, const struct sk_buffer *body)
{
    size_t size = sizeof(*made) + request.size + body->size;

    if (size > LARGEST_ENTRY)
        return;
    forget(answers, made->hash % PLACES);
    for (; answers->bytes + size > LARGEST_BYTES; answers->hand++)
        forget(answers, answers->hand % PLACES);
    struct sk_answer *answer = sk_alloc(size);
    *answer = *made;
    answer->request_size = request.size;
    answer->body_size = body->size;
    memcpy(answer->bytes, request.data, request.size);
    memcpy(answer->bytes + request.size, body->data, body->size);
    answers->kept[made->hash % PLACES] = answer;
    answers->bytes += size;
}

static const struct sk_answer *find(const struct sk_answers *answers,
                                    struct sk_text request, uint64_t hash,
                                    int64_t commits)
{
    const struct sk_answer *answer = answers->kept[hash % PLACES];

    return answer && answer->hash == hash && answer->commits == commits &&
                   answer->request_size == request.size &&
                   memcmp(answer->bytes, request.data, request.size) == 0
               ? answer
               : NULL;
}

unsigned sk_answers_serve(struct sk_answers *answers, struct sk_registry_call *call,
                          struct sk_text request, sk_registry_handler *handler)
{
    int64_t commits = sk_store_commits(call->registry->store);
    uint64_t hash = sk_hash64(request.data, request.size);

    if (!answers->kept)
        answers->kept = sk_alloc_zeroed(PLACES * sizeof(struct sk_answer *));
    const struct sk_answer *kept = find(answers, request, hash, commits);
    if (kept) {
        sk_buffer_append(call->out, kept->bytes + kept->request_size, kept->body_size);
        return kept->status;
    }
    unsigned status = handler(call);
    if (status < 500 && !call->fleeting &&
        sk_store_commits(call->registry->store) == commits)
        keep(answers, request, &(struct sk_answer){hash, commits, status, 0, 0},
             call->out);
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in model. */
#include "match/model.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/text.h"
#include "match/trust.h"

static struct sk_match_model builtin = {.name = "basis-2"};

static void fill(void)
{
    sk_trust_builtin(&builtin);
}

const struct sk_match_model *sk_match_model_builtin(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, fill);
    return &builtin;
}

void sk_match_model_free(struct sk_match_model *self)
{
    if (!self || self == &builtin)
        return;
    for (int kind = 0; kind < SK_MEMORY_KINDS; kind++)
        sk_memories_fini(&self->memories[kind]);
    free(self);
}

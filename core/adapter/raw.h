/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ADAPTER_RAW_H
#define SK_ADAPTER_RAW_H

#include "base/arena.h"
#include "base/verdict.h"

/* What a reader reads: records as text, a batch at a time. */

/* One record as the system gave it, in its own names. Texts live in the batch's arena. */
struct sk_raw {
    struct sk_text text;     /* JSON, not parsed yet; absent: unreadable, see `error` */
    struct sk_text bytes;    /* of an unreadable one, as it came, at most 16 MiB */
    struct sk_text position; /* after this record */
    struct sk_text origin;   /* "klachten.csv:12", "https://…/klachten?after=17#3" */
    struct sk_text trace;    /* traceparent of who gave it, or absent */
    struct sk_error error;
};

struct sk_raw_batch {
    struct sk_arena arena; /* holds the texts */
    struct sk_raw *records;
    size_t count, capacity;
    struct sk_text next; /* position after the whole batch; absent: as it was */
    bool more;           /* there is more now */

    /* Of a reader that was opened `whole`: */
    bool end;            /* with this batch all of it has been read */
    struct sk_text dump; /* with `end`: what it was, "locaties.csv <sha256>"; absent: what
                            stood there at the time */
};

/* A new zeroed entry at the end. */
struct sk_raw *sk_raw_batch_add(struct sk_raw_batch *batch);
void sk_raw_batch_fini(struct sk_raw_batch *batch);

#endif

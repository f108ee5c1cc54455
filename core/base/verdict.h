/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_VERDICT_H
#define SK_BASE_VERDICT_H

#include "base/compiler.h"

/*
 * How a call ended, said as what must happen next.
 *
 * A callee knows why it failed; only the runtime knows how long to wait, where dead
 * letters go and when to stop. So callees return a verdict and describe the cause:
 * they never log, sleep, retry or exit.
 */
enum SK_CHECKED sk_verdict {
    SK_OK = 0,
    SK_RETRY,  /* the same input may work later: broker away, HTTP 503 */
    SK_REJECT, /* this record never will: dead-letter it and go on */
    SK_FATAL,  /* this process cannot go on: exit and be restarted */
};

struct sk_error {
    const char *id; /* static, dotted: log key, metric label, dead-letter header */
    char text[240]; /* one line for the operator */
};

/* Describes the failure and returns `verdict`, so a failing path is one statement. A text
 * that is too long is cut at a whole UTF-8 character. */
enum sk_verdict sk_fail(struct sk_error *err, enum sk_verdict verdict, const char *id,
                        const char *format, ...) SK_PRINTF(4, 5) SK_COLD;

/* Puts "where: " before the text that is there, so that each caller adds what it knows.
 */
void sk_error_prefix(struct sk_error *err, const char *format, ...) SK_PRINTF(2, 3)
    SK_COLD;

/* Returns early on any verdict but SK_OK. The only macro here that hides control flow. */
#define SK_TRY(call)                                                                     \
    do {                                                                                 \
        enum sk_verdict sk_try_ = (call);                                                \
        if (sk_try_ != SK_OK)                                                            \
            return sk_try_;                                                              \
    } while (0)

#endif

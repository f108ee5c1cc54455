/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_LOG_H
#define SK_BASE_LOG_H

#include <stdint.h>

#include "base/text.h"
#include "base/verdict.h"

/*
 * One line of fields (logfmt) on stderr, written with one write():
 *   sk_log_warn("http.retry", SK_STR("host", host), SK_INT64("status", status));
 * gives: time=… level=warn process=edison id=http.retry host=… status=503
 * Ids are stable. Payloads, personal data and secrets never go in.
 */
struct sk_log_field {
    const char *name; /* NULL ends the list */
    enum { SK_LOG_TEXT, SK_LOG_INT64 } kind;
    struct sk_text text;
    int64_t number;
};

#define SK_STR(field, value)                                                             \
    ((struct sk_log_field){.name = (field), .kind = SK_LOG_TEXT, .text = sk_text(value)})
#define SK_SLICE(field, value)                                                           \
    ((struct sk_log_field){.name = (field), .kind = SK_LOG_TEXT, .text = (value)})
#define SK_INT64(field, value)                                                           \
    ((struct sk_log_field){                                                              \
        .name = (field), .kind = SK_LOG_INT64, .number = (int64_t)(value)})

enum sk_log_level { SK_LOG_ERROR, SK_LOG_WARN, SK_LOG_INFO, SK_LOG_DEBUG };

/* The name that stands in each line, and the least important level that is written
 * (INFO until set). `process` must outlive the logging. */
void sk_log_setup(const char *process, enum sk_log_level level);

void sk_log_write(enum sk_log_level level, const char *id,
                  const struct sk_log_field *fields);

#define SK_LOG_FIELDS(...) ((const struct sk_log_field[]){__VA_ARGS__ __VA_OPT__(, ){0}})
#define sk_log_error(id, ...) sk_log_write(SK_LOG_ERROR, id, SK_LOG_FIELDS(__VA_ARGS__))
#define sk_log_warn(id, ...) sk_log_write(SK_LOG_WARN, id, SK_LOG_FIELDS(__VA_ARGS__))
#define sk_log_info(id, ...) sk_log_write(SK_LOG_INFO, id, SK_LOG_FIELDS(__VA_ARGS__))
#define sk_log_debug(id, ...) sk_log_write(SK_LOG_DEBUG, id, SK_LOG_FIELDS(__VA_ARGS__))

/* An error as the fields it is logged with: sk_log_warn(err.id, SK_ERROR(err)). */
#define SK_ERROR(error) SK_STR("text", (error).text)

#endif

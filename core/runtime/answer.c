/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/answer.h"

#include <jansson.h>

#include "base/alloc.h"

void sk_answer_error(struct sk_http_exchange *exchange, unsigned status,
                     const struct sk_error *err)
{
    static const struct sk_http_header retry = {"Retry-After", "1"};
    json_auto_t *body = json_pack("{s:s, s:s}", "error", err->id, "text", err->text);
    sk_auto_free char *text = json_dumps(body, JSON_COMPACT);
    struct sk_http_answer answer = {.status = status,
                                    .content_type = "application/json",
                                    .headers = &retry,
                                    .header_count = status == 503};

    answer.body = (struct sk_bytes){(const uint8_t *)text, text ? strlen(text) : 0};
    sk_http_exchange_answer(exchange, &answer);
}

void sk_answer_plain(struct sk_http_exchange *exchange, unsigned status, const char *id,
                     const char *text)
{
    struct sk_error err = {0};

    (void)!sk_fail(&err, SK_REJECT, id, "%s", text);
    sk_answer_error(exchange, status, &err);
}

/* In the time that the texts' size needs, whatever they hold. */
static bool same_secret(struct sk_text given, const char *expected)
{
    size_t size = strlen(expected);
    unsigned different = given.size != size;

    for (size_t i = 0; i < given.size; i++)
        different |=
            (unsigned char)given.data[i] ^ (unsigned char)expected[i % (size + 1)];
    return !different;
}

bool sk_answer_authorised(const struct sk_http_exchange *exchange, const char *token)
{
    struct sk_text given = sk_http_exchange_header(exchange, "Authorization");

    if (!token)
        return true;
    if (!sk_text_starts_with(given, "Bearer "))
        return false;
    return same_secret((struct sk_text){given.data + 7, given.size - 7}, token);
}

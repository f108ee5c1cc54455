/* SPDX-License-Identifier: Apache-2.0 */
#include "adapter/odbc_wire.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/json.h"

struct header {
    uint32_t kind, size;
};

/* An error's id is a static text in each program, so both know them all. */
static const char *const error_ids[] = {
    "odbc.connection", "odbc.driver",   "odbc.refused",  "odbc.target", "odbc.busy",
    "odbc.failed",     "odbc.position", "odbc.order",    "odbc.ties",   "odbc.large",
    "odbc.columns",    "odbc.value",    "odbc.settings", "odbc.sql",    "odbc.newer"};

static const char *id_of(struct sk_text name)
{
    for (size_t i = 0; i < SK_COUNT(error_ids); i++)
        if (sk_text_is(name, error_ids[i]))
            return error_ids[i];
    return "odbc.failed";
}

void sk_odbc_frame_put(struct sk_buffer *out, enum sk_odbc_kind kind, struct sk_text body)
{
    const struct header header = {(uint32_t)kind, (uint32_t)body.size};

    sk_buffer_append(out, &header, sizeof(header));
    sk_buffer_append_text(out, body);
}

enum sk_verdict sk_odbc_frame_take(const struct sk_buffer *in, size_t *at,
                                   struct sk_odbc_frame *ret_frame, bool *ret_there,
                                   struct sk_error *err)
{
    struct header header;

    *ret_there = false;
    if (in->size - *at < sizeof(header))
        return SK_OK;
    memcpy(&header, in->data + *at, sizeof(header));
    if (!header.kind || header.kind > 'z' || header.size > SK_ODBC_FRAME_LARGEST)
        return sk_fail(err, SK_FATAL, "odbc.child", "schakel-odbc says no frame");
    if (in->size - *at - sizeof(header) < header.size)
        return SK_OK;
    ret_frame->kind = (enum sk_odbc_kind)header.kind;
    ret_frame->body =
        (struct sk_text){(const char *)in->data + *at + sizeof(header), header.size};
    *at += sizeof(header) + header.size;
    *ret_there = true;
    return SK_OK;
}

void sk_odbc_reply_put(struct sk_buffer *out, enum sk_odbc_kind kind,
                       const struct sk_odbc_reply *reply)
{
    json_auto_t *body =
        json_pack("{s:i, s:b, s:o, s:o, s:o}", "outcome", (int)reply->answer.outcome,
                  "more", reply->more, "next", sk_json_from_text(reply->next), "id",
                  sk_json_from_text(sk_text(reply->answer.error.id)), "text",
                  sk_json_from_text(sk_text(reply->answer.error.text)));
    sk_auto_free char *text = json_dumps(body, JSON_COMPACT);

    sk_odbc_frame_put(out, kind, sk_text(text));
}

enum sk_verdict sk_odbc_reply_get(struct sk_text body, struct sk_arena *arena,
                                  struct sk_odbc_reply *ret_reply, struct sk_error *err)
{
    struct sk_odbc_reply reply = {0};
    json_auto_t *parsed = NULL;
    int64_t outcome;

    if (sk_json_parse(body.data, body.size, &parsed, err) != SK_OK ||
        sk_json_int64(parsed, "outcome", &outcome, err) != SK_OK || outcome < 0 ||
        outcome > SK_OUTCOME_REJECT)
        return sk_fail(err, SK_FATAL, "odbc.child", "schakel-odbc gives no answer");
    reply.answer.outcome = (enum sk_outcome)outcome;
    reply.more = json_is_true(json_object_get(parsed, "more"));
    struct sk_text next = sk_json_text_or_absent(parsed, "next");
    if (next.data)
        reply.next = sk_arena_text(arena, next);
    struct sk_text id = sk_json_text_or_absent(parsed, "id");
    if (id.data)
        (void)!sk_fail(&reply.answer.error, SK_RETRY, id_of(id), "%.*s",
                       SK_TEXT_ARG(sk_json_text_or_absent(parsed, "text")));
    *ret_reply = reply;
    return SK_OK;
}

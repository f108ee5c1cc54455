/* SPDX-License-Identifier: Apache-2.0 */
#include "odbc/record.h"

#include <stdlib.h>

#include "adapter/odbc_wire.h"
#include "base/alloc.h"

/* The first thing that is wrong with it is its cause. */
static void set_unreadable(struct record *record, const struct diagnosis *why)
{
    if (!record->unreadable)
        record->why = *why;
    record->unreadable = true;
}

bool record_read(struct record *record, struct columns *columns, size_t position,
                 struct session *session, SQLHSTMT statement, struct diagnosis *why)
{
    record->values = json_object();
    columns_next_row(columns);
    for (size_t i = 0; i < columns->count; i++) {
        json_t *value = NULL;
        enum sk_verdict verdict =
            columns_value(columns, i, session, statement, &value, why);
        if (i == position && verdict == SK_OK && !json_is_null(value))
            record->position = sk_strdup(sk_buffer_string(&columns->text));
        json_object_set_new(record->values, columns->items[i].name,
                            value ? value : json_null());
        if (verdict == SK_RETRY)
            return false;
        if (verdict == SK_REJECT)
            set_unreadable(record, why);
    }
    return true;
}

void record_fini(struct record *record)
{
    json_decref(record->values);
    free(record->position);
    *record = (struct record){0};
}

static void put_reason(const struct diagnosis *why, struct sk_buffer *out)
{
    const struct sk_odbc_reply reply = {
        .answer = {.outcome = SK_OUTCOME_REJECT, .error = why->error}};

    sk_odbc_reply_put(out, SK_ODBC_UNREADABLE, &reply);
}

void record_put(const struct record *record, const char *position, struct sk_buffer *out)
{
    sk_auto_free char *dump = json_dumps(record->values, JSON_COMPACT);
    struct sk_text text = dump ? sk_text(dump) : SK_TEXT("{}");
    size_t size = text.size < ROW_LARGEST ? text.size : ROW_LARGEST;
    sk_buffer_auto body = {0};

    sk_buffer_append(&body, position, strlen(position) + 1);
    sk_buffer_append(&body, text.data, size);
    sk_odbc_frame_put(out, SK_ODBC_ROW, sk_buffer_text(&body));
    if (record->unreadable) {
        put_reason(&record->why, out);
    } else if (size < text.size) {
        const struct diagnosis large = diagnosis_say(
            SK_OUTCOME_REJECT, "odbc.large",
            "the row has %zu bytes: at most %d are taken", text.size, ROW_LARGEST);
        put_reason(&large, out);
    }
}

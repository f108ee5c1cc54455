/* SPDX-License-Identifier: Apache-2.0 */
#include "odbc/value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base64.h"
#include "base/json.h"
#include "odbc/utf16.h"
#include "odbc/zone.h"

enum { PIECE = 16 * 1024, KEPT = 256 * 1024 };

void columns_next_row(struct columns *columns)
{
    columns->room = ROW_LARGEST;
}

/* What one call may have left in `room` bytes, without the end it puts. */
static size_t piece_size(SQLRETURN got, SQLLEN length, size_t room, size_t unit)
{
    bool rest = got == SQL_SUCCESS_WITH_INFO &&
                (length == SQL_NO_TOTAL || (size_t)length >= room);

    return rest ? room - unit : (size_t)length;
}

/* The whole value into `raw`, piece by piece. *ret_null: there is none. */
static enum sk_verdict fetch(struct columns *columns, SQLHSTMT statement, size_t index,
                             SQLSMALLINT type, bool *ret_null)
{
    size_t unit = type == SQL_C_WCHAR ? 2 : type == SQL_C_CHAR ? 1 : 0;

    columns->raw.size = 0;
    *ret_null = false;
    for (;;) {
        SQLLEN length = 0;
        sk_buffer_reserve(&columns->raw, PIECE);
        SQLRETURN got = SQLGetData(statement, (SQLUSMALLINT)(index + 1), type,
                                   columns->raw.data + columns->raw.size, PIECE, &length);
        if (got == SQL_NO_DATA)
            return SK_OK;
        if (!SQL_SUCCEEDED(got))
            return SK_RETRY;
        *ret_null = length == SQL_NULL_DATA;
        if (*ret_null)
            return SK_OK;
        columns->raw.size += piece_size(got, length, PIECE, unit);
        if (got == SQL_SUCCESS)
            return SK_OK;
        if (columns->raw.size > columns->room)
            return SK_REJECT;
    }
}

static enum sk_verdict fetch_text(struct columns *columns, const struct session *session,
                                  SQLHSTMT statement, size_t index, bool *ret_null)
{
    bool wide = session->settings->wide;
    enum sk_verdict verdict =
        fetch(columns, statement, index, wide ? SQL_C_WCHAR : SQL_C_CHAR, ret_null);

    if (verdict == SK_RETRY || *ret_null)
        return verdict;
    if (wide)
        sk_utf16_to((const uint16_t *)(const void *)columns->raw.data,
                    columns->raw.size / sizeof(uint16_t), &columns->text);
    else
        sk_buffer_append_text(&columns->text, sk_buffer_text(&columns->raw));
    return verdict;
}

static enum sk_verdict fetch_time(struct columns *columns, enum column_kind kind,
                                  SQLHSTMT statement, size_t index,
                                  char out[SK_ZONE_TEXT])
{
    SQL_TIMESTAMP_STRUCT time = {0};
    char fraction[16];
    SQLLEN length = 0;

    out[0] = 0;
    if (!SQL_SUCCEEDED(SQLGetData(statement, (SQLUSMALLINT)(index + 1),
                                  SQL_C_TYPE_TIMESTAMP, &time, sizeof(time), &length)))
        return SK_RETRY;
    if (length == SQL_NULL_DATA)
        return SK_OK;
    sk_buffer_printf(&columns->text, "%04d-%02d-%02d", time.year, time.month, time.day);
    snprintf(out, SK_ZONE_TEXT, "%s", sk_buffer_string(&columns->text));
    if (kind == COLUMN_DATE)
        return SK_OK;
    sk_buffer_printf(&columns->text, " %02d:%02d:%02d%s", time.hour, time.minute,
                     time.second, sk_zone_fraction(time.fraction, fraction));
    const struct sk_zone_time parts = {time.year,   time.month,  time.day,     time.hour,
                                       time.minute, time.second, time.fraction};
    if (kind == COLUMN_UTC)
        sk_zone_utc(&parts, out);
    else
        sk_zone_to_utc(&parts, out);
    return SK_OK;
}

static json_t *number(struct sk_text text)
{
    int64_t whole;

    if (sk_text_to_int64(text, &whole))
        return json_integer(whole);
    return sk_json_from_text(text);
}

static json_t *real(struct columns *columns)
{
    double value = strtod(sk_buffer_string(&columns->text), NULL);

    return isfinite(value) ? json_real(value)
                           : sk_json_from_text(sk_buffer_text(&columns->text));
}

static bool is_true(struct sk_text text)
{
    return text.size && strchr("1tTyYjJ", text.data[0]) != NULL;
}

/* "" when the database holds bytes that are no text. */
static json_t *text_value(struct sk_text text)
{
    json_t *value = sk_json_from_text(text);

    return value ? value : json_string("");
}

static enum sk_verdict bad_value(const struct columns *columns, size_t index,
                                 enum sk_verdict verdict, struct diagnosis *why)
{
    const char *name = columns->items[index].name;

    if (verdict != SK_REJECT)
        return verdict;
    *why = columns->raw.size > columns->room
               ? diagnosis_say(SK_OUTCOME_REJECT, "odbc.large",
                               "with column %.80s the row has more than %d bytes", name,
                               ROW_LARGEST)
               : diagnosis_say(SK_OUTCOME_REJECT, "odbc.value",
                               "column %.80s: what it holds is not of its type", name);
    return SK_REJECT;
}

/* Of a text that was fetched. */
static enum sk_verdict convert(struct columns *columns, enum column_kind kind,
                               json_t **ret_value)
{
    struct sk_text text = sk_buffer_text(&columns->text);
    struct sk_error ignored = {0};
    char utc[SK_ZONE_TEXT];

    switch (kind) {
    case COLUMN_NUMBER:
        *ret_value = number(sk_text_trim(text));
        return SK_OK;
    case COLUMN_REAL:
        *ret_value = real(columns);
        return SK_OK;
    case COLUMN_BOOLEAN:
        *ret_value = json_boolean(is_true(text));
        return SK_OK;
    case COLUMN_OFFSET:
        *ret_value = sk_zone_parse(text, utc) ? json_string(utc) : text_value(text);
        return SK_OK;
    case COLUMN_JSON:
        if (sk_json_parse(text.data, text.size, ret_value, &ignored) == SK_OK)
            return SK_OK;
        *ret_value = text_value(text);
        return SK_REJECT;
    default:
        *ret_value = text_value(text);
        return sk_utf8_valid(text.data, text.size) ? SK_OK : SK_REJECT;
    }
}

static enum sk_verdict binary(struct columns *columns, SQLHSTMT statement, size_t index,
                              bool *ret_null)
{
    enum sk_verdict verdict = fetch(columns, statement, index, SQL_C_BINARY, ret_null);

    if (verdict == SK_OK && !*ret_null)
        sk_base64_encode(sk_buffer_bytes(&columns->raw), &columns->text);
    return verdict;
}

static enum sk_verdict get(struct columns *columns, size_t index,
                           const struct session *session, SQLHSTMT statement,
                           json_t **ret_value)
{
    enum column_kind kind = columns->items[index].kind;
    char time[SK_ZONE_TEXT];
    bool null = false;

    if (kind == COLUMN_DATE || kind == COLUMN_LOCAL || kind == COLUMN_UTC) {
        SK_TRY(fetch_time(columns, kind, statement, index, time));
        *ret_value = time[0] ? json_string(time) : json_null();
        return SK_OK;
    }
    enum sk_verdict verdict = kind == COLUMN_BINARY
                                  ? binary(columns, statement, index, &null)
                                  : fetch_text(columns, session, statement, index, &null);
    if (verdict == SK_RETRY || null) {
        *ret_value = json_null();
        return verdict;
    }
    if (verdict == SK_OK)
        return convert(columns, kind, ret_value);
    *ret_value = text_value(sk_buffer_text(&columns->text));
    return verdict;
}

enum sk_verdict columns_value(struct columns *columns, size_t index,
                              struct session *session, SQLHSTMT statement,
                              json_t **ret_value, struct diagnosis *why)
{
    columns->text.size = 0;
    enum sk_verdict verdict = get(columns, index, session, statement, ret_value);
    if (verdict == SK_RETRY)
        *why = session_why(session, statement, columns->items[index].name);
    verdict = bad_value(columns, index, verdict, why);
    columns->room -=
        columns->raw.size < columns->room ? columns->raw.size : columns->room;
    columns->raw.size = 0;
    if (columns->raw.capacity > KEPT)
        sk_buffer_fini(&columns->raw);
    return verdict;
}

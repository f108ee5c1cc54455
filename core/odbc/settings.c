/* SPDX-License-Identifier: Apache-2.0 */
#include "odbc/settings.h"

#include "base/json.h"
#include "odbc/zone.h"

static const char *text_of(const struct settings *settings, const char *name)
{
    return json_string_value(json_object_get(settings->frame, name));
}

static int64_t number_of(const struct settings *settings, const char *name)
{
    return json_integer_value(json_object_get(settings->frame, name));
}

static enum sk_verdict sql_of(const struct settings *settings, const char *name,
                              struct sk_odbc_sql *ret_sql, struct sk_error *err)
{
    const char *text = text_of(settings, name);

    return text ? sk_odbc_sql_parse(sk_text(text), ret_sql, err) : SK_OK;
}

enum sk_verdict settings_init(struct settings *settings, struct sk_text frame,
                              struct sk_error *err)
{
    SK_TRY(sk_json_parse(frame.data, frame.size, &settings->frame, err));
    settings->connection = text_of(settings, "connection");
    settings->password = text_of(settings, "password");
    settings->session = text_of(settings, "session");
    settings->dialect = text_of(settings, "dialect");
    settings->zone = text_of(settings, "zone");
    settings->position = text_of(settings, "position");
    settings->begin = text_of(settings, "begin");
    settings->json = text_of(settings, "json");
    settings->no_row = text_of(settings, "no_row");
    const char *text = text_of(settings, "text");
    settings->wide = !text || strcmp(text, "utf-8") != 0;
    settings->lower = json_is_true(json_object_get(settings->frame, "lower"));
    settings->login_seconds = number_of(settings, "login_seconds");
    settings->query_seconds = number_of(settings, "query_seconds");
    settings->limit = number_of(settings, "limit");
    if (settings->zone)
        SK_TRY(sk_zone_set(settings->zone, err));
    SK_TRY(sql_of(settings, "query", &settings->query, err));
    SK_TRY(sql_of(settings, "statement", &settings->statement, err));
    return sql_of(settings, "erase", &settings->erase, err);
}

void settings_fini(struct settings *settings)
{
    sk_odbc_sql_fini(&settings->query);
    sk_odbc_sql_fini(&settings->statement);
    sk_odbc_sql_fini(&settings->erase);
    json_decref(settings->frame);
}

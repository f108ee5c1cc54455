/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shape - from the short ways of writing to the event's one shape.
 *
 * One walk over the event type's field table; the record is changed in place. A schema
 * has no recursion, so neither is the depth of the walk unbounded.
 */
#include "intake/shape.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "avro/event_field.h"
#include "avro/path.h"
#include "base/clock.h"
#include "intake/address.h"

int sk_shape_boolean(const struct sk_value *value)
{
    static const char *const yes[] = {"j", "ja", "true", "1", "y", "waar", "yes"};
    static const char *const no[] = {"n", "nee", "neen", "false", "0", "no", "onwaar"};

    struct sk_text text = sk_value_text(value);

    if (sk_value_is(value, SK_VALUE_TRUE) || sk_value_is(value, SK_VALUE_FALSE))
        return value->kind == SK_VALUE_TRUE;
    if (sk_value_is(value, SK_VALUE_INTEGER) && (value->integer | 1) == 1)
        return (int)value->integer;
    for (size_t i = 0; text.data && i < sizeof(yes) / sizeof(*yes); i++) {
        if (strlen(yes[i]) == text.size && strncasecmp(text.data, yes[i], text.size) == 0)
            return 1;
        if (strlen(no[i]) == text.size && strncasecmp(text.data, no[i], text.size) == 0)
            return 0;
    }
    return -1;
}

static bool is_blank(const struct sk_value *value)
{
    return value->kind == SK_VALUE_TEXT && sk_text_trim(sk_value_text(value)).size == 0;
}

static bool is_scalar(const struct sk_value *value)
{
    return value->kind == SK_VALUE_TEXT || value->kind == SK_VALUE_INTEGER ||
           value->kind == SK_VALUE_REAL;
}

/* Scalars: what fits already, or cannot be helped, is left as it is. ------------------
 */

static void shape_boolean(struct sk_value *value)
{
    int answer = sk_shape_boolean(value);

    if (answer >= 0)
        value->kind = answer ? SK_VALUE_TRUE : SK_VALUE_FALSE;
}

/* "in onderzoek" as IN_ONDERZOEK, if the enum has that. */
static void shape_enum(const struct sk_field *field, struct sk_value *value)
{
    struct sk_text text = sk_text_trim(sk_value_text(value));
    char symbol[64];

    if (text.size == 0 || text.size >= sizeof(symbol))
        return;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        symbol[i] = c == ' ' || c == '-' ? '_' : (char)toupper((unsigned char)c);
    }
    symbol[text.size] = '\0';
    for (size_t i = 0; i < field->symbol_count; i++)
        if (strcmp(field->symbols[i], symbol) == 0) {
            *value = sk_value_of(sk_text(field->symbols[i]));
            return;
        }
}

static bool is_placeholder(struct sk_text date)
{
    return sk_text_starts_with(date, "9999-") || sk_text_starts_with(date, "1900-01-01");
}

static void shape_date(struct sk_value *value, struct sk_arena *arena)
{
    struct sk_text text = sk_text_trim(sk_value_text(value));
    char date[SK_DATE_SIZE];
    int64_t instant = 0;

    if (is_placeholder(text))
        value->kind = SK_VALUE_NULL;
    else if (text.size > sizeof("2026-11-24") - 1 && sk_instant_parse(text, &instant))
        *value = sk_value_of(sk_arena_text(
            arena, sk_text(sk_date_format(sk_brussels_date(instant), date))));
}

static void shape_instant(struct sk_value *value, struct sk_arena *arena)
{
    struct sk_text text = sk_text_trim(sk_value_text(value));
    char instant[SK_INSTANT_SIZE];
    int32_t days = 0;

    if (is_placeholder(text))
        value->kind = SK_VALUE_NULL;
    else if (sk_date_parse(text, &days))
        *value = sk_value_of(sk_arena_text(
            arena,
            sk_text(sk_instant_format(sk_brussels_instant_ms(days, 0, 0), instant))));
}

static void shape_scalar(const struct sk_field *field, struct sk_value *value,
                         struct sk_arena *arena)
{
    if (field->kind == SK_FIELD_BOOLEAN)
        shape_boolean(value);
    else if (value->kind != SK_VALUE_TEXT)
        return;
    else if (field->kind == SK_FIELD_ENUM)
        shape_enum(field, value);
    else if (field->logical == SK_LOGICAL_DATE)
        shape_date(value, arena);
    else if (field->logical == SK_LOGICAL_TIMESTAMP_MILLIS)
        shape_instant(value, arena);
}

/* Records. ------------------------------------------------------------------------- */

/* An address in one line: cut up by split_address. */
static bool takes_line(const struct sk_record_type *record)
{
    return sk_record_field(record, SK_TEXT("huisnummer")) &&
           !sk_record_field(record, SK_TEXT("adres"));
}

/* The member that a text alone means: the first that is no enum, if it is a text itself.
 */
static const char *main_member(const struct sk_record_type *record)
{
    const struct sk_field *field = record->fields;

    if (strcmp(record->name, "Code") == 0)
        return "code";
    while (field->kind == SK_FIELD_ENUM &&
           field + 1 < record->fields + record->field_count)
        field++;
    if (takes_line(record) && strcmp(field->name, "straat") == 0)
        return "adres";
    bool text = field->kind == SK_FIELD_STRING || field->kind == SK_FIELD_RECORD;
    return text && !field->array ? field->name : NULL;
}

/* A text where a record is wanted becomes a record that says it. */
static void shape_record(const struct sk_field *field, struct sk_value *value,
                         struct sk_arena *arena)
{
    const char *member = is_scalar(value) ? main_member(field->record) : NULL;
    struct sk_value object = {.kind = SK_VALUE_OBJECT};

    if (!member)
        return;
    sk_value_put(&object, sk_text(member), *value, arena);
    *value = object;
}

static void set_text(struct sk_value *object, const char *name, struct sk_text text,
                     struct sk_arena *arena)
{
    if (text.data && !sk_value_member(object, name))
        sk_value_put(object, sk_text(name), sk_value_of(text), arena);
}

static void split_address(const struct sk_record_type *record, struct sk_value *object,
                          struct sk_arena *arena)
{
    struct sk_text line = sk_value_member_text(object, "adres");

    if (!line.data || !takes_line(record))
        return;
    struct sk_address address = sk_address_split(line);
    set_text(object, "straat", address.straat, arena);
    set_text(object, "huisnummer", address.huisnummer, arena);
    set_text(object, "bus", address.bus, arena);
    set_text(object, "postcode", address.postcode, arena);
    set_text(object, "gemeente", address.gemeente, arena);
}

/* Lists are told apart by system and field; a field "code" is named after its record. */
static void name_list(const struct sk_intake *intake, const struct sk_record_type *owner,
                      const struct sk_field *field, struct sk_value *code)
{
    bool plain = strcmp(field->name, "code") == 0;
    char list[120];

    if (strcmp(field->record->name, "Code") != 0 || sk_value_member(code, "lijst"))
        return;
    snprintf(list, sizeof(list), "%s.%s", intake->system,
             plain ? owner->name : field->name);
    for (char *at = list; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    set_text(code, "lijst", sk_arena_text(intake->job->arena, sk_text(list)),
             intake->job->arena);
}

static void refuse_reversed_period(struct sk_intake *intake, struct sk_value *object,
                                   const struct sk_path *where)
{
    struct sk_value *tot = sk_value_member(object, "tot");
    struct sk_path path = sk_path_field(where, "tot");
    int32_t first = 0, last = 0;
    char veld[SK_PATH_SIZE];

    if (!tot || !sk_date_parse(sk_value_member_text(object, "van"), &first) ||
        !sk_date_parse(sk_value_text(tot), &last) || first <= last)
        return;
    sk_intake_refuse(intake, sk_path_format(&path, veld), tot, "ligt voor van");
    tot->kind = SK_VALUE_NULL;
}

static void shape_members(struct sk_intake *intake, const struct sk_record_type *record,
                          struct sk_value *object, const struct sk_path *where);

/* One value, alone or an item. */
static void shape_value(struct sk_intake *intake, const struct sk_record_type *owner,
                        const struct sk_field *field, struct sk_value *value,
                        const struct sk_path *where)
{
    if (field->kind != SK_FIELD_RECORD) {
        shape_scalar(field, value, intake->job->arena);
        return;
    }
    shape_record(field, value, intake->job->arena);
    if (value->kind != SK_VALUE_OBJECT)
        return;
    name_list(intake, owner, field, value);
    shape_members(intake, field->record, value, where);
}

static void shape_items(struct sk_intake *intake, const struct sk_record_type *owner,
                        const struct sk_field *field, struct sk_value *array,
                        const struct sk_path *where)
{
    for (size_t i = 0; i < array->count;) {
        struct sk_value *value = &array->items[i];
        struct sk_path item = sk_path_index(where, i);

        if (value->kind == SK_VALUE_NULL || is_blank(value)) {
            sk_value_remove(array, i);
            continue;
        }
        shape_value(intake, owner, field, value, &item);
        i++;
    }
}

static void shape_member(struct sk_intake *intake, const struct sk_record_type *owner,
                         const struct sk_field *field, struct sk_value *value,
                         const struct sk_path *where)
{
    struct sk_path path = sk_path_field(where, field->name);

    if (is_blank(value)) {
        value->kind = SK_VALUE_NULL;
        return;
    }
    if (!field->array) {
        shape_value(intake, owner, field, value, &path);
        return;
    }
    if (value->kind != SK_VALUE_ARRAY) {
        struct sk_value array = {.kind = SK_VALUE_ARRAY};

        sk_value_append(&array, *value, intake->job->arena);
        *value = array;
    }
    shape_items(intake, owner, field, value, &path);
}

static void shape_members(struct sk_intake *intake, const struct sk_record_type *record,
                          struct sk_value *object, const struct sk_path *where)
{
    struct sk_value *members[SK_RECORD_FIELDS_MAX];

    split_address(record, object, intake->job->arena);
    sk_record_members(record, object, members);
    for (size_t i = 0; i < record->field_count; i++)
        if (members[i])
            shape_member(intake, record, &record->fields[i], members[i], where);
    refuse_reversed_period(intake, object, where);
}

void sk_shape(struct sk_intake *intake)
{
    shape_members(intake, &intake->type->record, intake->entry, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shape - from the short ways of writing to the event's one shape.
 *
 * One walk over the event type's field table; the record's JSON is changed in place. A
 * schema has no recursion, so neither is the depth of the walk unbounded.
 */
#include "intake/shape.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "avro/path.h"
#include "base/clock.h"
#include "intake/address.h"

int sk_shape_boolean(const json_t *value)
{
    static const char *const yes[] = {"j", "ja", "true", "1", "y", "waar", "yes"};
    static const char *const no[] = {"n", "nee", "neen", "false", "0", "no", "onwaar"};

    if (json_is_boolean(value))
        return json_is_true(value);
    if (json_is_integer(value) && (json_integer_value(value) | 1) == 1)
        return (int)json_integer_value(value);
    for (size_t i = 0; json_is_string(value) && i < sizeof(yes) / sizeof(*yes); i++) {
        if (strcasecmp(json_string_value(value), yes[i]) == 0)
            return 1;
        if (strcasecmp(json_string_value(value), no[i]) == 0)
            return 0;
    }
    return -1;
}

static bool is_blank(const json_t *value)
{
    return json_is_string(value) && sk_text_trim(sk_json_string(value)).size == 0;
}

static bool is_scalar(const json_t *value)
{
    return json_is_string(value) || json_is_number(value);
}

/* Scalars: each gives a new value, or NULL to leave it as it is. ----------------------
 */

static json_t *shape_boolean(const json_t *value)
{
    int answer = json_is_boolean(value) ? -1 : sk_shape_boolean(value);

    return answer < 0 ? NULL : json_boolean(answer);
}

/* "in onderzoek" as IN_ONDERZOEK, if the enum has that. */
static json_t *shape_enum(const struct sk_field *field, const json_t *value)
{
    struct sk_text text = sk_text_trim(sk_json_string(value));
    char symbol[64];

    if (text.size == 0 || text.size >= sizeof(symbol))
        return NULL;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        symbol[i] = c == ' ' || c == '-' ? '_' : (char)toupper((unsigned char)c);
    }
    symbol[text.size] = '\0';
    for (size_t i = 0; i < field->symbol_count; i++)
        if (strcmp(field->symbols[i], symbol) == 0)
            return json_string(symbol);
    return NULL;
}

static bool is_placeholder(struct sk_text date)
{
    return sk_text_starts_with(date, "9999-") || sk_text_starts_with(date, "1900-01-01");
}

static json_t *shape_date(const json_t *value)
{
    struct sk_text text = sk_text_trim(sk_json_string(value));
    char date[SK_DATE_SIZE];
    int64_t instant = 0;

    if (is_placeholder(text))
        return json_null();
    if (text.size <= sizeof("2026-11-24") - 1 || !sk_instant_parse(text, &instant))
        return NULL;
    return json_string(sk_date_format(sk_brussels_date(instant), date));
}

static json_t *shape_instant(const json_t *value)
{
    struct sk_text text = sk_text_trim(sk_json_string(value));
    char instant[SK_INSTANT_SIZE];
    int32_t days = 0;

    if (is_placeholder(text))
        return json_null();
    if (!sk_date_parse(text, &days))
        return NULL;
    return json_string(sk_instant_format(sk_brussels_instant_ms(days, 0, 0), instant));
}

static json_t *shape_scalar(const struct sk_field *field, const json_t *value)
{
    if (field->kind == SK_FIELD_BOOLEAN)
        return shape_boolean(value);
    if (!json_is_string(value))
        return NULL;
    if (field->kind == SK_FIELD_ENUM)
        return shape_enum(field, value);
    if (field->logical == SK_LOGICAL_DATE)
        return shape_date(value);
    return field->logical == SK_LOGICAL_TIMESTAMP_MILLIS ? shape_instant(value) : NULL;
}

/* Records. ------------------------------------------------------------------------- */

static bool has_field(const struct sk_record_type *record, const char *name)
{
    for (size_t i = 0; i < record->field_count; i++)
        if (strcmp(record->fields[i].name, name) == 0)
            return true;
    return false;
}

/* An address in one line: cut up by split_address. */
static bool takes_line(const struct sk_record_type *record)
{
    return has_field(record, "huisnummer") && !has_field(record, "adres");
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

/* A text where a record is wanted; NULL: leave it. */
static json_t *shape_record(const struct sk_field *field, json_t *value)
{
    const char *member = main_member(field->record);

    if (!is_scalar(value) || !member)
        return NULL;
    return json_pack("{s:O}", member, value);
}

static void set_text(json_t *object, const char *name, struct sk_text text)
{
    if (text.data && !json_object_get(object, name))
        json_object_set_new(object, name, sk_json_from_text(text));
}

static void split_address(const struct sk_record_type *record, json_t *object)
{
    struct sk_text line = sk_json_text_or_absent(object, "adres");

    if (!line.data || !takes_line(record))
        return;
    struct sk_address address = sk_address_split(line);
    set_text(object, "straat", address.straat);
    set_text(object, "huisnummer", address.huisnummer);
    set_text(object, "bus", address.bus);
    set_text(object, "postcode", address.postcode);
    set_text(object, "gemeente", address.gemeente);
}

/* Lists are told apart by system and field; a field "code" is named after its record. */
static void name_list(const struct sk_intake *intake, const struct sk_record_type *owner,
                      const struct sk_field *field, json_t *code)
{
    bool plain = strcmp(field->name, "code") == 0;
    char list[120];

    if (strcmp(field->record->name, "Code") != 0 || json_object_get(code, "lijst"))
        return;
    snprintf(list, sizeof(list), "%s.%s", intake->system,
             plain ? owner->name : field->name);
    for (char *at = list; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    json_object_set_new(code, "lijst", json_string(list));
}

static void refuse_reversed_period(struct sk_intake *intake, json_t *object,
                                   const struct sk_path *where)
{
    struct sk_text van = sk_json_text_or_absent(object, "van");
    struct sk_text tot = sk_json_text_or_absent(object, "tot");
    struct sk_path path = sk_path_field(where, "tot");
    int32_t first = 0, last = 0;
    char veld[SK_PATH_SIZE];

    if (!sk_date_parse(van, &first) || !sk_date_parse(tot, &last) || first <= last)
        return;
    sk_intake_refuse(intake, sk_path_format(&path, veld), json_object_get(object, "tot"),
                     "ligt voor van");
    json_object_del(object, "tot");
}

static void shape_members(struct sk_intake *intake, const struct sk_record_type *record,
                          json_t *object, const struct sk_path *where);

/* One value, alone or an item; takes nothing, returns a new reference or NULL (as is). */
static json_t *shape_value(struct sk_intake *intake, const struct sk_record_type *owner,
                           const struct sk_field *field, json_t *value,
                           const struct sk_path *where)
{
    if (field->kind != SK_FIELD_RECORD)
        return shape_scalar(field, value);
    json_t *shaped = shape_record(field, value);
    json_t *object = shaped ? shaped : value;
    if (json_is_object(object)) {
        name_list(intake, owner, field, object);
        shape_members(intake, field->record, object, where);
    }
    return shaped;
}

static void shape_items(struct sk_intake *intake, const struct sk_record_type *owner,
                        const struct sk_field *field, json_t *array,
                        const struct sk_path *where)
{
    for (size_t i = 0; i < json_array_size(array);) {
        json_t *value = json_array_get(array, i);
        struct sk_path item = sk_path_index(where, i);

        if (json_is_null(value) || is_blank(value)) {
            json_array_remove(array, i);
            continue;
        }
        json_t *shaped = shape_value(intake, owner, field, value, &item);
        if (shaped)
            json_array_set_new(array, i, shaped);
        i++;
    }
}

static void shape_member(struct sk_intake *intake, const struct sk_record_type *owner,
                         const struct sk_field *field, json_t *object,
                         const struct sk_path *where)
{
    json_t *value = json_object_get(object, field->name);
    struct sk_path path = sk_path_field(where, field->name);

    if (!value || json_is_null(value))
        return;
    if (is_blank(value)) {
        json_object_del(object, field->name);
        return;
    }
    if (field->array) {
        if (!json_is_array(value)) {
            value = json_pack("[O]", value);
            json_object_set_new(object, field->name, value);
        }
        shape_items(intake, owner, field, value, &path);
        return;
    }
    json_t *shaped = shape_value(intake, owner, field, value, &path);
    if (shaped)
        json_object_set_new(object, field->name, shaped);
}

static void shape_members(struct sk_intake *intake, const struct sk_record_type *record,
                          json_t *object, const struct sk_path *where)
{
    split_address(record, object);
    for (size_t i = 0; i < record->field_count; i++)
        shape_member(intake, record, &record->fields[i], object, where);
    refuse_reversed_period(intake, object, where);
}

void sk_shape(struct sk_intake *intake)
{
    shape_members(intake, &intake->type->record, intake->entry, NULL);
}

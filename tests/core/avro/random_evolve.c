/* SPDX-License-Identifier: Apache-2.0 */
/* Changes to a schema in JSON, in place, some places at random. */
#include "base/json.h"
#include "random.h"

static void evolve_type(struct random *self, json_t **type);

static void set(json_t **place, json_t *value)
{
    json_decref(*place);
    *place = value;
}

static void promote(struct random *self, json_t **type)
{
    static const struct {
        const char *from, *to;
    } promotions[] = {
        {"int", "long"},     {"int", "double"},   {"long", "float"}, {"float", "double"},
        {"string", "bytes"}, {"bytes", "string"}, {"double", "int"}, {"long", "int"},
    };
    size_t at = random_below(self, SK_COUNT(promotions));

    for (size_t i = 0; i < SK_COUNT(promotions); i++) {
        size_t row = (at + i) % SK_COUNT(promotions);
        if (sk_text_is(sk_json_string(*type), promotions[row].from)) {
            set(type, json_string(promotions[row].to));
            return;
        }
    }
}

static void add_field(struct random *self, json_t *fields)
{
    json_t *field = json_pack("{s:s, s:s}", "name", "added", "type", "int");

    if (random_chance(self, 80))
        json_object_set_new(field, "default", json_integer(5));
    json_array_insert_new(fields, random_below(self, json_array_size(fields) + 1), field);
}

static void evolve_record(struct random *self, json_t *record)
{
    json_t *fields = json_object_get(record, "fields");
    size_t count = json_array_size(fields);
    size_t at = count ? random_below(self, count) : 0;
    json_t *field = json_array_get(fields, at);

    if (count > 0 && random_chance(self, 15)) { /* renamed, the old name an alias */
        json_object_set_new(field, "aliases",
                            json_pack("[O]", json_object_get(field, "name")));
        json_object_set_new(field, "name", json_string("renamed"));
    } else if (count > 1 && random_chance(self, 15)) { /* moved to the end */
        json_incref(field);
        json_array_remove(fields, at);
        json_array_append_new(fields, field);
    } else if (random_chance(self, 15)) {
        add_field(self, fields);
    }
    for (size_t i = 0; i < json_array_size(fields); i++) {
        field = json_array_get(fields, i);
        json_t *type = json_incref(json_object_get(field, "type"));
        evolve_type(self, &type);
        json_object_set_new(field, "type", type);
    }
}

static void evolve_enum(struct random *self, json_t *json)
{
    json_t *symbols = json_object_get(json, "symbols");

    if (random_chance(self, 20))
        json_array_append_new(symbols, json_string("NEW"));
    if (random_chance(self, 20) && json_array_size(symbols) > 1)
        json_array_remove(symbols, json_array_size(symbols) - 1);
}

static void evolve_items(struct random *self, json_t *json, const char *member)
{
    json_t *items = json_incref(json_object_get(json, member));

    evolve_type(self, &items);
    json_object_set_new(json, member, items);
}

static void evolve_object(struct random *self, json_t *json)
{
    struct sk_text type = sk_json_text_or_absent(json, "type");

    if (sk_text_is(type, "record"))
        evolve_record(self, json);
    else if (sk_text_is(type, "enum"))
        evolve_enum(self, json);
    else if (sk_text_is(type, "array"))
        evolve_items(self, json, "items");
    else if (sk_text_is(type, "map"))
        evolve_items(self, json, "values");
}

static void evolve_union(struct random *self, json_t *json)
{
    for (size_t i = 0; i < json_array_size(json); i++) {
        json_t *branch = json_array_get(json, i);
        if (json_is_object(branch))
            evolve_object(self, branch);
    }
    if (random_chance(self, 10) && json_array_size(json) > 1 &&
        json_is_string(json_array_get(json, json_array_size(json) - 1)))
        json_array_remove(json, json_array_size(json) - 1);
}

static void evolve_type(struct random *self, json_t **type)
{
    if (json_is_object(*type))
        evolve_object(self, *type);
    else if (json_is_array(*type))
        evolve_union(self, *type);
    else if (random_chance(self, 10))
        promote(self, type);
    if (!json_is_array(*type) && random_chance(self, 5) &&
        !sk_text_is(sk_json_string(*type), "null"))
        *type = json_pack("[s, o]", "null", *type);
}

void random_evolve(struct random *self, json_t *schema)
{
    if (json_is_object(schema))
        evolve_object(self, schema);
    else if (json_is_array(schema))
        evolve_union(self, schema);
}

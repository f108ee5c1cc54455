/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recursion goes through unions with null and containers only, so that finite values
 * exist; records are referred to in the same places, so that values stay small.
 */
#include "random.h"

#include <stdio.h>

#include "base/alloc.h"

enum { DEPTH_MAX = 4, FIELDS_MAX = 5, NAMES_MAX = 40 };

struct generator {
    struct random *random;
    struct {
        char fullname[64];
        bool record;
    } names[NAMES_MAX];
    size_t name_count;
};

static json_t *make_type(struct generator *self, const char *space, int depth);

uint64_t random_next(struct random *self)
{
    uint64_t mixed = self->state += 0x9E3779B97F4A7C15;

    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return mixed ^ (mixed >> 31);
}

size_t random_below(struct random *self, size_t limit)
{
    return (size_t)(random_next(self) % limit);
}

bool random_chance(struct random *self, unsigned percent)
{
    return random_below(self, 100) < percent;
}

static json_t *make_primitive(struct generator *self)
{
    static const char *const types[] = {"null",  "boolean", "int",   "long",
                                        "float", "double",  "bytes", "string"};
    static const struct {
        const char *type, *logical;
    } logicals[] = {
        {"int", "date"},
        {"long", "timestamp-millis"},
        {"long", "timestamp-micros"},
        {"int", "time-millis"},
        {"string", "uuid"},
        {"long", "local-timestamp-micros"},
    };
    size_t logical = random_below(self->random, SK_COUNT(logicals));

    if (random_chance(self->random, 15))
        return json_pack("{s:s, s:s}", "type", logicals[logical].type, "logicalType",
                         logicals[logical].logical);
    if (random_chance(self->random, 5))
        return json_pack("{s:s, s:s, s:i, s:i}", "type", "bytes", "logicalType",
                         "decimal", "precision", 9, "scale", 2);
    return json_string(types[random_below(self->random, SK_COUNT(types))]);
}

/* The name and perhaps a namespace of a new type; *space is then the one inside it. */
static json_t *make_named(struct generator *self, const char *type, const char **space,
                          bool record)
{
    static const char *const spaces[] = {"a", "a.b", "be.x"};
    json_t *json = json_pack("{s:s}", "type", type);
    char name[32];

    snprintf(name, sizeof(name), "N%zu", self->name_count);
    json_object_set_new(json, "name", json_string(name));
    if (!*space || random_chance(self->random, 30)) {
        *space = spaces[random_below(self->random, SK_COUNT(spaces))];
        json_object_set_new(json, "namespace", json_string(*space));
    }
    snprintf(self->names[self->name_count].fullname, sizeof(self->names[0].fullname),
             "%s.%s", *space, name);
    self->names[self->name_count++].record = record;
    return json;
}

static json_t *make_record(struct generator *self, const char *space, int depth)
{
    json_t *json = make_named(self, "record", &space, true);
    json_t *fields = json_array();
    size_t count = 1 + random_below(self->random, FIELDS_MAX);
    char name[32];

    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof(name), "f%zu", i);
        json_array_append_new(fields, json_pack("{s:s, s:o}", "name", name, "type",
                                                make_type(self, space, depth + 1)));
    }
    json_object_set_new(json, "fields", fields);
    return json;
}

static json_t *make_enum(struct generator *self, const char *space)
{
    json_t *json = make_named(self, "enum", &space, false);
    json_t *symbols = json_array();
    size_t count = 1 + random_below(self->random, 5);

    for (size_t i = 0; i < count; i++)
        json_array_append_new(symbols, json_sprintf("S%zu", i));
    json_object_set_new(json, "symbols", symbols);
    if (random_chance(self->random, 40))
        json_object_set_new(json, "default", json_string("S0"));
    return json;
}

static json_t *make_fixed(struct generator *self, const char *space)
{
    json_t *json = make_named(self, "fixed", &space, false);

    json_object_set_new(json, "size",
                        json_integer((json_int_t)(1 + random_below(self->random, 20))));
    return json;
}

/* A reference to a type that is or is being defined; NULL when there is none. */
static json_t *make_reference(struct generator *self, bool record)
{
    size_t start = self->name_count ? random_below(self->random, self->name_count) : 0;

    for (size_t i = 0; i < self->name_count; i++) {
        size_t at = (start + i) % self->name_count;
        if (self->names[at].record == record)
            return json_string(self->names[at].fullname);
    }
    return NULL;
}

static json_t *make_union(struct generator *self, const char *space, int depth)
{
    static const char *const types[] = {"boolean", "int",   "long",  "float",
                                        "double",  "bytes", "string"};
    json_t *json = json_pack("[s]", "null");
    json_t *reference =
        random_chance(self->random, 40) ? make_reference(self, true) : NULL;

    if (reference)
        json_array_append_new(json, reference);
    else if (self->name_count < NAMES_MAX && depth < DEPTH_MAX)
        json_array_append_new(json, make_record(self, space, depth + 1));
    for (size_t i = 0; i < SK_COUNT(types); i++) {
        if (random_chance(self->random, 20))
            json_array_append_new(json, json_string(types[i]));
    }
    if (random_chance(self->random, 20) && depth < DEPTH_MAX)
        json_array_append_new(json, json_pack("{s:s, s:o}", "type", "array", "items",
                                              make_type(self, space, depth + 1)));
    return json;
}

static json_t *make_container(struct generator *self, const char *space, int depth)
{
    bool array = random_chance(self->random, 60);
    json_t *items = random_chance(self->random, 20) ? make_reference(self, true) : NULL;

    return json_pack("{s:s, s:o}", "type", array ? "array" : "map",
                     array ? "items" : "values",
                     items ? items : make_type(self, space, depth + 1));
}

static json_t *make_type(struct generator *self, const char *space, int depth)
{
    json_t *reference = NULL;

    if (depth >= DEPTH_MAX || self->name_count + 2 >= NAMES_MAX)
        return make_primitive(self);
    switch (random_below(self->random, 12)) {
    case 0:
    case 1:
        return make_record(self, space, depth);
    case 2:
        reference = make_reference(self, false);
        return reference ? reference : make_enum(self, space);
    case 3:
        return make_enum(self, space);
    case 4:
        return make_fixed(self, space);
    case 5:
    case 6:
        return make_union(self, space, depth);
    case 7:
    case 8:
        return make_container(self, space, depth);
    default:
        return make_primitive(self);
    }
}

json_t *random_schema(struct random *self)
{
    struct generator generator = {.random = self};

    return random_chance(self, 80) ? make_record(&generator, NULL, 0)
                                   : make_type(&generator, NULL, 0);
}

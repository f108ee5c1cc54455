/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Members stand in the order of Java's Schema.toString: what Avro defines, then the other
 * attributes in their own order, then the aliases. Names are shortened by the namespace
 * around them.
 */
#include "avro/schema_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"

struct writer {
    struct sk_buffer *out;
    bool *defined; /* by node index */
    bool normalized;
};

/* The namespace around a place; empty: none. */
static void write_type(const struct writer *self, const struct sk_schema *schema,
                       struct sk_text space);

static struct sk_text space_of(const char *fullname)
{
    const char *dot = strrchr(fullname, '.');

    return (struct sk_text){fullname, dot ? (size_t)(dot - fullname) : 0};
}

/* A name as seen from a namespace: "a.b.C" is "C" in "a.b". */
static const char *shortened(const char *fullname, struct sk_text space)
{
    struct sk_text own = space_of(fullname);

    return own.size > 0 && sk_text_equal(own, space) ? fullname + own.size + 1 : fullname;
}

/* JSON values. ------------------------------------------------------------------------
 */

/* As Java's Double.toString: the fewest digits that are this number. */
static void write_real(struct sk_buffer *out, double value)
{
    char digits[32];
    int precision = 0;

    do
        snprintf(digits, sizeof(digits), "%.*e", precision, value);
    while (strtod(digits, NULL) != value && ++precision < 17);
    char *exponent = strchr(digits, 'e');
    int power = atoi(exponent + 1);
    if (value != 0 && (fabs(value) < 1e-3 || fabs(value) >= 1e7)) {
        *exponent = '\0';
        sk_buffer_printf(out, "%s%sE%d", digits, precision == 0 ? ".0" : "", power);
    } else {
        int places = precision - power;
        sk_buffer_printf(out, "%.*f", places < 1 ? 1 : places, value);
    }
}

static void write_string(struct sk_buffer *out, const char *text)
{
    json_auto_t *string = json_string(text);
    sk_auto_free char *quoted = json_dumps(string, JSON_ENCODE_ANY);

    sk_buffer_append_text(out, sk_text(quoted ? quoted : "\"\""));
}

static void write_value(struct sk_buffer *out, const json_t *value)
{
    const char *separator = "";
    const char *name;
    json_t *item;
    size_t i;

    if (json_is_object(value)) {
        json_object_foreach((json_t *)value, name, item)
        {
            sk_buffer_append_text(out, sk_text(*separator ? separator : "{"));
            write_string(out, name);
            sk_buffer_append_byte(out, ':');
            write_value(out, item);
            separator = ",";
        }
        sk_buffer_append_text(out, sk_text(*separator ? "}" : "{}"));
    } else if (json_is_array(value)) {
        sk_buffer_append_byte(out, '[');
        json_array_foreach(value, i, item)
        {
            sk_buffer_append_text(out, sk_text(i ? "," : ""));
            write_value(out, item);
        }
        sk_buffer_append_byte(out, ']');
    } else if (json_is_real(value)) {
        write_real(out, json_real_value(value));
    } else {
        sk_auto_free char *text = json_dumps(value, JSON_ENCODE_ANY);
        sk_buffer_append_text(out, sk_text(text ? text : "null"));
    }
}

/* Members. ----------------------------------------------------------------------------
 */

static void write_member(const struct writer *self, const char *name, const json_t *value)
{
    if (!value)
        return;
    sk_buffer_append_byte(self->out, ',');
    write_string(self->out, name);
    sk_buffer_append_byte(self->out, ':');
    write_value(self->out, value);
}

static bool listed(const char *name, const char *const *names)
{
    while (*names && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The attributes but those in `left_out`; sorted when normalized, with what a logical
 * type is made of before the rest. */
static void write_attributes(const struct writer *self, const json_t *attributes,
                             const char *const *left_out, bool logical)
{
    static const char *const first[] = {"logicalType", "precision", "scale", NULL};
    size_t count = 0;
    sk_auto_free const char **names =
        sk_alloc((json_object_size(attributes) + 4) * sizeof(*names));
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)attributes, name, value)
    {
        if (!listed(name, left_out) &&
            !(self->normalized && logical && listed(name, first)))
            names[count++] = name;
    }
    if (self->normalized)
        qsort(names, count, sizeof(*names), compare_names);
    for (size_t i = 0; self->normalized && logical && first[i]; i++)
        write_member(self, first[i], json_object_get(attributes, first[i]));
    for (size_t i = 0; i < count; i++)
        write_member(self, names[i], json_object_get(attributes, names[i]));
}

/* Java reads these names as its own wherever a type stands, and so drops them. */
static const char *const type_reserved[] = {"doc",       "fields",  "items",   "name",
                                            "namespace", "size",    "symbols", "values",
                                            "type",      "aliases", NULL};
static const char *const field_reserved[] = {NULL};

static void write_aliases(const struct writer *self, const char *const *aliases,
                          size_t count, struct sk_text space)
{
    sk_auto_free const char **sorted = sk_alloc(count * sizeof(*sorted) + 1);

    if (count == 0)
        return;
    memcpy(sorted, aliases, count * sizeof(*sorted));
    if (self->normalized)
        qsort(sorted, count, sizeof(*sorted), compare_names);
    for (size_t i = 0; i < count; i++) {
        sk_buffer_append_text(self->out, sk_text(i ? "," : ",\"aliases\":["));
        sk_buffer_printf(self->out, "\"%s\"", shortened(sorted[i], space));
    }
    sk_buffer_append_byte(self->out, ']');
}

static void write_doc(const struct writer *self, const char *doc)
{
    if (!doc)
        return;
    sk_buffer_append_text(self->out, SK_TEXT(",\"doc\":"));
    write_string(self->out, doc);
}

/* Types. ------------------------------------------------------------------------------
 */

static void write_field(const struct writer *self, const struct sk_schema_field *field,
                        struct sk_text space)
{
    static const char *const orders[] = {
        [SK_AVRO_ASCENDING] = "",
        [SK_AVRO_DESCENDING] = ",\"order\":\"descending\"",
        [SK_AVRO_IGNORE] = ",\"order\":\"ignore\"",
    };

    sk_buffer_printf(self->out, "{\"name\":\"%s\",\"type\":", field->name);
    write_type(self, field->type, space);
    write_doc(self, field->doc);
    write_member(self, "default", field->fallback);
    sk_buffer_append_text(self->out, sk_text(orders[field->order]));
    write_aliases(self, field->aliases, field->alias_count, (struct sk_text){0});
    write_attributes(self, field->attributes, field_reserved, false);
    sk_buffer_append_byte(self->out, '}');
}

static void write_symbols(const struct writer *self, const struct sk_schema *schema)
{
    sk_buffer_append_text(self->out, SK_TEXT(",\"symbols\":["));
    for (size_t i = 0; i < schema->symbol_count; i++)
        sk_buffer_printf(self->out, "%s\"%s\"", i ? "," : "", schema->symbols[i]);
    sk_buffer_append_byte(self->out, ']');
    if (schema->enum_default >= 0)
        sk_buffer_printf(self->out, ",\"default\":\"%s\"",
                         schema->symbols[schema->enum_default]);
}

static void write_fields(const struct writer *self, const struct sk_schema *schema,
                         struct sk_text space)
{
    sk_buffer_append_text(self->out, SK_TEXT(",\"fields\":["));
    for (size_t i = 0; i < schema->field_count; i++) {
        sk_buffer_append_text(self->out, sk_text(i ? "," : ""));
        write_field(self, &schema->fields[i], space);
    }
    sk_buffer_append_byte(self->out, ']');
}

static void write_named(const struct writer *self, const struct sk_schema *schema,
                        struct sk_text around)
{
    struct sk_text space = space_of(schema->fullname);

    if (self->defined[schema->index]) {
        sk_buffer_printf(self->out, "\"%s\"", shortened(schema->fullname, around));
        return;
    }
    self->defined[schema->index] = true;
    sk_buffer_printf(self->out, "{\"type\":\"%s\",\"name\":\"%s\"",
                     sk_avro_type_name(schema->type), schema->name);
    if (space.size != around.size || memcmp(space.data, around.data, space.size) != 0)
        sk_buffer_printf(self->out, ",\"namespace\":\"%.*s\"", SK_TEXT_ARG(space));
    if (!self->normalized || (schema->doc && *schema->doc))
        write_doc(self, schema->doc);
    if (schema->type == SK_AVRO_RECORD)
        write_fields(self, schema, space);
    else if (schema->type == SK_AVRO_ENUM)
        write_symbols(self, schema);
    else
        sk_buffer_printf(self->out, ",\"size\":%zu", schema->size);
    write_attributes(self, schema->attributes, type_reserved,
                     schema->logical != SK_AVRO_PLAIN);
    write_aliases(self, schema->aliases, schema->alias_count, space);
    sk_buffer_append_byte(self->out, '}');
}

static void write_container(const struct writer *self, const struct sk_schema *schema,
                            struct sk_text space)
{
    sk_buffer_printf(self->out,
                     "{\"type\":\"%s\",\"%s\":", sk_avro_type_name(schema->type),
                     schema->type == SK_AVRO_ARRAY ? "items" : "values");
    write_type(self, schema->items, space);
    write_attributes(self, schema->attributes, type_reserved, false);
    sk_buffer_append_byte(self->out, '}');
}

static void write_union(const struct writer *self, const struct sk_schema *schema,
                        struct sk_text space)
{
    sk_buffer_append_byte(self->out, '[');
    for (size_t i = 0; i < schema->branch_count; i++) {
        sk_buffer_append_text(self->out, sk_text(i ? "," : ""));
        write_type(self, schema->branches[i], space);
    }
    sk_buffer_append_byte(self->out, ']');
}

static void write_primitive(const struct writer *self, const struct sk_schema *schema)
{
    sk_buffer_auto attributes = {0};
    struct writer inner = {&attributes, NULL, self->normalized};

    write_attributes(&inner, schema->attributes, type_reserved,
                     schema->logical != SK_AVRO_PLAIN);
    sk_buffer_printf(self->out, attributes.size ? "{\"type\":\"%s\"" : "\"%s\"",
                     sk_avro_type_name(schema->type));
    sk_buffer_append_text(self->out, sk_buffer_text(&attributes));
    sk_buffer_append_text(self->out, sk_text(attributes.size ? "}" : ""));
}

static void write_type(const struct writer *self, const struct sk_schema *schema,
                       struct sk_text space)
{
    if (sk_schema_is_named(schema))
        write_named(self, schema, space);
    else if (schema->type == SK_AVRO_ARRAY || schema->type == SK_AVRO_MAP)
        write_container(self, schema, space);
    else if (schema->type == SK_AVRO_UNION)
        write_union(self, schema, space);
    else
        write_primitive(self, schema);
}

void sk_schema_write(const struct sk_schema_document *document,
                     enum sk_schema_style style, struct sk_buffer *out)
{
    sk_auto_free bool *defined = sk_alloc_zeroed(sk_schema_node_count(document) + 1);

    if (style != SK_SCHEMA_RESOLVED)
        memset(defined, true, sk_schema_known_count(document));
    write_type(&(struct writer){out, defined, style == SK_SCHEMA_NORMALIZED},
               sk_schema_root(document), SK_TEXT(""));
}

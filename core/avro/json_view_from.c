/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From JSON to Avro binary: what holds other values.
 *
 * A union without a wrapper is read by trying its types, so the work is bounded by the
 * number of values tried and not only by the size of the JSON.
 */
#include "avro/binary.h"
#include "avro/json_view_internal.h"
#include "base/json.h"

enum sk_verdict sk_json_misfit(struct sk_json_encoder *self, const struct sk_path *path,
                               const char *wanted, const json_t *json)
{
    static const char *const names[] = {
        [JSON_OBJECT] = "an object",
        [JSON_ARRAY] = "a list",
        [JSON_STRING] = "a string",
        [JSON_INTEGER] = "an integer",
        [JSON_REAL] = "a number with a fraction",
        [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",
        [JSON_NULL] = "null",
    };

    return sk_path_fail(self->err, "avro.json", path, "must be %s, but is %s", wanted,
                        names[json_typeof(json)]);
}

/* A default of the schema stands in for a member that is not there. */
static enum sk_verdict encode_missing(struct sk_json_encoder *self,
                                      const struct sk_schema_field *field,
                                      const struct sk_path *path)
{
    enum sk_json_mode mode = self->mode;
    enum sk_verdict verdict;

    if (self->exact || !field->fallback)
        return sk_path_fail(self->err, "avro.json", path,
                            "is missing and has no default");
    self->mode = SK_JSON_DEFAULT;
    verdict = sk_json_encode(self, field->type, field->fallback, path);
    self->mode = mode;
    return verdict;
}

static bool has_field(const struct sk_schema *schema, struct sk_text name)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        if (sk_text_is(name, schema->fields[i].name))
            return true;
    }
    return false;
}

static enum sk_verdict fail_unknown(struct sk_json_encoder *self,
                                    const struct sk_schema *schema, const json_t *json,
                                    const struct sk_path *path)
{
    const char *name;
    size_t size;
    json_t *value;

    json_object_keylen_foreach((json_t *)json, name, size, value)
    {
        if (!has_field(schema, (struct sk_text){name, size}))
            break;
    }
    return sk_path_fail(self->err, "avro.json", path, "\"%.*s\" is no field of %s",
                        sk_path_shown(name, size), name, schema->fullname);
}

static enum sk_verdict encode_record(struct sk_json_encoder *self,
                                     const struct sk_schema *schema, const json_t *json,
                                     const struct sk_path *path)
{
    size_t used = 0;

    if (!json_is_object(json))
        return sk_json_misfit(self, path, "an object", json);
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct sk_schema_field *field = &schema->fields[i];
        struct sk_path place = sk_path_field(path, field->name);
        const json_t *value = json_object_get(json, field->name);
        if (value) {
            used++;
            SK_TRY(sk_json_encode(self, field->type, value, &place));
        } else {
            SK_TRY(encode_missing(self, field, &place));
        }
    }
    return used == json_object_size(json) ? SK_OK
                                          : fail_unknown(self, schema, json, path);
}

static enum sk_verdict encode_array(struct sk_json_encoder *self,
                                    const struct sk_schema *schema, const json_t *json,
                                    const struct sk_path *path)
{
    size_t count = json_array_size(json);

    if (!json_is_array(json))
        return sk_json_misfit(self, path, "a list", json);
    if (count > 0)
        sk_avro_write_long(self->out, (int64_t)count);
    for (size_t i = 0; i < count; i++) {
        struct sk_path item = sk_path_index(path, i);
        SK_TRY(sk_json_encode(self, schema->items, json_array_get(json, i), &item));
    }
    sk_avro_write_long(self->out, 0);
    return SK_OK;
}

static enum sk_verdict encode_map(struct sk_json_encoder *self,
                                  const struct sk_schema *schema, const json_t *json,
                                  const struct sk_path *path)
{
    const char *key;
    size_t size;
    json_t *value;

    if (!json_is_object(json))
        return sk_json_misfit(self, path, "an object", json);
    if (json_object_size(json) > 0)
        sk_avro_write_long(self->out, (int64_t)json_object_size(json));
    json_object_keylen_foreach((json_t *)json, key, size, value)
    {
        struct sk_path entry = sk_path_key(path, (struct sk_text){key, size});
        sk_avro_write_bytes(self->out, key, size);
        SK_TRY(sk_json_encode(self, schema->items, value, &entry));
    }
    sk_avro_write_long(self->out, 0);
    return SK_OK;
}

static enum sk_verdict encode_branch(struct sk_json_encoder *self,
                                     const struct sk_schema *schema, size_t branch,
                                     const json_t *json, const struct sk_path *path)
{
    sk_avro_write_long(self->out, (int64_t)branch);
    return sk_json_encode(self, schema->branches[branch], json, path);
}

/* {"be.vlaanderen.Adres": …}; the short name is understood too, as avro-c writes it. */
static enum sk_verdict encode_wrapped(struct sk_json_encoder *self,
                                      const struct sk_schema *schema, const json_t *json,
                                      const struct sk_path *path)
{
    const char *type = json_object_iter_key(json_object_iter((json_t *)json));

    if (!json_is_object(json) || json_object_size(json) != 1)
        return sk_json_misfit(self, path, "null or an object with one member, the type",
                              json);
    for (size_t i = 0; i < schema->branch_count; i++) {
        const struct sk_schema *branch = schema->branches[i];
        bool named = sk_schema_is_named(branch);
        if (strcmp(type, named ? branch->fullname : sk_avro_type_name(branch->type)) ==
                0 ||
            (named && strcmp(type, branch->name) == 0))
            return encode_branch(self, schema, i, json_object_get(json, type), path);
    }
    return sk_path_fail(self->err, "avro.json", path, "\"%.*s\" is no type of the union",
                        sk_path_shown(type, strlen(type)), type);
}

/* Tries the types in their order; `exact` is in force for this pass. */
static bool encode_fitting(struct sk_json_encoder *self, const struct sk_schema *schema,
                           const json_t *json, const struct sk_path *path)
{
    size_t start = self->out->size;

    for (size_t i = 0; i < schema->branch_count; i++) {
        if (encode_branch(self, schema, i, json, path) == SK_OK)
            return true;
        self->out->size = start;
    }
    return false;
}

static enum sk_verdict encode_unwrapped(struct sk_json_encoder *self,
                                        const struct sk_schema *schema,
                                        const json_t *json, const struct sk_path *path)
{
    bool exact = self->exact;
    bool done;

    self->exact = true;
    done = encode_fitting(self, schema, json, path);
    self->exact = exact;
    if (done || (!exact && encode_fitting(self, schema, json, path)))
        return SK_OK;
    if (self->budget == 0)
        return SK_REJECT; /* described where it ran out */
    return sk_json_misfit(self, path, "of a type in the union", json);
}

static enum sk_verdict encode_union(struct sk_json_encoder *self,
                                    const struct sk_schema *schema, const json_t *json,
                                    const struct sk_path *path)
{
    size_t null_at = SIZE_MAX;

    sk_json_charge(self, schema->branch_count);
    for (size_t i = 0; i < schema->branch_count; i++) {
        if (schema->branches[i]->type == SK_AVRO_NULL)
            null_at = i;
    }
    if (json_is_null(json) && null_at != SIZE_MAX)
        return encode_branch(self, schema, null_at, json, path);
    if (self->mode == SK_JSON_AVRO)
        return encode_wrapped(self, schema, json, path);
    if (schema->branch_count == 2 && null_at != SIZE_MAX) /* so errors tell the cause */
        return encode_branch(self, schema, 1 - null_at, json, path);
    return encode_unwrapped(self, schema, json, path);
}

enum sk_verdict sk_json_encode(struct sk_json_encoder *self,
                               const struct sk_schema *schema, const json_t *json,
                               const struct sk_path *path)
{
    enum sk_verdict verdict;

    if (self->budget == 0)
        return sk_path_fail(self->err, "avro.json", path, "too many values");
    self->budget--;
    if (schema->type == SK_AVRO_UNION)
        return encode_union(self, schema, json, path);
    if (self->depth == SK_AVRO_DEPTH_MAX)
        return sk_path_fail(self->err, "avro.json", path, "values nest deeper than %d",
                            SK_AVRO_DEPTH_MAX);
    if (self->out->size > self->size_max)
        return sk_path_fail(self->err, "avro.json", path,
                            "the value is larger than %d bytes", SK_AVRO_BYTES_MAX);
    self->depth++;
    switch (schema->type) {
    case SK_AVRO_RECORD:
        verdict = encode_record(self, schema, json, path);
        break;
    case SK_AVRO_ARRAY:
        verdict = encode_array(self, schema, json, path);
        break;
    case SK_AVRO_MAP:
        verdict = encode_map(self, schema, json, path);
        break;
    default:
        verdict = sk_json_encode_scalar(self, schema, json, path);
        break;
    }
    self->depth--;
    return verdict;
}

enum sk_verdict sk_avro_from_json(const struct sk_schema *schema, const json_t *json,
                                  enum sk_json_mode mode, struct sk_buffer *out,
                                  struct sk_error *err)
{
    size_t start = out->size;
    struct sk_json_encoder encoder = {
        .mode = mode,
        .budget = SK_JSON_VALUES_MAX,
        .size_max = start + SK_AVRO_BYTES_MAX,
        .out = out,
        .err = err,
    };
    enum sk_verdict verdict = sk_json_encode(&encoder, schema, json, NULL);

    if (verdict != SK_OK)
        out->size = start;
    return verdict;
}

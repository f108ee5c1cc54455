/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/metadata.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "registry/rule_set.h"

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The member names of an object in order; the caller frees. */
static const char **sorted_names(const json_t *object, size_t *ret_count)
{
    const char **names = sk_alloc((json_object_size(object) + 1) * sizeof(*names));
    const char *name;
    json_t *value;
    size_t count = 0;

    json_object_foreach((json_t *)object, name, value) names[count++] = name;
    qsort(names, count, sizeof(*names), compare_texts);
    *ret_count = count;
    return names;
}

json_t *sk_set_read(const json_t *list)
{
    sk_auto_free const char **texts =
        sk_alloc((json_array_size(list) + 1) * sizeof(*texts));
    json_t *set = json_array();
    size_t count = 0;
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        if (json_is_string(item))
            texts[count++] = json_string_value(item);
    }
    qsort(texts, count, sizeof(*texts), compare_texts);
    for (i = 0; i < count; i++) {
        if (i == 0 || strcmp(texts[i], texts[i - 1]) != 0)
            json_array_append_new(set, json_string(texts[i]));
    }
    return set;
}

json_t *sk_map_read(const json_t *object)
{
    json_t *map = json_object();
    size_t count;
    sk_auto_free const char **names = sorted_names(object, &count);

    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_object_get(object, names[i]);
        if (json_is_string(value))
            json_object_set_new(map, names[i], json_string(json_string_value(value)));
        else if (json_is_array(value))
            json_object_set_new(map, names[i], sk_set_read(value));
        else if (json_is_number(value) || json_is_boolean(value)) {
            sk_auto_free char *text = json_dumps(value, JSON_ENCODE_ANY);
            json_object_set_new(map, names[i], json_string(text));
        }
    }
    return map;
}

/* Sets a member that is not empty; takes the value. */
static void set_filled(json_t *object, const char *name, json_t *value)
{
    if (json_object_size(value) > 0 || json_array_size(value) > 0)
        json_object_set(object, name, value);
    json_decref(value);
}

static bool is_kind_or_absent(const json_t *object, const char *name, json_type kind)
{
    const json_t *value = json_object_get(object, name);

    return !value || json_is_null(value) || json_typeof(value) == kind;
}

enum sk_verdict sk_metadata_read(const json_t *value, json_t **ret_metadata,
                                 struct sk_error *err)
{
    *ret_metadata = NULL;
    if (!value || json_is_null(value))
        return SK_OK;
    if (!json_is_object(value) || !is_kind_or_absent(value, "tags", JSON_OBJECT) ||
        !is_kind_or_absent(value, "properties", JSON_OBJECT) ||
        !is_kind_or_absent(value, "sensitive", JSON_ARRAY))
        return sk_fail(err, SK_REJECT, "registry.metadata",
                       "metadata must be an object with maps \"tags\" and \"properties\" "
                       "and a list \"sensitive\"");
    json_t *metadata = json_object();
    set_filled(metadata, "tags", sk_map_read(json_object_get(value, "tags")));
    set_filled(metadata, "properties", sk_map_read(json_object_get(value, "properties")));
    set_filled(metadata, "sensitive", sk_set_read(json_object_get(value, "sensitive")));
    *ret_metadata = metadata;
    return SK_OK;
}

static void merge_set(json_t *into, const char *name, const json_t *from)
{
    json_t *list = json_object_get(into, name);

    if (!json_object_get(from, name))
        return;
    if (!list)
        json_object_set(into, name, json_object_get(from, name));
    else
        json_array_extend(list, json_object_get(from, name));
}

static void merge_map(json_t *into, const char *name, const json_t *from)
{
    json_t *map = json_object_get(into, name);

    if (!json_object_get(from, name))
        return;
    if (!map)
        json_object_set(into, name, json_object_get(from, name));
    else
        json_object_update(map, json_object_get(from, name));
}

json_t *sk_metadata_merge(const json_t *older, const json_t *newer)
{
    json_auto_t *merged = json_deep_copy(older ? older : newer);
    struct sk_error ignored;
    json_t *sorted;

    if (older && newer) {
        merge_map(merged, "tags", newer);
        merge_map(merged, "properties", newer);
        merge_set(merged, "sensitive", newer);
    }
    (void)!sk_metadata_read(merged, &sorted, &ignored); /* of two good ones: good */
    return sorted;
}

const char *sk_metadata_property(const json_t *metadata, const char *name)
{
    return json_string_value(
        json_object_get(json_object_get(metadata, "properties"), name));
}

json_t *sk_metadata_with(const json_t *metadata, const char *name, const char *value)
{
    json_auto_t *changed = metadata ? json_deep_copy(metadata) : json_object();
    json_t *properties = json_object_get(changed, "properties");
    struct sk_error ignored;
    json_t *sorted;

    if (!properties) {
        properties = json_object();
        json_object_set_new(changed, "properties", properties);
    }
    if (value)
        json_object_set_new(properties, name, json_string(value));
    else
        json_object_del(properties, name);
    (void)!sk_metadata_read(changed, &sorted, &ignored);
    return sorted;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/tags.h"

#include <string.h>

#include "base/alloc.h"
#include "base/map.h"

#define TAGS "confluent:tags"

enum { MOST_TAGS = 1000 }; /* of one place */

/* Called for every record and field, with its path. */
typedef void visitor(void *context, const char *kind, const char *path, json_t *entity);

struct visit {
    visitor *visit;
    void *context;
};

static void walk(const struct visit *self, json_t *type, const char *space);

static char *full_name(const json_t *named, const char *space)
{
    const char *name = json_string_value(json_object_get(named, "name"));
    const char *own = json_string_value(json_object_get(named, "namespace"));

    if (!name)
        name = "";
    if (own)
        space = own;
    return strchr(name, '.') || !*space ? sk_strf("%s", name)
                                        : sk_strf("%s.%s", space, name);
}

static void walk_record(const struct visit *self, json_t *record, const char *around)
{
    sk_auto_free char *name = full_name(record, around);
    sk_auto_free char *space = sk_strf("%s", name);
    json_t *field;
    size_t i;

    char *dot = strrchr(space, '.');
    *(dot ? dot : space) = '\0';
    self->visit(self->context, "sr_record", name, record);
    json_array_foreach(json_object_get(record, "fields"), i, field)
    {
        const char *field_name = json_string_value(json_object_get(field, "name"));
        sk_auto_free char *path = sk_strf("%s.%s", name, field_name ? field_name : "");
        self->visit(self->context, "sr_field", path, field);
        walk(self, json_object_get(field, "type"), space);
    }
}

static void walk(const struct visit *self, json_t *type, const char *space)
{
    const char *kind = json_string_value(json_object_get(type, "type"));
    json_t *branch;
    size_t i;

    json_array_foreach(type, i, branch) walk(self, branch, space);
    if (!kind)
        return;
    if (strcmp(kind, "record") == 0 || strcmp(kind, "error") == 0)
        walk_record(self, type, space);
    walk(self, json_object_get(type, "items"), space);
    walk(self, json_object_get(type, "values"), space);
}

/* Finding. ----------------------------------------------------------------------------
 */

static void collect(void *context, const char *kind, const char *path, json_t *entity)
{
    json_t *tags = json_object_get(entity, TAGS);

    if (json_array_size(tags) > 0)
        json_array_append_new(context,
                              json_pack("{s{ss,ss},sO}", "schemaEntity", "entityPath",
                                        path, "entityType", kind, "tags", tags));
}

json_t *sk_tags_find(const json_t *schema)
{
    json_t *found = json_array();

    walk(&(struct visit){collect, found}, (json_t *)schema, "");
    return found;
}

/* Changing. ---------------------------------------------------------------------------
 */

/* Every place of the schema by "<kind> <path>": a list of tags may be as long as the
 * schema is large, so each is looked up, not searched for. */
static void note(void *context, const char *kind, const char *path, json_t *entity)
{
    sk_auto_free char *key = sk_strf("%s %s", kind, path);

    sk_map_put(context, sk_text(key), entity);
}

static json_t *place_of(const struct sk_map *places, const json_t *item)
{
    const json_t *entity = json_object_get(item, "schemaEntity");
    const char *kind = json_string_value(json_object_get(entity, "entityType"));
    const char *path = json_string_value(json_object_get(entity, "entityPath"));
    sk_auto_free char *key = sk_strf("%s %s", kind ? kind : "", path ? path : "");

    return sk_map_get(places, sk_text(key));
}

static size_t index_of(const json_t *list, const json_t *wanted)
{
    size_t i = 0;

    while (i < json_array_size(list) && !json_equal(json_array_get(list, i), wanted))
        i++;
    return i;
}

static void change_tags(json_t *entity, const json_t *changed, bool remove)
{
    json_t *tags = json_object_get(entity, TAGS);
    json_t *tag;
    size_t i;

    if (!json_is_array(tags)) {
        tags = json_array();
        json_object_set_new(entity, TAGS, tags);
    }
    json_array_foreach(changed, i, tag)
    {
        size_t at = index_of(tags, tag);
        if (remove)
            json_array_remove(tags, at);
        else if (at == json_array_size(tags) && at < MOST_TAGS && json_is_string(tag))
            json_array_append(tags, tag);
    }
    if (json_array_size(tags) == 0)
        json_object_del(entity, TAGS);
}

static enum sk_verdict change_all(const struct sk_map *places, const json_t *list,
                                  bool remove, struct sk_error *err)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        json_t *place = place_of(places, item);
        if (!place)
            return sk_fail(err, SK_REJECT, "registry.tags",
                           "No matching path '%.100s' found in the schema",
                           json_string_value(json_object_get(
                               json_object_get(item, "schemaEntity"), "entityPath")));
        change_tags(place, json_object_get(item, "tags"), remove);
    }
    return SK_OK;
}

enum sk_verdict sk_tags_change(json_t *schema, const json_t *added, const json_t *removed,
                               struct sk_error *err)
{
    sk_map_auto places = {0};

    walk(&(struct visit){note, &places}, schema, "");
    SK_TRY(change_all(&places, added, false, err));
    return change_all(&places, removed, true, err);
}

void sk_tags_spread(const json_t *from, json_t *to)
{
    json_auto_t *found = sk_tags_find(from);
    sk_map_auto places = {0};
    json_t *item;
    size_t i;

    walk(&(struct visit){note, &places}, to, "");
    json_array_foreach(found, i, item)
    {
        json_t *place = place_of(&places, item);
        if (place)
            change_tags(place, json_object_get(item, "tags"), false);
    }
}

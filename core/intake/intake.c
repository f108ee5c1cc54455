/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intake - the steps every source's translation shares.
 *
 * The record's JSON is copied once and then only loses members: reshaping and rules take
 * out what cannot be used and note it, so what is left always fits the event.
 */
#include "intake/intake.h"

#include <stdio.h>

#include "avro/path.h"
#include "events/gedeeld.h"
#include "intake/historiek.h"
#include "intake/shape.h"

enum sk_verdict sk_intake_begin(struct sk_intake *self, const struct sk_translation *job,
                                const struct sk_event_type *type, const char *system,
                                struct sk_error *err)
{
    *self = (struct sk_intake){.type = type, .system = system, .job = job};
    if (!json_is_object(job->record->json))
        return sk_fail(err, SK_REJECT, "intake.record", "%.*s: the record is no object",
                       SK_TEXT_ARG(job->record->origin));
    self->entry = json_deep_copy(job->record->json);
    self->erased = sk_shape_boolean(json_object_get(self->entry, "verwijderd")) > 0;
    json_object_del(self->entry, "afgekeurd");
    json_object_del(self->entry, "versie");
    json_object_del(self->entry, "weggelaten");
    sk_shape(self);
    return SK_OK;
}

void sk_intake_end(struct sk_intake *self)
{
    json_decref(self->entry);
    self->entry = NULL;
}

struct sk_text sk_intake_text(const struct sk_intake *self, const json_t *value)
{
    if (json_is_integer(value))
        return sk_arena_printf(self->job->arena, "%" JSON_INTEGER_FORMAT,
                               json_integer_value(value));
    return sk_json_string(value);
}

void sk_intake_refuse(struct sk_intake *self, const char *veld, const json_t *value,
                      const char *reden)
{
    struct sk_arena *arena = self->job->arena;
    struct sk_text raw = sk_intake_text(self, value);
    char *dump = raw.data ? NULL : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

    if (!raw.data)
        raw = sk_arena_text(arena, sk_text(dump));
    sk_rejected_add(&self->rejected, arena, sk_arena_text(arena, sk_text(veld)),
                    sk_arena_text(arena, raw), reden);
    free(dump);
}

/* Rules. --------------------------------------------------------------------------- */

bool sk_intake_plain_id(const void *unused, struct sk_text raw,
                        char out[SK_IDENTIFIER_SIZE])
{
    (void)unused;
    return !sk_is_insz(raw) && sk_enterprise_number(SK_ENTERPRISE_VRIJ, raw, out);
}

bool sk_intake_dossier_number(const void *pattern, struct sk_text raw,
                              char out[SK_IDENTIFIER_SIZE])
{
    return !sk_is_insz(raw) && sk_dossier_number(pattern, raw, out);
}

bool sk_intake_enterprise_number(const void *scheme, struct sk_text raw,
                                 char out[SK_IDENTIFIER_SIZE])
{
    return sk_enterprise_number((enum sk_enterprise_scheme) * (const int *)scheme, raw,
                                out);
}

bool sk_intake_establishment_number(const void *scheme, struct sk_text raw,
                                    char out[SK_IDENTIFIER_SIZE])
{
    return sk_establishment_number((enum sk_enterprise_scheme) * (const int *)scheme, raw,
                                   out);
}

/* The value in its one spelling (a new reference), or NULL when the rule refuses it. */
static json_t *spelled(struct sk_intake *self, const struct sk_intake_rule *rule,
                       const json_t *value)
{
    char out[SK_IDENTIFIER_SIZE];
    struct sk_text raw = sk_intake_text(self, value);

    return raw.data && rule->apply(rule->context, raw, out) ? json_string(out) : NULL;
}

static void note(struct sk_intake *self, const struct sk_intake_rule *rule,
                 const struct sk_path *where, const json_t *value)
{
    char veld[SK_PATH_SIZE];

    sk_intake_refuse(self, sk_path_format(where, veld), value, rule->reden);
}

static void apply_to_items(struct sk_intake *self, const struct sk_intake_rule *rule,
                           json_t *array, const struct sk_path *where)
{
    for (size_t i = 0; i < json_array_size(array);) {
        struct sk_path item = sk_path_index(where, i);
        json_t *value = spelled(self, rule, json_array_get(array, i));

        if (value) {
            json_array_set_new(array, i++, value);
        } else {
            note(self, rule, &item, json_array_get(array, i));
            json_array_remove(array, i);
        }
    }
}

/* False: the object means nothing any more. */
static bool apply_to_member(struct sk_intake *self, const struct sk_intake_rule *rule,
                            json_t *object, const char *name,
                            const struct sk_path *parent)
{
    json_t *old = json_object_get(object, name);
    struct sk_path where = sk_path_field(parent, name);

    if (json_is_array(old)) {
        apply_to_items(self, rule, old, &where);
        return true;
    }
    if (!old || json_is_null(old))
        return !rule->whole_item;
    json_t *value = spelled(self, rule, old);
    if (value) {
        json_object_set_new(object, name, value);
        return true;
    }
    note(self, rule, &where, old);
    json_object_del(object, name);
    return !rule->whole_item;
}

static bool apply_at(struct sk_intake *self, const struct sk_intake_rule *rule,
                     json_t *object, const char *path, const struct sk_path *parent)
{
    struct sk_text rest = sk_text(path);
    struct sk_text first = sk_text_split(&rest, '.');
    char name[64];

    if (!json_is_object(object))
        return true;
    snprintf(name, sizeof(name), "%.*s", SK_TEXT_ARG(first));
    if (!rest.data)
        return apply_to_member(self, rule, object, name, parent);
    struct sk_path where = sk_path_field(parent, name);
    json_t *next = json_object_get(object, name);
    if (!json_is_array(next)) {
        apply_at(self, rule, next, rest.data, &where);
        return true;
    }
    for (size_t i = 0, at = 0; i < json_array_size(next); at++) {
        struct sk_path item = sk_path_index(&where, at);

        if (apply_at(self, rule, json_array_get(next, i), rest.data, &item))
            i++;
        else
            json_array_remove(next, i);
    }
    return true;
}

void sk_intake_apply(struct sk_intake *self, const struct sk_intake_rule *rule,
                     const char *path)
{
    apply_at(self, rule, self->entry, path, NULL);
}

void sk_intake_require(struct sk_intake *self, const char *name, const char *member)
{
    json_t *array = json_object_get(self->entry, name);

    for (size_t i = 0; i < json_array_size(array);) {
        const json_t *value = json_object_get(json_array_get(array, i), member);

        if (value && !json_is_null(value))
            i++;
        else
            json_array_remove(array, i);
    }
}

static void default_in(json_t *object, const char *name, const char *value)
{
    json_t *old = json_object_get(object, name);

    if (json_is_object(object) && (!old || json_is_null(old)))
        json_object_set_new(object, name, json_string(value));
}

void sk_intake_default(struct sk_intake *self, const char *path, const char *name,
                       const char *value)
{
    json_t *at = *path ? json_object_get(self->entry, path) : self->entry;
    json_t *item = NULL;
    size_t i = 0;

    if (!json_is_array(at)) {
        default_in(at, name, value);
        return;
    }
    json_array_foreach(at, i, item)
    {
        default_in(item, name, value);
    }
}

/* Key and emit. -------------------------------------------------------------------- */

enum sk_verdict sk_intake_key(struct sk_intake *self, const char *name,
                              const struct sk_intake_rule *rule, struct sk_text *ret_key,
                              struct sk_error *err)
{
    json_t *value = json_object_get(self->entry, name);

    if (!value || json_is_null(value))
        value = json_object_get(self->entry, "id");
    json_t *key = spelled(self, rule, value);
    if (!key)
        return sk_fail(err, SK_REJECT, "intake.key", "%.*s: \"%s\" is %s",
                       SK_TEXT_ARG(self->job->record->origin), name,
                       value && !json_is_null(value) ? "no usable key" : "missing");
    *ret_key = sk_arena_text(self->job->arena, sk_json_string(key));
    json_object_set_new(self->entry, name, key);
    return SK_OK;
}

/* Which system's state this is, and of which entity there. */
static void set_bron(struct sk_intake *self, struct sk_text key)
{
    json_t *bron = json_object_get(self->entry, "bron");

    if (!json_is_object(bron)) {
        bron = json_object();
        json_object_set_new(self->entry, "bron", bron);
    }
    default_in(bron, "systeem", self->system);
    json_object_set_new(bron, "id", sk_json_from_text(key));
}

static const struct sk_field *field(const struct sk_event_type *type, const char *name)
{
    for (size_t i = 0; i < type->record.field_count; i++)
        if (strcmp(type->record.fields[i].name, name) == 0)
            return &type->record.fields[i];
    return NULL;
}

static void set_afgekeurd(const struct sk_intake *self, void *event)
{
    const struct sk_field *afgekeurd = field(self->type, "afgekeurd");
    size_t count = self->rejected.count < 100 ? self->rejected.count : 100;
    struct afgekeurd *items =
        sk_arena_alloc_zeroed(self->job->arena, count * sizeof(*items) + 1);

    for (size_t i = 0; i < count; i++)
        items[i] = (struct afgekeurd){.veld = self->rejected.items[i].veld,
                                      .waarde = self->rejected.items[i].waarde,
                                      .reden = self->rejected.items[i].reden};
    memcpy((char *)event + afgekeurd->presence, &count, sizeof(count));
    memcpy((char *)event + afgekeurd->offset, &items, sizeof(items));
}

enum sk_verdict sk_intake_emit(struct sk_intake *self, struct sk_text key,
                               struct sk_error *err)
{
    struct sk_arena *arena = self->job->arena;
    struct sk_emitter *out = self->job->out;
    const void *previous = NULL;

    if (self->erased)
        return sk_emit_erased(out, self->type, key, err);
    void *event = sk_arena_alloc_zeroed(arena, self->type->record.size);
    set_bron(self, key);
    sk_intake_keep_newest(self->type, self->entry, 0);
    SK_TRY(
        sk_event_from_json(self->type, self->entry, arena, event, &self->rejected, err));
    SK_TRY(sk_latest(out, self->type, key, &previous, err));
    if (previous && sk_intake_is_earlier(self->type, event, previous))
        return sk_emit(out, self->type, previous, err); /* counted as unchanged */
    if (previous && self->keep_history)
        SK_TRY(sk_intake_keep_history(self, previous, event, err));
    set_afgekeurd(self, event);
    return sk_emit(out, self->type, event, err);
}

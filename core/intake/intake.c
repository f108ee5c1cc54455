/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intake - the steps every source's translation shares.
 *
 * The record only loses members and changes spelling: reshaping and rules take out what
 * cannot be used and note it, so what is left always fits the event.
 */
#include "intake/intake.h"

#include <inttypes.h>

#include "avro/event_field.h"
#include "avro/path.h"
#include "events/gedeeld.h"
#include "intake/historiek.h"
#include "intake/shape.h"

enum sk_verdict sk_intake_begin(struct sk_intake *self, const struct sk_translation *job,
                                const struct sk_event_type *type, const char *system,
                                struct sk_error *err)
{
    struct sk_value *entry = job->record->json;

    *self =
        (struct sk_intake){.type = type, .system = system, .job = job, .entry = entry};
    if (entry->kind != SK_VALUE_OBJECT)
        return sk_fail(err, SK_REJECT, "intake.record", "%.*s: the record is no object",
                       SK_TEXT_ARG(job->record->origin));
    self->erased = sk_shape_boolean(sk_value_member(entry, "verwijderd")) > 0;
    sk_value_take_out(entry, SK_TEXT("afgekeurd"));
    sk_value_take_out(entry, SK_TEXT("versie"));
    sk_value_take_out(entry, SK_TEXT("weggelaten"));
    sk_shape(self);
    return SK_OK;
}

struct sk_text sk_intake_text(const struct sk_intake *self, const struct sk_value *value)
{
    if (sk_value_is(value, SK_VALUE_INTEGER))
        return sk_arena_printf(self->job->arena, "%" PRId64, value->integer);
    return sk_value_text(value);
}

void sk_intake_refuse(struct sk_intake *self, const char *veld,
                      const struct sk_value *value, const char *reden)
{
    sk_rejected_add_value(&self->rejected, self->job->arena, veld, value, reden);
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

/* Gives the value its one spelling; false: the rule refuses it, and it is as it was. */
static bool spell(struct sk_intake *self, const struct sk_intake_rule *rule,
                  struct sk_value *value)
{
    char out[SK_IDENTIFIER_SIZE];
    struct sk_text raw = sk_intake_text(self, value);

    if (!raw.data || !rule->apply(rule->context, raw, out))
        return false;
    if (!sk_text_is(raw, out))
        raw = sk_arena_text(self->job->arena, sk_text(out));
    *value = sk_value_of(raw);
    return true;
}

static void note(struct sk_intake *self, const struct sk_intake_rule *rule,
                 const struct sk_path *where, const struct sk_value *value)
{
    char veld[SK_PATH_SIZE];

    sk_intake_refuse(self, sk_path_format(where, veld), value, rule->reden);
}

static void apply_to_items(struct sk_intake *self, const struct sk_intake_rule *rule,
                           struct sk_value *array, const struct sk_path *where)
{
    for (size_t i = 0; i < array->count;) {
        struct sk_path item = sk_path_index(where, i);

        if (spell(self, rule, &array->items[i])) {
            i++;
            continue;
        }
        note(self, rule, &item, &array->items[i]);
        sk_value_remove(array, i);
    }
}

/* False: the object means nothing any more. */
static bool apply_to_member(struct sk_intake *self, const struct sk_intake_rule *rule,
                            struct sk_value *object, const char *name,
                            const struct sk_path *parent)
{
    struct sk_value *value = sk_value_member(object, name);
    struct sk_path where = sk_path_field(parent, name);

    if (!value)
        return !rule->whole_item;
    if (value->kind == SK_VALUE_ARRAY) {
        apply_to_items(self, rule, value, &where);
        return true;
    }
    if (spell(self, rule, value))
        return true;
    note(self, rule, &where, value);
    value->kind = SK_VALUE_NULL;
    return !rule->whole_item;
}

static bool apply_at(struct sk_intake *self, const struct sk_intake_rule *rule,
                     struct sk_value *object, const char *path,
                     const struct sk_path *parent)
{
    struct sk_text rest = sk_text(path);
    struct sk_text first = sk_text_split(&rest, '.');

    if (!sk_value_is(object, SK_VALUE_OBJECT))
        return true;
    if (!rest.data)
        return apply_to_member(self, rule, object, path, parent);
    struct sk_value *next = sk_value_get(object, first);
    if (!next)
        return true;
    struct sk_path where =
        sk_path_field(parent, sk_arena_string(self->job->arena, first));
    if (next->kind != SK_VALUE_ARRAY) {
        apply_at(self, rule, next, rest.data, &where);
        return true;
    }
    for (size_t i = 0, at = 0; i < next->count; at++) {
        struct sk_path item = sk_path_index(&where, at);

        if (apply_at(self, rule, &next->items[i], rest.data, &item))
            i++;
        else
            sk_value_remove(next, i);
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
    struct sk_value *array = sk_value_member(self->entry, name);

    for (size_t i = 0; i < sk_value_count(array);) {
        if (sk_value_member(&array->items[i], member))
            i++;
        else
            sk_value_remove(array, i);
    }
}

static void default_in(struct sk_intake *self, struct sk_value *object, const char *name,
                       const char *value)
{
    if (sk_value_is(object, SK_VALUE_OBJECT) && !sk_value_member(object, name))
        sk_value_put(object, sk_text(name), sk_value_of(sk_text(value)),
                     self->job->arena);
}

void sk_intake_default(struct sk_intake *self, const char *path, const char *name,
                       const char *value)
{
    struct sk_value *at = *path ? sk_value_member(self->entry, path) : self->entry;

    if (!sk_value_is(at, SK_VALUE_ARRAY)) {
        default_in(self, at, name, value);
        return;
    }
    for (size_t i = 0; i < at->count; i++)
        default_in(self, &at->items[i], name, value);
}

/* Key and emit. -------------------------------------------------------------------- */

enum sk_verdict sk_intake_key(struct sk_intake *self, const char *name,
                              const struct sk_intake_rule *rule, struct sk_text *ret_key,
                              struct sk_error *err)
{
    struct sk_value *value = sk_value_member(self->entry, name);

    if (!value)
        value = sk_value_member(self->entry, "id");
    if (!value || !spell(self, rule, value))
        return sk_fail(err, SK_REJECT, "intake.key", "%.*s: \"%s\" is %s",
                       SK_TEXT_ARG(self->job->record->origin), name,
                       value ? "no usable key" : "missing");
    *ret_key = sk_value_text(value);
    sk_value_put(self->entry, sk_text(name), *value, self->job->arena);
    return SK_OK;
}

/* Which system's state this is, and of which entity there. */
static void set_bron(struct sk_intake *self, struct sk_text key)
{
    struct sk_arena *arena = self->job->arena;
    struct sk_value *bron = sk_value_place(self->entry, SK_TEXT("bron"), arena);

    if (bron->kind != SK_VALUE_OBJECT)
        *bron = (struct sk_value){.kind = SK_VALUE_OBJECT};
    default_in(self, bron, "systeem", self->system);
    sk_value_put(bron, SK_TEXT("id"), sk_value_of(key), arena);
}

static void set_afgekeurd(const struct sk_intake *self, void *event)
{
    const struct sk_field *afgekeurd =
        sk_record_field(&self->type->record, SK_TEXT("afgekeurd"));
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
    sk_intake_keep_newest(self->type, self->entry, 0, arena);
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

/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/references.h"

#include "base/alloc.h"
#include "base/json.h"
#include "base/map.h"
#include "registry/subject.h"

enum { DEPTH_MAX = 64 };

/* One walk over a schema and everything it needs. */
struct walk {
    struct sk_store *store;
    struct sk_arena *arena;
    struct sk_map seen; /* "subject\nversion" */
    struct sk_references *out;
    struct sk_error *err;
};

static enum sk_verdict add_all(struct walk *self, json_t *list, struct sk_text parent,
                               enum sk_store_filter filter, size_t depth);

static enum sk_verdict no_reference(struct walk *self, const char *what)
{
    return sk_fail(self->err, SK_REJECT, "registry.reference",
                   "a reference has no usable \"%s\"", what);
}

/* The version that a member of the list means; its subject by full name. */
static enum sk_verdict find_one(struct walk *self, json_t *reference,
                                struct sk_text parent, enum sk_store_filter filter,
                                struct sk_store_version *ret_version)
{
    struct sk_text written = sk_json_text_or_absent(reference, "subject");
    json_int_t version = json_integer_value(json_object_get(reference, "version"));
    struct sk_store_query query = {.filter = filter};

    if (!sk_text_filled(sk_json_text_or_absent(reference, "name")))
        return no_reference(self, "name");
    if (!sk_subject_read(written, false, &query.subject))
        return no_reference(self, "subject");
    if (version < -1 || version == 0 || version > INT32_MAX)
        return no_reference(self, "version");
    query.subject = sk_subject_beside(parent, written, self->arena);
    SK_TRY(sk_store_version(self->store, &query, (int32_t)version, self->arena,
                            ret_version, self->err));
    if (ret_version->version == 0)
        return sk_fail(self->err, SK_REJECT, "registry.reference",
                       "No schema reference found for subject \"%.*s\" and version %d",
                       SK_TEXT_ARG(query.subject), (int)version);
    json_object_set_new(reference, "version", json_integer(ret_version->version));
    return SK_OK;
}

/* What the version needs, then the version itself, unless it is there already. */
static enum sk_verdict add_needed(struct walk *self,
                                  const struct sk_store_version *version, size_t depth)
{
    struct sk_text key = sk_arena_printf(self->arena, "%.*s\n%d",
                                         SK_TEXT_ARG(version->subject), version->version);
    struct sk_text references = version->schema.references;
    json_auto_t *list =
        references.data ? json_loadb(references.data, references.size, 0, NULL) : NULL;

    if (sk_map_get(&self->seen, key))
        return SK_OK;
    sk_map_put(&self->seen, key, self);
    SK_TRY(add_all(self, list, version->subject, SK_STORE_ALL, depth));
    if (self->out->text_count == SK_REFERENCES_MAX)
        return sk_fail(self->err, SK_REJECT, "registry.reference",
                       "more than %d schemas are referred to", SK_REFERENCES_MAX);
    self->out->texts[self->out->text_count++] = version->schema.text;
    return SK_OK;
}

static enum sk_verdict add_all(struct walk *self, json_t *list, struct sk_text parent,
                               enum sk_store_filter filter, size_t depth)
{
    struct sk_store_version version;
    json_t *reference;
    size_t i;

    if (depth > DEPTH_MAX)
        return sk_fail(self->err, SK_REJECT, "registry.reference",
                       "references lead on for more than %d steps", DEPTH_MAX);
    json_array_foreach(list, i, reference)
    {
        SK_TRY(find_one(self, reference, parent, filter, &version));
        if (depth == 0)
            self->out->items[i] =
                (struct sk_store_reference){version.subject, version.version};
        SK_TRY(add_needed(self, &version, depth + 1));
    }
    return SK_OK;
}

enum sk_verdict sk_references_find(struct sk_store *store, json_t *list,
                                   struct sk_text parent, enum sk_store_filter filter,
                                   struct sk_arena *arena, struct sk_references *ret,
                                   struct sk_error *err)
{
    struct walk walk = {.store = store, .arena = arena, .out = ret, .err = err};
    size_t count = json_array_size(list);

    *ret = (struct sk_references){0};
    if (count == 0)
        return SK_OK;
    if (count > SK_REFERENCES_MAX)
        return sk_fail(err, SK_REJECT, "registry.reference",
                       "%zu references; at most %d are taken", count, SK_REFERENCES_MAX);
    ret->count = count;
    ret->items = sk_arena_alloc_zeroed(arena, count * sizeof(*ret->items));
    ret->texts = sk_arena_alloc_zeroed(arena, SK_REFERENCES_MAX * sizeof(*ret->texts));
    enum sk_verdict verdict = add_all(&walk, list, parent, filter, 0);
    sk_map_fini(&walk.seen);
    return verdict;
}

enum sk_verdict sk_references_parse(struct sk_store *store,
                                    const struct sk_store_schema *schema,
                                    struct sk_text parent,
                                    struct sk_schema_document **ret_document,
                                    struct sk_error *err)
{
    json_auto_t *list =
        schema->references.data
            ? json_loadb(schema->references.data, schema->references.size, 0, NULL)
            : NULL;
    sk_arena_auto scratch = {0};
    struct sk_references references;

    SK_TRY(sk_references_find(store, list, parent, SK_STORE_ALL, &scratch, &references,
                              err));
    return sk_schema_parse_lenient(references.texts, references.text_count, schema->text,
                                   ret_document, err);
}

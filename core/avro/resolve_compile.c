/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pairs the writer's types with the reader's. Pairs of records are remembered, which both
 * ends recursion and keeps the program small; a pair that fails stays as a step that
 * fails, because a recursion may already lead to it, and the records that were paired
 * meanwhile are forgotten, because they may lead there.
 */
#include "avro/binary.h"
#include "avro/json_view.h"
#include "avro/pairing.h"
#include "avro/resolve_internal.h"
#include "base/alloc.h"
#include "base/map.h"

enum {
    STEPS_MAX = 200000,                /* pairs tried */
    FALLBACKS_MAX = SK_AVRO_BYTES_MAX, /* bytes of all defaults together */
};

struct compiler {
    struct sk_resolver *resolver;
    struct sk_map pairs; /* (writer, reader) → struct sk_step, for records and enums */
    struct sk_buffer trail; /* the records' pairs as they were put */
    size_t steps;
    size_t fallback_bytes;
    struct sk_error *err;
};

static enum sk_verdict pair_types(struct compiler *self, const struct sk_schema *writer,
                                  const struct sk_schema *reader,
                                  const struct sk_path *path,
                                  const struct sk_step **ret_step);

static const char *name_of(const struct sk_schema *schema)
{
    return sk_schema_is_named(schema) ? schema->fullname
                                      : sk_avro_type_name(schema->type);
}

static SK_COLD enum sk_verdict mismatch(struct compiler *self,
                                        const struct sk_schema *writer,
                                        const struct sk_schema *reader,
                                        const struct sk_path *path)
{
    return sk_path_fail(self->err, "avro.resolve", path, "%s cannot be read as %s",
                        name_of(writer), name_of(reader));
}

static struct sk_step *step_new(struct compiler *self, enum sk_step_kind kind,
                                const struct sk_schema *writer,
                                const struct sk_schema *reader)
{
    struct sk_step *step = sk_arena_alloc_zeroed(&self->resolver->arena, sizeof(*step));

    step->kind = kind;
    step->writer = writer;
    step->reader = reader;
    return step;
}

/* Turns the step into one that fails as `self->err` says. The run says where it stands
 * itself, so a cause at this very place loses its path; one deeper down keeps it. */
static void make_failure(struct compiler *self, struct sk_step *step,
                         const struct sk_path *path)
{
    char where[SK_PATH_SIZE];
    struct sk_text cause = sk_text(self->err->text);
    size_t size = strlen(sk_path_format(path, where));

    if (size > 0 && sk_text_starts_with(cause, where) &&
        strncmp(cause.data + size, ": ", 2) == 0)
        cause = sk_text(cause.data + size + 2);
    step->kind = SK_STEP_FAILURE;
    step->failure = sk_arena_string(&self->resolver->arena, cause);
}

static enum sk_verdict pair_primitives(struct compiler *self,
                                       const struct sk_schema *writer,
                                       const struct sk_schema *reader,
                                       const struct sk_path *path,
                                       const struct sk_step **ret_step)
{
    enum sk_step_kind kind = SK_STEP_COPY;

    if (reader->type != writer->type && !sk_pair_promotes(reader->type, writer->type))
        return mismatch(self, writer, reader, path);
    if (reader->type == SK_AVRO_STRING)
        kind = SK_STEP_TEXT;
    else if (reader->type != writer->type &&
             (reader->type == SK_AVRO_FLOAT || reader->type == SK_AVRO_DOUBLE))
        kind = SK_STEP_REAL;
    *ret_step = step_new(self, kind, writer, reader);
    return SK_OK;
}

static enum sk_verdict pair_fixed(struct compiler *self, const struct sk_schema *writer,
                                  const struct sk_schema *reader,
                                  const struct sk_path *path,
                                  const struct sk_step **ret_step)
{
    if (!sk_pair_names(reader, writer))
        return mismatch(self, writer, reader, path);
    if (reader->size != writer->size)
        return sk_path_fail(self->err, "avro.resolve", path,
                            "%s has %zu bytes, the reader's %zu", writer->fullname,
                            writer->size, reader->size);
    *ret_step = step_new(self, SK_STEP_COPY, writer, reader);
    return SK_OK;
}

/* The key of two named types in `pairs`. */
struct pair {
    const struct sk_schema *writer, *reader;
};

static struct sk_text pair_key(const struct pair *pair)
{
    return (struct sk_text){(const char *)pair, sizeof(*pair)};
}

static enum sk_verdict pair_enums(struct compiler *self, const struct sk_schema *writer,
                                  const struct sk_schema *reader,
                                  const struct sk_path *path,
                                  const struct sk_step **ret_step)
{
    struct sk_text key = pair_key(&(struct pair){writer, reader});
    struct sk_step *step = sk_map_get(&self->pairs, key);
    int *symbols;

    if (!sk_pair_names(reader, writer))
        return mismatch(self, writer, reader, path);
    *ret_step = step;
    if (step)
        return SK_OK;
    step = step_new(self, SK_STEP_ENUM, writer, reader);
    sk_map_put(&self->pairs, key, step);
    symbols =
        sk_arena_alloc(&self->resolver->arena, writer->symbol_count * sizeof(*symbols));
    sk_pair_symbols(reader, writer, symbols);
    step->symbols = symbols;
    *ret_step = step;
    return SK_OK;
}

static enum sk_verdict pair_items(struct compiler *self, const struct sk_schema *writer,
                                  const struct sk_schema *reader,
                                  const struct sk_path *path,
                                  const struct sk_step **ret_step)
{
    struct sk_step *step = step_new(self, SK_STEP_ARRAY, writer, reader);
    struct sk_path item = sk_path_index(path, SK_PATH_ANY);

    SK_TRY(pair_types(self, writer->items, reader->items, &item, &step->inner));
    *ret_step = step;
    return SK_OK;
}

/* The default of a field that the writer does not have, encoded once. */
static enum sk_verdict encode_fallback(struct compiler *self,
                                       const struct sk_schema_field *field,
                                       const struct sk_path *path,
                                       struct sk_bytes *ret_bytes)
{
    sk_buffer_auto bytes = {0};
    struct sk_path place = sk_path_field(path, field->name);

    if (!field->fallback)
        return sk_path_fail(self->err, "avro.resolve", &place,
                            "the writer has no such field, and it has no default");
    SK_TRY(sk_avro_from_json(field->type, field->fallback, SK_JSON_DEFAULT, &bytes,
                             self->err));
    self->fallback_bytes += bytes.size;
    if (self->fallback_bytes > FALLBACKS_MAX)
        return sk_path_fail(self->err, "avro.resolve", &place,
                            "the defaults are larger than %d bytes", FALLBACKS_MAX);
    struct sk_text kept = sk_arena_text(&self->resolver->arena, sk_buffer_text(&bytes));
    *ret_bytes = (struct sk_bytes){(const uint8_t *)kept.data, kept.size};
    return SK_OK;
}

static enum sk_verdict pair_fields(struct compiler *self, const struct sk_schema *writer,
                                   const struct sk_schema *reader,
                                   const struct sk_path *path,
                                   struct sk_step_record *record)
{
    sk_auto_free size_t *sources = sk_alloc(reader->field_count * sizeof(*sources) + 1);
    struct sk_bytes *fallbacks = sk_arena_alloc_zeroed(
        &self->resolver->arena, reader->field_count * sizeof(*fallbacks));
    size_t last = 0;

    self->steps += writer->field_count + reader->field_count;
    record->moves = sk_arena_alloc_zeroed(&self->resolver->arena,
                                          writer->field_count * sizeof(*record->moves));
    record->fallbacks = fallbacks;
    record->in_order = true;
    sk_pair_fields(reader, writer, sources);
    for (size_t i = 0; i < reader->field_count; i++) {
        const struct sk_schema_field *field = &reader->fields[i];
        struct sk_path place = sk_path_field(path, field->name);
        size_t source = sources[i];
        if (source == SK_PAIR_MISSING) {
            SK_TRY(encode_fallback(self, field, path, &fallbacks[i]));
            continue;
        }
        record->moves[source].reader_field = i;
        SK_TRY(pair_types(self, writer->fields[source].type, field->type, &place,
                          &record->moves[source].step));
        record->in_order &= source >= last;
        last = source;
    }
    return SK_OK;
}

/* Forgets the pairs put after the trail had this size, but for those that failed. */
static void forget(struct compiler *self, size_t size)
{
    struct pair pair;

    while (self->trail.size > size) {
        self->trail.size -= sizeof(pair);
        memcpy(&pair, self->trail.data + self->trail.size, sizeof(pair));
        const struct sk_step *step = sk_map_get(&self->pairs, pair_key(&pair));
        if (step && step->kind != SK_STEP_FAILURE)
            sk_map_remove(&self->pairs, pair_key(&pair));
    }
}

static enum sk_verdict pair_new_records(struct compiler *self, const struct pair *pair,
                                        const struct sk_path *path,
                                        const struct sk_step **ret_step)
{
    struct sk_step *step = step_new(self, SK_STEP_RECORD, pair->writer, pair->reader);
    struct sk_step_record *record =
        sk_arena_alloc_zeroed(&self->resolver->arena, sizeof(*record));
    size_t start = self->trail.size;
    enum sk_verdict verdict;

    step->record = record;
    sk_map_put(&self->pairs, pair_key(pair), step);
    sk_buffer_append(&self->trail, pair, sizeof(*pair));
    verdict = pair_fields(self, pair->writer, pair->reader, path, record);
    if (verdict != SK_OK) {
        make_failure(self, step, path);
        forget(self, start);
    }
    *ret_step = step;
    return verdict;
}

static enum sk_verdict pair_records(struct compiler *self, const struct sk_schema *writer,
                                    const struct sk_schema *reader,
                                    const struct sk_path *path,
                                    const struct sk_step **ret_step)
{
    struct pair pair = {writer, reader};
    const struct sk_step *step = sk_map_get(&self->pairs, pair_key(&pair));

    if (!sk_pair_names(reader, writer))
        return mismatch(self, writer, reader, path);
    if (!step)
        return pair_new_records(self, &pair, path, ret_step);
    if (step->kind == SK_STEP_FAILURE)
        return sk_fail(self->err, SK_REJECT, "avro.resolve", "%s", step->failure);
    *ret_step = step;
    return SK_OK;
}

/* The first branch that fits, the best ranks first. */
static enum sk_verdict pair_with_branch(struct compiler *self,
                                        const struct sk_schema *writer,
                                        const struct sk_schema *reader,
                                        const struct sk_path *path,
                                        const struct sk_step **ret_step)
{
    struct sk_error cause = {0}; /* of the branch that came nearest */

    for (enum sk_pair_rank rank = SK_PAIR_EXACT; rank > SK_PAIR_NONE; rank--) {
        for (size_t i = 0; i < reader->branch_count; i++) {
            const struct sk_step *inner;
            if (sk_pair_rank(reader->branches[i], writer) != rank)
                continue;
            if (pair_types(self, writer, reader->branches[i], path, &inner) != SK_OK) {
                cause = cause.id ? cause : *self->err;
                continue;
            }
            struct sk_step *step = step_new(self, SK_STEP_BRANCH, writer, reader);
            step->index = i;
            step->inner = inner;
            *ret_step = step;
            return SK_OK;
        }
    }
    if (cause.id)
        return sk_fail(self->err, SK_REJECT, cause.id, "%s", cause.text);
    return sk_path_fail(self->err, "avro.resolve", path,
                        "the reader's union has no type for %s", name_of(writer));
}

/* Each branch of the writer's union by itself; those that fail, fail when they come. */
static enum sk_verdict pair_branches(struct compiler *self,
                                     const struct sk_schema *writer,
                                     const struct sk_schema *reader,
                                     const struct sk_path *path,
                                     const struct sk_step **ret_step)
{
    struct sk_step *step = step_new(self, SK_STEP_CHOICE, writer, reader);
    const struct sk_step **branches = sk_arena_alloc_zeroed(
        &self->resolver->arena, writer->branch_count * sizeof(*branches));
    enum sk_verdict verdict = SK_OK;
    size_t good = 0;

    for (size_t i = 0; i < writer->branch_count; i++) {
        verdict = pair_types(self, writer->branches[i], reader, path, &branches[i]);
        if (verdict == SK_OK) {
            good++;
            continue;
        }
        struct sk_step *failure =
            step_new(self, SK_STEP_FAILURE, writer->branches[i], reader);
        make_failure(self, failure, path);
        branches[i] = failure;
    }
    step->branches = branches;
    *ret_step = step;
    return good > 0 || writer->branch_count == 0 ? SK_OK : verdict;
}

static enum sk_verdict pair_types(struct compiler *self, const struct sk_schema *writer,
                                  const struct sk_schema *reader,
                                  const struct sk_path *path,
                                  const struct sk_step **ret_step)
{
    if (++self->steps > STEPS_MAX)
        return sk_path_fail(self->err, "avro.resolve", path,
                            "the schemas are too large to resolve");
    if (writer->type == SK_AVRO_UNION)
        return pair_branches(self, writer, reader, path, ret_step);
    if (reader->type == SK_AVRO_UNION)
        return pair_with_branch(self, writer, reader, path, ret_step);
    if (writer->type != reader->type || writer->type <= SK_AVRO_STRING)
        return pair_primitives(self, writer, reader, path, ret_step);
    switch (writer->type) {
    case SK_AVRO_RECORD:
        return pair_records(self, writer, reader, path, ret_step);
    case SK_AVRO_ENUM:
        return pair_enums(self, writer, reader, path, ret_step);
    case SK_AVRO_FIXED:
        return pair_fixed(self, writer, reader, path, ret_step);
    default:
        return pair_items(self, writer, reader, path, ret_step);
    }
}

enum sk_verdict sk_resolver_compile(struct sk_resolver *resolver, struct sk_error *err)
{
    struct compiler compiler = {.resolver = resolver, .err = err};
    enum sk_verdict verdict =
        pair_types(&compiler, sk_schema_root(resolver->writer),
                   sk_schema_root(resolver->reader), NULL, &resolver->root);

    sk_map_fini(&compiler.pairs);
    sk_buffer_fini(&compiler.trail);
    return verdict;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks both schemas together. A branch of a reader's union is tried silently: only that
 * none fits is a finding. Pairs of records are remembered, separately for walks that
 * report and walks that try. A pair under way counts as compatible; when it turns out not
 * to be, what was found good meanwhile may have leaned on it and is forgotten.
 */
#include "avro/compat_internal.h"
#include "avro/pairing.h"
#include "base/alloc.h"
#include "base/buffer.h"
#include "base/map.h"

enum { PAIRS_MAX = 2000000 };

struct check {
    struct sk_compat_report *report;
    enum sk_compat_direction direction;
    bool silent;
    size_t pairs; /* compared so far */
    /* For [silent] or not: (reader, writer) → &compatible or &incompatible, and the pairs
     * in the order in which they were put. */
    struct sk_map known[2];
    struct sk_buffer trail[2];
};

struct pair {
    const struct sk_schema *reader, *writer;
};

static char compatible, incompatible;

static bool check_types(struct check *self, const struct sk_compat_sides *at);

static bool found(struct check *self, enum sk_compat_rule rule,
                  const struct sk_compat_sides *at, const char *detail)
{
    if (!self->silent)
        sk_compat_report_add(self->report, self->direction, rule, at, detail);
    return false;
}

/* A finding about a member of the reader's definition: "name", "size", "symbols". */
static bool found_at(struct check *self, enum sk_compat_rule rule,
                     const struct sk_compat_sides *at, const char *member,
                     const char *detail)
{
    struct sk_compat_step step = {at->step, member, SK_PATH_ANY, NULL};
    struct sk_compat_sides there = {at->reader, at->writer, &step, at->path};

    return found(self, rule, &there, detail);
}

static bool check_names(struct check *self, const struct sk_compat_sides *at)
{
    return sk_pair_names(at->reader, at->writer) ||
           found_at(self, SK_COMPAT_NAME_MISMATCH, at, "name", NULL);
}

static bool check_decimals(struct check *self, const struct sk_compat_sides *at)
{
    if (at->reader->logical != SK_AVRO_DECIMAL ||
        at->writer->logical != SK_AVRO_DECIMAL ||
        (at->reader->scale == at->writer->scale &&
         at->reader->precision >= at->writer->precision))
        return true;
    return found(self, SK_COMPAT_DECIMAL_MISMATCH, at, NULL);
}

static bool check_fixed(struct check *self, const struct sk_compat_sides *at)
{
    bool good = check_names(self, at);
    char detail[64];

    if (at->reader->size != at->writer->size) {
        snprintf(detail, sizeof(detail), "reader's size %zu, writer's %zu",
                 at->reader->size, at->writer->size);
        return found_at(self, SK_COMPAT_FIXED_SIZE_MISMATCH, at, "size", detail);
    }
    return check_decimals(self, at) && good;
}

static bool check_symbols(struct check *self, const struct sk_compat_sides *at)
{
    sk_auto_free int *symbols = sk_alloc(at->writer->symbol_count * sizeof(*symbols) + 1);
    sk_buffer_auto missing = {0};

    sk_pair_symbols(at->reader, at->writer, symbols);
    for (size_t i = 0; i < at->writer->symbol_count && missing.size < 1000; i++) {
        if (symbols[i] < 0)
            sk_buffer_printf(&missing, "%s%s",
                             missing.size ? ", " : "missing: ", at->writer->symbols[i]);
    }
    return missing.size == 0 || found_at(self, SK_COMPAT_MISSING_ENUM_SYMBOLS, at,
                                         "symbols", sk_buffer_string(&missing));
}

static bool check_items(struct check *self, const struct sk_compat_sides *at)
{
    struct sk_compat_step step = {at->step,
                                  at->reader->type == SK_AVRO_ARRAY ? "items" : "values",
                                  SK_PATH_ANY, NULL};
    struct sk_path path = sk_path_index(at->path, SK_PATH_ANY);

    return check_types(self, &(struct sk_compat_sides){at->reader->items,
                                                       at->writer->items, &step, &path});
}

/* `source`: the writer's field, NULL when it has none. */
static bool check_field(struct check *self, const struct sk_compat_sides *at, size_t i,
                        const struct sk_schema_field *source)
{
    const struct sk_schema_field *field = &at->reader->fields[i];
    struct sk_compat_step step = {at->step, "fields", i, source ? "type" : NULL};
    struct sk_path path = sk_path_field(at->path, field->name);

    if (!source)
        return field->fallback ||
               found(self, SK_COMPAT_READER_FIELD_MISSING_DEFAULT_VALUE,
                     &(struct sk_compat_sides){field->type, at->writer, &step, &path},
                     NULL);
    return check_types(
        self, &(struct sk_compat_sides){field->type, source->type, &step, &path});
}

static bool check_fields(struct check *self, const struct sk_compat_sides *at)
{
    size_t count = at->reader->field_count;
    sk_auto_free size_t *sources = sk_alloc(count * sizeof(*sources) + 1);
    bool good = true;

    self->pairs += count + at->writer->field_count;
    sk_pair_fields(at->reader, at->writer, sources);
    for (size_t i = 0; i < count; i++) {
        const struct sk_schema_field *source =
            sources[i] == SK_PAIR_MISSING ? NULL : &at->writer->fields[sources[i]];
        good = check_field(self, at, i, source) && good;
        if (self->silent && !good)
            break;
    }
    return good;
}

static struct sk_text pair_key(const struct pair *pair)
{
    return (struct sk_text){(const char *)pair, sizeof(*pair)};
}

/* Forgets the compatible pairs that were put after the trail had this size. */
static void forget(struct sk_map *known, struct sk_buffer *trail, size_t size)
{
    struct pair pair;

    while (trail->size > size) {
        trail->size -= sizeof(pair);
        memcpy(&pair, trail->data + trail->size, sizeof(pair));
        if (sk_map_get(known, pair_key(&pair)) == &compatible)
            sk_map_remove(known, pair_key(&pair));
    }
}

static bool check_records(struct check *self, const struct sk_compat_sides *at)
{
    struct pair pair = {at->reader, at->writer};
    struct sk_map *known = &self->known[self->silent];
    struct sk_buffer *trail = &self->trail[self->silent];
    const char *before = sk_map_get(known, pair_key(&pair));
    size_t start = trail->size;
    bool good;

    if (before)
        return before == &compatible;
    sk_map_put(known, pair_key(&pair), &compatible);
    sk_buffer_append(trail, &pair, sizeof(pair));
    good = check_names(self, at);
    good = check_fields(self, at) && good;
    if (!good) {
        forget(known, trail, start);
        sk_map_put(known, pair_key(&pair), &incompatible);
    }
    return good;
}

/* The reader's union must have a type for the writer's, which is no union. */
static bool check_reader_union(struct check *self, const struct sk_compat_sides *at)
{
    bool silent = self->silent;
    bool fits = false;

    self->silent = true;
    for (size_t i = 0; i < at->reader->branch_count && !fits; i++) {
        const struct sk_schema *branch = at->reader->branches[i];
        self->pairs++;
        fits = sk_pair_rank(branch, at->writer) != SK_PAIR_NONE &&
               check_types(self, &(struct sk_compat_sides){branch, at->writer, at->step,
                                                           at->path});
    }
    self->silent = silent;
    return fits || found(self, SK_COMPAT_MISSING_UNION_BRANCH, at, NULL);
}

/* Every branch of the writer's union must be readable. */
static bool check_writer_union(struct check *self, const struct sk_compat_sides *at)
{
    bool good = true;

    for (size_t i = 0; i < at->writer->branch_count; i++) {
        struct sk_compat_step step = {at->step, NULL, i, NULL};
        struct sk_compat_sides side = {at->reader, at->writer->branches[i], &step,
                                       at->path};
        good = check_types(self, &side) && good;
        if (self->silent && !good)
            break;
    }
    return good;
}

static bool check_same_type(struct check *self, const struct sk_compat_sides *at)
{
    switch (at->reader->type) {
    case SK_AVRO_RECORD:
        return check_records(self, at);
    case SK_AVRO_ENUM: {
        bool good = check_names(self, at);
        return check_symbols(self, at) && good;
    }
    case SK_AVRO_FIXED:
        return check_fixed(self, at);
    case SK_AVRO_ARRAY:
    case SK_AVRO_MAP:
        return check_items(self, at);
    default:
        return check_decimals(self, at);
    }
}

static bool check_types(struct check *self, const struct sk_compat_sides *at)
{
    if (++self->pairs > PAIRS_MAX)
        return false; /* sk_compat_check says so */
    if (at->writer->type == SK_AVRO_UNION)
        return check_writer_union(self, at);
    if (at->reader->type == SK_AVRO_UNION)
        return check_reader_union(self, at);
    if (at->reader->type == at->writer->type)
        return check_same_type(self, at);
    return sk_pair_promotes(at->reader->type, at->writer->type) ||
           found(self, SK_COMPAT_TYPE_MISMATCH, at, NULL);
}

static enum sk_verdict check_direction(const struct sk_schema *reader,
                                       const struct sk_schema *writer,
                                       enum sk_compat_direction direction,
                                       struct sk_compat_report *report,
                                       struct sk_error *err)
{
    struct check check = {.report = report, .direction = direction};
    struct sk_path root = sk_path_field(NULL, reader->name ? reader->name : "");

    check_types(&check, &(struct sk_compat_sides){reader, writer, NULL,
                                                  reader->name ? &root : NULL});
    for (int silent = 0; silent < 2; silent++) {
        sk_map_fini(&check.known[silent]);
        sk_buffer_fini(&check.trail[silent]);
    }
    if (check.pairs > PAIRS_MAX)
        return sk_fail(
            err, SK_REJECT, "avro.compat",
            "the schemas are too large to compare: more than %d pairs of types",
            PAIRS_MAX);
    return SK_OK;
}

enum sk_verdict sk_compat_check(const struct sk_schema *candidate,
                                const struct sk_schema *earlier,
                                enum sk_compat_direction direction,
                                struct sk_compat_report *report, struct sk_error *err)
{
    if (direction & SK_COMPAT_BACKWARD)
        SK_TRY(check_direction(candidate, earlier, SK_COMPAT_BACKWARD, report, err));
    if (direction & SK_COMPAT_FORWARD)
        SK_TRY(check_direction(earlier, candidate, SK_COMPAT_FORWARD, report, err));
    return SK_OK;
}

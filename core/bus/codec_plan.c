/* SPDX-License-Identifier: Apache-2.0 */
#include "bus/codec_plan.h"

#include <stdlib.h>
#include <string.h>

#include "avro/canonical.h"
#include "avro/pairing.h"
#include "base/alloc.h"

/* A walk over both schemas. Types may contain themselves: a pair of nodes that was met
 * before is not walked again, whatever is missing in it was found then. */
struct walk {
    uint8_t *met; /* a bit a pair of nodes */
    size_t writer_nodes;
};

static bool covers(const struct walk *walk, const struct sk_schema *reader,
                   const struct sk_schema *writer);

static bool first_meeting(const struct walk *walk, const struct sk_schema *reader,
                          const struct sk_schema *writer)
{
    size_t pair = reader->index * walk->writer_nodes + writer->index;
    uint8_t bit = (uint8_t)(1 << pair % 8);
    bool first = !(walk->met[pair / 8] & bit);

    walk->met[pair / 8] |= bit;
    return first;
}

static bool covers_fields(const struct walk *walk, const struct sk_schema *reader,
                          const struct sk_schema *writer)
{
    sk_auto_free size_t *sources = sk_alloc((reader->field_count + 1) * sizeof(*sources));
    size_t taken = 0;

    sk_pair_fields(reader, writer, sources);
    for (size_t i = 0; i < reader->field_count; i++) {
        if (sources[i] == SK_PAIR_MISSING)
            continue;
        taken++;
        if (!covers(walk, reader->fields[i].type, writer->fields[sources[i]].type))
            return false;
    }
    return taken == writer->field_count;
}

static bool covers_symbols(const struct sk_schema *reader, const struct sk_schema *writer)
{
    for (size_t i = 0; i < writer->symbol_count; i++) {
        size_t j = 0;
        while (j < reader->symbol_count &&
               strcmp(reader->symbols[j], writer->symbols[i]) != 0)
            j++;
        if (j == reader->symbol_count)
            return false;
    }
    return true;
}

/* The branch that would take the writer's value also knows all of it. */
static bool covered_by_a_branch(const struct walk *walk, const struct sk_schema *reader,
                                const struct sk_schema *writer)
{
    const struct sk_schema *best = NULL;
    enum sk_pair_rank rank = SK_PAIR_NONE;

    for (size_t i = 0; i < reader->branch_count; i++) {
        enum sk_pair_rank this_rank = sk_pair_rank(reader->branches[i], writer);
        if (this_rank > rank) {
            rank = this_rank;
            best = reader->branches[i];
        }
    }
    return best && covers(walk, best, writer);
}

static bool covers_every_branch(const struct walk *walk, const struct sk_schema *reader,
                                const struct sk_schema *writer)
{
    for (size_t i = 0; i < writer->branch_count; i++) {
        if (!covers(walk, reader, writer->branches[i]))
            return false;
    }
    return true;
}

static bool covers(const struct walk *walk, const struct sk_schema *reader,
                   const struct sk_schema *writer)
{
    if (!first_meeting(walk, reader, writer))
        return true;
    if (writer->type == SK_AVRO_UNION)
        return covers_every_branch(walk, reader, writer);
    if (reader->type == SK_AVRO_UNION)
        return covered_by_a_branch(walk, reader, writer);
    if (reader->type != writer->type)
        return sk_pair_promotes(reader->type, writer->type);
    switch (writer->type) {
    case SK_AVRO_RECORD:
        return covers_fields(walk, reader, writer);
    case SK_AVRO_ENUM:
        return covers_symbols(reader, writer);
    case SK_AVRO_ARRAY:
    case SK_AVRO_MAP:
        return covers(walk, reader->items, writer->items);
    default:
        return true;
    }
}

bool sk_codec_covers(const struct sk_schema_document *reader,
                     const struct sk_schema_document *writer)
{
    size_t writer_nodes = sk_schema_node_count(writer);
    size_t pairs = sk_schema_node_count(reader) * writer_nodes;
    sk_auto_free uint8_t *met = sk_alloc_zeroed(pairs / 8 + 1);
    struct walk walk = {met, writer_nodes};

    return covers(&walk, sk_schema_root(reader), sk_schema_root(writer));
}

static enum sk_verdict make_resolver(struct sk_codec_plan *plan,
                                     struct sk_schema_document *writer,
                                     struct sk_error *err)
{
    sk_schema_document_auto *reader = NULL;
    const char *own = plan->type->schema;

    SK_TRY(sk_schema_parse(own, strlen(own), &reader, err));
    SK_TRY(sk_resolver_new(writer, reader, &plan->resolver, err));
    plan->whole = sk_codec_covers(reader, writer);
    return SK_OK;
}

enum sk_verdict sk_codec_plan_init(struct sk_codec_plan *plan,
                                   const struct sk_event_type *type, int32_t id,
                                   const char *writer_schema, struct sk_error *err)
{
    sk_schema_document_auto *writer = NULL;
    uint8_t fingerprint[SK_SHA256_SIZE];

    *plan = (struct sk_codec_plan){.type = type, .id = id, .whole = true};
    enum sk_verdict verdict =
        sk_schema_parse(writer_schema, strlen(writer_schema), &writer, err);
    if (verdict == SK_OK) {
        sk_schema_sha256(writer, fingerprint);
        if (memcmp(fingerprint, type->fingerprint, sizeof(fingerprint)) == 0)
            return SK_OK; /* the same binary, whatever the docs and defaults say */
        verdict = make_resolver(plan, writer, err);
    }
    if (verdict == SK_OK)
        return SK_OK;
    err->id = "codec.schema";
    sk_error_prefix(err, "schema %d read as %s", id, type->topic);
    return SK_REJECT;
}

void sk_codec_plan_fini(struct sk_codec_plan *plan)
{
    sk_resolver_free(plan->resolver);
    plan->resolver = NULL;
}

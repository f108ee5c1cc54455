/* SPDX-License-Identifier: Apache-2.0 */
#include "avro/pairing.h"

#include "base/alloc.h"
#include "base/map.h"

bool sk_pair_names(const struct sk_schema *reader, const struct sk_schema *writer)
{
    if (strcmp(reader->name, writer->name) == 0)
        return true;
    for (size_t i = 0; i < reader->alias_count; i++) {
        if (strcmp(reader->aliases[i], writer->fullname) == 0)
            return true;
    }
    return false;
}

bool sk_pair_promotes(enum sk_avro_type reader, enum sk_avro_type writer)
{
    if (writer >= SK_AVRO_INT && writer <= SK_AVRO_FLOAT)
        return reader > writer && reader <= SK_AVRO_DOUBLE;
    return (writer == SK_AVRO_STRING && reader == SK_AVRO_BYTES) ||
           (writer == SK_AVRO_BYTES && reader == SK_AVRO_STRING);
}

enum sk_pair_rank sk_pair_rank(const struct sk_schema *branch,
                               const struct sk_schema *writer)
{
    if (branch->type != writer->type)
        return sk_pair_promotes(branch->type, writer->type) ? SK_PAIR_PROMOTED
                                                            : SK_PAIR_NONE;
    if (!sk_schema_is_named(branch) || strcmp(branch->fullname, writer->fullname) == 0)
        return SK_PAIR_EXACT;
    return sk_pair_names(branch, writer) ? SK_PAIR_ALIKE : SK_PAIR_NONE;
}

/* Takes the writer's field of this name out of the map. */
static size_t take(struct sk_map *writer_fields, const struct sk_schema *writer,
                   const char *name)
{
    const struct sk_schema_field *field = sk_map_remove(writer_fields, sk_text(name));

    return field ? (size_t)(field - writer->fields) : SK_PAIR_MISSING;
}

void sk_pair_fields(const struct sk_schema *reader, const struct sk_schema *writer,
                    size_t *sources)
{
    sk_map_auto untaken = {0};

    for (size_t i = 0; i < writer->field_count; i++)
        sk_map_put(&untaken, sk_text(writer->fields[i].name),
                   (void *)(uintptr_t)&writer->fields[i]);
    for (size_t i = 0; i < reader->field_count; i++)
        sources[i] = take(&untaken, writer, reader->fields[i].name);
    for (size_t i = 0; i < reader->field_count; i++) {
        const struct sk_schema_field *field = &reader->fields[i];
        for (size_t a = 0; a < field->alias_count && sources[i] == SK_PAIR_MISSING; a++)
            sources[i] = take(&untaken, writer, field->aliases[a]);
    }
}

void sk_pair_symbols(const struct sk_schema *reader, const struct sk_schema *writer,
                     int *symbols)
{
    sk_map_auto known = {0};

    for (size_t i = 0; i < reader->symbol_count; i++)
        sk_map_put(&known, sk_text(reader->symbols[i]),
                   (void *)(uintptr_t)&reader->symbols[i]);
    for (size_t i = 0; i < writer->symbol_count; i++) {
        const char *const *found = sk_map_get(&known, sk_text(writer->symbols[i]));
        symbols[i] = found ? (int)(found - reader->symbols) : reader->enum_default;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of a record by their names: a table without collisions, so that a name is
 * found, or known not to be there, with one look (sk_record_field).
 *
 * The hash of a name is fixed (sk_name_hash); what is sought here is a factor under which
 * the hashes of this record's names fall in different slots.
 */
#include "avro/codegen/emit.h"
#include "base/hash.h"

enum { LEAST_BITS = 2, MOST_BITS = 12, TRIES = 20000 };

struct lookup {
    uint32_t factor;
    unsigned shift; /* the table has 1 << (32 - shift) slots */
    uint8_t slots[1 << MOST_BITS];
};

static bool fits(struct lookup *lookup, const struct layout_record *record)
{
    memset(lookup->slots, 0, (size_t)1 << (32 - lookup->shift));
    for (size_t i = 0; i < record->field_count; i++) {
        const char *name = record->fields[i].name;
        uint32_t hash = sk_name_hash(name, strlen(name));
        uint8_t *slot = &lookup->slots[(hash * lookup->factor) >> lookup->shift];

        if (*slot)
            return false;
        *slot = (uint8_t)(i + 1);
    }
    return true;
}

static void find(struct lookup *lookup, const struct layout_record *record)
{
    for (unsigned bits = LEAST_BITS; bits <= MOST_BITS; bits++) {
        lookup->shift = 32 - bits;
        lookup->factor = 1;
        for (size_t i = 0; i < TRIES && (size_t)1 << bits > record->field_count; i++) {
            if (fits(lookup, record))
                return;
            lookup->factor = lookup->factor * 2654435769u + 2;
        }
    }
    /* Two names with one hash: the compiler will name what is missing. */
    lookup->factor = 0;
}

void emit_slots_of(struct sk_buffer *out, const struct layout_record *record,
                   const char *name)
{
    struct lookup lookup;

    find(&lookup, record);
    if (!lookup.factor)
        return;
    sk_buffer_printf(out, "static const uint8_t %s_slots[] = {", name);
    for (size_t i = 0; i < (size_t)1 << (32 - lookup.shift); i++)
        sk_buffer_printf(out, "%s%d,", i % 20 ? " " : "\n    ", lookup.slots[i]);
    sk_buffer_printf(out, "\n};\n\n");
}

void emit_lookup(struct sk_buffer *out, const struct layout_record *record,
                 const char *name)
{
    struct lookup lookup;

    find(&lookup, record);
    sk_buffer_printf(out, "%s_slots, %uu, %u", name, lookup.factor, lookup.shift);
}

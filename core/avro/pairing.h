/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_PAIRING_H
#define SK_AVRO_PAIRING_H

#include "avro/schema.h"

/*
 * Which parts of a reader's and a writer's schema belong together: the rules that
 * resolution and the compatibility check share, so that they cannot disagree.
 */

/* The same unqualified name, or an alias of the reader's is the writer's full name. */
bool sk_pair_names(const struct sk_schema *reader, const struct sk_schema *writer);

/* Whether a value of the writer's primitive type can be read as the reader's other one:
 * int → long → float → double, string ↔ bytes. */
bool sk_pair_promotes(enum sk_avro_type reader, enum sk_avro_type writer);

/* How well a branch of the reader's union suits the writer's type, which is no union.
 * Whether records and containers fit inside is for the caller to find out. */
enum sk_pair_rank {
    SK_PAIR_NONE,
    SK_PAIR_PROMOTED,
    SK_PAIR_ALIKE, /* by alias or unqualified name */
    SK_PAIR_EXACT,
};
enum sk_pair_rank sk_pair_rank(const struct sk_schema *branch,
                               const struct sk_schema *writer);

/* For each field of the reader's record the index of the writer's field it takes its
 * value from, or SK_PAIR_MISSING. Names go before aliases; a writer's field is taken
 * once. `sources` holds reader->field_count entries. */
#define SK_PAIR_MISSING SIZE_MAX
void sk_pair_fields(const struct sk_schema *reader, const struct sk_schema *writer,
                    size_t *sources);

/* The reader's index of each of the writer's symbols: itself, or the reader's default, or
 * -1. `symbols` holds writer->symbol_count entries. */
void sk_pair_symbols(const struct sk_schema *reader, const struct sk_schema *writer,
                     int *symbols);

#endif

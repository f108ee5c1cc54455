/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_EVENT_H
#define SK_AVRO_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "base/verdict.h"

/*
 * What the generator says about each schema: how its struct is laid out, and its codec.
 *
 * How Avro types stand in a struct. A field `x` of type
 *   string, bytes         struct sk_text x, struct sk_bytes x; optional: x.data == NULL
 *   boolean, int, long    bool x, int32_t x, int64_t x; optional: bool has_x before it
 *   enum                  int32_t x, the symbol's index; optional: bool has_x before it
 *   record                struct r x; optional: struct r *x, NULL when absent
 *   array of T            size_t x_count; T *x, NULL when empty
 * All zero is the empty event: absent, 0, "", []. _init gives the schema's defaults, and
 * required texts that are "" rather than NULL. avro/event_field.h reads and sets fields
 * by their table.
 */
enum sk_field_kind {
    SK_FIELD_BOOLEAN,
    SK_FIELD_INT,
    SK_FIELD_LONG,
    SK_FIELD_STRING,
    SK_FIELD_BYTES,
    SK_FIELD_ENUM,
    SK_FIELD_RECORD,
};

enum sk_field_logical {
    SK_LOGICAL_NONE,
    SK_LOGICAL_DATE,             /* int, days since 1970-01-01 */
    SK_LOGICAL_TIMESTAMP_MILLIS, /* long, Unix ms UTC */
};

enum sk_field_tag {
    SK_TAG_PII = 1,
    SK_TAG_PII_SENSITIVE = 2, /* health, criminal data, children */
};

struct sk_record_type;

struct sk_field {
    const char *name;
    size_t name_size;
    enum sk_field_kind kind;
    enum sk_field_logical logical;
    uint8_t tags; /* of enum sk_field_tag, the enclosing field's included */
    bool optional;
    bool array;       /* `kind` is then that of the items */
    size_t offset;    /* of x in its struct */
    size_t presence;  /* of has_x (optional scalars) or of x_count (arrays), else 0 */
    size_t item_size; /* of one T, for arrays */
    const struct sk_record_type *record; /* SK_FIELD_RECORD */
    const char *const *symbols;          /* SK_FIELD_ENUM */
    size_t symbol_count;
};

struct sk_record_type {
    const char *name; /* "Adres" */
    size_t size;      /* of the struct */
    const struct sk_field *fields;
    size_t field_count;
    void (*init)(void *record);
    const uint8_t *slots; /* of sk_record_field: 1 + a field's index, or 0 */
    uint32_t factor, shift;
};

struct sk_event_type {
    const char *topic;       /* "opvang.locatie" */
    const char *name;        /* full name, "be.vlaanderen.kinderopvang.OpvangLocatie" */
    const char *schema;      /* JSON as it is registered, compact, with docs and tags */
    uint8_t fingerprint[32]; /* SHA-256 of its Parsing Canonical Form */
    struct sk_record_type record;
    const struct sk_field *const *key; /* "schakel.sleutel", ends with NULL */
    const struct sk_field *versie;     /* NULL where the schema has none */

    void (*init)(void *event);

    /* Appends Avro binary to `out`. SK_REJECT "avro.encode" when a text is not UTF-8, an
     * enum index out of range or the event larger than the bus takes; `out` is then as
     * before. */
    enum sk_verdict (*encode)(const void *event, struct sk_buffer *out,
                              struct sk_error *err);

    /* Texts point into `data`, arrays and optional records into the arena. Bounded:
     * depth, counts and bytes are checked before anything is allocated. SK_REJECT
     * "avro.decode" names the field; bytes left over are an error too. */
    enum sk_verdict (*decode)(void *event, struct sk_bytes data, struct sk_arena *arena,
                              struct sk_error *err);

    bool (*equal)(const void *a, const void *b);
};

/* The key ("schakel.sleutel" fields joined by "/"), in the arena or borrowed from the
 * event. SK_REJECT "event.key" when a part is empty, longer than 512 bytes or not UTF-8.
 */
enum sk_verdict sk_event_key(const struct sk_event_type *type, const void *event,
                             struct sk_arena *arena, struct sk_text *ret_key,
                             struct sk_error *err);

/* The value of `versie`, or 0 where the type has none. */
int64_t sk_event_versie(const struct sk_event_type *type, const void *event);
void sk_event_set_versie(const struct sk_event_type *type, void *event, int64_t versie);

/* Room for encryption between struct and codec (design.md §8); identity today. They walk
 * the field table; comparisons and hashes always use the opened struct. */
enum sk_verdict sk_event_seal(const struct sk_event_type *type, void *event,
                              struct sk_arena *arena, struct sk_error *err);
enum sk_verdict sk_event_open(const struct sk_event_type *type, void *event,
                              struct sk_arena *arena, struct sk_error *err);

#endif

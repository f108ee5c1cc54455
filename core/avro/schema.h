/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_SCHEMA_H
#define SK_AVRO_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "base/verdict.h"

/*
 * An Avro schema as a read-only tree. A named type is one node: every place that names it
 * points to that node, so recursive schemas are cyclic. Texts end with NUL.
 */
enum sk_avro_type {
    SK_AVRO_NULL,
    SK_AVRO_BOOLEAN,
    SK_AVRO_INT,
    SK_AVRO_LONG,
    SK_AVRO_FLOAT,
    SK_AVRO_DOUBLE,
    SK_AVRO_BYTES,
    SK_AVRO_STRING,
    SK_AVRO_RECORD,
    SK_AVRO_ENUM,
    SK_AVRO_FIXED,
    SK_AVRO_ARRAY,
    SK_AVRO_MAP,
    SK_AVRO_UNION,
};

/* Unknown and ill-fitting logical types are ignored, as Avro asks. */
enum sk_avro_logical {
    SK_AVRO_PLAIN,
    SK_AVRO_DECIMAL, /* bytes or fixed */
    SK_AVRO_UUID,    /* string or fixed(16) */
    SK_AVRO_DATE,    /* int */
    SK_AVRO_TIME_MILLIS,
    SK_AVRO_TIME_MICROS,
    SK_AVRO_TIMESTAMP_MILLIS,
    SK_AVRO_TIMESTAMP_MICROS,
    SK_AVRO_TIMESTAMP_NANOS,
    SK_AVRO_LOCAL_TIMESTAMP_MILLIS,
    SK_AVRO_LOCAL_TIMESTAMP_MICROS,
    SK_AVRO_LOCAL_TIMESTAMP_NANOS,
    SK_AVRO_DURATION, /* fixed(12) */
};

enum sk_avro_order { SK_AVRO_ASCENDING, SK_AVRO_DESCENDING, SK_AVRO_IGNORE };

struct sk_schema;

struct sk_schema_field {
    const char *name;
    const char *doc; /* NULL: none */
    const struct sk_schema *type;
    const json_t *fallback; /* the default; NULL: none (JSON null is one) */
    enum sk_avro_order order;
    const char *const *aliases;
    size_t alias_count;
    const json_t *attributes; /* object of the members Avro does not define, or NULL */
};

struct sk_schema {
    enum sk_avro_type type;
    enum sk_avro_logical logical;
    size_t index; /* of the node in its document, from 0 */

    /* Record, enum, fixed. */
    const char *name;           /* "Adres" */
    const char *fullname;       /* "be.vlaanderen.kinderopvang.Adres" */
    const char *doc;            /* NULL: none */
    const char *const *aliases; /* full names */
    size_t alias_count;

    const struct sk_schema_field *fields; /* record */
    size_t field_count;
    const char *const *symbols; /* enum */
    size_t symbol_count;
    int enum_default;                        /* index of the default symbol, or -1 */
    const struct sk_schema *items;           /* array; of a map its values */
    const struct sk_schema *const *branches; /* union */
    size_t branch_count;
    size_t size;          /* fixed, in bytes */
    int precision, scale; /* decimal */

    const json_t *attributes; /* as of a field; `logicalType` too */
};

/* Owns the nodes of one parsed text. Immutable after parsing, so any thread may read. */
struct sk_schema_document;

/* What a text may cost. */
enum {
    SK_SCHEMA_TEXT_MAX = 1024 * 1024, /* bytes */
    SK_SCHEMA_DEPTH_MAX = 64,         /* types inside types, in the text */
    SK_SCHEMA_PLACES_MAX = 10000,     /* places in the text where a type stands */
    SK_SCHEMA_NAME_MAX = 1024,        /* bytes of a full name, a field, a symbol */
};

/* Parses a schema in JSON. SK_REJECT "avro.schema" says where ("Klacht.genoemd[].naam")
 * and what; names, references, duplicates, sizes and defaults are checked. The caller
 * holds the first reference. */
enum sk_verdict sk_schema_parse(const void *text, size_t size,
                                struct sk_schema_document **ret_document,
                                struct sk_error *err);

struct sk_schema_document *sk_schema_document_ref(struct sk_schema_document *document);
void sk_schema_document_unref(struct sk_schema_document *document); /* accepts NULL */
void sk_schema_document_unref_pointer(void *pointer_to_pointer);
#define sk_schema_document_auto                                                          \
    SK_CLEANUP(sk_schema_document_unref_pointer) struct sk_schema_document

const struct sk_schema *sk_schema_root(const struct sk_schema_document *document);

/* The text as parsed: members in their order, unknown ones included. Borrowed. */
const json_t *sk_schema_json(const struct sk_schema_document *document);

size_t sk_schema_node_count(const struct sk_schema_document *document);

/* A named type of the document by its full name, or NULL. */
const struct sk_schema *sk_schema_find(const struct sk_schema_document *document,
                                       struct sk_text fullname);

/* "int", "record", … */
const char *sk_avro_type_name(enum sk_avro_type type);
bool sk_schema_is_named(const struct sk_schema *schema);

#endif

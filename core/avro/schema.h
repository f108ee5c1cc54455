/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_SCHEMA_H
#define SK_AVRO_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "avro/type.h"
#include "base/text.h"
#include "base/verdict.h"

/*
 * An Avro schema as a read-only tree. A named type is one node: every place that names it
 * points to that node, so recursive schemas are cyclic. Texts end with NUL.
 */
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

/* The same of a text that names types of other ones: `known`, parsed first and in order.
 * The limits hold for all together. */
enum sk_verdict sk_schema_parse_with(const struct sk_text *known, size_t known_count,
                                     struct sk_text text,
                                     struct sk_schema_document **ret_document,
                                     struct sk_error *err);

/* The same, but defaults may be of any value: for texts that others took in already. Who
 * reads or writes data with a schema parses it with its defaults checked. */
enum sk_verdict sk_schema_parse_lenient(const struct sk_text *known, size_t known_count,
                                        struct sk_text text,
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

/* Nodes with an index below this one stand in `known` texts. */
size_t sk_schema_known_count(const struct sk_schema_document *document);

/* A named type of the document by its full name, or NULL. */
const struct sk_schema *sk_schema_find(const struct sk_schema_document *document,
                                       struct sk_text fullname);

/* A record, an enum or a fixed. */
bool sk_schema_is_named(const struct sk_schema *schema);

#endif

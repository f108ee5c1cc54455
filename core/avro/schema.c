/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a document, and what one asks of its nodes. Nodes live in its arena. */
#include "avro/schema_internal.h"

#include <stdlib.h>

#include "base/alloc.h"

static void document_free(struct sk_schema_document *document)
{
    sk_map_fini(&document->names);
    sk_arena_fini(&document->arena);
    json_decref(document->kept);
    json_decref(document->json);
    free(document);
}

static enum sk_verdict load_json(struct sk_text text, json_t **ret_json,
                                 struct sk_error *err)
{
    json_error_t problem;

    if (text.size > SK_SCHEMA_TEXT_MAX)
        return sk_fail(err, SK_REJECT, "avro.schema",
                       "the schema is %zu bytes; at most %d are taken", text.size,
                       SK_SCHEMA_TEXT_MAX);
    /* U+0000 is allowed: defaults of bytes and fixed contain it. */
    *ret_json =
        json_loadb(text.data, text.size,
                   JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &problem);
    return *ret_json
               ? SK_OK
               : sk_fail(err, SK_REJECT, "avro.schema", "no JSON: line %d, column %d: %s",
                         problem.line, problem.column, problem.text);
}

static enum sk_verdict load_known(struct sk_schema_parser *parser, struct sk_text text)
{
    struct sk_schema_document *document = parser->document;
    struct sk_schema *ignored;
    json_t *json;

    SK_TRY(load_json(text, &json, parser->err));
    json_array_append_new(document->kept, json);
    SK_TRY(sk_schema_parse_type(parser, json, (struct sk_schema_place){0}, &ignored));
    document->known_count = document->node_count;
    return SK_OK;
}

static enum sk_verdict document_load(struct sk_schema_document *document,
                                     const struct sk_text *known, size_t known_count,
                                     struct sk_text text, struct sk_error *err)
{
    struct sk_schema_parser parser = {.document = document, .err = err};

    for (size_t i = 0; i < known_count; i++)
        SK_TRY(load_known(&parser, known[i]));
    SK_TRY(load_json(text, &document->json, err));
    return sk_schema_parse_type(&parser, document->json, (struct sk_schema_place){0},
                                &document->root);
}

enum sk_verdict sk_schema_parse_lenient(const struct sk_text *known, size_t known_count,
                                        struct sk_text text,
                                        struct sk_schema_document **ret_document,
                                        struct sk_error *err)
{
    struct sk_schema_document *document = sk_alloc_zeroed(sizeof(*document));

    document->kept = json_array();
    atomic_init(&document->references, 1);
    enum sk_verdict verdict = document_load(document, known, known_count, text, err);
    if (verdict == SK_OK)
        *ret_document = document;
    else
        document_free(document);
    return verdict;
}

enum sk_verdict sk_schema_parse_with(const struct sk_text *known, size_t known_count,
                                     struct sk_text text,
                                     struct sk_schema_document **ret_document,
                                     struct sk_error *err)
{
    struct sk_schema_document *document;

    SK_TRY(sk_schema_parse_lenient(known, known_count, text, &document, err));
    enum sk_verdict verdict = sk_schema_check_defaults(document, err);
    if (verdict == SK_OK)
        *ret_document = document;
    else
        sk_schema_document_unref(document);
    return verdict;
}

enum sk_verdict sk_schema_parse(const void *text, size_t size,
                                struct sk_schema_document **ret_document,
                                struct sk_error *err)
{
    return sk_schema_parse_with(NULL, 0, (struct sk_text){text, size}, ret_document, err);
}

struct sk_schema_document *sk_schema_document_ref(struct sk_schema_document *document)
{
    atomic_fetch_add_explicit(&document->references, 1, memory_order_relaxed);
    return document;
}

void sk_schema_document_unref(struct sk_schema_document *document)
{
    if (document &&
        atomic_fetch_sub_explicit(&document->references, 1, memory_order_acq_rel) == 1)
        document_free(document);
}

void sk_schema_document_unref_pointer(void *pointer_to_pointer)
{
    sk_schema_document_unref(*(struct sk_schema_document **)pointer_to_pointer);
}

const struct sk_schema *sk_schema_root(const struct sk_schema_document *document)
{
    return document->root;
}

const json_t *sk_schema_json(const struct sk_schema_document *document)
{
    return document->json;
}

size_t sk_schema_node_count(const struct sk_schema_document *document)
{
    return document->node_count;
}

size_t sk_schema_known_count(const struct sk_schema_document *document)
{
    return document->known_count;
}

const struct sk_schema *sk_schema_find(const struct sk_schema_document *document,
                                       struct sk_text fullname)
{
    return sk_map_get(&document->names, fullname);
}

const char *sk_avro_type_name(enum sk_avro_type type)
{
    static const char *const names[] = {
        [SK_AVRO_NULL] = "null",     [SK_AVRO_BOOLEAN] = "boolean",
        [SK_AVRO_INT] = "int",       [SK_AVRO_LONG] = "long",
        [SK_AVRO_FLOAT] = "float",   [SK_AVRO_DOUBLE] = "double",
        [SK_AVRO_BYTES] = "bytes",   [SK_AVRO_STRING] = "string",
        [SK_AVRO_RECORD] = "record", [SK_AVRO_ENUM] = "enum",
        [SK_AVRO_FIXED] = "fixed",   [SK_AVRO_ARRAY] = "array",
        [SK_AVRO_MAP] = "map",       [SK_AVRO_UNION] = "union",
    };

    return names[type];
}

bool sk_schema_is_named(const struct sk_schema *schema)
{
    return schema->type == SK_AVRO_RECORD || schema->type == SK_AVRO_ENUM ||
           schema->type == SK_AVRO_FIXED;
}

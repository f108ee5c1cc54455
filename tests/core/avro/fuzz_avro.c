/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer's way in to core/avro. The input is a writer's schema, a reader's and data,
 * separated by a zero byte (which no JSON holds); what is left out is the one before it.
 * Whatever comes in, nothing crashes or grows without bound, and what one part makes
 * another part takes.
 */
#include <stdlib.h>

#include "avro/binary.h"
#include "avro/canonical.h"
#include "avro/compat.h"
#include "avro/json_view.h"
#include "avro/resolve.h"
#include "random.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max,
                               unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t size_max); /* libFuzzer's */

static void must(bool holds)
{
    if (!holds)
        abort(); /* libFuzzer keeps the input */
}

static void fuzz_canonical(const struct sk_schema_document *document)
{
    struct sk_schema_document *again = NULL;
    struct sk_error err = {0};
    sk_buffer_auto text = {0};

    sk_schema_canonical(document, &text);
    if (text.size > SK_SCHEMA_TEXT_MAX)
        return;
    must(sk_schema_parse(text.data, text.size, &again, &err) == SK_OK);
    must(sk_schema_crc64(again) == sk_schema_crc64(document));
    sk_schema_document_unref(again);
}

/* Binary that is good goes to JSON and back. */
static void fuzz_views(const struct sk_schema *schema, struct sk_bytes data)
{
    struct sk_error err = {0};
    json_t *json = NULL;
    bool good = sk_avro_check(schema, data, &err) == SK_OK;

    for (enum sk_json_mode mode = SK_JSON_AVRO; mode <= SK_JSON_DEFAULT; mode++) {
        sk_buffer_auto again = {0};
        if (sk_avro_to_json(schema, data, mode, &json, &err) != SK_OK)
            continue;
        must(good);
        if (sk_avro_from_json(schema, json, mode, &again, &err) == SK_OK)
            must(sk_avro_check(schema, sk_buffer_bytes(&again), &err) == SK_OK);
        json_decref(json);
    }
}

static void fuzz_json(const struct sk_schema *schema, struct sk_bytes data)
{
    sk_buffer_auto binary = {0};
    struct sk_error err = {0};
    json_t *json = json_loadb((const char *)data.data, data.size,
                              JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

    for (enum sk_json_mode mode = SK_JSON_AVRO; json && mode <= SK_JSON_DEFAULT; mode++) {
        binary.size = 0;
        if (sk_avro_from_json(schema, json, mode, &binary, &err) == SK_OK)
            must(sk_avro_check(schema, sk_buffer_bytes(&binary), &err) == SK_OK);
    }
    json_decref(json);
}

static void fuzz_pair(struct sk_schema_document *writer,
                      struct sk_schema_document *reader, struct sk_bytes data)
{
    sk_compat_report_auto report = {0};
    struct sk_resolver *resolver = NULL;
    sk_buffer_auto out = {0};
    struct sk_error err = {0};
    bool compared = sk_compat_check(sk_schema_root(reader), sk_schema_root(writer),
                                    SK_COMPAT_BACKWARD, &report, &err) == SK_OK;

    if (sk_resolver_new(writer, reader, &resolver, &err) != SK_OK) {
        must(!compared || report.found > 0 || strstr(err.text, "large"));
        return;
    }
    if (sk_resolver_run(resolver, data, &out, &err) == SK_OK)
        must(sk_avro_check(sk_schema_root(reader), sk_buffer_bytes(&out), &err) ==
                 SK_OK ||
             strstr(err.text, "deeper") || strstr(err.text, "more values"));
    sk_resolver_free(resolver);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sk_text rest = {(const char *)data, size};
    struct sk_text writer_text = sk_text_split(&rest, '\0');
    struct sk_text reader_text = rest.data ? sk_text_split(&rest, '\0') : writer_text;
    struct sk_bytes value = {rest.data ? (const uint8_t *)rest.data : data,
                             rest.data ? rest.size : size};
    struct sk_schema_document *writer = NULL, *reader = NULL;
    struct sk_error err = {0};

    if (sk_schema_parse(writer_text.data, writer_text.size, &writer, &err) != SK_OK)
        return 0;
    fuzz_canonical(writer);
    fuzz_views(sk_schema_root(writer), value);
    fuzz_json(sk_schema_root(writer), value);
    if (sk_schema_parse(reader_text.data, reader_text.size, &reader, &err) == SK_OK)
        fuzz_pair(writer, reader, value);
    sk_schema_document_unref(reader);
    sk_schema_document_unref(writer);
    return 0;
}

/* A schema, an evolved one and a value: what blind changes hardly ever hit upon. */
static void make_input(struct random *random, struct sk_buffer *out)
{
    json_t *schema = random_schema(random);
    char *writer = json_dumps(schema, JSON_ENCODE_ANY | JSON_COMPACT);
    struct sk_schema_document *document = NULL;
    struct sk_error err;

    random_evolve(random, schema);
    char *reader = json_dumps(schema, JSON_ENCODE_ANY | JSON_COMPACT);
    sk_buffer_append(out, writer, strlen(writer) + 1);
    sk_buffer_append(out, reader, strlen(reader) + 1);
    if (sk_schema_parse(writer, strlen(writer), &document, &err) == SK_OK) {
        json_t *value = random_value(random, sk_schema_root(document));
        (void)sk_avro_from_json(sk_schema_root(document), value, SK_JSON_AVRO, out, &err);
        json_decref(value);
    }
    sk_schema_document_unref(document);
    json_decref(schema);
    free(writer);
    free(reader);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed)
{
    struct random random = {seed};
    sk_buffer_auto fresh = {0};

    if (!random_chance(&random, 5))
        return LLVMFuzzerMutate(data, size, size_max);
    make_input(&random, &fresh);
    if (fresh.size > size_max)
        return LLVMFuzzerMutate(data, size, size_max);
    memcpy(data, fresh.data, fresh.size);
    return fresh.size;
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_TESTS_AVRO_SCHEMA_CASE_H
#define SK_TESTS_AVRO_SCHEMA_CASE_H

/* What the tests of core/avro share: schemas, JSON and bytes from literals. A literal
 * that is itself wrong fails the test that holds it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "avro/json_view.h"
#include "avro/schema.h"
#include "base/buffer.h"

static inline struct sk_schema_document *schema_of(const char *text)
{
    struct sk_schema_document *document = NULL;
    struct sk_error err = {0};

    if (sk_schema_parse(text, strlen(text), &document, &err) != SK_OK)
        fail_msg("%s in %s", err.text, text);
    return document;
}

/* The error text of a schema that must be refused; until the next call. */
static inline const char *schema_error(const char *text)
{
    static struct sk_error err;
    struct sk_schema_document *document = NULL;

    if (sk_schema_parse(text, strlen(text), &document, &err) == SK_OK) {
        sk_schema_document_unref(document);
        fail_msg("taken: %s", text);
    }
    assert_string_equal(err.id, "avro.schema");
    return err.text;
}

static inline json_t *json_of(const char *text)
{
    json_error_t problem;
    json_t *json = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, &problem);

    if (!json)
        fail_msg("%s in %s", problem.text, text);
    return json;
}

/* The binary of a value in JSON. The caller ends it with sk_buffer_fini. */
static inline struct sk_buffer binary_of(const struct sk_schema *schema, const char *text,
                                         enum sk_json_mode mode)
{
    struct sk_buffer out = {0};
    struct sk_error err = {0};
    json_t *json = json_of(text);

    if (sk_avro_from_json(schema, json, mode, &out, &err) != SK_OK)
        fail_msg("%s in %s", err.text, text);
    json_decref(json);
    return out;
}

#define assert_contains(text, part)                                                      \
    do {                                                                                 \
        if (!strstr(text, part))                                                         \
            fail_msg("\"%s\" does not contain \"%s\"", text, part);                      \
    } while (0)

#endif

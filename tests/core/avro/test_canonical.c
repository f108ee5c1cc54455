/* SPDX-License-Identifier: Apache-2.0 */
#include "schema_case.h"

#include <stdio.h>
#include <stdlib.h>

#include "avro/canonical.h"
#include "base/file.h"

static void assert_canonical(const char *text, const char *canonical)
{
    sk_schema_document_auto *document = schema_of(text);
    struct sk_buffer out = {0};

    sk_schema_canonical(document, &out);
    assert_string_equal(sk_buffer_string(&out), canonical);
    sk_buffer_fini(&out);
}

static void only_what_matters_for_reading_stays(void **)
{
    assert_canonical("{\"type\": \"record\", \"doc\": \"d\", \"name\": \"R\", "
                     "\"namespace\": \"n\", \"aliases\": [\"Q\"], \"fields\": ["
                     "{\"name\": \"f\", \"default\": 1, \"order\": \"ignore\", \"type\": "
                     "{\"type\": \"int\", \"logicalType\": \"date\"}}]}",
                     "{\"name\":\"n.R\",\"type\":\"record\",\"fields\":"
                     "[{\"name\":\"f\",\"type\":\"int\"}]}");
}

static void a_type_is_written_out_once_and_named_after_that(void **)
{
    assert_canonical("{\"type\":\"record\",\"name\":\"R\",\"fields\":["
                     "{\"name\":\"a\",\"type\":{\"type\":\"enum\",\"name\":\"E\","
                     "\"symbols\":[\"A\",\"B\"],\"default\":\"A\"}},"
                     "{\"name\":\"b\",\"type\":[\"null\",\"E\",\"R\"]},"
                     "{\"name\":\"c\",\"type\":{\"type\":\"map\",\"values\":\"E\"}}]}",
                     "{\"name\":\"R\",\"type\":\"record\",\"fields\":["
                     "{\"name\":\"a\",\"type\":{\"name\":\"E\",\"type\":\"enum\","
                     "\"symbols\":[\"A\",\"B\"]}},"
                     "{\"name\":\"b\",\"type\":[\"null\",\"E\",\"R\"]},"
                     "{\"name\":\"c\",\"type\":{\"type\":\"map\",\"values\":\"E\"}}]}");
}

/* Known from Avro's specification and tests: the fingerprints of "int". */
static void fingerprints_are_those_of_the_specification(void **)
{
    sk_schema_document_auto *document = schema_of("{\"type\":\"int\"}");
    uint8_t digest[SK_SHA256_SIZE];
    char hex[SK_SHA256_HEX_SIZE];

    assert_int_equal(sk_schema_crc64(document), UINT64_C(8247732601305521295));
    sk_schema_md5(document, digest);
    assert_string_equal(sk_hex(digest, SK_MD5_SIZE, hex),
                        "ef524ea1b91e73173d938ade36c1db32");
    sk_schema_sha256(document, digest);
    assert_string_equal(
        sk_hex(digest, SK_SHA256_SIZE, hex),
        "3f2b87a9fe7cc9b13835598c3981cd45e3e355309e5090aa0933d7becb6fba45");
}

/* One vector of Avro's schema-tests.txt; the next <<INPUT ends it. */
struct vector {
    char input[4096];
    char canonical[4096];
    int64_t fingerprint;
    bool fingerprinted;
};

static void check_vector(const struct vector *vector)
{
    if (!*vector->input || !*vector->canonical)
        return;
    assert_canonical(vector->input, vector->canonical);
    if (vector->fingerprinted) {
        sk_schema_document_auto *document = schema_of(vector->input);
        assert_int_equal((int64_t)sk_schema_crc64(document), vector->fingerprint);
    }
}

/* "<<INPUT" begins a vector; without a text on its line the lines up to INPUT are it. */
static size_t check_vectors(struct sk_text rest)
{
    struct vector vector = {0};
    bool inside = false;
    size_t count = 0;

    while (rest.data) {
        struct sk_text line = sk_text_split(&rest, '\n');
        if (inside && !sk_text_is(line, "INPUT")) {
            size_t used = strlen(vector.input);
            snprintf(vector.input + used, sizeof(vector.input) - used, "%.*s\n",
                     SK_TEXT_ARG(line));
        } else if (inside) {
            inside = false;
        } else if (sk_text_starts_with(line, "<<INPUT")) {
            check_vector(&vector);
            vector = (struct vector){0};
            snprintf(vector.input, sizeof(vector.input), "%.*s", (int)line.size - 7,
                     line.data + 7);
            inside = line.size == 7;
            count++;
        } else if (sk_text_starts_with(line, "<<canonical ")) {
            snprintf(vector.canonical, sizeof(vector.canonical), "%.*s",
                     (int)line.size - 12, line.data + 12);
        } else if (sk_text_starts_with(line, "<<fingerprint ")) {
            vector.fingerprint = strtoll(line.data + 14, NULL, 10);
            vector.fingerprinted = true;
        }
    }
    check_vector(&vector);
    return count;
}

static void the_public_vectors_of_apache_avro_pass(void **)
{
    const char *source = getenv("SK_SOURCE_DIR");
    struct sk_buffer text = {0};
    struct sk_error err = {0};
    char path[1024];

    snprintf(path, sizeof(path), "%s/../shared/data/avro/schema-tests.txt",
             source ? source : ".");
    if (sk_file_read(path, 1024 * 1024, &text, &err) != SK_OK) {
        print_message("skipped: %s\n", err.text);
        skip();
    }
    assert_in_range(check_vectors(sk_buffer_text(&text)), 30, 1000);
    sk_buffer_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_matters_for_reading_stays),
        cmocka_unit_test(a_type_is_written_out_once_and_named_after_that),
        cmocka_unit_test(fingerprints_are_those_of_the_specification),
        cmocka_unit_test(the_public_vectors_of_apache_avro_pass),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

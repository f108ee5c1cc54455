/* SPDX-License-Identifier: Apache-2.0 */
#include "schema_case.h"

#include <sys/resource.h>

#include "avro/binary.h"
#include "base/clock.h"

/* The text of the error that the bytes must end in. */
static const char *check_error(const char *schema, const void *data, size_t size)
{
    static struct sk_error err;
    sk_schema_document_auto *document = schema_of(schema);

    if (sk_avro_check(sk_schema_root(document), (struct sk_bytes){data, size}, &err) ==
        SK_OK)
        fail_msg("taken: %zu bytes as %s", size, schema);
    assert_string_equal(err.id, "avro.data");
    return err.text;
}

static void assert_checked(const char *schema, const void *data, size_t size)
{
    sk_schema_document_auto *document = schema_of(schema);
    struct sk_error err = {0};

    if (sk_avro_check(sk_schema_root(document), (struct sk_bytes){data, size}, &err) !=
        SK_OK)
        fail_msg("%s: %s", schema, err.text);
}

static const char recursive[] = "{\"type\":\"record\",\"name\":\"L\",\"fields\":["
                                "{\"name\":\"next\",\"type\":[\"null\",\"L\"]}]}";

static void numbers_come_back_as_they_were_written(void **)
{
    static const int64_t values[] = {0,   1,         -1,        63,        64,       -64,
                                     -65, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};

    for (size_t i = 0; i < SK_COUNT(values); i++) {
        struct sk_buffer out = {0};
        struct sk_avro_reader reader;
        int64_t value = 0;
        sk_avro_write_long(&out, values[i]);
        sk_avro_reader_init(&reader, sk_buffer_bytes(&out));
        assert_true(sk_avro_read_long(&reader, &value));
        assert_int_equal(value, values[i]);
        assert_int_equal(sk_avro_left(&reader), 0);
        sk_buffer_fini(&out);
    }
}

static void reals_are_little_endian(void **)
{
    struct sk_buffer out = {0};
    struct sk_avro_reader reader;
    float single = 0;
    double real = 0;

    sk_avro_write_float(&out, 1.5f);
    sk_avro_write_double(&out, -2.25);
    assert_memory_equal(out.data, "\x00\x00\xc0\x3f\x00\x00\x00\x00\x00\x00\x02\xc0", 12);
    sk_avro_reader_init(&reader, sk_buffer_bytes(&out));
    assert_true(sk_avro_read_float(&reader, &single));
    assert_true(sk_avro_read_double(&reader, &real));
    assert_true(single == 1.5f && real == -2.25);
    sk_buffer_fini(&out);
}

/* Two blocks, the first with a negative count and its size in bytes. */
static void blocks_with_negative_counts_are_read(void **)
{
    assert_checked("{\"type\":\"array\",\"items\":\"int\"}",
                   "\x03\x04\x02\x04\x02\x06\x00", 7);
    assert_checked("{\"type\":\"map\",\"values\":\"int\"}", "\x01\x06\x02k\x02\x00", 6);
}

static void broken_bytes_are_refused_with_path_and_cause(void **)
{
    static const char record[] =
        "{\"type\":\"record\",\"name\":\"K\",\"fields\":[{\"name\":\"g\",\"type\":"
        "{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"G\",\"fields\":"
        "[{\"name\":\"n\",\"type\":\"string\"}]}}}]}";

    assert_string_equal(check_error(record,
                                    "\x04\x02"
                                    "a"
                                    "\x02",
                                    4),
                        "g[1].n: a size of more bytes than there are");
    assert_contains(check_error(record, "\x02\x02\xff\x00", 4),
                    "g[0].n: a string that is not UTF-8");
    assert_contains(check_error("\"boolean\"", "\x02", 1), "neither 0 nor 1");
    assert_contains(check_error("\"int\"", "\x80\x80\x80\x80\x10", 5),
                    "more than 32 bits");
    assert_contains(
        check_error("\"long\"", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10),
        "more than 64 bits");
    assert_contains(check_error("\"long\"", "\x80", 1), "end inside a number");
    assert_contains(check_error("\"double\"", "1234567", 7), "more bytes than there are");
    assert_contains(check_error("[\"null\",\"int\"]", "\x04", 1), "a choice that");
    assert_contains(
        check_error("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}", "\x01", 1),
        "a choice that");
    assert_contains(check_error("\"int\"", "\x02\x02", 2), "1 bytes are left over");
    assert_contains(check_error("\"int\"", NULL, 0), "end inside a number");
    assert_contains(
        check_error("{\"type\":\"array\",\"items\":\"null\"}", "\x03\x04\x00", 3),
        "a block of more bytes than there are");
}

/* The four of c-stack-facts.md on which avro-c crashes, grows without end or leaks. */
static void hostile_bytes_end_in_an_error_at_once_and_in_little_memory(void **)
{
    static uint8_t deep[50 * 1024];
    struct rusage before, after;
    int64_t start_ms = sk_clock_monotonic_ms();

    getrusage(RUSAGE_SELF, &before);
    memset(deep, 0x02, sizeof(deep));
    assert_contains(check_error(recursive, deep, sizeof(deep)), "deeper than 64");
    assert_contains(check_error("{\"type\":\"array\",\"items\":\"null\"}",
                                "\x80\x80\x80\x80\x80\x80\x01", 7),
                    "more items than the bytes can hold");
    assert_contains(check_error("\"string\"",
                                "\xfe\xff\xff\xff\x0f"
                                "a",
                                6),
                    "more bytes than there are");
    for (int i = 0; i < 1000; i++)
        check_error("\"string\"",
                    "\x10"
                    "abc",
                    4);
    assert_contains(check_error("\"string\"", "\x01", 1), "a negative size");
    assert_contains(check_error("{\"type\":\"array\",\"items\":\"int\"}",
                                "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x02", 11),
                    "impossible number");
    getrusage(RUSAGE_SELF, &after);
    assert_in_range(after.ru_maxrss - before.ru_maxrss, 0, 16384); /* KB, with ASan */
    assert_in_range(sk_clock_monotonic_ms() - start_ms, 0, 2000);
}

/* Forty records without bytes, each holding the next twice: 2^40 values in no bytes. */
static void a_schema_whose_values_take_no_bytes_cannot_keep_us_busy(void **)
{
    struct sk_buffer text = {0};

    for (int i = 0; i < 40; i++)
        sk_buffer_printf(&text,
                         "{\"type\":\"record\",\"name\":\"R%d\",\"fields\":[{\"name\":"
                         "\"a\",\"type\":",
                         i);
    sk_buffer_append_text(
        &text, SK_TEXT("{\"type\":\"record\",\"name\":\"R40\",\"fields\":[]}"));
    for (int i = 39; i >= 0; i--)
        sk_buffer_printf(&text, "},{\"name\":\"b\",\"type\":\"R%d\"}]}", i + 1);
    assert_contains(check_error(sk_buffer_string(&text), "", 0), "more values than");
    sk_buffer_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_back_as_they_were_written),
        cmocka_unit_test(reals_are_little_endian),
        cmocka_unit_test(blocks_with_negative_counts_are_read),
        cmocka_unit_test(broken_bytes_are_refused_with_path_and_cause),
        cmocka_unit_test(hostile_bytes_end_in_an_error_at_once_and_in_little_memory),
        cmocka_unit_test(a_schema_whose_values_take_no_bytes_cannot_keep_us_busy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

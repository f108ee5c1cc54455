/* SPDX-License-Identifier: Apache-2.0 */
/* csv - what the reader makes of a file, and where it says a file is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapter/csv.h"
#include "base/alloc.h"
#include "base/json.h"

static FILE *file_of(const char *data, size_t size)
{
    FILE *file = tmpfile();

    assert_int_equal(fwrite(data, 1, size, file), size);
    rewind(file);
    return file;
}

/* All rows as one compact JSON array; a misfit stands as its raw text. */
static void assert_rows(const char *data, size_t size, enum sk_csv_encoding encoding,
                        const char *expected)
{
    FILE *file = file_of(data, size);
    struct sk_csv *csv = NULL;
    struct sk_error err = {0};
    struct sk_csv_row row = {.misfit = true};
    json_auto_t *rows = json_array();

    assert_int_equal(sk_csv_open(file, 0, encoding, &csv, &err), SK_OK);
    for (;;) {
        assert_int_equal(sk_csv_next(csv, &row, &err), SK_OK);
        if (!row.text.data && !row.misfit)
            break;
        json_array_append_new(
            rows, row.misfit ? sk_json_from_text(row.raw)
                             : json_loadb(row.text.data, row.text.size, 0, NULL));
    }
    sk_auto_free char *text = json_dumps(rows, JSON_COMPACT);
    assert_string_equal(text, expected);
    sk_csv_close(csv);
    fclose(file);
}

static void assert_utf8_rows(const char *data, const char *expected)
{
    assert_rows(data, strlen(data), SK_CSV_UTF8, expected);
}

/* Reading to the end fails with this id and, in the text, this place. */
static void assert_broken(const char *data, size_t size, const char *id,
                          const char *place)
{
    FILE *file = file_of(data, size);
    struct sk_csv *csv = NULL;
    struct sk_error err = {0};
    struct sk_csv_row row = {.misfit = true};
    enum sk_verdict verdict = sk_csv_open(file, 0, SK_CSV_UTF8, &csv, &err);

    while (verdict == SK_OK) {
        verdict = sk_csv_next(csv, &row, &err);
        assert_true(verdict != SK_OK || row.text.data || row.misfit);
    }
    assert_int_equal(verdict, SK_REJECT);
    assert_string_equal(err.id, id);
    assert_non_null(strstr(err.text, place));
    sk_csv_close(csv);
    fclose(file);
}

static void rows_take_the_names_of_the_header(void **)
{
    assert_utf8_rows("a,b\n1,2\n3,4\n",
                     "[{\"a\":\"1\",\"b\":\"2\"},{\"a\":\"3\",\"b\":\"4\"}]");
}

static void the_separator_is_found_in_the_header(void **)
{
    assert_utf8_rows("a;\"x,y,z\"\n1,5;2\n", "[{\"a\":\"1,5\",\"x,y,z\":\"2\"}]");
    assert_utf8_rows("a\tb\n1;2\t3\n", "[{\"a\":\"1;2\",\"b\":\"3\"}]");
}

static void quotes_hold_separators_line_ends_and_quotes(void **)
{
    assert_utf8_rows("a,b\n\"1,\r\n2\",\"een \"\"woord\"\"\"\n",
                     "[{\"a\":\"1,\\r\\n2\",\"b\":\"een \\\"woord\\\"\"}]");
    assert_utf8_rows("a,b\nKDV \"'t Hof\" ,2\n",
                     "[{\"a\":\"KDV \\\"'t Hof\\\" \",\"b\":\"2\"}]");
}

static void line_ends_and_the_last_one_do_not_matter(void **)
{
    assert_utf8_rows("a,b\r\n1,2\r\n\r\n3,\"4\"\r\n",
                     "[{\"a\":\"1\",\"b\":\"2\"},{\"a\":\"3\",\"b\":\"4\"}]");
    assert_utf8_rows("\xEF\xBB\xBF"
                     "a\n\n1",
                     "[{\"a\":\"1\"}]");
    assert_utf8_rows("a,b\n", "[]");
}

static void empty_fields_are_empty_texts(void **)
{
    assert_utf8_rows(
        "a,b,c\n,,\n\"\",x,\n",
        "[{\"a\":\"\",\"b\":\"\",\"c\":\"\"},{\"a\":\"\",\"b\":\"x\",\"c\":\"\"}]");
}

static void a_column_without_a_name_gets_its_number(void **)
{
    assert_utf8_rows(",\n1,2\n", "[{\"kolom_1\":\"1\",\"kolom_2\":\"2\"}]");
    assert_utf8_rows(" a ,,b\n1,2,3\n", "[{\"a\":\"1\",\"kolom_2\":\"2\",\"b\":\"3\"}]");
}

static void windows_1252_becomes_utf8(void **)
{
    static const char data[] = "naam\ncr\xE8"
                               "che \x80\n";

    assert_rows(data, sizeof(data) - 1, SK_CSV_CP1252, "[{\"naam\":\"crèche €\"}]");
}

static void a_row_that_does_not_fit_does_not_touch_the_others(void **)
{
    assert_utf8_rows("a,b\n1,2,3\n4,5\n6\n7,8\n",
                     "[\"1,2,3\\n\",{\"a\":\"4\",\"b\":\"5\"},\"6\\n\","
                     "{\"a\":\"7\",\"b\":\"8\"}]");
}

static void what_breaks_the_file_is_said_with_line_and_column(void **)
{
    static const char nul[] = "a,b\n1,\0\n";

    assert_broken("a,b\n1,2\n3,\"4\n5,6\n", 17, "csv.quote", "line 3, column 2 (b)");
    assert_broken("a,b\n\"1\"x,2\n", 11, "csv.quote", "line 2, column 1 (a)");
    assert_broken("a,b\n1,\xFF\n", 8, "csv.encoding", "line 2, column 2 (b)");
    assert_broken(nul, sizeof(nul) - 1, "csv.encoding", "line 2, column 2 (b)");
    assert_broken("", 0, "csv.header", "no header");
    assert_broken("a,b,a\n", 6, "csv.header", "\"a\" stands there twice");
}

/* A row of `size` bytes between two good ones is a misfit, and the others are read. */
static void assert_misfit(size_t size, const char *word)
{
    sk_auto_free char *data = sk_alloc(size + 7);
    struct sk_csv_row row = {0};
    struct sk_csv *csv = NULL;
    struct sk_error err = {0};

    memset(data, 'x', size + 7);
    memcpy(data, "a\n1\n", 4);
    memcpy(data + 4 + size, "\n2\n", 3);
    FILE *file = file_of(data, size + 7);
    assert_int_equal(sk_csv_open(file, 0, SK_CSV_UTF8, &csv, &err), SK_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(sk_csv_next(csv, &row, &err), SK_OK);
        assert_int_equal(row.misfit, i == 1);
    }
    assert_string_equal(err.id, "csv.large");
    assert_non_null(strstr(err.text, "line 3"));
    assert_non_null(strstr(err.text, word));
    sk_csv_close(csv);
    fclose(file);
}

static void a_row_over_its_bound_does_not_touch_the_others(void **)
{
    assert_misfit(2 * 1024 * 1024, "1 MiB");
    assert_misfit(300 * 1024, "256 KiB");
}

static void no_row_takes_more_than_its_bound(void **)
{
    size_t size = 17 * 1024 * 1024;
    sk_auto_free char *data = sk_alloc(size);

    memset(data, 'x', size);
    memcpy(data, "a\n", 2);
    assert_broken(data, size, "csv.large", "line 2");
}

static void one_can_go_back_to_where_a_row_begins(void **)
{
    static const char data[] = "a\n\"1\n1\"\n2\n3\n";
    FILE *file = file_of(data, sizeof(data) - 1);
    struct sk_csv *csv = NULL;
    struct sk_csv_row row;
    struct sk_error err = {0};

    assert_int_equal(sk_csv_open(file, 0, SK_CSV_UTF8, &csv, &err), SK_OK);
    assert_int_equal(sk_csv_next(csv, &row, &err), SK_OK);
    int64_t offset = sk_csv_offset(csv), line = sk_csv_line(csv);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(sk_csv_seek(csv, offset, line, &err), SK_OK);
        assert_int_equal(sk_csv_next(csv, &row, &err), SK_OK);
        assert_true(sk_text_is(row.text, "{\"a\":\"2\"}"));
        assert_int_equal(row.line, 4);
    }
    sk_csv_close(csv);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_take_the_names_of_the_header),
        cmocka_unit_test(the_separator_is_found_in_the_header),
        cmocka_unit_test(quotes_hold_separators_line_ends_and_quotes),
        cmocka_unit_test(line_ends_and_the_last_one_do_not_matter),
        cmocka_unit_test(empty_fields_are_empty_texts),
        cmocka_unit_test(a_column_without_a_name_gets_its_number),
        cmocka_unit_test(windows_1252_becomes_utf8),
        cmocka_unit_test(a_row_that_does_not_fit_does_not_touch_the_others),
        cmocka_unit_test(what_breaks_the_file_is_said_with_line_and_column),
        cmocka_unit_test(no_row_takes_more_than_its_bound),
        cmocka_unit_test(a_row_over_its_bound_does_not_touch_the_others),
        cmocka_unit_test(one_can_go_back_to_where_a_row_begins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

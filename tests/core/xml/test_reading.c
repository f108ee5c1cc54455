/* SPDX-License-Identifier: Apache-2.0 */
/* Dropped .xml files, read by the real child: what becomes of them, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapter/drop_file.h"
#include "base/alloc.h"
#include "base/file.h"

enum { MOST = 64 * 1024 * 1024 };

struct dropped {
    char path[64];
    struct sk_drop_file *file;
    struct sk_error err;
};

/* Leaves the text as a file and checks it. */
static enum sk_verdict drop(struct dropped *dropped, const char *text, size_t size,
                            const char *record)
{
    const struct sk_drop_format format = {.max_size = MOST, .xml_record = record};
    bool checked = false;

    *dropped = (struct dropped){.path = "/tmp/schakel-XXXXXX.xml"};
    close(mkstemps(dropped->path, 4));
    assert_int_equal(sk_file_replace(dropped->path, text, size, &dropped->err), SK_OK);
    enum sk_verdict verdict =
        sk_drop_file_open(dropped->path, &format, &dropped->file, &dropped->err);
    while (verdict == SK_OK && !checked)
        verdict = sk_drop_file_check(dropped->file, &checked, &dropped->err);
    return verdict;
}

static void pick_up(struct dropped *dropped)
{
    sk_drop_file_close(dropped->file);
    unlink(dropped->path);
}

/* The next record is this JSON; NULL: there is none. */
static void assert_next(struct dropped *dropped, const char *expected)
{
    struct sk_drop_item item = {0};

    assert_int_equal(sk_drop_file_next(dropped->file, &item, &dropped->err), SK_OK);
    assert_int_equal(item.end, expected == NULL);
    if (!expected)
        return;
    sk_auto_free char *text = sk_strndup(item.text.data, item.text.size);
    assert_string_equal(text, expected);
}

static void assert_becomes(const char *xml, const char *record, const char *first,
                           const char *second)
{
    struct dropped dropped;

    assert_int_equal(drop(&dropped, xml, strlen(xml), record), SK_OK);
    assert_next(&dropped, first);
    if (first)
        assert_next(&dropped, second);
    pick_up(&dropped);
}

static void assert_refused(const char *xml, size_t size, const char *why)
{
    struct dropped dropped;

    assert_int_equal(drop(&dropped, xml, size, NULL), SK_REJECT);
    assert_string_equal(dropped.err.id, "files.xml");
    assert_non_null(strstr(dropped.err.text, why));
    pick_up(&dropped);
}

static void each_child_of_the_root_is_a_record(void **)
{
    assert_becomes("<l><r><n>a</n></r><r><n>b</n></r></l>", NULL, "{\"n\":\"a\"}",
                   "{\"n\":\"b\"}");
    assert_becomes("<l></l>", NULL, NULL, NULL);
    assert_becomes("<l><r/></l>", NULL, "{}", NULL);
}

static void records_may_be_named_wherever_they_stand(void **)
{
    assert_becomes("<l><kop>x</kop><deel><r><n>a</n></r></deel><r><n>b</n></r></l>", "r",
                   "{\"n\":\"a\"}", "{\"n\":\"b\"}");
}

static void attributes_repeats_and_text_have_their_place(void **)
{
    assert_becomes("<l><r nr='1' n='weg'><n>a</n><t>1</t><n/><t>2</t>"
                   "<m x='y'> tekst </m><k><d>&lt;1</d></k></r></l>",
                   NULL,
                   "{\"nr\":\"1\",\"n\":[\"a\",\"\"],\"t\":[\"1\",\"2\"],"
                   "\"m\":{\"x\":\"y\",\"text\":\"tekst\"},\"k\":{\"d\":\"<1\"}}",
                   NULL);
}

static void namespaces_and_encodings_are_taken_off(void **)
{
    assert_becomes("<?xml version='1.0' encoding='windows-1252'?>"
                   "<a:l xmlns:a='urn:x'><a:r><a:n>caf\xe9 \x80</a:n></a:r></a:l>",
                   NULL, "{\"n\":\"caf\xc3\xa9 \xe2\x82\xac\"}", NULL);
}

static void reading_goes_on_where_it_was(void **)
{
    static const char xml[] = "<l><r>a</r><r>b</r><r>c</r></l>";
    struct dropped dropped;
    int64_t offset = 0, line = 0;

    assert_int_equal(drop(&dropped, xml, strlen(xml), NULL), SK_OK);
    assert_next(&dropped, "{\"text\":\"a\"}");
    sk_drop_file_place(dropped.file, &offset, &line);
    pick_up(&dropped);
    assert_int_equal(drop(&dropped, xml, strlen(xml), NULL), SK_OK);
    assert_int_equal(sk_drop_file_seek(dropped.file, offset, line, &dropped.err), SK_OK);
    assert_next(&dropped, "{\"text\":\"b\"}");
    assert_int_equal(sk_drop_file_seek(dropped.file, offset + 3, line, &dropped.err),
                     SK_OK); /* no place of this file: from its beginning */
    assert_next(&dropped, "{\"text\":\"a\"}");
    pick_up(&dropped);
}

static void what_is_not_well_formed_gives_nothing_and_says_where(void **)
{
    assert_refused("<l><r><n>a</n></r>\n<r><n>b</l>", 30, "line 2");
    assert_refused("<l><r>a</r>", 11, "line 1");
    assert_refused("geen xml", 8, "line 1");
    assert_refused("<l>\xff</l>", 8, "line 1");
}

static void a_doctype_is_refused_whatever_it_is_for(void **)
{
    static const char outside[] =
        "<!DOCTYPE l [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><l><r>&x;</r></l>";
    static const char bomb[] =
        "<!DOCTYPE l [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;'>"
        "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;'>]>"
        "<l><r>&d;</r></l>";
    static const char remote[] = "<!DOCTYPE l SYSTEM 'http://127.0.0.1:1/x'><l/>";

    assert_refused(outside, strlen(outside), "DOCTYPE");
    assert_refused(bomb, strlen(bomb), "DOCTYPE");
    assert_refused(remote, strlen(remote), "DOCTYPE");
}

/* `count` times `piece` between `head` and `tail`. */
static char *repeated(const char *head, const char *piece, size_t count, const char *tail)
{
    sk_buffer_auto text = {0};

    sk_buffer_append_text(&text, sk_text(head));
    for (size_t i = 0; i < count; i++)
        sk_buffer_append_text(&text, sk_text(piece));
    sk_buffer_append_text(&text, sk_text(tail));
    return sk_strdup(sk_buffer_string(&text));
}

static void what_is_too_deep_or_too_wide_is_refused(void **)
{
    sk_auto_free char *deep = repeated("<l>", "<r>", 40, "");
    sk_auto_free char *closed = repeated(deep, "</r>", 40, "</l>");
    sk_auto_free char *wide = repeated("<l><r>", "<n>1</n>", 10001, "</r></l>");

    assert_refused(closed, strlen(closed), "levels");
    assert_refused(wide, strlen(wide), "10000 elements");
}

static void a_large_file_is_read_record_by_record(void **)
{
    sk_auto_free char *xml =
        repeated("<l>", "<r><n>een naam van enige lengte</n></r>\n", 200000, "</l>");
    struct sk_drop_item item = {0};
    struct dropped dropped;
    size_t count = 0;

    assert_int_equal(drop(&dropped, xml, strlen(xml), NULL), SK_OK);
    while (sk_drop_file_next(dropped.file, &item, &dropped.err) == SK_OK && !item.end)
        count++;
    assert_int_equal(count, 200000);
    pick_up(&dropped);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_child_of_the_root_is_a_record),
        cmocka_unit_test(records_may_be_named_wherever_they_stand),
        cmocka_unit_test(attributes_repeats_and_text_have_their_place),
        cmocka_unit_test(namespaces_and_encodings_are_taken_off),
        cmocka_unit_test(reading_goes_on_where_it_was),
        cmocka_unit_test(what_is_not_well_formed_gives_nothing_and_says_where),
        cmocka_unit_test(a_doctype_is_refused_whatever_it_is_for),
        cmocka_unit_test(what_is_too_deep_or_too_wide_is_refused),
        cmocka_unit_test(a_large_file_is_read_record_by_record),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

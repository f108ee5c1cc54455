/* SPDX-License-Identifier: Apache-2.0 */
/* Frames between a process and schakel-odbc: whole, in pieces, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapter/odbc_wire.h"

static bool take(const struct sk_buffer *in, size_t *at, struct sk_odbc_frame *frame)
{
    struct sk_error err = {0};
    bool there;

    assert_int_equal(sk_odbc_frame_take(in, at, frame, &there, &err), SK_OK);
    return there;
}

static void frames_come_out_as_they_went_in(void **)
{
    sk_buffer_auto buffer = {0};
    struct sk_odbc_frame frame;
    size_t at = 0;

    sk_odbc_frame_put(&buffer, SK_ODBC_ROW, SK_TEXT("een"));
    sk_odbc_frame_put(&buffer, SK_ODBC_GO, SK_TEXT(""));
    assert_true(take(&buffer, &at, &frame));
    assert_int_equal(frame.kind, SK_ODBC_ROW);
    assert_true(sk_text_is(frame.body, "een"));
    assert_true(take(&buffer, &at, &frame));
    assert_int_equal(frame.kind, SK_ODBC_GO);
    assert_int_equal(frame.body.size, 0);
    assert_false(take(&buffer, &at, &frame));
    assert_int_equal(at, buffer.size);
}

static void a_frame_that_is_not_all_there_waits(void **)
{
    sk_buffer_auto buffer = {0};
    struct sk_odbc_frame frame;
    size_t at = 0;

    sk_odbc_frame_put(&buffer, SK_ODBC_ROW, SK_TEXT("een"));
    for (size_t whole = buffer.size, size = 0; size < whole; size++) {
        buffer.size = size;
        assert_false(take(&buffer, &at, &frame));
        assert_int_equal(at, 0);
    }
}

static void bytes_that_are_no_frame_are_refused(void **)
{
    static const char *const wrong[] = {"\0\0\0\0\0\0\0\0", "r\0\0\0\377\377\377\377",
                                        "SELECT 1"};

    for (size_t i = 0; i < SK_COUNT(wrong); i++) {
        sk_buffer_auto buffer = {0};
        struct sk_odbc_frame frame;
        struct sk_error err = {0};
        size_t at = 0;
        bool there;
        sk_buffer_append(&buffer, wrong[i], 8);
        assert_int_equal(sk_odbc_frame_take(&buffer, &at, &frame, &there, &err),
                         SK_FATAL);
        assert_string_equal(err.id, "odbc.child");
    }
}

static void a_reply_keeps_outcome_place_and_cause(void **)
{
    const struct sk_odbc_reply reply = {
        .answer = {.outcome = SK_OUTCOME_REJECT,
                   .error = {.id = "odbc.refused", .text = "[23505] \"dubbel\""}},
        .next = SK_TEXT("17"),
        .more = true};
    sk_buffer_auto buffer = {0};
    struct sk_odbc_reply found;
    struct sk_odbc_frame frame;
    sk_arena_auto arena = {0};
    struct sk_error err = {0};
    size_t at = 0;

    sk_odbc_reply_put(&buffer, SK_ODBC_ANSWER, &reply);
    assert_true(take(&buffer, &at, &frame));
    assert_int_equal(sk_odbc_reply_get(frame.body, &arena, &found, &err), SK_OK);
    assert_int_equal(found.answer.outcome, SK_OUTCOME_REJECT);
    assert_string_equal(found.answer.error.id, "odbc.refused");
    assert_string_equal(found.answer.error.text, "[23505] \"dubbel\"");
    assert_true(sk_text_is(found.next, "17"));
    assert_true(found.more);
}

static void what_is_no_reply_is_refused(void **)
{
    static const char *const wrong[] = {
        "", "[]", "{}", "{\"outcome\": 9}", "{\"outcome\": -1}", "{\"outcome\": \"0\"}"};

    for (size_t i = 0; i < SK_COUNT(wrong); i++) {
        struct sk_odbc_reply reply;
        sk_arena_auto arena = {0};
        struct sk_error err = {0};
        assert_int_equal(sk_odbc_reply_get(sk_text(wrong[i]), &arena, &reply, &err),
                         SK_FATAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_out_as_they_went_in),
        cmocka_unit_test(a_frame_that_is_not_all_there_waits),
        cmocka_unit_test(bytes_that_are_no_frame_are_refused),
        cmocka_unit_test(a_reply_keeps_outcome_place_and_cause),
        cmocka_unit_test(what_is_no_reply_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

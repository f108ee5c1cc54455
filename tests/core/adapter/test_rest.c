/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapter/rest.h"

static struct sk_answer answer_to(const struct sk_http_response *response)
{
    const struct sk_http_client_request request = {
        .method = "PUT", .url = "http://user:secret@edison.local/stukken/S-1?token=x"};

    return sk_rest_answer(&request, response);
}

static enum sk_outcome status(int code)
{
    const struct sk_http_response response = {.status = code, .retry_after_ms = -1};

    return answer_to(&response).outcome;
}

static enum sk_outcome failure(enum sk_http_failure what)
{
    const struct sk_http_response response = {
        .failure = what, .failure_text = "broken", .retry_after_ms = -1};

    return answer_to(&response).outcome;
}

static enum sk_outcome conflict(const char *body)
{
    const struct sk_http_response response = {
        .status = 409,
        .retry_after_ms = -1,
        .body = {(const uint8_t *)body, body ? strlen(body) : 0}};

    return answer_to(&response).outcome;
}

static void what_was_taken_is_done(void **)
{
    for (int code = 200; code < 300; code++)
        assert_int_equal(status(code), SK_OUTCOME_DONE);
}

static void what_may_work_later_is_tried_again(void **)
{
    static const int codes[] = {408, 425, 429, 500, 502, 503, 504, 599};

    for (size_t i = 0; i < SK_COUNT(codes); i++)
        assert_int_equal(status(codes[i]), SK_OUTCOME_RETRY);
    assert_int_equal(failure(SK_HTTP_UNREACHABLE), SK_OUTCOME_RETRY);
    assert_int_equal(failure(SK_HTTP_TIMEOUT), SK_OUTCOME_RETRY);
    assert_int_equal(failure(SK_HTTP_TLS), SK_OUTCOME_RETRY);
    assert_int_equal(failure(SK_HTTP_LARGE), SK_OUTCOME_RETRY);
}

static void what_is_refused_for_itself_is_rejected(void **)
{
    static const int codes[] = {400, 410, 413, 415, 422};

    for (size_t i = 0; i < SK_COUNT(codes); i++)
        assert_int_equal(status(codes[i]), SK_OUTCOME_REJECT);
}

static void every_other_answer_is_the_targets_own_state(void **)
{
    static const int codes[] = {301, 302, 401, 402, 403, 404, 405, 407, 418, 451};

    for (size_t i = 0; i < SK_COUNT(codes); i++)
        assert_int_equal(status(codes[i]), SK_OUTCOME_TARGET);
    assert_int_equal(failure(SK_HTTP_CREDENTIALS), SK_OUTCOME_TARGET);
    assert_int_equal(failure(SK_HTTP_MALFORMED), SK_OUTCOME_TARGET);
}

static void a_conflict_is_what_its_body_says(void **)
{
    assert_int_equal(conflict("{\"conflict\": \"same\"}"), SK_OUTCOME_DONE);
    assert_int_equal(conflict("{\"conflict\": \"newer\"}"), SK_OUTCOME_NEWER);
    assert_int_equal(conflict("{\"conflict\": \"different\"}"), SK_OUTCOME_REJECT);
    assert_int_equal(conflict("{\"conflict\": 7}"), SK_OUTCOME_REJECT);
    assert_int_equal(conflict("[]"), SK_OUTCOME_REJECT);
    assert_int_equal(conflict("not JSON"), SK_OUTCOME_REJECT);
    assert_int_equal(conflict(NULL), SK_OUTCOME_REJECT);
}

static void what_was_asked_in_retry_after_is_passed_on(void **)
{
    const struct sk_http_response response = {.status = 429, .retry_after_ms = 7000};
    const struct sk_http_response silent = {.status = 429, .retry_after_ms = -1};

    assert_int_equal(answer_to(&response).retry_after_ms, 7000);
    assert_int_equal(answer_to(&silent).retry_after_ms, 0);
}

static void an_error_names_status_and_place_but_no_secret(void **)
{
    const struct sk_http_response response = {.status = 422, .retry_after_ms = -1};
    struct sk_answer answer = answer_to(&response);

    assert_string_equal(answer.error.id, "http.rejected");
    assert_non_null(strstr(answer.error.text, "422"));
    assert_non_null(strstr(answer.error.text, "edison.local"));
    assert_null(strstr(answer.error.text, "secret"));
    assert_null(strstr(answer.error.text, "token"));
}

static void a_url_is_joined_with_one_slash_and_its_resource_escaped(void **)
{
    sk_buffer_auto url = {0};

    sk_rest_url(&url, "http://edison.local/api//", "dossier stukken");
    assert_string_equal(sk_buffer_string(&url),
                        "http://edison.local/api/dossier%20stukken");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_taken_is_done),
        cmocka_unit_test(what_may_work_later_is_tried_again),
        cmocka_unit_test(what_is_refused_for_itself_is_rejected),
        cmocka_unit_test(every_other_answer_is_the_targets_own_state),
        cmocka_unit_test(a_conflict_is_what_its_body_says),
        cmocka_unit_test(what_was_asked_in_retry_after_is_passed_on),
        cmocka_unit_test(an_error_names_status_and_place_but_no_secret),
        cmocka_unit_test(a_url_is_joined_with_one_slash_and_its_resource_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

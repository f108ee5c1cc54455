/* SPDX-License-Identifier: Apache-2.0 */
/* http_client - many requests at once, what goes wrong with them, and credentials. */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/json.h"
#include "core/net/pair.h"

/*
 * The other system: /status/N answers N, /large 3 MiB, /never nothing, /token a token
 * (and counts), /guarded 200 for that token or 401, anything else its Authorization.
 */
struct system {
    size_t tokens, asked;
    unsigned token_status;
    bool token_refused; /* by /guarded */
    char form[4096];    /* the last body of /token */
    struct sk_http_exchange *never[64];
    size_t never_count;
};

static void answer(struct sk_http_exchange *exchange, unsigned status,
                   struct sk_text body)
{
    sk_http_exchange_answer(
        exchange, &(struct sk_http_answer){
                      .status = status, .body = {(const uint8_t *)body.data, body.size}});
}

static void answer_token(struct system *system, struct sk_http_exchange *exchange,
                         struct sk_bytes body)
{
    system->tokens++;
    snprintf(system->form, sizeof(system->form), "%.*s", (int)body.size, body.data);
    answer(exchange, system->token_status,
           sk_arena_printf(sk_http_exchange_arena(exchange),
                           "{\"access_token\":\"t%zu\",\"expires_in\":600}",
                           system->tokens));
}

static void serve(void *context, struct sk_http_exchange *exchange,
                  const struct sk_http_request *request)
{
    static char large[3 * 1024 * 1024];
    struct system *system = context;
    struct sk_text authorization = sk_http_exchange_header(exchange, "Authorization");

    if (sk_text_is(request->path, "/token")) {
        answer_token(system, exchange, request->body);
        return;
    }
    system->asked++;
    if (sk_text_starts_with(request->path, "/status/"))
        answer(exchange, (unsigned)atoi(request->path.data + 8), SK_TEXT("said"));
    else if (sk_text_is(request->path, "/large"))
        answer(exchange, 200, (struct sk_text){large, sizeof(large)});
    else if (sk_text_is(request->path, "/never"))
        system->never[system->never_count++] = exchange;
    else if (sk_text_is(request->path, "/guarded") && system->token_refused)
        answer(exchange, 401, SK_TEXT(""));
    else
        answer(exchange, 200, authorization);
}

static void open_system(struct pair *pair, struct system *system,
                        struct sk_http_client_options options)
{
    system->token_status = 200;
    pair_open(pair, (struct sk_http_server_options){.handler = serve, .context = system},
              options);
}

static void many_requests_are_under_way_at_once(void **)
{
    enum { REQUESTS = 40, CONNECTIONS = 8 };
    struct system system = {0};
    struct pair pair;
    struct kept kept[REQUESTS] = {0};
    int64_t deadline_ms = in_ten_seconds();
    sk_auto_free char *url = NULL;
    size_t answered = 0;

    open_system(&pair, &system, (struct sk_http_client_options){0});
    url = sk_strf("%s/never", pair.base);
    for (size_t i = 0; i < REQUESTS; i++)
        sk_http_client_start(
            pair.client, &(struct sk_http_client_request){.method = "GET", .url = url},
            keep, &kept[i]);
    while (system.never_count < CONNECTIONS)
        pair_turn(&pair, deadline_ms);
    assert_int_equal(sk_http_server_open_exchanges(pair.server), CONNECTIONS);
    while (sk_http_client_under_way(pair.client) > 0) {
        while (answered < system.never_count)
            answer(system.never[answered++], 200, SK_TEXT("x"));
        pair_turn(&pair, deadline_ms);
    }
    for (size_t i = 0; i < REQUESTS; i++) {
        assert_int_equal(kept[i].status, 200);
        sk_buffer_fini(&kept[i].body);
    }
    pair_close(&pair);
}

static void a_status_is_an_answer_whatever_it_is(void **)
{
    static const int statuses[] = {200, 204, 301, 400, 401, 409, 429, 500, 503};
    struct system system = {0};
    struct pair pair;
    struct kept kept = {0};
    char target[32];

    open_system(&pair, &system, (struct sk_http_client_options){0});
    for (size_t i = 0; i < SK_COUNT(statuses); i++) {
        snprintf(target, sizeof(target), "/status/%d", statuses[i]);
        pair_get(&pair, target, &kept);
        assert_int_equal(kept.failure, SK_HTTP_ANSWERED);
        assert_int_equal(kept.status, statuses[i]);
        assert_int_equal(kept.retry_after_ms, -1);
    }
    pair_close(&pair);
    sk_buffer_fini(&kept.body);
}

static void a_cancelled_request_calls_nobody_back(void **)
{
    struct system system = {0};
    struct pair pair;
    struct kept kept = {0};
    int64_t deadline_ms = in_ten_seconds();
    sk_auto_free char *url = NULL;

    open_system(&pair, &system, (struct sk_http_client_options){0});
    url = sk_strf("%s/never", pair.base);
    struct sk_http_call *call = sk_http_client_start(
        pair.client, &(struct sk_http_client_request){.method = "GET", .url = url}, keep,
        &kept);
    while (system.never_count == 0)
        pair_turn(&pair, deadline_ms);
    sk_http_client_cancel(call);
    assert_int_equal(sk_http_client_under_way(pair.client), 0);
    answer(system.never[0], 200, SK_TEXT("too late"));
    pair_turn(&pair, deadline_ms);
    assert_false(kept.done);
    pair_close(&pair);
}

static void no_answer_in_time_is_a_timeout(void **)
{
    struct system system = {0};
    struct pair pair;
    struct kept kept = {0};

    open_system(&pair, &system, (struct sk_http_client_options){.timeout_ms = 50});
    pair_get(&pair, "/never", &kept);
    assert_int_equal(kept.failure, SK_HTTP_TIMEOUT);
    assert_int_equal(kept.status, 0);
    assert_true(strlen(kept.failure_text) > 0);
    pair_close(&pair);
}

static void an_answer_beyond_the_limit_is_cut_off(void **)
{
    struct system system = {0};
    struct pair pair;
    struct kept kept = {0};

    open_system(&pair, &system, (struct sk_http_client_options){0});
    pair_get(&pair, "/large", &kept);
    assert_int_equal(kept.failure, SK_HTTP_LARGE);
    assert_non_null(strstr(kept.failure_text, "2097152"));
    assert_int_equal(kept.body.size, 0);
    pair_close(&pair);
    sk_buffer_fini(&kept.body);
}

static void failures_without_a_server_are_told_apart(void **)
{
    struct system system = {0};
    struct pair pair;
    struct kept kept = {0};
    static const struct {
        const char *url;
        enum sk_http_failure failure;
    } cases[] = {
        {"http://127.0.0.1:1/", SK_HTTP_UNREACHABLE},
        {"http://nergens.invalid/", SK_HTTP_UNREACHABLE},
        {"ftp://127.0.0.1/", SK_HTTP_MALFORMED},
        {"http://127.0.0.1:99999/", SK_HTTP_MALFORMED},
    };

    open_system(&pair, &system, (struct sk_http_client_options){0});
    for (size_t i = 0; i < SK_COUNT(cases); i++) {
        pair_ask(&pair,
                 &(struct sk_http_client_request){.method = "GET", .url = cases[i].url},
                 &kept);
        assert_int_equal(kept.failure, cases[i].failure);
    }
    pair_close(&pair);
}

static void a_header_cannot_break_out_of_its_line(void **)
{
    struct system system = {0};
    struct pair pair;
    struct kept kept = {0};
    sk_auto_free char *url = NULL;

    open_system(&pair, &system, (struct sk_http_client_options){0});
    url = sk_strf("%s/x", pair.base);
    pair_ask(&pair,
             &(struct sk_http_client_request){
                 .method = "GET",
                 .url = url,
                 .headers = &(struct sk_http_header){"X-Id", "a\r\nX-Other: b"},
                 .header_count = 1},
             &kept);
    assert_int_equal(kept.failure, SK_HTTP_MALFORMED);
    assert_int_equal(system.asked, 0);
    pair_close(&pair);
}

static void assert_authorization(struct sk_http_client_options options,
                                 const char *expected)
{
    struct system system = {0};
    struct pair pair;
    struct kept kept = {0};

    open_system(&pair, &system, options);
    pair_get(&pair, "/x", &kept);
    assert_int_equal(kept.status, 200);
    assert_string_equal(sk_buffer_string(&kept.body), expected);
    pair_close(&pair);
    sk_buffer_fini(&kept.body);
}

static void bearer_and_basic_credentials_are_sent(void **)
{
    assert_authorization((struct sk_http_client_options){0}, "");
    assert_authorization(
        (struct sk_http_client_options){.auth = SK_HTTP_AUTH_BEARER, .token = "s3"},
        "Bearer s3");
    assert_authorization((struct sk_http_client_options){.auth = SK_HTTP_AUTH_BASIC,
                                                         .user = "u",
                                                         .password = "p"},
                         "Basic dTpw");
}

/* The client must be opened again when the token URL is known: the port is free. */
static void open_with_oauth2(struct pair *pair, struct system *system, char url[96],
                             struct sk_http_client_options options)
{
    struct sk_error err = {0};

    open_system(pair, system, (struct sk_http_client_options){0});
    sk_http_client_close(pair->client);
    snprintf(url, 96, "%s/token", pair->base);
    options.auth = SK_HTTP_AUTH_OAUTH2;
    options.oauth2_url = url;
    options.oauth2_client = "schakel-edison";
    assert_int_equal(sk_http_client_open(&options, &pair->client, &err), SK_OK);
}

static void one_token_serves_all_requests_until_it_is_refused(void **)
{
    struct system system = {0};
    struct pair pair;
    struct kept kept = {0}, other = {0};
    char url[96];
    sk_auto_free char *guarded = NULL;

    open_with_oauth2(&pair, &system, url,
                     (struct sk_http_client_options){.oauth2_secret = "a&b"});
    guarded = sk_strf("%s/guarded", pair.base);
    sk_http_client_start(
        pair.client, &(struct sk_http_client_request){.method = "GET", .url = guarded},
        keep, &other);
    pair_get(&pair, "/guarded", &kept);
    assert_string_equal(sk_buffer_string(&kept.body), "Bearer t1");
    assert_string_equal(system.form, "grant_type=client_credentials&client_id="
                                     "schakel-edison&client_secret=a%26b");
    system.token_refused = true;
    pair_get(&pair, "/guarded", &kept);
    assert_int_equal(kept.status, 401);
    assert_int_equal(system.tokens, 1);
    system.token_refused = false;
    pair_get(&pair, "/guarded", &kept);
    assert_string_equal(sk_buffer_string(&kept.body), "Bearer t2");
    assert_true(other.done);
    pair_close(&pair);
    sk_buffer_fini(&kept.body);
    sk_buffer_fini(&other.body);
}

static void without_a_token_the_request_never_leaves(void **)
{
    struct system system = {0};
    struct pair pair;
    struct kept kept = {0};
    char url[96];

    open_with_oauth2(&pair, &system, url,
                     (struct sk_http_client_options){.oauth2_secret = "s"});
    system.token_status = 400;
    pair_get(&pair, "/guarded", &kept);
    assert_int_equal(kept.failure, SK_HTTP_CREDENTIALS);
    assert_non_null(strstr(kept.failure_text, "/token: status 400"));
    assert_int_equal(system.asked, 0);
    pair_close(&pair);
}

static void a_key_that_cannot_be_read_is_named(void **)
{
    struct system system = {0};
    struct pair pair;
    struct kept kept = {0};
    char url[96];

    open_with_oauth2(&pair, &system, url,
                     (struct sk_http_client_options){.oauth2_key = "/nowhere.pem"});
    pair_get(&pair, "/guarded", &kept);
    assert_int_equal(kept.failure, SK_HTTP_CREDENTIALS);
    assert_non_null(strstr(kept.failure_text, "/nowhere.pem"));
    assert_int_equal(system.tokens, 0);
    pair_close(&pair);
}

static EVP_PKEY *write_key(char path[32])
{
    EVP_PKEY *key = EVP_RSA_gen(2048);

    strcpy(path, "/tmp/sk_key_XXXXXX");
    FILE *file = fdopen(mkstemp(path), "w");
    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    return key;
}

/* base64url without padding to bytes. */
static size_t decode(const char *text, size_t size, uint8_t *out)
{
    char padded[2048];

    snprintf(padded, sizeof(padded), "%.*s%.*s", (int)size, text, (int)(-size & 3),
             "===");
    for (char *c = padded; *c; c++)
        *c = *c == '-' ? '+' : *c == '_' ? '/' : *c;
    return (size_t)EVP_DecodeBlock(out, (uint8_t *)padded, (int)strlen(padded)) -
           (-size & 3);
}

static void assert_signed(EVP_PKEY *key, const char *assertion, size_t size)
{
    const char *dot = memrchr(assertion, '.', size);
    size_t signed_size = (size_t)(dot - assertion);
    uint8_t signature[1024];
    size_t signature_size = decode(dot + 1, size - signed_size - 1, signature);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();

    assert_int_equal(EVP_DigestVerifyInit(digest, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestVerify(digest, signature, signature_size,
                                      (const uint8_t *)assertion, signed_size),
                     1);
    EVP_MD_CTX_free(digest);
}

static void assert_claims(const char *assertion, size_t size, const char *audience)
{
    const char *first = memchr(assertion, '.', size);
    const char *last = memrchr(assertion, '.', size);
    uint8_t text[1024];
    struct sk_error err = {0};
    json_auto_t *claims = NULL;
    size_t text_size = decode(first + 1, (size_t)(last - first - 1), text);

    assert_int_equal(sk_json_parse(text, text_size, &claims, &err), SK_OK);
    assert_true(sk_text_is(sk_json_text_or_absent(claims, "iss"), "schakel-edison"));
    assert_true(sk_text_is(sk_json_text_or_absent(claims, "sub"), "schakel-edison"));
    assert_true(sk_text_is(sk_json_text_or_absent(claims, "aud"), audience));
    assert_int_equal(json_integer_value(json_object_get(claims, "exp")) -
                         json_integer_value(json_object_get(claims, "iat")),
                     120);
}

static void a_private_key_proves_the_client(void **)
{
    struct system system = {0};
    struct pair pair;
    struct kept kept = {0};
    char url[96], path[32];
    EVP_PKEY *key = write_key(path);

    open_with_oauth2(
        &pair, &system, url,
        (struct sk_http_client_options){.oauth2_key = path, .oauth2_key_id = "k1"});
    pair_get(&pair, "/guarded", &kept);
    assert_string_equal(sk_buffer_string(&kept.body), "Bearer t1");
    const char *assertion = strstr(system.form, "client_assertion=");
    assert_non_null(assertion);
    assertion += strlen("client_assertion=");
    assert_signed(key, assertion, strlen(assertion));
    assert_claims(assertion, strlen(assertion), url);
    pair_close(&pair);
    sk_buffer_fini(&kept.body);
    EVP_PKEY_free(key);
    unlink(path);
}

static void credentials_that_miss_a_part_are_refused_at_open(void **)
{
    static const struct sk_http_client_options cases[] = {
        {.auth = SK_HTTP_AUTH_BEARER},
        {.auth = SK_HTTP_AUTH_BASIC, .user = "u"},
        {.auth = SK_HTTP_AUTH_OAUTH2, .oauth2_url = "http://x", .oauth2_client = "c"},
        {.auth = SK_HTTP_AUTH_OAUTH2, .oauth2_secret = "s", .oauth2_client = "c"},
        {.tls_key = "k.pem"},
    };
    struct sk_http_client *client;

    for (size_t i = 0; i < SK_COUNT(cases); i++) {
        struct sk_error err = {0};
        assert_int_equal(sk_http_client_open(&cases[i], &client, &err), SK_FATAL);
        assert_string_equal(err.id, "http.option");
    }
}

static void a_description_holds_no_password_and_no_query(void **)
{
    char text[128];
    struct sk_http_client_request request = {.method = "PUT",
                                             .url = "http://u:secret@h/a?token=x"};
    struct sk_http_response response = {.status = 503, .failure_text = ""};

    sk_http_describe(&request, &response, text, sizeof(text));
    assert_string_equal(text, "PUT http://h/a: status 503");
    request.url = "http://h";
    response =
        (struct sk_http_response){.failure = SK_HTTP_TIMEOUT, .failure_text = "too late"};
    sk_http_describe(&request, &response, text, sizeof(text));
    assert_string_equal(text, "PUT http://h: too late");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_requests_are_under_way_at_once),
        cmocka_unit_test(a_status_is_an_answer_whatever_it_is),
        cmocka_unit_test(a_cancelled_request_calls_nobody_back),
        cmocka_unit_test(no_answer_in_time_is_a_timeout),
        cmocka_unit_test(an_answer_beyond_the_limit_is_cut_off),
        cmocka_unit_test(failures_without_a_server_are_told_apart),
        cmocka_unit_test(a_header_cannot_break_out_of_its_line),
        cmocka_unit_test(bearer_and_basic_credentials_are_sent),
        cmocka_unit_test(one_token_serves_all_requests_until_it_is_refused),
        cmocka_unit_test(without_a_token_the_request_never_leaves),
        cmocka_unit_test(a_key_that_cannot_be_read_is_named),
        cmocka_unit_test(a_private_key_proves_the_client),
        cmocka_unit_test(credentials_that_miss_a_part_are_refused_at_open),
        cmocka_unit_test(a_description_holds_no_password_and_no_query),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

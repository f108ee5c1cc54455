/* SPDX-License-Identifier: Apache-2.0 */
/* registry_client - with a real registry that comes, goes and is another one. */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "core/bus/registry_process.h"
#include "events/klacht.h"
#include "net/http_client.h"
#include "net/http_server.h"

/* Well over one time-out, well under one for each question. */
enum { HANG_DEADLINE_MS = 6000 };

#define RECORD(fields) "{\"type\":\"record\",\"name\":\"Proef\",\"fields\":[" fields "]}"
#define FIELD_A "{\"name\":\"a\",\"type\":\"int\"}"
#define FIELD_B "{\"name\":\"b\",\"type\":\"string\",\"default\":\"\"}"
#define FIELD_C "{\"name\":\"c\",\"type\":\"string\"}"

static int32_t id_of(struct sk_registry_client *client, const struct sk_event_type *type)
{
    struct sk_error err = {0};
    int32_t id = -1;

    if (sk_registry_client_id(client, type, &id, &err) != SK_OK)
        fail_msg("%s: %s", err.id, err.text);
    return id;
}

static void assert_id_fails(struct sk_registry_client *client,
                            const struct sk_event_type *type, enum sk_verdict verdict,
                            const char *error_id, const char *word)
{
    struct sk_error err = {0};
    int32_t id = -1;

    assert_int_equal(sk_registry_client_id(client, type, &id, &err), verdict);
    assert_string_equal(err.id, error_id);
    if (!strstr(err.text, word))
        fail_msg("\"%s\" is not in: %s", word, err.text);
    assert_int_equal(id, -1);
}

/* The same JSON: a registry may write the members in another order, as Confluent's does.
 */
static void assert_schema(struct sk_registry_client *client, int32_t id,
                          const char *expected)
{
    json_auto_t *had = NULL, *wanted = NULL;
    struct sk_error err = {0};
    const char *schema = NULL;

    if (sk_registry_client_schema(client, id, &schema, &err) != SK_OK)
        fail_msg("%s: %s", err.id, err.text);
    assert_int_equal(sk_json_parse(schema, strlen(schema), &had, &err), SK_OK);
    assert_int_equal(sk_json_parse(expected, strlen(expected), &wanted, &err), SK_OK);
    assert_true(json_equal(had, wanted));
}

static void assert_schema_fails(struct sk_registry_client *client, int32_t id,
                                enum sk_verdict verdict, const char *error_id)
{
    struct sk_error err = {0};
    const char *schema = NULL;

    assert_int_equal(sk_registry_client_schema(client, id, &schema, &err), verdict);
    assert_string_equal(err.id, error_id);
}

static void an_own_schema_has_one_id_for_everybody(void **state)
{
    struct sk_registry_client *one = registry_client(*state, "one");
    struct sk_registry_client *other = registry_client(*state, "other");
    int32_t id = id_of(one, &sk_klacht);

    assert_int_equal(id_of(one, &sk_klacht), id);
    assert_int_equal(id_of(other, &sk_klacht), id);
    assert_schema(other, id, sk_klacht.schema);
    sk_registry_client_close(one);
    sk_registry_client_close(other);
}

static void with_the_registry_away_a_restarted_client_knows_what_it_used(void **state)
{
    struct sk_event_type other = type_of_schema("proef", RECORD(FIELD_A));
    struct sk_registry_client *client = registry_client(*state, "cache");
    struct sk_registry_client *reader = registry_client(*state, "reader");
    int32_t id = id_of(client, &sk_klacht);
    int32_t other_id = id_of(client, &other);

    assert_schema(reader, other_id, other.schema);
    sk_registry_client_close(client);
    sk_registry_client_close(reader);
    registry_process_kill(*state);
    client = registry_client(*state, "cache");
    reader = registry_client(*state, "reader");
    assert_int_equal(id_of(client, &sk_klacht), id);
    assert_schema(client, other_id, other.schema);
    assert_schema(reader, other_id, other.schema);
    sk_registry_client_close(client);
    sk_registry_client_close(reader);
}

static void
with_the_registry_away_a_running_client_goes_on_and_new_things_wait(void **state)
{
    struct sk_event_type newer = type_of_schema("proef", RECORD(FIELD_A));
    struct sk_registry_client *client = registry_client(*state, "cache");
    int32_t id = id_of(client, &sk_klacht);

    registry_process_kill(*state);
    assert_int_equal(id_of(client, &sk_klacht), id);
    assert_id_fails(client, &newer, SK_RETRY, "registry.away", "127.0.0.1");
    assert_schema_fails(client, id + 1, SK_RETRY, "registry.away");
    registry_process_start(*state, "store");
    assert_int_equal(id_of(client, &newer), id + 1);
    sk_registry_client_close(client);
}

/* A registry that hangs: takes connections and answers none. Each question costs a
 * time-out, so all of them together may cost only one. */
static void a_registry_that_hangs_is_waited_for_once(void **state)
{
    struct registry_process *registry = *state;
    struct sk_event_type others[8], newer = type_of_schema("nieuw", RECORD(FIELD_A));
    struct sk_registry_client *client = registry_client(registry, "cache");
    char topics[SK_COUNT(others)][16];

    for (size_t i = 0; i < SK_COUNT(others); i++) {
        snprintf(topics[i], sizeof(topics[i]), "proef%zu", i);
        others[i] = type_of_schema(topics[i], RECORD(FIELD_A));
        id_of(client, &others[i]);
    }
    sk_registry_client_close(client);
    client = registry_client(registry, "cache");
    kill(registry->process, SIGSTOP);
    int64_t deadline_ms = sk_clock_monotonic_ms() + HANG_DEADLINE_MS;
    for (size_t i = 0; i < SK_COUNT(others); i++)
        id_of(client, &others[i]);
    assert_schema(client, id_of(client, &others[0]), others[0].schema);
    assert_id_fails(client, &newer, SK_RETRY, "registry.away", registry->url);
    assert_schema_fails(client, 12345, SK_RETRY, "registry.away");
    assert_true(sk_clock_monotonic_ms() < deadline_ms);
    sk_registry_client_close(client);
    kill(registry->process, SIGCONT);
}

static void a_schema_on_disk_asks_a_hanging_registry_nothing(void **state)
{
    struct registry_process *registry = *state;
    struct sk_registry_client *client = registry_client(registry, "cache");
    int32_t id = id_of(client, &sk_klacht);

    sk_registry_client_close(client);
    client = registry_client(registry, "cache");
    kill(registry->process, SIGSTOP);
    int64_t deadline_ms = sk_clock_monotonic_ms() + 1000;
    assert_schema(client, id, sk_klacht.schema);
    assert_true(sk_clock_monotonic_ms() < deadline_ms);
    sk_registry_client_close(client);
    kill(registry->process, SIGCONT);
}

static void a_first_start_without_a_registry_waits_for_it(void **state)
{
    struct registry_process *registry = *state;
    struct sk_registry_client *client = registry_client(registry, "cache");

    registry_process_kill(registry);
    assert_id_fails(client, &sk_klacht, SK_RETRY, "registry.away", registry->url);
    registry_process_start(registry, "store");
    assert_int_equal(id_of(client, &sk_klacht), 1);
    sk_registry_client_close(client);
}

static void another_registry_is_never_mixed_in(void **state)
{
    struct sk_registry_client *client = registry_client(*state, "cache");

    assert_int_equal(id_of(client, &sk_klacht), 1);
    sk_registry_client_close(client);
    registry_process_kill(*state);
    registry_process_start(*state, "another_store");
    client = registry_client(*state, "cache");
    assert_id_fails(client, &sk_klacht, SK_FATAL, "registry.other", "cache");
    assert_schema_fails(client, 12345, SK_FATAL, "registry.other");
    sk_registry_client_close(client);
}

static void a_folder_of_two_registries_is_refused(void **state)
{
    struct registry_process *registry = *state;
    sk_auto_free char *folder = sk_strf("%s/cache", registry->folder);
    sk_auto_free char *one = sk_strf("%s/11111111-aaaa", folder);
    sk_auto_free char *two = sk_strf("%s/22222222-bbbb", folder);
    struct sk_registry_client *client;
    struct sk_error err = {0};

    assert_int_equal(sk_folder_make(one, &err), SK_OK);
    assert_int_equal(sk_folder_make(two, &err), SK_OK);
    assert_int_equal(sk_registry_client_open(registry->url, folder, &client, &err),
                     SK_FATAL);
    assert_string_equal(err.id, "registry.other");
}

static void an_incompatible_schema_is_refused_with_the_reason(void **state)
{
    struct sk_event_type first = type_of_schema("proef", RECORD(FIELD_A));
    struct sk_event_type wrong = type_of_schema("proef", RECORD(FIELD_A "," FIELD_C));
    struct sk_registry_client *client = registry_client(*state, "cache");

    id_of(client, &first);
    sk_registry_client_close(client);
    client = registry_client(*state, "cache");
    assert_id_fails(client, &wrong, SK_FATAL, "registry.incompatible", "proef-value");
    assert_id_fails(client, &wrong, SK_FATAL, "registry.incompatible", "Proef.c");
    sk_registry_client_close(client);
}

static void an_own_subject_is_held_to_both_directions(void **state)
{
    struct sk_event_type first = type_of_schema("proef", RECORD(FIELD_A));
    struct sk_event_type wider =
        type_of_schema("proef", RECORD("{\"name\":\"a\",\"type\":\"long\"}"));
    struct sk_registry_client *client = registry_client(*state, "cache");

    id_of(client, &first);
    sk_registry_client_close(client);
    client = registry_client(*state, "cache");
    /* BACKWARD would let it pass; an old process could not read it. */
    assert_id_fails(client, &wider, SK_FATAL, "registry.incompatible", "Proef.a");
    sk_registry_client_close(client);
}

static void a_changed_own_schema_is_registered_and_the_old_one_stays_known(void **state)
{
    struct sk_event_type first = type_of_schema("proef", RECORD(FIELD_A));
    struct sk_event_type second = type_of_schema("proef", RECORD(FIELD_A "," FIELD_B));
    struct sk_registry_client *client = registry_client(*state, "cache");
    int32_t id = id_of(client, &first);

    sk_registry_client_close(client);
    client = registry_client(*state, "cache");
    assert_int_equal(id_of(client, &second), id + 1);
    sk_registry_client_close(client);
    registry_process_kill(*state);
    client = registry_client(*state, "cache");
    assert_int_equal(id_of(client, &second), id + 1);
    assert_schema(client, id, first.schema);
    assert_id_fails(client,
                    &(struct sk_event_type){.topic = "nieuw", .schema = "\"int\""},
                    SK_RETRY, "registry.away", "");
    sk_registry_client_close(client);
}

static void a_doc_that_changed_is_registered_too(void **state)
{
    struct sk_event_type first = type_of_schema("proef", RECORD(FIELD_A));
    struct sk_event_type second = type_of_schema(
        "proef", RECORD("{\"name\":\"a\",\"type\":\"int\",\"doc\":\"waarom\"}"));
    struct sk_registry_client *client = registry_client(*state, "cache");
    int32_t id = id_of(client, &first);

    assert_memory_equal(first.fingerprint, second.fingerprint, sizeof(first.fingerprint));
    sk_registry_client_close(client);
    client = registry_client(*state, "cache");
    assert_int_equal(id_of(client, &second), id + 1);
    sk_registry_client_close(client);
}

static void an_id_that_nobody_gave_is_rejected(void **state)
{
    struct sk_registry_client *client = registry_client(*state, "cache");

    assert_schema_fails(client, 12345, SK_REJECT, "registry.unknown");
    assert_schema_fails(client, -1, SK_REJECT, "registry.unknown");
    sk_registry_client_close(client);
}

/* Overwrites what the cache holds of an id. */
static void damage(const struct registry_process *registry, int32_t id)
{
    sk_auto_free char *command = sk_strf("for f in %s/cache/*/%d.avsc; do printf "
                                         "'{\"type\":\"rec' > $f; done",
                                         registry->folder, id);

    assert_int_equal(system(command), 0);
}

static void a_damaged_cache_file_is_fetched_again(void **state)
{
    struct sk_registry_client *client = registry_client(*state, "cache");
    int32_t id = id_of(client, &sk_klacht);

    sk_registry_client_close(client);
    damage(*state, id);
    client = registry_client(*state, "cache");
    assert_schema(client, id, sk_klacht.schema);
    assert_int_equal(id_of(client, &sk_klacht), id);
    sk_registry_client_close(client);
    damage(*state, id);
    registry_process_kill(*state);
    client = registry_client(*state, "cache");
    assert_schema_fails(client, id, SK_RETRY, "registry.away");
    sk_registry_client_close(client);
}

/* A server that is no registry. ------------------------------------------------------ */

static void answer_always(void *context, struct sk_http_exchange *exchange,
                          const struct sk_http_request *)
{
    const struct sk_http_answer *answer = context;

    sk_http_exchange_answer(exchange, answer);
}

/* In a child, since the client blocks; its pid, and its address in `url`. */
static pid_t serve_always(unsigned status, const char *body, char url[64])
{
    struct sk_http_answer answer = {.status = status,
                                    .body = {(const uint8_t *)body, strlen(body)}};
    struct sk_http_server *server;
    struct sk_error err = {0};

    assert_int_equal(
        sk_http_server_open(&(struct sk_http_server_options){.listen = "127.0.0.1:0",
                                                             .handler = answer_always,
                                                             .context = &answer},
                            &server, &err),
        SK_OK);
    snprintf(url, 64, "http://%s/", sk_http_server_address(server));
    pid_t child = fork();
    if (child == 0)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (child == 0) {
        struct pollfd readable = {.fd = sk_http_server_descriptor(server),
                                  .events = POLLIN};
        poll(&readable, 1, sk_http_server_timeout_ms(server));
        sk_http_server_run(server);
    }
    sk_http_server_close(server);
    return child;
}

static void what_is_no_registry_is_told_from_one_that_is_away(void **state)
{
    static const struct {
        unsigned status;
        const char *body;
        enum sk_verdict verdict;
        const char *id;
    } cases[] = {
        {404, "<html>", SK_FATAL, "registry.refused"},
        {401, "", SK_FATAL, "registry.refused"},
        {200, "<html>", SK_RETRY, "registry.away"},
        {200, "[]", SK_RETRY, "registry.away"},
        {500, "{}", SK_RETRY, "registry.away"},
        {429, "{}", SK_RETRY, "registry.away"},
        {200, "{\"id\":\"../../etc\"}", SK_FATAL, "registry.other"},
    };
    struct registry_process other = *(struct registry_process *)*state;

    for (size_t i = 0; i < SK_COUNT(cases); i++) {
        pid_t child = serve_always(cases[i].status, cases[i].body, other.url);
        struct sk_registry_client *client = registry_client(&other, "strange");
        assert_id_fails(client, &sk_klacht, cases[i].verdict, cases[i].id, "");
        sk_registry_client_close(client);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
}

#define TEST(name)                                                                       \
    cmocka_unit_test_setup_teardown(name, registry_process_setup,                        \
                                    registry_process_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_own_schema_has_one_id_for_everybody),
        TEST(with_the_registry_away_a_restarted_client_knows_what_it_used),
        TEST(with_the_registry_away_a_running_client_goes_on_and_new_things_wait),
        TEST(a_registry_that_hangs_is_waited_for_once),
        TEST(a_schema_on_disk_asks_a_hanging_registry_nothing),
        TEST(a_first_start_without_a_registry_waits_for_it),
        TEST(another_registry_is_never_mixed_in),
        TEST(a_folder_of_two_registries_is_refused),
        TEST(an_incompatible_schema_is_refused_with_the_reason),
        TEST(an_own_subject_is_held_to_both_directions),
        TEST(a_changed_own_schema_is_registered_and_the_old_one_stays_known),
        TEST(a_doc_that_changed_is_registered_too),
        TEST(an_id_that_nobody_gave_is_rejected),
        TEST(a_damaged_cache_file_is_fetched_again),
        TEST(what_is_no_registry_is_told_from_one_that_is_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

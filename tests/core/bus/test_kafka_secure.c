/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS, users and rights on a real broker: who lacks something is told what, by an id of
 * its own. Each user of this test lacks one thing.
 */
#include "conformance.h"
#include "kafka_broker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"

enum { WAIT_MS = 15000 };

#define TOPIC(user, topic, operations)                                                   \
    "{\"principal\":\"User:" user "\",\"resource\":\"topic\",\"pattern\":\"literal\","   \
    "\"names\":[\"" topic "\"],\"operations\":[" operations "]},"
#define GROUP(user)                                                                      \
    "{\"principal\":\"User:" user "\",\"resource\":\"group\",\"pattern\":\"prefixed\","  \
    "\"names\":[\"toets\"],\"operations\":[\"Read\"]},"
#define UNITS(user)                                                                      \
    "{\"principal\":\"User:" user "\",\"resource\":\"transactional-id\",\"pattern\":"    \
    "\"literal\",\"names\":[\"toets\"],\"operations\":[\"Write\"]},"
#define ALL "\"Read\",\"Write\",\"Describe\",\"DescribeConfigs\""
#define READS "\"Read\",\"Describe\",\"DescribeConfigs\""
#define OWN(user) TOPIC(user, "dlq.toets", ALL)

static const char rights[] = "[" OWN("goed") TOPIC("goed", "een", ALL) GROUP("goed")
    UNITS("goed") OWN("geen-groep") TOPIC("geen-groep", "een", ALL) UNITS("geen-groep")
        OWN("geen-eenheid") TOPIC("geen-eenheid", "een", ALL) GROUP("geen-eenheid")
            OWN("leest-enkel") TOPIC("leest-enkel", "een", READS) GROUP("leest-enkel")
                UNITS("leest-enkel") OWN("ziet-niets") GROUP("ziet-niets")
                    UNITS("ziet-niets")
                        TOPIC("beheer", "*",
                              "\"Create\",\"Describe\",\"DescribeConfigs\",\"Read\","
                              "\"Write\"") "{\"principal\":\"User:beheer\",\"resource\":"
                                           "\"group\",\"pattern\":\"literal\","
                                           "\"names\":[\"*\"],\"operations\":[\"Read\","
                                           "\"Describe\"]}]";

static struct broker broker;

/* A handle of process "toets" (NULL: of a tool) as this user; NULL: without certificate.
 */
static struct sk_bus *bus_of(const char *user, const char *identity)
{
    sk_auto_free char *authority = sk_strf("%s/tls/ca.crt", broker.folder);
    sk_auto_free char *certificate =
        sk_strf("%s/tls/%s.crt", broker.folder, user ? user : "");
    sk_auto_free char *key = sk_strf("%s/tls/%s.key", broker.folder, user ? user : "");
    const struct sk_bus_setting settings[] = {
        {"security.protocol", "ssl", "toets"},
        {"ssl.ca.location", authority, "toets"},
        {"ssl.certificate.location", certificate, "toets"},
        {"ssl.key.location", key, "toets"},
    };
    const struct sk_bus_options options = {
        .identity = identity, .settings = settings, .setting_count = user ? 4 : 2};
    struct sk_bus *bus = NULL;
    struct sk_error err = {0};

    if (sk_bus_open(broker.url, &options, &bus, &err) != SK_OK)
        fail_msg("open: %s", err.text);
    return bus;
}

static void topics_make_as_operator(void)
{
    const struct sk_text processes[] = {SK_TEXT("toets")};
    struct sk_bus *bus = bus_of("beheer", NULL);
    struct sk_error err = {0};
    sk_auto_free char *path =
        sk_strf("%s/tests/core/bus/topics.json", getenv("SK_SOURCE_DIR"));

    if (sk_bus_topics_create(bus, path, processes, 1, &err) != SK_OK)
        fail_msg("%s: %s", err.id, err.text);
    sk_bus_close(bus);
}

/* Active or not, until it says why it cannot be; what it says. */
static enum sk_verdict activate(struct sk_bus *bus, struct sk_error *err)
{
    int64_t deadline = sk_clock_monotonic_ms() + WAIT_MS;
    enum sk_verdict verdict;
    bool active = false;

    do
        verdict = sk_bus_activate(bus, 500, &active, err);
    while (verdict == SK_OK && !active && sk_clock_monotonic_ms() < deadline);
    if (verdict == SK_OK && !active)
        fail_msg("nothing is said");
    return verdict;
}

static void assert_said(const struct sk_error *err, const char *id, const char *text)
{
    if (strcmp(err->id, id) != 0 || !strstr(err->text, text))
        fail_msg("%s: %s", err->id, err->text);
}

static void who_has_its_rights_works(void **)
{
    struct sk_bus *bus = bus_of("goed", "toets");
    struct sk_error err = {0};
    char texts[64];

    if (activate(bus, &err) != SK_OK)
        fail_msg("%s: %s", err.id, err.text);
    subscribe(bus, "toets.groep", "een");
    begin(bus);
    send_to(bus, "een", "a", "1");
    commit(bus);
    take_texts(bus, 1, texts, sizeof(texts));
    assert_string_equal(texts, "a=1 ");
    sk_bus_close(bus);
}

static void assert_refused_at_the_door(const char *user)
{
    const struct sk_text topics[] = {SK_TEXT("een")};
    struct sk_bus *bus = bus_of(user, NULL);
    struct sk_error err = {0};
    int number;

    assert_int_equal(
        sk_bus_subscribe(bus, NULL, topics, 1, SK_BUS_EARLIEST, &number, &err), SK_RETRY);
    assert_said(&err, "bus.credentials", "certificates in [kafka]");
    sk_bus_close(bus);
}

static void without_a_certificate_the_credentials_are_named(void **)
{
    assert_refused_at_the_door(NULL);
}

/* As deploy/kafka makes them, by another authority. */
static void a_certificate_of_another_authority_is_named_so(void **)
{
    sk_auto_free char *command = sk_strf(
        "cd %s/tls && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 "
        "-nodes -keyout vreemd.key -out vreemd.crt -subj /CN=goed 2>/dev/null",
        broker.folder);

    assert_int_equal(system(command), 0);
    assert_refused_at_the_door("vreemd");
}

static void a_missing_right_on_the_group_is_named(void **)
{
    struct sk_bus *bus = bus_of("geen-groep", "toets");
    struct sk_error err = {0};

    assert_int_equal(activate(bus, &err), SK_FATAL);
    assert_said(&err, "bus.acl", "`schakel acl`");
    sk_bus_close(bus);
}

static void a_missing_right_on_the_transactional_id_is_named(void **)
{
    struct sk_bus *bus = bus_of("geen-eenheid", "toets");
    struct sk_error err = {0};

    assert_int_equal(activate(bus, &err), SK_FATAL);
    assert_said(&err, "bus.acl", "Transactional Id authorization failed");
    sk_bus_close(bus);
}

static void a_missing_right_to_write_is_named_with_the_topic(void **)
{
    struct sk_bus *bus = bus_of("leest-enkel", "toets");
    struct sk_error err = {0};

    if (activate(bus, &err) != SK_OK)
        fail_msg("%s: %s", err.id, err.text);
    begin(bus);
    send_to(bus, "een", "a", "1");
    assert_int_equal(sk_bus_commit(bus, &err), SK_FATAL);
    assert_said(&err, "bus.acl", "Topic authorization failed");
    sk_bus_close(bus);
}

static void a_topic_that_the_user_may_not_see_is_named(void **)
{
    const struct sk_text topics[] = {SK_TEXT("een")};
    struct sk_bus *bus = bus_of("ziet-niets", "toets");
    struct sk_error err = {0};
    int number;

    assert_int_equal(
        sk_bus_subscribe(bus, "toets.groep", topics, 1, SK_BUS_EARLIEST, &number, &err),
        SK_FATAL);
    assert_said(&err, "bus.topic", "may not see it");
    sk_bus_close(bus);
}

static int start(void)
{
    char path[] = "/tmp/sk-rights-XXXXXX";
    int file = mkstemp(path);

    if (file < 0 || write(file, rights, sizeof(rights) - 1) < 0)
        return 1;
    close(file);
    sk_auto_free char *options = sk_strf("--secure %s", path);
    int status = broker_start(&broker, options);
    unlink(path);
    return status;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_has_its_rights_works),
        cmocka_unit_test(without_a_certificate_the_credentials_are_named),
        cmocka_unit_test(a_certificate_of_another_authority_is_named_so),
        cmocka_unit_test(a_missing_right_on_the_group_is_named),
        cmocka_unit_test(a_missing_right_on_the_transactional_id_is_named),
        cmocka_unit_test(a_missing_right_to_write_is_named_with_the_topic),
        cmocka_unit_test(a_topic_that_the_user_may_not_see_is_named),
    };
    int status = start();

    if (status != 0)
        return status;
    topics_make_as_operator();
    int failures = cmocka_run_group_tests_name("kafka_secure", tests, NULL, NULL);
    broker_stop(&broker);
    return failures;
}

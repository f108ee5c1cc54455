/* SPDX-License-Identifier: Apache-2.0 */
/* What a Kafka bus refuses before it asks any broker: its address and its settings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bus/bus.h"

static enum sk_verdict check(const char *name, const char *value, struct sk_error *err)
{
    const struct sk_bus_setting setting = {name, value, "schakel.ini:7"};
    const struct sk_bus_options options = {.settings = &setting, .setting_count = 1};

    return sk_bus_check("kafka:127.0.0.1:9092", &options, err);
}

static void assert_refused(const char *name, const char *value, const char *text)
{
    struct sk_error err = {0};

    assert_int_equal(check(name, value, &err), SK_FATAL);
    assert_string_equal(err.id, "bus.settings");
    assert_non_null(strstr(err.text, "schakel.ini:7"));
    if (!strstr(err.text, text))
        fail_msg("%s", err.text);
}

static void a_setting_of_librdkafka_passes_through(void **)
{
    const char *const some[][2] = {
        {"sasl.mechanisms", "PLAIN"},
        {"sasl.username", "edison"},
        {"security.protocol", "sasl_ssl"},
        {"statistics.interval.ms", "1000"},
        {"linger.ms", "5"},
        {"ssl.ca.location", "/etc/ssl/certs"},
        {"fetch.max.bytes", "10485760"},
        {"socket.keepalive.enable", "true"},
        {"client.rack", "west"},
        {"compression.codec", "zstd"},
        {"reconnect.backoff.ms", "50"},
        {"enable.ssl.certificate.verification", "true"},
    };
    struct sk_error err = {0};

    for (size_t i = 0; i < SK_COUNT(some); i++) {
        if (check(some[i][0], some[i][1], &err) != SK_OK)
            fail_msg("%s", err.text);
    }
}

static void an_unknown_setting_is_named_with_the_one_that_was_meant(void **)
{
    assert_refused("ssl.ca.locaton", "/x", "did you mean \"ssl.ca.location\"?");
    assert_refused("zomaar.iets", "1", "CONFIGURATION.md");
}

static void a_value_that_librdkafka_does_not_take_is_named(void **)
{
    assert_refused("linger.ms", "snel", "linger.ms");
    assert_refused("security.protocol", "tls", "security.protocol");
}

static void a_setting_on_which_a_promise_rests_is_refused(void **)
{
    const char *const own[] = {"isolation.level",  "enable.auto.commit", "acks",
                               "transactional.id", "group.id",           "partitioner",
                               "bootstrap.servers"};

    for (size_t i = 0; i < SK_COUNT(own); i++)
        assert_refused(own[i], "1", "take it out");
}

static void an_address_that_is_none_is_refused(void **)
{
    const char *const urls[] = {"kafka:",           "kafka:host",  "kafka:host:0",
                                "kafka:host:9092,", "kafka::9092", "kafka:host:x",
                                "kafka:host:70000", "kafka:a:1,b"};
    const struct sk_bus_options options = {0};
    struct sk_error err = {0};

    for (size_t i = 0; i < SK_COUNT(urls); i++) {
        if (sk_bus_check(urls[i], &options, &err) != SK_FATAL)
            fail_msg("%s passes", urls[i]);
        assert_string_equal(err.id, "bus.url");
    }
    assert_int_equal(sk_bus_check("kafka:a:1,[::1]:2", &options, &err), SK_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_setting_of_librdkafka_passes_through),
        cmocka_unit_test(an_unknown_setting_is_named_with_the_one_that_was_meant),
        cmocka_unit_test(a_value_that_librdkafka_does_not_take_is_named),
        cmocka_unit_test(a_setting_on_which_a_promise_rests_is_refused),
        cmocka_unit_test(an_address_that_is_none_is_refused),
    };

    return cmocka_run_group_tests_name("kafka_settings", tests, NULL, NULL);
}

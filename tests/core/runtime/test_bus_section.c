/* SPDX-License-Identifier: Apache-2.0 */
/* The section [kafka]: one for all processes, nothing secret in it, all of it passed on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/bus_section.h"

static char config[] = "/tmp/sk-section-XXXXXX", secret[] = "/tmp/sk-secret-XXXXXX";

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static enum sk_verdict read_section(const char *text, const char *url,
                                    struct sk_bus_section **ret_section,
                                    struct sk_error *err)
{
    write_file(config, text);
    return sk_bus_section_read(config, url, "edison", ret_section, err);
}

/* The value of the name; NULL: it is not set. */
static const char *value_of(const struct sk_bus_section *section, const char *name)
{
    struct sk_bus_options options = {0};

    sk_bus_section_give(section, &options);
    for (size_t i = 0; i < options.setting_count; i++) {
        if (strcmp(options.settings[i].name, name) == 0)
            return options.settings[i].value;
    }
    return NULL;
}

static void a_key_passes_as_it_is_with_the_process_filled_in(void **)
{
    struct sk_bus_section *section = NULL;
    struct sk_error err = {0};

    assert_int_equal(
        read_section("[schakel]\nlog = debug\n[edison]\nurl = x\n[kafka]\n"
                     "ssl.certificate.location = /tls/{process}-{process}.crt\n"
                     "client.rack = west\n",
                     "kafka:h:1", &section, &err),
        SK_OK);
    assert_string_equal(value_of(section, "ssl.certificate.location"),
                        "/tls/edison-edison.crt");
    assert_string_equal(value_of(section, "client.rack"), "west");
    assert_null(value_of(section, "log"));
    assert_null(value_of(section, "url"));
    sk_bus_section_free(section);
}

static void the_section_of_another_bus_is_left_alone(void **)
{
    struct sk_bus_section *section = NULL;
    struct sk_error err = {0};

    assert_int_equal(
        read_section("[kafka]\nclient.rack = west\n", "sqlite:/x", &section, &err),
        SK_OK);
    assert_null(value_of(section, "client.rack"));
    sk_bus_section_free(section);
}

static void a_secret_stands_in_a_file_and_is_not_printed(void **)
{
    struct sk_bus_section *section = NULL;
    struct sk_error err = {0};
    char text[128], printed[256] = "";

    assert_int_equal(
        read_section("[kafka]\nsasl.password = geheim\n", "kafka:h:1", &section, &err),
        SK_FATAL);
    assert_string_equal(err.id, "option.secret");
    assert_non_null(strstr(err.text, "sasl.password"));
    assert_null(strstr(err.text, "geheim"));
    write_file(secret, "geheim\n");
    snprintf(text, sizeof(text), "[kafka]\nsasl.password = file:%s\n", secret);
    assert_int_equal(read_section(text, "kafka:h:1", &section, &err), SK_OK);
    assert_string_equal(value_of(section, "sasl.password"), "geheim");
    FILE *out = fmemopen(printed, sizeof(printed) - 1, "w");
    sk_bus_section_print(section, out);
    fclose(out);
    assert_string_equal(printed, "kafka.sasl.password = (hidden)\n");
    sk_bus_section_free(section);
}

static void the_environment_wins_and_may_hold_a_secret(void **)
{
    struct sk_bus_section *section = NULL;
    struct sk_error err = {0};

    setenv("SCHAKEL_KAFKA_CLIENT_RACK", "oost", 1);
    setenv("SCHAKEL_KAFKA_SASL_PASSWORD", "geheim", 1);
    assert_int_equal(
        read_section("[kafka]\nclient.rack = west\n", "kafka:h:1", &section, &err),
        SK_OK);
    assert_string_equal(value_of(section, "client.rack"), "oost");
    assert_string_equal(value_of(section, "sasl.password"), "geheim");
    unsetenv("SCHAKEL_KAFKA_CLIENT_RACK");
    unsetenv("SCHAKEL_KAFKA_SASL_PASSWORD");
    sk_bus_section_free(section);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_passes_as_it_is_with_the_process_filled_in),
        cmocka_unit_test(the_section_of_another_bus_is_left_alone),
        cmocka_unit_test(a_secret_stands_in_a_file_and_is_not_printed),
        cmocka_unit_test(the_environment_wins_and_may_hold_a_secret),
    };

    if (close(mkstemp(config)) != 0 || close(mkstemp(secret)) != 0)
        return 1;
    int failures = cmocka_run_group_tests_name("bus_section", tests, NULL, NULL);
    unlink(config);
    unlink(secret);
    return failures;
}

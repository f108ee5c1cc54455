/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever JSON comes, a source makes an event of it, a tombstone, nothing, or rejects it
 * by its key: random records in the names of the contract, with values of every kind and
 * shape. The seed is printed; SK_SEED repeats a run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

#include "base/json.h"
#include "connectors/support/translate.h"

extern const struct sk_connector edison, klaroen;

enum { RECORDS = 3000 };

static uint64_t random_state;

static size_t below(size_t limit)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(random_state >> 33) % limit;
}

static json_t *random_text(void)
{
    static const char *const texts[] = {"",
                                        " ",
                                        "910000001",
                                        "91 000 0001,",
                                        "0421722346",
                                        "2289324120",
                                        "ACTIEF",
                                        "in onderzoek",
                                        "J",
                                        "nee",
                                        "2026-11-24",
                                        "9999-12-31",
                                        "1900-01-01",
                                        "2026-02-30",
                                        "2026-11-24T10:00:00+01:00",
                                        "999",
                                        "-1",
                                        "SCHAKEL",
                                        "LOCATIE",
                                        "klacht",
                                        "Kerkstraat 12 bus 3, 9000 Gent",
                                        "a@b.be",
                                        "crèche \xE2\x82\xAC",
                                        "1e999",
                                        ",",
                                        "x"};

    return json_string(texts[below(sizeof(texts) / sizeof(*texts))]);
}

static json_t *random_scalar(void)
{
    switch (below(6)) {
    case 0:
        return json_integer((json_int_t)below(2) ? INT64_MIN : (json_int_t)below(1000));
    case 1:
        return json_real(-1.5e300);
    case 2:
        return json_boolean(below(2));
    case 3:
        return json_null();
    default:
        return random_text();
    }
}

static json_t *random_record(const struct sk_record_type *type, int depth);

/* A value for a field: fitting, or of another shape altogether. */
static json_t *random_value(const struct sk_field *field, int depth)
{
    if (depth > 5 || below(5) == 0)
        return random_scalar();
    if (field->array && below(4) != 0) {
        json_t *array = json_array();

        for (size_t count = below(4); count > 0; count--)
            json_array_append_new(array, field->kind == SK_FIELD_RECORD && below(4) != 0
                                             ? random_record(field->record, depth + 1)
                                             : random_scalar());
        return array;
    }
    if (field->kind == SK_FIELD_RECORD)
        return random_record(field->record, depth + 1);
    return below(8) == 0 ? json_pack("[{}]") : random_scalar();
}

static json_t *random_record(const struct sk_record_type *type, int depth)
{
    static const char *const others[] = {
        "id", "verwijderd", "adres", "dossiernummer", "klacht_id", "organisator_id"};
    json_t *object = json_object();

    for (size_t i = 0; i < type->field_count; i++)
        if (below(3) != 0)
            json_object_set_new(object, type->fields[i].name,
                                random_value(&type->fields[i], depth));
    if (below(3) == 0)
        json_object_set_new(object, others[below(sizeof(others) / sizeof(*others))],
                            random_scalar());
    return object;
}

static bool is_known_rejection(const json_t *id)
{
    return sk_text_is(sk_json_string(id), "intake.key") ||
           sk_text_is(sk_json_string(id), "oordeel.target");
}

/* desk_translate fails the test for any other verdict than OK and REJECT. */
static void assert_taken_or_rejected(const struct sk_connector *connector,
                                     const char *const *options, int count)
{
    struct desk *desk = desk_open(connector, NULL, options, count);
    size_t events = 0, rejected = 0;

    for (const struct sk_source *source = connector->sources; source->name; source++)
        for (size_t i = 0; i < RECORDS; i++) {
            json_auto_t *record = random_record(&source->event->record, 0);
            json_auto_t *results = json_array();

            desk_translate(desk, source->name, record, results);
            const json_t *result = json_array_get(results, 0);
            events += json_object_get(result, "event") != NULL;
            if (json_object_get(result, "reject")) {
                rejected++;
                assert_true(is_known_rejection(json_object_get(result, "reject")));
            }
        }
    assert_true(events > RECORDS / 50);
    assert_true(rejected > RECORDS / 50);
    desk_close(desk);
}

static void edison_takes_or_rejects_whatever_comes(void **)
{
    assert_taken_or_rejected(&edison, NULL, 0);
}

static void edison_that_keeps_the_history_does_too(void **)
{
    const char *const options[] = {"--historiek=schakel", "--onderneming=vrij"};

    assert_taken_or_rejected(&edison, options, 2);
}

static void klaroen_takes_or_rejects_whatever_comes(void **)
{
    assert_taken_or_rejected(&klaroen, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edison_takes_or_rejects_whatever_comes),
        cmocka_unit_test(edison_that_keeps_the_history_does_too),
        cmocka_unit_test(klaroen_takes_or_rejects_whatever_comes),
    };
    const char *seed = getenv("SK_SEED");

    random_state = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
    print_message("SK_SEED=%llu\n", (unsigned long long)random_state);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

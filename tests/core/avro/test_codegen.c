/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold for every generated codec, driven by field tables; built once for the
 * events of schemas/ and once for the test schemas, which have every kind of field.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "avro/canonical.h"
#include "avro/json_view.h"
#include "avro/wire.h"
#include "core/avro/event_fill.h"
#include "core/avro/recode.h"

enum { ROUNDS = 400 };

struct bench {
    struct random random;
    struct sk_arena arena;
    struct sk_buffer bytes, again;
    struct sk_error err;
};

static int set_up(void **state)
{
    static struct bench bench;
    const char *seed = getenv("SK_SEED");

    bench = (struct bench){.random.state = seed ? strtoull(seed, NULL, 10) : 20261124};
    printf("SK_SEED=%llu\n", (unsigned long long)bench.random.state);
    *state = &bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    sk_arena_fini(&bench->arena);
    sk_buffer_fini(&bench->bytes);
    sk_buffer_fini(&bench->again);
    return 0;
}

static void encode(struct bench *bench, const struct sk_event_type *type,
                   const void *event, struct sk_buffer *out)
{
    out->size = 0;
    if (type->encode(event, out, &bench->err) != SK_OK)
        fail_msg("%s", bench->err.text);
}

static void *decode(struct bench *bench, const struct sk_event_type *type,
                    struct sk_bytes data)
{
    void *event = event_new(type, &bench->arena);

    if (type->decode(event, data, &bench->arena, &bench->err) != SK_OK)
        fail_msg("%s", bench->err.text);
    return event;
}

static void assert_same_bytes(struct sk_bytes a, struct sk_bytes b)
{
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
}

static void comes_back(struct bench *bench, const struct sk_event_type *type, bool all)
{
    void *event = event_new(type, &bench->arena);

    event_fill(&bench->random, type, event, all, &bench->arena);
    sk_buffer_fini(&bench->bytes); /* so that its capacity is the bound */
    encode(bench, type, event, &bench->bytes);
    assert_true(bench->bytes.size <= bench->bytes.capacity);
    void *back = decode(bench, type, sk_buffer_bytes(&bench->bytes));
    assert_true(type->equal(event, back));
    encode(bench, type, back, &bench->again);
    assert_same_bytes(sk_buffer_bytes(&bench->bytes), sk_buffer_bytes(&bench->again));
}

static void every_event_comes_back_with_every_field_filled(void **state)
{
    for (size_t i = 0; event_types[i]; i++)
        comes_back(*state, event_types[i], true);
}

static void any_event_comes_back_as_it_was(void **state)
{
    struct bench *bench = *state;

    for (size_t i = 0; event_types[i]; i++)
        for (int round = 0; round < ROUNDS; round++) {
            comes_back(bench, event_types[i], false);
            sk_arena_reset(&bench->arena);
        }
}

static void the_zeroed_event_and_the_default_one_come_back(void **state)
{
    struct bench *bench = *state;

    for (size_t i = 0; event_types[i]; i++) {
        const struct sk_event_type *type = event_types[i];
        void *event = event_new(type, &bench->arena);

        encode(bench, type, event, &bench->bytes);
        assert_true(
            type->equal(event, decode(bench, type, sk_buffer_bytes(&bench->bytes))));
        type->init(event);
        encode(bench, type, event, &bench->bytes);
        assert_true(
            type->equal(event, decode(bench, type, sk_buffer_bytes(&bench->bytes))));
    }
}

static void avro_c_reads_our_bytes_and_writes_the_same(void **state)
{
    struct bench *bench = *state;
    const char *problem = NULL;

    for (size_t i = 0; event_types[i]; i++) {
        const struct sk_event_type *type = event_types[i];
        struct recode *recode = recode_new(type->schema, strlen(type->schema), &problem);

        assert_non_null(recode);
        for (int round = 0; round < ROUNDS; round++) {
            void *event = event_new(type, &bench->arena);
            size_t size = 0;

            event_fill(&bench->random, type, event, round == 0, &bench->arena);
            encode(bench, type, event, &bench->bytes);
            const void *theirs =
                recode_run(recode, bench->bytes.data, bench->bytes.size, &size, &problem);
            if (!theirs)
                fail_msg("%s: %s", type->topic, problem);
            assert_same_bytes(sk_buffer_bytes(&bench->bytes),
                              (struct sk_bytes){theirs, size});
            sk_arena_reset(&bench->arena);
        }
        recode_free(recode);
    }
}

/* By the schema alone: random JSON to binary in blocks, which our codec reads; what it
 * writes must be the same binary in one block an array. */
static void reads_what_the_schema_writes(struct bench *bench,
                                         const struct sk_event_type *type)
{
    struct sk_schema_document *document = NULL;
    sk_buffer_auto blocks = {0};

    if (sk_schema_parse(type->schema, strlen(type->schema), &document, &bench->err))
        fail_msg("%s", bench->err.text);
    for (int round = 0; round < ROUNDS; round++) {
        json_t *value = random_value(&bench->random, sk_schema_root(document));

        bench->bytes.size = blocks.size = 0;
        if (sk_avro_from_json(sk_schema_root(document), value, SK_JSON_AVRO,
                              &bench->bytes, &bench->err) != SK_OK)
            fail_msg("%s", bench->err.text);
        random_blocks(&bench->random, sk_schema_root(document),
                      sk_buffer_bytes(&bench->bytes), &blocks);
        encode(bench, type, decode(bench, type, sk_buffer_bytes(&blocks)), &bench->again);
        assert_same_bytes(sk_buffer_bytes(&bench->bytes), sk_buffer_bytes(&bench->again));
        sk_arena_reset(&bench->arena);
        json_decref(value);
    }
    sk_schema_document_unref(document);
}

static void what_the_schema_model_writes_is_read_in_any_blocks(void **state)
{
    for (size_t i = 0; event_types[i]; i++)
        reads_what_the_schema_writes(*state, event_types[i]);
}

static void a_message_cut_anywhere_is_rejected(void **state)
{
    struct bench *bench = *state;

    for (size_t i = 0; event_types[i]; i++) {
        const struct sk_event_type *type = event_types[i];
        void *event = event_new(type, &bench->arena);

        event_fill(&bench->random, type, event, true, &bench->arena);
        encode(bench, type, event, &bench->bytes);
        for (size_t size = 0; size < bench->bytes.size; size++) {
            /* In memory of its own size, so that a look beyond its end is seen. */
            uint8_t *cut = malloc(size ? size : 1);
            memcpy(cut, bench->bytes.data, size);
            assert_int_equal(type->decode(event, (struct sk_bytes){cut, size},
                                          &bench->arena, &bench->err),
                             SK_REJECT);
            assert_string_equal(bench->err.id, "avro.decode");
            free(cut);
        }
        sk_buffer_append_byte(&bench->bytes, 0);
        assert_int_equal(type->decode(event, sk_buffer_bytes(&bench->bytes),
                                      &bench->arena, &bench->err),
                         SK_REJECT);
        assert_non_null(strstr(bench->err.text, "1 bytes are left over"));
        sk_arena_reset(&bench->arena);
    }
}

static void a_message_with_any_byte_changed_is_read_or_rejected(void **state)
{
    struct bench *bench = *state;

    for (size_t i = 0; event_types[i]; i++) {
        const struct sk_event_type *type = event_types[i];
        void *event = event_new(type, &bench->arena);

        event_fill(&bench->random, type, event, false, &bench->arena);
        encode(bench, type, event, &bench->bytes);
        for (size_t at = 0; at < 20 * bench->bytes.size; at++) {
            struct sk_arena arena = {0};
            uint8_t *place = &bench->bytes.data[at % bench->bytes.size], old = *place;

            *place = (uint8_t)random_next(&bench->random);
            enum sk_verdict verdict =
                type->decode(event, sk_buffer_bytes(&bench->bytes), &arena, &bench->err);
            assert_true(verdict == SK_OK || verdict == SK_REJECT);
            assert_true(sk_arena_footprint(&arena) <= 64 * bench->bytes.size + 16384);
            *place = old;
            sk_arena_fini(&arena);
        }
    }
}

static void the_schema_of_an_event_has_its_name_and_fingerprint(void **state)
{
    struct bench *bench = *state;

    for (size_t i = 0; event_types[i]; i++) {
        const struct sk_event_type *type = event_types[i];
        struct sk_schema_document *document = NULL;
        uint8_t fingerprint[SK_SHA256_SIZE];

        if (sk_schema_parse(type->schema, strlen(type->schema), &document, &bench->err))
            fail_msg("%s", bench->err.text);
        sk_schema_sha256(document, fingerprint);
        assert_memory_equal(fingerprint, type->fingerprint, sizeof(fingerprint));
        assert_string_equal(sk_schema_root(document)->fullname, type->name);
        sk_schema_document_unref(document);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_comes_back_with_every_field_filled),
        cmocka_unit_test(any_event_comes_back_as_it_was),
        cmocka_unit_test(the_zeroed_event_and_the_default_one_come_back),
        cmocka_unit_test(avro_c_reads_our_bytes_and_writes_the_same),
        cmocka_unit_test(what_the_schema_model_writes_is_read_in_any_blocks),
        cmocka_unit_test(a_message_cut_anywhere_is_rejected),
        cmocka_unit_test(a_message_with_any_byte_changed_is_read_or_rejected),
        cmocka_unit_test(the_schema_of_an_event_has_its_name_and_fingerprint),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

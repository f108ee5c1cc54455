/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties that hold for every schema and value, tried on random ones. SK_SEED=N
 * repeats a run; each failure prints the seed, the schema and the value.
 */
#include "schema_case.h"

#include <stdlib.h>

#include "avro/binary.h"
#include "avro/canonical.h"
#include "avro/compat.h"
#include "avro/resolve.h"
#include "base/alloc.h"
#include "random.h"
#include "recode.h"

enum { SCHEMAS = 600, VALUES_EACH = 20 };

static uint64_t seed;

/* One random schema, and the value now tried. */
struct subject {
    struct random random;
    char *text; /* of the schema */
    struct sk_schema_document *document;
    const struct sk_schema *schema;
    json_t *json; /* of the value, as Avro JSON */
    struct sk_buffer binary;
};

static void stop(const struct subject *self, const char *what, const char *detail)
{
    char *value = json_dumps(self->json, JSON_ENCODE_ANY);

    fail_msg("%s: %s\nSK_SEED=%llu\nschema %s\nvalue %s", what, detail,
             (unsigned long long)seed, self->text, value ? value : "none");
    free(value);
}

static void subject_init(struct subject *self, uint64_t number)
{
    json_t *schema;

    *self = (struct subject){.random = {seed * 1000003 + number}};
    schema = random_schema(&self->random);
    self->text = json_dumps(schema, JSON_ENCODE_ANY | JSON_COMPACT);
    json_decref(schema);
    self->document = schema_of(self->text);
    self->schema = sk_schema_root(self->document);
}

static void subject_fini(struct subject *self)
{
    json_decref(self->json);
    sk_buffer_fini(&self->binary);
    sk_schema_document_unref(self->document);
    free(self->text);
}

static void subject_next_value(struct subject *self)
{
    struct sk_error err = {0};

    json_decref(self->json);
    self->json = random_value(&self->random, self->schema);
    self->binary.size = 0;
    if (sk_avro_from_json(self->schema, self->json, SK_JSON_AVRO, &self->binary, &err) !=
        SK_OK)
        stop(self, "not encoded", err.text);
}

static json_t *view(const struct subject *self, struct sk_bytes bytes,
                    enum sk_json_mode mode)
{
    struct sk_error err = {0};
    json_t *json = NULL;

    if (sk_avro_to_json(self->schema, bytes, mode, &json, &err) != SK_OK)
        stop(self, "not decoded", err.text);
    return json;
}

static void assert_reads_as_the_value(const struct subject *self, struct sk_bytes bytes,
                                      const char *what)
{
    json_t *seen = view(self, bytes, SK_JSON_AVRO);

    if (!json_equal(seen, self->json)) {
        char *text = json_dumps(seen, JSON_ENCODE_ANY);
        stop(self, what, text);
        free(text);
    }
    json_decref(seen);
}

static void assert_same_bytes(const struct subject *self, struct sk_bytes seen,
                              const char *what)
{
    if (seen.size != self->binary.size ||
        (seen.size > 0 && memcmp(seen.data, self->binary.data, seen.size) != 0))
        stop(self, what, "other bytes");
}

/* avro-c reads `bytes` and writes them as we did. */
static void assert_avro_c_agrees(const struct subject *self, struct recode *recode,
                                 struct sk_bytes bytes, const char *what)
{
    const char *problem = "";
    struct sk_bytes again = {0};

    again.data = recode_run(recode, bytes.data, bytes.size, &again.size, &problem);
    if (!again.data)
        stop(self, what, problem);
    assert_same_bytes(self, again, what);
    assert_reads_as_the_value(self, again, what);
}

static void avro_c_and_we_read_each_others_bytes_whatever_the_blocks(void **)
{
    for (uint64_t i = 0; i < SCHEMAS; i++) {
        struct subject subject;
        const char *problem = "";
        subject_init(&subject, i);
        struct recode *recode = recode_new(subject.text, strlen(subject.text), &problem);
        if (!recode)
            stop(&subject, "avro-c refuses the schema", problem);
        for (int v = 0; v < VALUES_EACH; v++) {
            struct sk_buffer blocks = {0};
            subject_next_value(&subject);
            assert_avro_c_agrees(&subject, recode, sk_buffer_bytes(&subject.binary),
                                 "one block");
            random_blocks(&subject.random, subject.schema,
                          sk_buffer_bytes(&subject.binary), &blocks);
            assert_reads_as_the_value(&subject, sk_buffer_bytes(&blocks), "many blocks");
            assert_avro_c_agrees(&subject, recode, sk_buffer_bytes(&blocks),
                                 "many blocks in avro-c");
            sk_buffer_fini(&blocks);
        }
        recode_free(recode);
        subject_fini(&subject);
    }
}

static void resolving_to_the_same_schema_gives_the_same_bytes_in_one_block(void **)
{
    for (uint64_t i = 0; i < SCHEMAS; i++) {
        struct subject subject;
        struct sk_resolver *resolver = NULL;
        struct sk_buffer blocks = {0}, out = {0};
        struct sk_error err = {0};
        subject_init(&subject, i);
        subject_next_value(&subject);
        random_blocks(&subject.random, subject.schema, sk_buffer_bytes(&subject.binary),
                      &blocks);
        if (sk_resolver_new(subject.document, subject.document, &resolver, &err) !=
                SK_OK ||
            sk_resolver_run(resolver, sk_buffer_bytes(&blocks), &out, &err) != SK_OK)
            stop(&subject, "not resolved", err.text);
        assert_same_bytes(&subject, sk_buffer_bytes(&out), "resolved to itself");
        sk_resolver_free(resolver);
        sk_buffer_fini(&blocks);
        sk_buffer_fini(&out);
        subject_fini(&subject);
    }
}

static void plain_json_comes_back_as_it_went(void **)
{
    for (uint64_t i = 0; i < SCHEMAS; i++) {
        struct subject subject;
        struct sk_buffer again = {0};
        struct sk_error err = {0};
        subject_init(&subject, i);
        subject_next_value(&subject);
        json_t *plain = view(&subject, sk_buffer_bytes(&subject.binary), SK_JSON_PLAIN);
        if (sk_avro_from_json(subject.schema, plain, SK_JSON_PLAIN, &again, &err) !=
            SK_OK)
            stop(&subject, "plain JSON not read", err.text);
        json_t *seen = view(&subject, sk_buffer_bytes(&again), SK_JSON_PLAIN);
        if (!json_equal(seen, plain))
            stop(&subject, "plain JSON", "changed on the way");
        json_decref(plain);
        json_decref(seen);
        sk_buffer_fini(&again);
        subject_fini(&subject);
    }
}

static void a_value_cut_short_is_refused_and_a_broken_one_does_no_harm(void **)
{
    for (uint64_t i = 0; i < SCHEMAS; i++) {
        struct subject subject;
        struct sk_error err = {0};
        json_t *json = NULL;
        subject_init(&subject, i);
        subject_next_value(&subject);
        struct sk_bytes bytes = sk_buffer_bytes(&subject.binary);
        for (size_t size = 0; size < bytes.size && size < 50; size++) {
            if (sk_avro_check(subject.schema, (struct sk_bytes){bytes.data, size},
                              &err) == SK_OK)
                stop(&subject, "taken", "a value cut short");
        }
        if (bytes.size > 0)
            subject.binary.data[random_below(&subject.random, bytes.size)] ^=
                (uint8_t)(1 << random_below(&subject.random, 8));
        if (sk_avro_to_json(subject.schema, bytes, SK_JSON_PLAIN, &json, &err) == SK_OK)
            json_decref(json);
        subject_fini(&subject);
    }
}

static void the_canonical_form_is_its_own_canonical_form(void **)
{
    for (uint64_t i = 0; i < SCHEMAS; i++) {
        struct subject subject;
        struct sk_buffer once = {0}, twice = {0};
        subject_init(&subject, i);
        sk_schema_canonical(subject.document, &once);
        struct sk_schema_document *again = schema_of(sk_buffer_string(&once));
        sk_schema_canonical(again, &twice);
        if (strcmp(sk_buffer_string(&once), sk_buffer_string(&twice)) != 0)
            stop(&subject, sk_buffer_string(&once), sk_buffer_string(&twice));
        sk_schema_document_unref(again);
        sk_buffer_fini(&once);
        sk_buffer_fini(&twice);
        subject_fini(&subject);
    }
}

/* An evolved schema, or NULL when the change made it illegal. */
static struct sk_schema_document *evolve(struct subject *self)
{
    json_t *json = json_loads(self->text, JSON_DECODE_ANY, NULL);
    struct sk_schema_document *document = NULL;
    struct sk_error err = {0};

    random_evolve(&self->random, json);
    char *text = json_dumps(json, JSON_ENCODE_ANY);
    if (sk_schema_parse(text, strlen(text), &document, &err) != SK_OK)
        document = NULL;
    free(text);
    json_decref(json);
    return document;
}

/* What the check finds nothing against resolves every value; what cannot be resolved at
 * all has a finding. Returns whether there was none. */
static bool check_evolution(struct subject *self, struct sk_schema_document *reader)
{
    sk_compat_report_auto report = {0};
    struct sk_resolver *resolver = NULL;
    struct sk_error err = {0};

    if (sk_compat_check(sk_schema_root(reader), self->schema, SK_COMPAT_BACKWARD, &report,
                        &err) != SK_OK)
        stop(self, "not compared", err.text);
    if (sk_resolver_new(self->document, reader, &resolver, &err) != SK_OK &&
        report.found == 0)
        stop(self, "compatible, but no resolver", err.text);
    for (int v = 0; v < 5 && resolver; v++) {
        struct sk_buffer out = {0};
        subject_next_value(self);
        if (sk_resolver_run(resolver, sk_buffer_bytes(&self->binary), &out, &err) ==
            SK_OK) {
            if (sk_avro_check(sk_schema_root(reader), sk_buffer_bytes(&out), &err) !=
                SK_OK)
                stop(self, "resolved to what the reader cannot read", err.text);
        } else if (report.found == 0 && !strstr(err.text, "not UTF-8")) {
            stop(self, "compatible, but not resolved", err.text);
        }
        sk_buffer_fini(&out);
    }
    sk_resolver_free(resolver);
    return report.found == 0;
}

static void what_is_compatible_resolves(void **)
{
    size_t compatible = 0, evolved = 0;

    for (uint64_t i = 0; i < 3 * SCHEMAS; i++) {
        struct subject subject;
        subject_init(&subject, i);
        struct sk_schema_document *reader = evolve(&subject);
        if (reader) {
            evolved++;
            compatible += check_evolution(&subject, reader);
        }
        sk_schema_document_unref(reader);
        subject_fini(&subject);
    }
    print_message("%zu evolutions, %zu compatible\n", evolved, compatible);
    assert_in_range(compatible, SCHEMAS / 4, evolved - SCHEMAS / 4); /* both are tried */
}

int main(void)
{
    const char *given = getenv("SK_SEED");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(avro_c_and_we_read_each_others_bytes_whatever_the_blocks),
        cmocka_unit_test(resolving_to_the_same_schema_gives_the_same_bytes_in_one_block),
        cmocka_unit_test(plain_json_comes_back_as_it_went),
        cmocka_unit_test(a_value_cut_short_is_refused_and_a_broken_one_does_no_harm),
        cmocka_unit_test(the_canonical_form_is_its_own_canonical_form),
        cmocka_unit_test(what_is_compatible_resolves),
    };

    if (given)
        seed = strtoull(given, NULL, 10);
    else
        sk_random(&seed, sizeof(seed) / 2);
    print_message("SK_SEED=%llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

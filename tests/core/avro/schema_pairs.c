/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema_pairs SEED COUNT - random pairs of schemas with what we say of them, one pair a
 * line of fields between tabs, for test_differential.py to hold against other libraries:
 * reader, writer, findings ("RULE@location", sorted by the reader of this), the reader's
 * text as schema_text.h writes it, its canonical form, its CRC-64 in hex.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "avro/canonical.h"
#include "avro/compat.h"
#include "avro/schema_text.h"
#include "base/alloc.h"
#include "random.h"

static struct sk_schema_document *parse(const char *text)
{
    struct sk_schema_document *document = NULL;
    struct sk_error ignored;

    (void)!sk_schema_parse(text, strlen(text), &document, &ignored);
    return document;
}

/* DECIMAL_MISMATCH is our own rule, so nobody else has it. */
static void print_findings(const struct sk_compat_report *report)
{
    const char *separator = "";

    for (size_t i = 0; i < report->count; i++) {
        if (report->findings[i].rule == SK_COMPAT_DECIMAL_MISMATCH)
            continue;
        printf("%s%s@%s", separator, sk_compat_rule_name(report->findings[i].rule),
               report->findings[i].location);
        separator = " ";
    }
}

static bool print_pair(const char *reader_text, const char *writer_text)
{
    sk_schema_document_auto *reader = parse(reader_text);
    sk_schema_document_auto *writer = parse(writer_text);
    sk_compat_report_auto report = {0};
    sk_buffer_auto written = {0}, canonical = {0};
    struct sk_error err;

    if (!reader || !writer ||
        sk_compat_check(sk_schema_root(reader), sk_schema_root(writer),
                        SK_COMPAT_BACKWARD, &report, &err) != SK_OK ||
        report.found > SK_COMPAT_FINDINGS_MAX)
        return false;
    sk_schema_write(reader, SK_SCHEMA_AS_IS, &written);
    sk_schema_canonical(reader, &canonical);
    printf("%s\t%s\t", reader_text, writer_text);
    print_findings(&report);
    printf("\t%s\t%s\t%016" PRIx64 "\n", sk_buffer_string(&written),
           sk_buffer_string(&canonical), sk_schema_crc64(reader));
    return true;
}

/* Adds what random_schema leaves out: docs, order, aliases of types, other attributes. */
static void decorate(struct random *self, json_t *value)
{
    static const char *const attributes[] = {
        "1",
        "-2.5",
        "1e300",
        "0.1",
        "12345678.9",
        "0.00025",
        "1e7",
        "[]",
        "{}",
        "[1,{\"z\":null,\"a\":[true,1.0]}]",
        "\"\\u00e9\\u0001\\/\\\"\"",
        "false",
        "0.001",
        "123456789012",
        "-0.0",
        "3.141592653589793",
    };
    const char *name;
    json_t *item;
    size_t i;

    json_array_foreach(value, i, item) decorate(self, item);
    json_object_foreach(value, name, item) decorate(self, item);
    if (!json_is_string(json_object_get(value, "name")))
        return;
    if (random_chance(self, 20))
        json_object_set_new(
            value, "doc",
            json_string(random_chance(self, 20) ? "" : "une \"é\"\n\t\x7f"));
    if (random_chance(self, 20))
        json_object_set_new(
            value, random_chance(self, 50) ? "zz" : "attribute",
            json_loads(attributes[random_below(self, SK_COUNT(attributes))],
                       JSON_DECODE_ANY, NULL));
    if (json_object_get(value, "symbols") || json_object_get(value, "fields") ||
        json_object_get(value, "size")) {
        if (random_chance(self, 20))
            json_object_set_new(value, "aliases", json_pack("[ss]", "Old", "be.x.N1"));
    } else if (random_chance(self, 20)) {
        json_object_set_new(value, "order", json_string("descending"));
    }
}

int main(int count, char **arguments)
{
    struct random random = {count > 1 ? strtoull(arguments[1], NULL, 10) : 1};
    long wanted = count > 2 ? atol(arguments[2]) : 1000;

    while (wanted > 0) {
        json_auto_t *schema = random_schema(&random);
        json_auto_t *changed =
            random_chance(&random, 5) ? random_schema(&random) : json_deep_copy(schema);
        for (size_t i = random_below(&random, 4); i > 0; i--)
            random_evolve(&random, changed);
        decorate(&random, changed);
        sk_auto_free char *reader = json_dumps(changed, JSON_COMPACT | JSON_ENCODE_ANY);
        sk_auto_free char *writer = json_dumps(schema, JSON_COMPACT | JSON_ENCODE_ANY);
        if (print_pair(reader, writer))
            wanted--;
    }
    return 0;
}

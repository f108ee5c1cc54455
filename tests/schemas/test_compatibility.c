/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FULL_TRANSITIVE: every released schema reads what today's writes, and the reverse.
 *
 * released/<release>/ holds a copy of the schemas as each release had them. A release
 * adds a folder; none is ever changed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdlib.h>

#include "avro/compat.h"
#include "avro/schema.h"
#include "base/alloc.h"
#include "base/file.h"

static struct sk_schema_document *parse(const char *path)
{
    struct sk_schema_document *document = NULL;
    sk_buffer_auto text = {0};
    struct sk_error err = {0};

    if (sk_file_read(path, 1 << 20, &text, &err) != SK_OK ||
        sk_schema_parse(text.data, text.size, &document, &err) != SK_OK)
        fail_msg("%s: %s", path, err.text);
    return document;
}

static const struct sk_schema_field *field_of(const struct sk_schema *record,
                                              const char *name)
{
    for (size_t i = 0; i < record->field_count; i++)
        if (strcmp(record->fields[i].name, name) == 0)
            return &record->fields[i];
    return NULL;
}

static const struct sk_schema *inner(const struct sk_schema *schema)
{
    while (schema->type == SK_AVRO_UNION || schema->type == SK_AVRO_ARRAY)
        schema = schema->type == SK_AVRO_UNION ? schema->branches[1] : schema->items;
    return schema;
}

static bool has_symbol(const struct sk_schema *schema, const char *symbol)
{
    for (size_t i = 0; i < schema->symbol_count; i++)
        if (strcmp(schema->symbols[i], symbol) == 0)
            return true;
    return false;
}

static void assert_symbols_stay(const struct sk_schema *now, const struct sk_schema *then,
                                const char *path)
{
    for (size_t i = 0; i < then->symbol_count; i++)
        if (!has_symbol(now, then->symbols[i]))
            fail_msg("%s: the symbol %s is gone", path, then->symbols[i]);
}

/* Avro's rules let a logical type change and a field or symbol go; ours do not: what was
 * once written must keep its meaning. Schemas of topics have no recursion. */
static void assert_only_added(const struct sk_schema *now, const struct sk_schema *then,
                              const char *path)
{
    for (size_t i = 0; i < then->field_count; i++) {
        const struct sk_schema_field *old = &then->fields[i];
        const struct sk_schema_field *field = field_of(now, old->name);
        sk_auto_free char *where = sk_strf("%s.%s", path, old->name);

        if (!field)
            fail_msg("%s: the field is gone", where);
        if (inner(field->type)->logical != inner(old->type)->logical)
            fail_msg("%s: the logical type changed", where);
        assert_symbols_stay(inner(field->type), inner(old->type), where);
        if (inner(field->type)->type == SK_AVRO_RECORD)
            assert_only_added(inner(field->type), inner(old->type), where);
    }
}

static void assert_compatible(const char *released_path)
{
    const char *name = strrchr(released_path, '/') + 1;
    sk_auto_free char *path = sk_strf("%s/schemas/%s", getenv("SK_SOURCE_DIR"), name);
    sk_schema_document_auto *old = parse(released_path);
    sk_schema_document_auto *new = parse(path);
    const struct sk_schema *then = sk_schema_root(old), *now = sk_schema_root(new);
    sk_compat_report_auto report = {0};
    struct sk_error err = {0};

    assert_int_equal(sk_compat_check(now, then, SK_COMPAT_FULL, &report, &err), SK_OK);
    for (size_t i = 0; i < report.count; i++)
        print_error("%s: %s\n", released_path, report.findings[i].message);
    assert_int_equal(report.found, 0);
    assert_only_added(now, then, then->name);
}

static void todays_schemas_read_and_are_read_by_those_of_every_release(void **)
{
    sk_auto_free char *pattern =
        sk_strf("%s/tests/schemas/released/*/*.avsc", getenv("SK_SOURCE_DIR"));
    glob_t found = {0};

    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        assert_compatible(found.gl_pathv[i]);
    globfree(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(todays_schemas_read_and_are_read_by_those_of_every_release),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Findings in words. */
#include "avro/compat_internal.h"
#include "base/buffer.h"

static const struct rule {
    const char *name;
    const char *meaning;
} rules[] = {
    [SK_COMPAT_NAME_MISMATCH] = {"NAME_MISMATCH", "the names differ and no alias helps"},
    [SK_COMPAT_FIXED_SIZE_MISMATCH] = {"FIXED_SIZE_MISMATCH", "the sizes differ"},
    [SK_COMPAT_MISSING_ENUM_SYMBOLS] = {"MISSING_ENUM_SYMBOLS",
                                        "the reader lacks symbols and has no default"},
    [SK_COMPAT_READER_FIELD_MISSING_DEFAULT_VALUE] =
        {"READER_FIELD_MISSING_DEFAULT_VALUE",
         "the writer lacks this field and it has no default"},
    [SK_COMPAT_TYPE_MISMATCH] = {"TYPE_MISMATCH", "the types do not fit"},
    [SK_COMPAT_MISSING_UNION_BRANCH] =
        {"MISSING_UNION_BRANCH", "the reader's union has no type for the writer's"},
    [SK_COMPAT_DECIMAL_MISMATCH] =
        {"DECIMAL_MISMATCH",
         "the numbers would be read with another scale or do not fit"},
};

const char *sk_compat_rule_name(enum sk_compat_rule rule)
{
    return rules[rule].name;
}

void sk_compat_report_fini(struct sk_compat_report *report)
{
    sk_arena_fini(&report->arena);
    *report = (struct sk_compat_report){0};
}

static void write_name(const struct sk_schema *schema, struct sk_buffer *out)
{
    if (sk_schema_is_named(schema))
        sk_buffer_printf(out, "%s %s", sk_avro_type_name(schema->type), schema->fullname);
    else
        sk_buffer_append_text(out, sk_text(sk_avro_type_name(schema->type)));
    if (schema->logical == SK_AVRO_DECIMAL)
        sk_buffer_printf(out, " decimal(%d,%d)", schema->precision, schema->scale);
}

/* "array of int", "union [null, string]": enough for a person to recognise it. */
static const char *describe(struct sk_arena *arena, const struct sk_schema *schema)
{
    enum { SHOWN = 20 };
    sk_buffer_auto text = {0};

    write_name(schema, &text);
    if (schema->items) {
        sk_buffer_append_text(&text, SK_TEXT(" of "));
        write_name(schema->items, &text);
    }
    if (schema->type == SK_AVRO_UNION) {
        sk_buffer_append_text(&text, SK_TEXT(" ["));
        for (size_t i = 0; i < schema->branch_count && i < SHOWN; i++) {
            sk_buffer_append_text(&text, sk_text(i ? ", " : ""));
            write_name(schema->branches[i], &text);
        }
        sk_buffer_append_text(&text,
                              sk_text(schema->branch_count > SHOWN ? ", …]" : "]"));
    }
    return sk_arena_string(arena, sk_buffer_text(&text));
}

static void write_location(const struct sk_compat_step *step, struct sk_buffer *out)
{
    if (!step)
        return;
    write_location(step->parent, out);
    if (step->before)
        sk_buffer_printf(out, "/%s", step->before);
    if (step->index != SK_PATH_ANY)
        sk_buffer_printf(out, "/%zu", step->index);
    if (step->after)
        sk_buffer_printf(out, "/%s", step->after);
}

static const char *locate(struct sk_arena *arena, const struct sk_compat_step *step)
{
    sk_buffer_auto text = {0};

    write_location(step, &text);
    return text.size > 0 ? sk_arena_string(arena, sk_buffer_text(&text)) : "/";
}

void sk_compat_report_add(struct sk_compat_report *report,
                          enum sk_compat_direction direction, enum sk_compat_rule rule,
                          const struct sk_compat_sides *sides, const char *detail)
{
    struct sk_arena *arena = &report->arena;
    char path[SK_PATH_SIZE];
    struct sk_compat_finding *finding;

    if (report->found++ >= SK_COMPAT_FINDINGS_MAX)
        return;
    if (!report->findings)
        report->findings = sk_arena_alloc_zeroed(arena, SK_COMPAT_FINDINGS_MAX *
                                                            sizeof(*report->findings));
    finding = &report->findings[report->count++];
    sk_path_format(sides->path, path);
    finding->rule = rule;
    finding->direction = direction;
    finding->path = sk_arena_string(arena, sk_text(path));
    finding->location = locate(arena, sides->step);
    finding->reader = describe(arena, sides->reader);
    finding->writer = describe(arena, sides->writer);
    finding->message =
        sk_arena_printf(arena, "%s%s%s: %s (reader: %s; writer: %s)%s%s%c",
                        rules[rule].name, *path ? " at " : "", path, rules[rule].meaning,
                        finding->reader, finding->writer, detail ? "; " : "",
                        detail ? detail : "", '\0')
            .data;
}

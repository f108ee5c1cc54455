/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel put - events from JSON lines onto a topic, for repairs and trials. Strict where
 * the connectors are lenient: a person at a terminal can correct, so nothing that does
 * not fit is left out; the first bad line ends it, and says which.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "avro/event_field.h"
#include "avro/event_json.h"
#include "base/alloc.h"
#include "base/json.h"
#include "cli/command.h"

enum { LONGEST_LINE = 2 * SK_BUS_VALUE_LIMIT };

struct put {
    struct sk_cli *cli;
    const struct sk_event_type *type;
    const char *file;
    int64_t line;
};

/* The lenient reader passes over members that the schema does not have; here each of them
 * is somebody's mistake. The schemas are not recursive, so the depth is theirs. */
static enum sk_verdict check_members(const struct sk_record_type *record,
                                     const json_t *object, struct sk_error *err)
{
    const char *name;
    json_t *value, *item;
    size_t i;

    json_object_foreach((json_t *)object, name, value)
    {
        const struct sk_field *field = sk_record_field(record, sk_text(name));
        if (!field)
            return sk_fail(err, SK_REJECT, "put.field",
                           "%s: there is no such field in %s", name, record->name);
        if (field->kind != SK_FIELD_RECORD)
            continue;
        if (json_is_object(value))
            SK_TRY(check_members(field->record, value, err));
        json_array_foreach(value, i, item) if (json_is_object(item))
            SK_TRY(check_members(field->record, item, err));
    }
    return SK_OK;
}

static enum sk_verdict put_line(struct put *put, struct sk_text text,
                                struct sk_error *err)
{
    sk_arena_auto arena = {0};
    json_auto_t *json = NULL;
    struct sk_rejected_fields rejected = {0};
    char id[37];

    void *event = sk_arena_alloc_zeroed(&arena, put->type->record.size);
    SK_TRY(sk_json_parse(text.data, text.size, &json, err));
    SK_TRY(check_members(&put->type->record, json, err));
    SK_TRY(sk_event_from_json(put->type, json, &arena, event, &rejected, err));
    if (rejected.count > 0)
        return sk_fail(err, SK_REJECT, "put.field", "%.*s: %.*s",
                       SK_TEXT_ARG(rejected.items[0].veld),
                       SK_TEXT_ARG(rejected.items[0].reden));
    SK_TRY(sk_cli_publish(put->cli, put->type, event, id, err));
    printf("%s\n", id);
    return SK_OK;
}

static enum sk_verdict put_lines(struct put *put, FILE *input, struct sk_error *err)
{
    sk_auto_free char *line = sk_alloc(LONGEST_LINE);

    while (fgets(line, LONGEST_LINE, input)) {
        struct sk_text text = sk_text(line);
        enum sk_verdict verdict = SK_OK;
        put->line++;
        if (text.size + 1 == LONGEST_LINE && text.data[text.size - 1] != '\n')
            verdict = sk_fail(err, SK_REJECT, "put.large",
                              "the line is longer than %d bytes", LONGEST_LINE);
        text = sk_text_trim(text);
        if (verdict == SK_OK && sk_text_filled(text))
            verdict = put_line(put, text, err);
        if (verdict != SK_OK) {
            sk_error_prefix(err, "%s:%lld", put->file, (long long)put->line);
            return verdict;
        }
    }
    return SK_OK;
}

static enum sk_verdict run_put(struct sk_cli *cli, const void *, int *,
                               struct sk_error *err)
{
    const char *topic = sk_settings_argument(cli->settings, 1);
    const char *file = sk_settings_argument(cli->settings, 2);
    struct put put = {.cli = cli,
                      .type = topic ? sk_event_type_of(sk_text(topic)) : NULL,
                      .file = file ? file : "stdin"};

    if (!put.type)
        return sk_fail(err, SK_FATAL, "put.topic",
                       "noem een topic met een schema: schakel put TOPIC [BESTAND]");
    FILE *input = file ? fopen(file, "re") : stdin;
    if (!input)
        return sk_fail(err, SK_FATAL, "put.file", "cannot read %s: %s", file,
                       strerror(errno));
    enum sk_verdict verdict = put_lines(&put, input, err);
    if (file)
        fclose(input);
    return verdict;
}

const struct sk_command sk_command_put = {
    .name = "put",
    .usage = "TOPIC [BESTAND]",
    .help = "zet JSON-regels als gebeurtenissen op een topic",
    .needs_bus = true,
    .run = run_put,
};

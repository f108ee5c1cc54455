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
#include "base/value.h"
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
                                     const struct sk_value *object, struct sk_error *err);

static enum sk_verdict check_value(const struct sk_record_type *record,
                                   const struct sk_value *value, struct sk_error *err)
{
    for (size_t i = 0; i < sk_value_count(value); i++)
        SK_TRY(check_members(record, sk_value_item(value, i), err));
    return check_members(record, value, err);
}

static enum sk_verdict check_members(const struct sk_record_type *record,
                                     const struct sk_value *object, struct sk_error *err)
{
    for (size_t i = 0; object->kind == SK_VALUE_OBJECT && i < object->count; i++) {
        const struct sk_member *member = &object->members[i];
        struct sk_text name = {member->name, member->name_size};
        const struct sk_field *field = sk_record_field(record, name);

        if (!field)
            return sk_fail(err, SK_REJECT, "put.field",
                           "%.*s: there is no such field in %s", SK_TEXT_ARG(name),
                           record->name);
        if (field->kind == SK_FIELD_RECORD)
            SK_TRY(check_value(field->record, &member->value, err));
    }
    return SK_OK;
}

static enum sk_verdict put_line(struct put *put, struct sk_text text,
                                struct sk_error *err)
{
    sk_arena_auto arena = {0};
    struct sk_value json;
    struct sk_rejected_fields rejected = {0};
    char id[37];

    void *event = sk_arena_alloc_zeroed(&arena, put->type->record.size);
    SK_TRY(sk_value_parse(text, &arena, &json, err));
    SK_TRY(check_members(&put->type->record, &json, err));
    SK_TRY(sk_event_from_json(put->type, &json, &arena, event, &rejected, err));
    if (rejected.count > 0)
        return sk_fail(err, SK_REJECT, "put.field", "%.*s: %.*s",
                       SK_TEXT_ARG(rejected.items[0].veld),
                       SK_TEXT_ARG(rejected.items[0].reden));
    SK_TRY(sk_cli_publish(put->cli, put->type, event, id, err));
    printf(put->cli->json ? "{\"id\":\"%s\"}\n" : "%s\n", id);
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
    .example = "put klacht klacht.jsonl",
    .help = "zet JSON-regels als gebeurtenissen op een topic",
    .needs_bus = true,
    .run = run_put,
};

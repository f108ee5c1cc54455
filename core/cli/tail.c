/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel tail - the records of a topic, decoded, one line each. Tagged fields are
 * masked; unmasking needs a reason and leaves a trace first. One record that cannot be
 * decoded is shown as such and never ends it.
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/json_write.h"
#include "cli/command.h"

enum { OUTPUT_BYTES = 256 * 1024 };

struct tail_options {
    bool follow;
    bool unmask;
    bool all;
    bool json;
    int64_t last;
    const char *key;
    const char *reason;
};

static const struct sk_option tail_options[] = {
    SK_BOOL(struct tail_options, follow, .name = "follow", .fallback = "false",
            .help = "Blijft wachten op nieuwe records."),
    SK_INTEGER(struct tail_options, last, .name = "last", .fallback = "10", .min = 0,
               .max = 1000000,
               .help = "Hoeveel records per partitie eerst getoond worden."),
    SK_BOOL(struct tail_options, all, .name = "all", .fallback = "false",
            .help = "Begint bij het oudste record."),
    SK_BOOL(struct tail_options, json, .name = "json", .fallback = "false",
            .help = "Een JSON-object per record, met headers."),
    SK_STRING(struct tail_options, key, .name = "key", .optional = true,
              .help = "Alleen records met deze sleutel."),
    SK_BOOL(struct tail_options, unmask, .name = "unmask", .fallback = "false",
            .help = "Toont persoonsgegevens; vraagt --reason en laat een spoor na."),
    SK_STRING(struct tail_options, reason, .name = "reason", .optional = true,
              .help = "Waarom u persoonsgegevens inkijkt."),
    SK_END_OF_OPTIONS,
};

struct tail {
    struct sk_cli *cli;
    const struct tail_options *options;
    struct sk_text topic;
    const struct sk_event_type *type; /* of the topic; NULL: not one of ours */
    struct sk_buffer line;
};

static void tail_fini(struct tail *tail)
{
    sk_buffer_fini(&tail->line);
}

/* The decoded value; null when erased; what it is instead when it cannot be read. */
static void put_value(const struct tail *tail, const struct sk_bus_record *record,
                      struct sk_buffer *line)
{
    struct sk_error err = {0};

    if (!record->value.data) {
        sk_buffer_append_text(line, SK_TEXT("null"));
        return;
    }
    if (sk_codec_put_json(tail->cli->codec, tail->type, record->value,
                          !tail->options->unmask, line, &err) == SK_OK)
        return;
    sk_buffer_printf(
        line, "{\"bytes\":%zu,\"fout\":\"%s\",\"tekst\":", record->value.size, err.id);
    sk_json_put_text(line, sk_text(err.text));
    sk_buffer_append_byte(line, '}');
}

static void put_headers(const struct sk_bus_record *record, struct sk_buffer *line)
{
    sk_buffer_append_byte(line, '{');
    for (size_t i = 0; i < record->header_count; i++) {
        struct sk_text name = record->headers[i].name;
        struct sk_text value = record->headers[i].value;
        if (sk_utf8_valid(name.data, name.size) && sk_utf8_valid(value.data, value.size))
            sk_json_put_member(line, name, value);
    }
    sk_buffer_append_byte(line, '}');
}

static void put_json(const struct tail *tail, const struct sk_bus_record *record,
                     struct sk_buffer *line)
{
    char time[SK_INSTANT_SIZE];

    sk_buffer_append_byte(line, '{');
    sk_json_put_member(line, SK_TEXT("topic"), record->topic);
    sk_json_put_name(line, "partitie", 8);
    sk_json_put_integer(line, record->partition);
    sk_json_put_name(line, "positie", 7);
    sk_json_put_integer(line, record->position);
    sk_json_put_member(line, SK_TEXT("tijd"),
                       sk_text(sk_instant_format(record->timestamp_ms, time)));
    sk_json_put_member(line, SK_TEXT("sleutel"), record->key);
    sk_json_put_name(line, "headers", 7);
    put_headers(record, line);
    sk_json_put_name(line, "waarde", 6);
    put_value(tail, record, line);
    sk_buffer_append_byte(line, '}');
}

static void put_line(const struct tail *tail, const struct sk_bus_record *record,
                     struct sk_buffer *line)
{
    char time[SK_INSTANT_SIZE];

    sk_buffer_printf(line, "%s %.*s/%" PRId32 "/%" PRId64 " %.*s ",
                     sk_instant_format(record->timestamp_ms, time),
                     SK_TEXT_ARG(record->topic), record->partition, record->position,
                     SK_TEXT_ARG(record->key));
    put_value(tail, record, line);
}

static enum sk_verdict print_record(void *context, const struct sk_bus_record *record,
                                    struct sk_error *)
{
    struct tail *tail = context;

    if (tail->options->key && !sk_text_is(record->key, tail->options->key))
        return SK_OK;
    tail->line.size = 0;
    if (tail->options->json)
        put_json(tail, record, &tail->line);
    else
        put_line(tail, record, &tail->line);
    sk_buffer_append_byte(&tail->line, '\n');
    fwrite(tail->line.data, 1, tail->line.size, stdout);
    return SK_OK;
}

struct partitions {
    struct sk_text topic;
    int32_t count;
    int64_t next[64];
};

static enum sk_verdict find_topic(void *context, const struct sk_bus_topic *topic,
                                  struct sk_error *)
{
    struct partitions *partitions = context;

    if (sk_text_equal(topic->name, partitions->topic))
        partitions->count = topic->partitions;
    return SK_OK;
}

static enum sk_verdict skip(void *, const struct sk_bus_record *, struct sk_error *)
{
    return SK_OK;
}

/* Walks to where the last `last` positions begin; gaps of compaction only make it show
 * fewer records, never other ones. */
static enum sk_verdict find_start(const struct tail *tail, struct partitions *partitions,
                                  int32_t partition, struct sk_error *err)
{
    int64_t end = -2;

    if (tail->options->all)
        return SK_OK;
    SK_TRY(sk_bus_fetch(tail->cli->bus, tail->topic, partition, end, 0, skip, NULL, &end,
                        err));
    int64_t start = end - tail->options->last;
    partitions->next[partition] = start > 0 ? start : 0;
    return SK_OK;
}

/* Everything there is now, from each partition's next position on. */
static enum sk_verdict print_present(struct tail *tail, struct partitions *partitions,
                                     struct sk_error *err)
{
    for (int32_t i = 0; i < partitions->count; i++) {
        int64_t before;
        do {
            before = partitions->next[i];
            SK_TRY(sk_bus_fetch(tail->cli->bus, tail->topic, i, before, 500, print_record,
                                tail, &partitions->next[i], err));
        } while (partitions->next[i] != before);
    }
    fflush(stdout);
    return SK_OK;
}

static enum sk_verdict check_unmask(const struct tail *tail, struct sk_error *err)
{
    const struct tail_options *options = tail->options;

    if (!options->unmask)
        return SK_OK;
    if (!options->reason || !options->reason[0])
        return sk_fail(err, SK_FATAL, "tail.reason",
                       "--unmask vraagt een reden: --reason \"waarom u dit inkijkt\"");
    return sk_cli_record_inspection(
        tail->cli,
        &(struct sk_inspection){.topic = tail->topic.data,
                                .key = sk_text(options->key),
                                .fields = (const char *const[]){"*", NULL},
                                .reason = options->reason},
        err);
}

static enum sk_verdict run_tail(struct sk_cli *cli, const void *options, int *,
                                struct sk_error *err)
{
    SK_CLEANUP(tail_fini)
    struct tail tail = {.cli = cli,
                        .options = options,
                        .topic = sk_text(sk_settings_argument(cli->settings, 1))};
    struct partitions partitions = {.topic = tail.topic};

    if (!tail.topic.data)
        return sk_fail(err, SK_FATAL, "tail.topic", "noem een topic: schakel tail TOPIC");
    SK_TRY(sk_bus_topics(cli->bus, find_topic, &partitions, err));
    if (partitions.count == 0 || partitions.count > (int32_t)SK_COUNT(partitions.next))
        return sk_fail(err, SK_FATAL, "tail.topic",
                       "er is geen topic \"%.*s\"; schakel topics toont ze",
                       SK_TEXT_ARG(tail.topic));
    tail.type = sk_event_type_of(tail.topic);
    setvbuf(stdout, NULL, _IOFBF, OUTPUT_BYTES);
    SK_TRY(sk_cli_open_codec(cli, err));
    SK_TRY(check_unmask(&tail, err));
    for (int32_t i = 0; i < partitions.count; i++)
        SK_TRY(find_start(&tail, &partitions, i, err));
    SK_TRY(print_present(&tail, &partitions, err));
    while (tail.options->follow && !ferror(stdout)) {
        struct pollfd waiting = {.fd = sk_bus_descriptor(cli->bus), .events = POLLIN};
        struct sk_bus_batch none;
        poll(&waiting, 1, 1000);
        SK_TRY(sk_bus_poll(cli->bus, 0, &none, err));
        SK_TRY(print_present(&tail, &partitions, err));
    }
    return SK_OK;
}

const struct sk_command sk_command_tail = {
    .name = "tail",
    .usage = "TOPIC [--follow]",
    .help = "toont de records van een topic, persoonsgegevens afgeschermd",
    .needs_bus = true,
    .options = tail_options,
    .options_size = sizeof(struct tail_options),
    .run = run_tail,
};

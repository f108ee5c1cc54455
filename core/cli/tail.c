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
#include "base/json.h"
#include "cli/command.h"

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
};

/* The decoded value; null when erased; what it is instead when it cannot be read. */
static json_t *value_of(const struct tail *tail, const struct sk_bus_record *record)
{
    struct sk_error err = {0};
    json_t *json = NULL;

    if (!record->value.data)
        return json_null();
    if (sk_codec_to_json(tail->cli->codec, record->value, !tail->options->unmask, &json,
                         &err) == SK_OK)
        return json;
    return json_pack("{s:I,s:s,s:s}", "bytes", (json_int_t)record->value.size, "fout",
                     err.id, "tekst", err.text);
}

static json_t *headers_of(const struct sk_bus_record *record)
{
    json_t *headers = json_object();

    for (size_t i = 0; i < record->header_count; i++) {
        struct sk_text name = record->headers[i].name;
        struct sk_text value = record->headers[i].value;
        if (sk_utf8_valid(name.data, name.size) && sk_utf8_valid(value.data, value.size))
            json_object_setn_new(headers, name.data, name.size, sk_json_from_text(value));
    }
    return headers;
}

static void print_json(const struct sk_bus_record *record, const char *time,
                       json_t *value)
{
    json_auto_t *line =
        json_pack("{s:s%,s:i,s:I,s:s,s:s%,s:o,s:o}", "topic", record->topic.data,
                  record->topic.size, "partitie", (int)record->partition, "positie",
                  (json_int_t)record->position, "tijd", time, "sleutel", record->key.data,
                  record->key.size, "headers", headers_of(record), "waarde", value);

    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
}

static enum sk_verdict print_record(void *context, const struct sk_bus_record *record,
                                    struct sk_error *)
{
    const struct tail *tail = context;
    char time[SK_INSTANT_SIZE];

    if (tail->options->key && !sk_text_is(record->key, tail->options->key))
        return SK_OK;
    sk_instant_format(record->timestamp_ms, time);
    json_t *value = value_of(tail, record);
    if (tail->options->json) {
        print_json(record, time, value);
        return SK_OK;
    }
    printf("%s %.*s/%" PRId32 "/%" PRId64 " %.*s ", time, SK_TEXT_ARG(record->topic),
           record->partition, record->position, SK_TEXT_ARG(record->key));
    json_dumpf(value, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
    putchar('\n');
    json_decref(value);
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
    struct tail tail = {cli, options, sk_text(sk_settings_argument(cli->settings, 1))};
    struct partitions partitions = {.topic = tail.topic};

    if (!tail.topic.data)
        return sk_fail(err, SK_FATAL, "tail.topic", "noem een topic: schakel tail TOPIC");
    SK_TRY(sk_bus_topics(cli->bus, find_topic, &partitions, err));
    if (partitions.count == 0 || partitions.count > (int32_t)SK_COUNT(partitions.next))
        return sk_fail(err, SK_FATAL, "tail.topic",
                       "er is geen topic \"%.*s\"; schakel topics toont ze",
                       SK_TEXT_ARG(tail.topic));
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

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel tail - the records of a topic, decoded, one line each. Tagged fields are
 * masked; unmasking needs a reason and leaves a trace first. One record that cannot be
 * decoded is shown as such, whatever is asked for, and never ends it: the exit status
 * tells.
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/json_write.h"
#include "cli/tail_filter.h"
#include "cli/tail_range.h"

enum { OUTPUT_BYTES = 256 * 1024 };

struct tail_options {
    bool follow;
    bool unmask;
    bool all;
    int64_t last;
    const char *from;
    const char *until;
    const char *key;
    const char *where; /* the last one; all of them stand in the settings */
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
    SK_STRING(struct tail_options, from, .name = "from", .optional = true,
              .help = "Vanaf: 2026-11-24T08:00, -2h, een positie, first of last."),
    SK_STRING(struct tail_options, until, .name = "until", .optional = true,
              .help = "Tot, niet met: geschreven als --from."),
    SK_STRING(struct tail_options, key, .name = "key", .optional = true,
              .help = "Alleen records met deze sleutel."),
    SK_STRING(struct tail_options, where, .name = "where", .optional = true,
              .help = "Alleen waar veld=waarde (pad.naar.veld=waarde); meermaals: alle. "
                      "Zonder waarde: waar het veld leeg is."),
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
    struct sk_range range;
    struct sk_filter filter;
    struct sk_buffer line;
    bool raw;   /* dead letters: any bytes may stand there */
    size_t bad; /* records that could not be read */
};

static void tail_fini(struct tail *tail)
{
    sk_filter_fini(&tail->filter);
    sk_buffer_fini(&tail->line);
}

/* What a value is when it cannot be read. */
static void put_bad(struct tail *tail, const struct sk_bus_record *record,
                    const struct sk_error *why)
{
    tail->bad += !tail->raw;
    sk_buffer_printf(&tail->line,
                     "{\"bytes\":%zu,\"fout\":\"%s\",\"tekst\":", record->value.size,
                     why->id);
    sk_json_put_text(&tail->line, sk_text(why->text));
    sk_buffer_append_byte(&tail->line, '}');
}

/* The decoded value; null when erased. SK_RETRY: the registry that must tell how to read
 * it is away. */
static enum sk_verdict put_value(struct tail *tail, const struct sk_bus_record *record,
                                 struct sk_error *err)
{
    struct sk_error why = {0};
    enum sk_verdict verdict = SK_OK;

    if (!record->value.data)
        sk_buffer_append_text(&tail->line, SK_TEXT("null"));
    else
        verdict = sk_codec_put_json(tail->cli->codec, tail->type, record->value,
                                    !tail->options->unmask, &tail->line, &why);
    if (verdict == SK_RETRY)
        *err = why;
    else if (verdict != SK_OK)
        put_bad(tail, record, &why);
    return verdict == SK_RETRY ? SK_RETRY : SK_OK;
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

static enum sk_verdict put_json(struct tail *tail, const struct sk_bus_record *record,
                                struct sk_error *err)
{
    struct sk_buffer *line = &tail->line;
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
    SK_TRY(put_value(tail, record, err));
    sk_buffer_append_byte(line, '}');
    return SK_OK;
}

static enum sk_verdict put_line(struct tail *tail, const struct sk_bus_record *record,
                                struct sk_error *err)
{
    char time[SK_INSTANT_SIZE];

    sk_buffer_printf(&tail->line, "%s %.*s/%" PRId32 "/%" PRId64 " %.*s ",
                     sk_instant_format(record->timestamp_ms, time),
                     SK_TEXT_ARG(record->topic), record->partition, record->position,
                     SK_TEXT_ARG(record->key));
    return put_value(tail, record, err);
}

/* Is it asked for? A record that cannot be judged is: it must not stay hidden. */
static enum sk_verdict judge(struct tail *tail, const struct sk_bus_record *record,
                             bool *ret_shown, struct sk_error *err)
{
    struct sk_error why = {0};

    *ret_shown = false;
    if (record->position >= tail->range.end[record->partition] ||
        record->timestamp_ms < tail->range.from_ms ||
        record->timestamp_ms >= tail->range.until_ms ||
        (tail->options->key && !sk_text_is(record->key, tail->options->key)))
        return SK_OK;
    enum sk_verdict verdict =
        sk_filter_run(&tail->filter, tail->cli->codec, record->value, ret_shown, &why);
    if (verdict == SK_REJECT)
        *ret_shown = true;
    if (verdict == SK_RETRY)
        *err = why;
    return verdict == SK_RETRY ? SK_RETRY : SK_OK;
}

static enum sk_verdict print_record(void *context, const struct sk_bus_record *record,
                                    struct sk_error *err)
{
    struct tail *tail = context;
    bool shown;

    SK_TRY(judge(tail, record, &shown, err));
    if (!shown)
        return SK_OK;
    tail->line.size = 0;
    SK_TRY(tail->cli->json ? put_json(tail, record, err) : put_line(tail, record, err));
    sk_buffer_append_byte(&tail->line, '\n');
    fwrite(tail->line.data, 1, tail->line.size, stdout);
    return SK_OK;
}

/* Everything there is now, from each partition's next position on. */
static enum sk_verdict print_present(struct tail *tail, struct sk_error *err)
{
    struct sk_range *range = &tail->range;

    for (int32_t i = 0; i < range->count; i++) {
        int64_t before = -1;
        while (range->next[i] != before && range->next[i] < range->end[i]) {
            before = range->next[i];
            SK_TRY(sk_bus_fetch(tail->cli->bus, tail->topic, i, before,
                                SK_BUS_BATCH_RECORDS, print_record, tail, &range->next[i],
                                err));
        }
    }
    fflush(stdout);
    return SK_OK;
}

static enum sk_verdict find_range(struct tail *tail, struct sk_error *err)
{
    const struct tail_options *options = tail->options;

    if (options->follow && options->until)
        return sk_fail(err, SK_FATAL, "tail.until",
                       "--follow eindigt nooit: laat --until "
                       "of --follow weg");
    SK_TRY(sk_range_init(&tail->range, tail->cli, tail->topic, err));
    if (options->until)
        SK_TRY(sk_range_until(&tail->range, tail->cli, options->until, err));
    if (options->from)
        return sk_range_from(&tail->range, tail->cli, options->from, err);
    return options->all ? SK_OK
                        : sk_range_from_last(&tail->range, tail->cli, options->last, err);
}

static enum sk_verdict follow(struct tail *tail, struct sk_error *err)
{
    while (!ferror(stdout)) {
        struct pollfd waiting = {.fd = sk_bus_descriptor(tail->cli->bus),
                                 .events = POLLIN};
        struct sk_bus_batch none;
        poll(&waiting, 1, 1000);
        SK_TRY(sk_bus_poll(tail->cli->bus, 0, &none, err));
        SK_TRY(print_present(tail, err));
    }
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

static enum sk_verdict run_tail(struct sk_cli *cli, const void *options, int *ret_exit,
                                struct sk_error *err)
{
    SK_CLEANUP(tail_fini)
    struct tail tail = {.cli = cli,
                        .options = options,
                        .topic = sk_text(sk_settings_argument(cli->settings, 1))};

    if (!tail.topic.data)
        return sk_fail(err, SK_FATAL, "tail.topic", "noem een topic: schakel tail TOPIC");
    tail.type = sk_event_type_of(tail.topic);
    tail.raw = sk_text_starts_with(tail.topic, "dlq.");
    SK_TRY(sk_filter_init(&tail.filter, cli, tail.type, tail.options->unmask, err));
    SK_TRY(find_range(&tail, err));
    setvbuf(stdout, NULL, _IOFBF, OUTPUT_BYTES);
    SK_TRY(sk_cli_open_codec(cli, err));
    SK_TRY(check_unmask(&tail, err));
    SK_TRY(print_present(&tail, err));
    if (tail.options->follow)
        SK_TRY(follow(&tail, err));
    if (tail.bad > 0)
        *ret_exit = SK_CLI_ATTENTION;
    return SK_OK;
}

const struct sk_command sk_command_tail = {
    .name = "tail",
    .usage = "TOPIC [--follow] [--from PUNT] [--until PUNT] [--where VELD=WAARDE]",
    .help = "toont de records van een topic, persoonsgegevens afgeschermd",
    .example = "tail klacht --from -2h --where gevaar=VERMOED --json",
    .needs_bus = true,
    .options = tail_options,
    .options_size = sizeof(struct tail_options),
    .run = run_tail,
};

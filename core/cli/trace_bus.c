/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the bus tells of a record on its way. The one idea: a group whose position is past
 * a record has dealt with it, and did so well unless the record stands parked or as a
 * dead letter of that process.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "cli/trace.h"
#include "events/schakel_wacht.h"

enum { LARGEST_STATUS = 256 * 1024, LONGEST_PARKED_KEY = 480 };

static enum sk_verdict keep_topic(void *context, const struct sk_bus_topic *topic,
                                  struct sk_error *)
{
    struct sk_trace *trace = context;

    trace->topics = sk_grow(trace->topics, &trace->topic_capacity, trace->topic_count + 1,
                            sizeof(*trace->topics));
    trace->topics[trace->topic_count++] = sk_arena_text(&trace->arena, topic->name);
    return SK_OK;
}

static enum sk_verdict keep_reader(void *context,
                                   const struct sk_bus_group_position *position,
                                   struct sk_error *)
{
    struct sk_trace *trace = context;
    struct sk_text flow = sk_arena_text(&trace->arena, position->group);

    trace->readers = sk_grow(trace->readers, &trace->reader_capacity,
                             trace->reader_count + 1, sizeof(*trace->readers));
    struct sk_trace_reader *reader = &trace->readers[trace->reader_count++];
    *reader = (struct sk_trace_reader){
        .process = sk_text_split(&flow, '.'),
        .topic = sk_arena_text(&trace->arena, position->topic),
        .partition = position->partition,
        .position = position->position,
    };
    reader->flow = flow;
    return SK_OK;
}

enum sk_verdict sk_trace_init(struct sk_trace *trace, struct sk_cli *cli,
                              struct sk_error *err)
{
    *trace = (struct sk_trace){.cli = cli};
    SK_TRY(sk_cli_open_codec(cli, err));
    SK_TRY(sk_bus_topics(cli->bus, keep_topic, trace, err));
    return sk_bus_groups(cli->bus, keep_reader, trace, err);
}

void sk_trace_fini(struct sk_trace *trace)
{
    free(trace->steps);
    free(trace->readers);
    free(trace->topics);
    sk_arena_fini(&trace->arena);
}

struct sk_bus_record sk_trace_keep(struct sk_trace *trace,
                                   const struct sk_bus_record *record)
{
    struct sk_bus_record kept = *record;
    struct sk_bus_header *headers =
        sk_arena_alloc(&trace->arena, record->header_count * sizeof(*record->headers));
    struct sk_text value = {(const char *)record->value.data, record->value.size};

    for (size_t i = 0; i < record->header_count; i++) {
        headers[i].name = sk_arena_text(&trace->arena, record->headers[i].name);
        headers[i].value = sk_arena_text(&trace->arena, record->headers[i].value);
    }
    kept.topic = sk_arena_text(&trace->arena, record->topic);
    kept.key = sk_arena_text(&trace->arena, record->key);
    kept.headers = headers;
    if (value.data)
        value = sk_arena_text(&trace->arena, value);
    kept.value = (struct sk_bytes){(const uint8_t *)value.data, value.size};
    return kept;
}

enum sk_verdict sk_trace_latest(struct sk_trace *trace, struct sk_text topic,
                                struct sk_text key, struct sk_bus_record *ret_record,
                                bool *ret_found, struct sk_error *err)
{
    struct sk_bus_record record;
    bool there = false;

    *ret_found = false;
    for (size_t i = 0; i < trace->topic_count; i++)
        there = there || sk_text_equal(trace->topics[i], topic);
    if (!there)
        return SK_OK;
    SK_TRY(sk_bus_latest(trace->cli->bus, topic, key, &record, ret_found, err));
    if (*ret_found)
        *ret_record = sk_trace_keep(trace, &record);
    return SK_OK;
}

struct sk_trace_step *sk_trace_add(struct sk_trace *trace, const char *stage,
                                   struct sk_text who, const struct sk_bus_record *record)
{
    trace->steps =
        sk_grow(trace->steps, &trace->capacity, trace->count + 1, sizeof(*trace->steps));
    struct sk_trace_step *step = &trace->steps[trace->count++];
    *step = (struct sk_trace_step){.stage = stage, .who = who};
    if (record) {
        step->id = sk_bus_header_value(record, "ce_id");
        step->cause = sk_bus_header_value(record, "causationid");
        step->trace = sk_bus_header_value(record, "traceparent");
        step->time_ms = record->timestamp_ms;
        (void)sk_instant_parse(sk_bus_header_value(record, "ce_time"), &step->time_ms);
    }
    return step;
}

/* Dead letters. ---------------------------------------------------------------------- */

static void tell_dead(struct sk_trace *trace, struct sk_trace_step *step,
                      const struct sk_bus_record *letter)
{
    step->state = SK_TRACE_DEAD;
    step->time_ms = letter->timestamp_ms;
    (void)sk_instant_parse(sk_bus_header_value(letter, "schakel_at"), &step->time_ms);
    step->text = sk_arena_printf(
        &trace->arena, "dode brief in %.*s: %.*s: %.*s", SK_TEXT_ARG(letter->topic),
        SK_TEXT_ARG(sk_bus_header_value(letter, "schakel_error_id")),
        SK_TEXT_ARG(sk_bus_header_value(letter, "schakel_error_text")));
}

struct search {
    struct sk_trace *trace;
    struct sk_text topic, key;
};

static enum sk_verdict add_if_about(void *context, const struct sk_bus_record *record,
                                    struct sk_error *)
{
    const struct search *search = context;
    struct sk_trace *trace = search->trace;

    if (!sk_text_equal(sk_bus_header_value(record, "schakel_topic"), search->topic) ||
        !sk_text_equal(sk_bus_header_value(record, "schakel_key"), search->key))
        return SK_OK;
    struct sk_bus_record letter = sk_trace_keep(trace, record);
    struct sk_trace_step *step =
        sk_trace_add(trace, "bus", sk_bus_header_value(&letter, "schakel_flow"), &letter);
    tell_dead(trace, step, &letter);
    return SK_OK;
}

enum sk_verdict sk_trace_dead_sources(struct sk_trace *trace, struct sk_text topic,
                                      struct sk_text key, struct sk_error *err)
{
    struct search search = {trace, topic, key};

    for (size_t i = 0; i < trace->topic_count; i++)
        if (sk_text_starts_with(trace->topics[i], "dlq."))
            SK_TRY(sk_bus_each(trace->cli->bus, trace->topics[i], add_if_about, &search,
                               err));
    return SK_OK;
}

/* Readers. --------------------------------------------------------------------------- */

static enum sk_verdict find_dead(struct sk_trace *trace,
                                 const struct sk_trace_reader *reader,
                                 const struct sk_bus_record *record,
                                 struct sk_trace_step *step, struct sk_error *err)
{
    struct sk_text topic =
        sk_arena_printf(&trace->arena, "dlq.%.*s", SK_TEXT_ARG(reader->process));
    struct sk_text key =
        sk_arena_printf(&trace->arena, "%.*s/%" PRId32 "/%" PRId64,
                        SK_TEXT_ARG(record->topic), record->partition, record->position);
    struct sk_bus_record letter;
    bool found;

    SK_TRY(sk_trace_latest(trace, topic, key, &letter, &found, err));
    if (found && letter.value.data)
        tell_dead(trace, step, &letter);
    return SK_OK;
}

static void tell_parked(struct sk_trace *trace, struct sk_trace_step *step,
                        const struct schakel_wacht *wait)
{
    char next[SK_INSTANT_SIZE];

    step->state = SK_TRACE_PARKED;
    step->time_ms = wait->has_eerste_poging_op ? wait->eerste_poging_op : 0;
    step->text = sk_arena_printf(
        &trace->arena, "wacht na %" PRId64 " pogingen tot %s: %.*s: %.*s", wait->pogingen,
        wait->has_volgende_poging_op ? sk_instant_format(wait->volgende_poging_op, next)
                                     : "een antwoord",
        SK_TEXT_ARG(wait->laatste_fout ? wait->laatste_fout->id : SK_TEXT("wacht")),
        SK_TEXT_ARG(wait->laatste_fout ? wait->laatste_fout->tekst
                                       : SK_TEXT("aangeboden, nog niet bevestigd")));
}

static enum sk_verdict find_parked(struct sk_trace *trace,
                                   const struct sk_trace_reader *reader,
                                   const struct sk_bus_record *record,
                                   struct sk_trace_step *step, struct sk_error *err)
{
    char hash[SK_SHA256_HEX_SIZE];
    struct sk_text entity = record->key;
    struct schakel_wacht *wait = sk_arena_alloc_zeroed(&trace->arena, sizeof(*wait));
    struct sk_bus_record parked;
    bool found, whole;

    if (entity.size > LONGEST_PARKED_KEY || !sk_utf8_valid(entity.data, entity.size))
        entity = sk_arena_printf(&trace->arena, "sha256:%s",
                                 sk_sha256_hex(entity.data, entity.size, hash));
    struct sk_text topic =
        sk_arena_printf(&trace->arena, "wacht.%.*s", SK_TEXT_ARG(reader->process));
    struct sk_text key = sk_arena_printf(&trace->arena, "%.*s/%.*s",
                                         SK_TEXT_ARG(reader->flow), SK_TEXT_ARG(entity));
    SK_TRY(sk_trace_latest(trace, topic, key, &parked, &found, err));
    if (!found || !parked.value.data)
        return SK_OK;
    SK_TRY(sk_codec_decode(trace->cli->codec, &sk_schakel_wacht, parked.value,
                           &trace->arena, wait, &whole, err));
    tell_parked(trace, step, wait);
    return SK_OK;
}

/* `laatste_op` of the flow in its process's status file; 0: it does not say. */
static int64_t last_work_ms(const struct sk_trace *trace,
                            const struct sk_trace_reader *reader)
{
    char folder[PATH_MAX];
    sk_auto_free char *path =
        sk_strf("%s/%.*s.status",
                sk_common_run_folder(&trace->cli->common, folder, sizeof(folder)),
                SK_TEXT_ARG(reader->process));
    sk_buffer_auto text = {0};
    json_auto_t *status = NULL;
    struct sk_error unread = {0};
    int64_t last_ms = 0;
    const json_t *flow;
    size_t i;

    if (sk_file_read(path, LARGEST_STATUS, &text, &unread) != SK_OK ||
        sk_json_parse(text.data, text.size, &status, &unread) != SK_OK)
        return 0;
    json_array_foreach(json_object_get(status, "flows"), i, flow)
    {
        if (sk_text_equal(sk_json_text_or_absent(flow, "naam"), reader->flow))
            (void)sk_instant_parse(sk_json_text_or_absent(flow, "laatste_op"), &last_ms);
    }
    return last_ms;
}

/* The bus keeps no time of a hand-over, but the flow's last work bounds it. */
static void tell_delivered(const struct sk_trace *trace,
                           const struct sk_trace_reader *reader,
                           const struct sk_bus_record *record, struct sk_trace_step *step)
{
    int64_t last_ms = last_work_ms(trace, reader);

    step->latest_time = last_ms >= record->timestamp_ms;
    step->time_ms = step->latest_time ? last_ms : 0;
    step->text = SK_TEXT("afgeleverd");
}

enum sk_verdict sk_trace_reading(struct sk_trace *trace, const char *stage,
                                 const struct sk_trace_reader *reader,
                                 const struct sk_bus_record *record, struct sk_error *err)
{
    struct sk_trace_step *step = sk_trace_add(
        trace, stage,
        sk_arena_printf(&trace->arena, "%.*s/%.*s", SK_TEXT_ARG(reader->process),
                        SK_TEXT_ARG(reader->flow)),
        record);

    if (reader->position <= record->position) {
        step->state = SK_TRACE_WAITING;
        step->time_ms = 0;
        step->text = sk_arena_printf(
            &trace->arena, "nog niet gelezen: staat op positie %" PRId64 " van %.*s",
            reader->position, SK_TEXT_ARG(record->topic));
        return SK_OK;
    }
    tell_delivered(trace, reader, record, step);
    SK_TRY(find_parked(trace, reader, record, step, err));
    return step->state == SK_TRACE_DONE ? find_dead(trace, reader, record, step, err)
                                        : SK_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel trace SOORT/ID - the way of one complaint (mail, report, …) through Schakel,
 * with times, from the events themselves; where it stopped, the last step says why.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "avro/event_field.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "cli/trace.h"
#include "events/dossier_stuk.h"
#include "events/koppeling.h"

#define DECIDER "correlation"

enum { EARLIER_SHOWN = 20 }; /* of the former decisions, the newest */

struct subject {
    struct sk_text name, soort, id; /* name = "<soort>/<id>" */
    struct sk_bus_record record;
    bool found;
};

/* The source and its event. ---------------------------------------------------------- */

static enum sk_verdict decode(struct sk_trace *trace, const struct sk_event_type *type,
                              const struct sk_bus_record *record, void **ret_event,
                              struct sk_error *err)
{
    bool whole;

    *ret_event = sk_arena_alloc_zeroed(&trace->arena, type->record.size);
    return sk_codec_decode(trace->cli->codec, type, record->value, &trace->arena,
                           *ret_event, &whole, err);
}

static void add_source(struct sk_trace *trace, const struct sk_event_type *type,
                       const void *event)
{
    const struct sk_field *field = sk_record_field(&type->record, SK_TEXT("bron"));

    if (!field || sk_field_count(field, event) == 0)
        return;
    const struct bron *bron = sk_field_value(field, event, 0);
    struct sk_trace_step *step = sk_trace_add(trace, "bron", bron->systeem, NULL);
    step->time_ms = bron->has_gewijzigd_op ? bron->gewijzigd_op : 0;
    step->text = bron->versie.data
                     ? sk_arena_printf(&trace->arena, "versie %.*s van %.*s",
                                       SK_TEXT_ARG(bron->versie), SK_TEXT_ARG(bron->id))
                     : bron->id;
}

static enum sk_verdict add_absent(struct sk_trace *trace, const struct subject *subject,
                                  struct sk_error *err)
{
    SK_TRY(sk_trace_dead_sources(trace, subject->soort, subject->id, err));
    if (trace->count == 0) {
        struct sk_trace_step *step = sk_trace_add(trace, "bus", subject->soort, NULL);
        step->state = SK_TRACE_MISSING;
        step->text =
            SK_TEXT("staat niet op de bus en niet in een dode brief: de bron gaf "
                    "het niet, of noemt het anders");
    }
    return SK_OK;
}

static enum sk_verdict add_subject(struct sk_trace *trace, const struct subject *subject,
                                   const struct sk_event_type *type, struct sk_error *err)
{
    void *event = NULL;
    struct sk_text versie = SK_TEXT("gewist");

    if (subject->record.value.data) {
        SK_TRY(decode(trace, type, &subject->record, &event, err));
        add_source(trace, type, event);
        versie = sk_arena_printf(&trace->arena, "versie %" PRId64,
                                 sk_event_versie(type, event));
    }
    struct sk_trace_step *step =
        sk_trace_add(trace, "bus", sk_bus_header_value(&subject->record, "ce_source"),
                     &subject->record);
    step->text = sk_arena_printf(&trace->arena, "%.*s, %.*s/%" PRId32 "/%" PRId64,
                                 SK_TEXT_ARG(versie), SK_TEXT_ARG(subject->soort),
                                 subject->record.partition, subject->record.position);
    return SK_OK;
}

/* The decision. ---------------------------------------------------------------------- */

static const struct sk_trace_reader *
next_reader(const struct sk_trace *trace, const struct sk_bus_record *record, size_t *i)
{
    while (*i < trace->reader_count) {
        const struct sk_trace_reader *reader = &trace->readers[(*i)++];
        if (sk_text_equal(reader->topic, record->topic) &&
            reader->partition == record->partition)
            return reader;
    }
    return NULL;
}

/* Has the decider dealt with this version? When it has, and well, it adds nothing. */
static enum sk_verdict add_deciding(struct sk_trace *trace, const struct subject *subject,
                                    bool decided, struct sk_error *err)
{
    const struct sk_trace_reader *reader = NULL;
    size_t i = 0;

    do {
        reader = next_reader(trace, &subject->record, &i);
    } while (reader && !sk_text_is(reader->process, DECIDER));
    if (reader) {
        SK_TRY(sk_trace_reading(trace, "beslissing", reader, &subject->record, err));
        if (trace->steps[trace->count - 1].state != SK_TRACE_DONE)
            return SK_OK;
        trace->count--;
    }
    if (decided)
        return SK_OK;
    struct sk_trace_step *step =
        sk_trace_add(trace, "beslissing", SK_TEXT(DECIDER), NULL);
    step->state = reader ? SK_TRACE_MISSING : SK_TRACE_WAITING;
    step->text = reader
                     ? SK_TEXT("gelezen, maar er is geen beslissing")
                     : SK_TEXT("de correlatie heeft hier nog niets gelezen: loopt zij?");
    return SK_OK;
}

static void add_earlier(struct sk_trace *trace, const struct koppeling *koppeling)
{
    size_t count = koppeling->vorige_count;

    for (size_t i = count < EARLIER_SHOWN ? count : EARLIER_SHOWN; i > 0; i--) {
        const struct vorig_besluit *earlier = &koppeling->vorige[i - 1];
        struct sk_trace_step *step =
            sk_trace_add(trace, "beslissing", SK_TEXT(DECIDER), NULL);
        step->time_ms = earlier->has_op ? earlier->op : 0;
        step->text = sk_arena_printf(&trace->arena, "vroeger: %s door %s",
                                     koppeling_besluit_symbols[earlier->besluit],
                                     besloten_door_symbols[earlier->besloten_door]);
    }
}

static void add_decision(struct sk_trace *trace, const struct subject *subject,
                         const struct koppeling *koppeling,
                         const struct sk_bus_record *record)
{
    char until[SK_INSTANT_SIZE];
    struct sk_trace_step *step =
        sk_trace_add(trace, "beslissing", SK_TEXT(DECIDER), record);

    if (koppeling->has_besloten_op)
        step->time_ms = koppeling->besloten_op;
    step->text = sk_arena_printf(
        &trace->arena, "%s door %s: %.*s", koppeling_besluit_symbols[koppeling->besluit],
        besloten_door_symbols[koppeling->besloten_door], SK_TEXT_ARG(koppeling->uitleg));
    if (koppeling->besluit != KOPPELING_BESLUIT_BEOORDELEN &&
        !koppeling->has_uiterlijk_op)
        return;
    step = sk_trace_add(trace, "oordeel", SK_TEXT("toewijzer"), NULL);
    step->state = SK_TRACE_PERSON;
    step->text = sk_arena_printf(
        &trace->arena, "wacht op een mens%s%s: schakel review show %.*s",
        koppeling->has_uiterlijk_op ? ", uiterlijk " : "",
        koppeling->has_uiterlijk_op ? sk_instant_format(koppeling->uiterlijk_op, until)
                                    : "",
        SK_TEXT_ARG(subject->name));
}

/* Dossiers and systems. -------------------------------------------------------------- */

static enum sk_verdict add_deliveries(struct sk_trace *trace, const char *stage,
                                      const struct sk_bus_record *record,
                                      struct sk_error *err)
{
    const struct sk_trace_reader *reader;
    size_t before = trace->count, i = 0;

    while ((reader = next_reader(trace, record, &i)))
        if (!sk_text_is(reader->process, DECIDER))
            SK_TRY(sk_trace_reading(trace, stage, reader, record, err));
    if (trace->count == before) {
        struct sk_trace_step *step = sk_trace_add(trace, stage, record->topic, NULL);
        step->state = SK_TRACE_MISSING;
        step->text = SK_TEXT("nog geen enkel proces leest dit");
    }
    return SK_OK;
}

struct stukken {
    struct sk_trace *trace;
    struct sk_text prefix; /* "<soort>/<id>/" */
    struct sk_bus_record *records;
    size_t count, capacity;
};

static enum sk_verdict keep_stuk(void *context, const struct sk_bus_record *record,
                                 struct sk_error *)
{
    struct stukken *stukken = context;
    struct sk_text start = {record->key.data, stukken->prefix.size};

    if (record->key.size <= start.size || !sk_text_equal(start, stukken->prefix))
        return SK_OK;
    stukken->records = sk_grow(stukken->records, &stukken->capacity, stukken->count + 1,
                               sizeof(*stukken->records));
    stukken->records[stukken->count++] = sk_trace_keep(stukken->trace, record);
    return SK_OK;
}

static enum sk_verdict add_stuk(struct sk_trace *trace,
                                const struct sk_bus_record *record, struct sk_error *err)
{
    void *event;

    SK_TRY(decode(trace, &sk_dossier_stuk, record, &event, err));
    const struct dossier_stuk *stuk = event;
    struct sk_trace_step *step = sk_trace_add(
        trace, "dossier",
        sk_arena_printf(&trace->arena, "%s %.*s", niveau_symbols[stuk->doel.niveau],
                        SK_TEXT_ARG(stuk->doel.id)),
        record);
    step->text = sk_text(stuk_toestand_symbols[stuk->toestand]);
    return add_deliveries(trace, "levering", record, err);
}

static void stukken_fini(struct stukken *stukken)
{
    free(stukken->records);
}

static enum sk_verdict add_stukken(struct sk_trace *trace, const struct subject *subject,
                                   bool expected, struct sk_error *err)
{
    SK_CLEANUP(stukken_fini)
    struct stukken stukken = {
        .trace = trace,
        .prefix = sk_arena_printf(&trace->arena, "%.*s/", SK_TEXT_ARG(subject->name))};

    SK_TRY(
        sk_bus_each(trace->cli->bus, SK_TEXT("dossier.stuk"), keep_stuk, &stukken, err));
    for (size_t i = 0; i < stukken.count; i++)
        SK_TRY(add_stuk(trace, &stukken.records[i], err));
    if (expected && stukken.count == 0) {
        struct sk_trace_step *step =
            sk_trace_add(trace, "dossier", SK_TEXT(DECIDER), NULL);
        step->state = SK_TRACE_MISSING;
        step->text = SK_TEXT("gekoppeld, maar er staat geen stuk");
    }
    return SK_OK;
}

static enum sk_verdict add_outcome(struct sk_trace *trace, const struct subject *subject,
                                   struct sk_error *err)
{
    struct sk_bus_record record;
    void *event;
    bool found;

    SK_TRY(sk_trace_latest(trace, SK_TEXT("koppeling"), subject->name, &record, &found,
                           err));
    found = found && record.value.data;
    if (!found)
        return add_deciding(trace, subject, false, err);
    SK_TRY(decode(trace, &sk_koppeling, &record, &event, err));
    const struct koppeling *koppeling = event;
    add_earlier(trace, koppeling);
    add_decision(trace, subject, koppeling, &record);
    SK_TRY(add_deciding(trace, subject, true, err));
    SK_TRY(add_stukken(trace, subject, koppeling->doelen_count > 0, err));
    return add_deliveries(trace, "antwoord", &record, err);
}

static enum sk_verdict read_subject(struct sk_cli *cli, struct subject *ret_subject,
                                    const struct sk_event_type **ret_type,
                                    struct sk_error *err)
{
    struct subject subject = {.name = sk_text(sk_settings_argument(cli->settings, 1))};

    subject.id = subject.name;
    subject.soort = sk_text_split(&subject.id, '/');
    if (!sk_text_filled(subject.id))
        return sk_fail(err, SK_FATAL, "trace.subject",
                       "noem een onderwerp: schakel trace klacht/K-2026-1");
    *ret_type = sk_event_type_of(subject.soort);
    if (!*ret_type)
        return sk_fail(err, SK_FATAL, "trace.subject", "er is geen soort \"%.*s\"",
                       SK_TEXT_ARG(subject.soort));
    *ret_subject = subject;
    return SK_OK;
}

static enum sk_verdict run_trace(struct sk_cli *cli, const void *, int *ret_exit,
                                 struct sk_error *err)
{
    SK_CLEANUP(sk_trace_fini) struct sk_trace trace = {0};
    const struct sk_event_type *type;
    struct subject subject;
    bool well = true;

    SK_TRY(read_subject(cli, &subject, &type, err));
    SK_TRY(sk_trace_init(&trace, cli, err));
    SK_TRY(sk_trace_latest(&trace, subject.soort, subject.id, &subject.record,
                           &subject.found, err));
    if (subject.found) {
        SK_TRY(add_subject(&trace, &subject, type, err));
        SK_TRY(add_outcome(&trace, &subject, err));
    } else {
        SK_TRY(add_absent(&trace, &subject, err));
    }
    for (size_t i = 0; i < trace.count; i++)
        well = well && trace.steps[i].state == SK_TRACE_DONE;
    if (cli->json)
        sk_trace_print_json(&trace, subject.name, well);
    else
        sk_trace_print_table(&trace);
    if (!well)
        *ret_exit = SK_CLI_ATTENTION;
    return SK_OK;
}

const struct sk_command sk_command_trace = {
    .name = "trace",
    .usage = "SOORT/ID",
    .help = "volgt een klacht van bron tot antwoord; zegt waar ze bleef steken",
    .example = "trace klacht/K-1",
    .needs_bus = true,
    .run = run_trace,
};

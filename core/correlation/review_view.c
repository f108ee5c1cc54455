/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is shown of an item. Personal data is masked by the schemas' tags unless the call
 * left a trace; what speaks for and against comes as sentences.
 */
#include "avro/event_json.h"
#include "base/clock.h"
#include "base/json.h"
#include "correlation/queue.h"
#include "correlation/review.h"
#include "correlation/sentence.h"
#include "correlation/subject.h"
#include "events/opvang_locatie.h"
#include "events/opvang_organisator.h"

enum { EARLIER_SHOWN = 5 };

static json_t *instant(bool known, int64_t instant_ms)
{
    char text[SK_INSTANT_SIZE];

    return known ? json_string(sk_instant_format(instant_ms, text)) : json_null();
}

/* The part that the schema's own view gives. */
static json_t *fields_of(const struct sk_event_type *type, const void *event,
                         const char *const *fields, bool mask)
{
    const struct sk_event_view view = {.fields = fields, .mask = mask};

    return sk_event_to_json(type, event, &view);
}

static void add_place_in_queue(const struct review_call *call,
                               const struct koppeling *standing, json_t *line)
{
    struct sk_text key = subject_key(standing->soort, standing->id, call->arena);
    const struct work_item *item = worklist_find(&call->self->worklist, key);
    bool late = standing->has_uiterlijk_op && standing->uiterlijk_op <= call->now_ms;
    struct sk_text claimant =
        item ? queue_claimant(item, call->now_ms) : (struct sk_text){0};
    json_t *claim = claimant.data
                        ? json_pack("{s:o, s:o}", "bij", sk_json_from_text(claimant),
                                    "tot", instant(true, item->claim_until_ms))
                        : json_null();

    json_object_set_new(line, "onderwerp", sk_json_from_text(key));
    json_object_set_new(line, "wacht", json_boolean(item && item->kind == WORK_OPEN));
    json_object_set_new(line, "te_laat", json_boolean(late));
    json_object_set_new(
        line, "groep_aantal",
        json_integer(item && item->group ? (json_int_t)item->group->count : 0));
    json_object_set_new(line, "in_behandeling", claim);
}

json_t *review_line(const struct review_call *call, const struct koppeling *standing)
{
    static const char *const fields[] = {
        "soort",      "id",         "versie",       "besluit",     "besloten_door",
        "gevaar",     "groep_id",   "uiterlijk_op", "redenen",     "uitleg",
        "doelen",     "kandidaten", "steekproef",   "voorstellen", "verwijzingen",
        "oordeel_id", NULL};
    json_t *line = fields_of(&sk_koppeling, standing, fields, true);

    add_place_in_queue(call, standing, line);
    return line;
}

/* Evidence names its target as LEVEL/ID; a candidate above the locations is supported by
 * what was found for each of them. */
static bool speaks_of(const struct bewijs *evidence, const struct doel *doel)
{
    struct sk_text id = evidence->doel;

    (void)sk_text_split(&id, '/');
    if (sk_text_equal(id, doel->id))
        return true;
    for (size_t i = 0; i < doel->dossiernummers_count; i++) {
        if (sk_text_equal(id, doel->dossiernummers[i]))
            return true;
    }
    return false;
}

/* Said once, however many locations it was found for. */
static void say(json_t *sentences, struct sk_text sentence, int64_t bits)
{
    json_t *said;
    size_t i;

    json_array_foreach(sentences, i, said)
    {
        if (sk_text_equal(sk_json_text_or_absent(said, "zin"), sentence))
            return;
    }
    json_array_append_new(sentences,
                          json_pack("{s:o, s:f}", "zin", sk_json_from_text(sentence),
                                    "bits", (double)bits / 1024));
}

static struct sk_text feature_of(const struct bewijs *evidence)
{
    struct sk_text level = evidence->kenmerk;

    return sk_text_split(&level, ':');
}

/* Of an organiser one location fits and the others do not: what one of them has in its
 * favour does not speak against the organiser because another has not. */
static bool is_outweighed(const struct koppeling *standing, const struct doel *doel,
                          const struct bewijs *against)
{
    for (size_t i = 0; doel->dossiernummers_count > 1 && i < standing->bewijs_count;
         i++) {
        const struct bewijs *other = &standing->bewijs[i];

        if (other->bits_1024 > 0 && speaks_of(other, doel) &&
            sk_text_equal(feature_of(other), feature_of(against)))
            return true;
    }
    return false;
}

static void add_sentences(const struct review_call *call,
                          const struct koppeling *standing, const struct doel *doel,
                          json_t *candidate)
{
    json_t *supporting = json_array(), *against = json_array();

    json_object_set_new(candidate, "voor", supporting);
    json_object_set_new(candidate, "tegen", against);
    for (size_t i = 0; i < standing->bewijs_count; i++) {
        const struct bewijs *evidence = &standing->bewijs[i];

        if (!evidence->bits_1024 || !speaks_of(evidence, doel))
            continue;
        if (evidence->bits_1024 > 0)
            say(supporting, sentence_of(evidence, call->arena), evidence->bits_1024);
        else if (!is_outweighed(standing, doel, evidence))
            say(against, sentence_of(evidence, call->arena), evidence->bits_1024);
    }
}

/* What the register says of a location or an organiser, its names and addresses masked
 * like everything else. */
static enum sk_verdict add_register(const struct review_call *call,
                                    const struct doel *doel, bool mask, json_t *candidate,
                                    struct sk_error *err)
{
    static const char *const place[] = {"namen",      "adressen",    "toestand",
                                        "opvangvorm", "gesloten_op", NULL};
    static const char *const organiser[] = {"namen", "adressen", "toestand", NULL};
    bool location = doel->niveau == NIVEAU_LOCATIE;
    const struct sk_event_type *type =
        location ? &sk_opvang_locatie : &sk_opvang_organisator;
    const void *event = NULL;

    if (location || doel->niveau == NIVEAU_ORGANISATOR)
        SK_TRY(sk_latest(call->out, type, doel->id, &event, err));
    json_object_set_new(candidate, "opvang",
                        event ? fields_of(type, event, location ? place : organiser, mask)
                              : json_null());
    return SK_OK;
}

static enum sk_verdict add_candidates(const struct review_call *call,
                                      const struct koppeling *standing, bool mask,
                                      json_t *item, struct sk_error *err)
{
    json_t *candidates = json_object_get(item, "kandidaten");

    for (size_t i = 0; i < standing->kandidaten_count; i++) {
        const struct doel *doel = &standing->kandidaten[i].doel;
        json_t *candidate = json_array_get(candidates, i);

        json_object_set_new(candidate, "kiesbaar",
                            json_boolean(doel->niveau != NIVEAU_ADRES));
        add_sentences(call, standing, doel, candidate);
        SK_TRY(add_register(call, doel, mask, candidate, err));
    }
    return SK_OK;
}

/* The message itself. */
static enum sk_verdict add_message(const struct review_call *call,
                                   const struct koppeling *standing, bool mask,
                                   json_t *item, struct sk_error *err)
{
    static const char *const fields[] = {
        "ontvangen_op", "feiten_van", "feiten_tot", "drager",  "kanaal", "dringend",
        "status",       "onderwerp",  "tekst",      "genoemd", NULL};
    const struct sk_event_type *type = subject_type(standing->soort);
    const void *event = NULL;

    if (type)
        SK_TRY(sk_latest(call->out, type, standing->id, &event, err));
    json_object_set_new(item, "bericht",
                        event ? fields_of(type, event, fields, mask) : json_null());
    json_object_set_new(item, "afgeschermd", json_boolean(mask));
    return SK_OK;
}

static void add_earlier(const struct review_call *call, const struct koppeling *standing,
                        json_t *item)
{
    json_t *earlier = json_array();

    json_object_set_new(item, "eerder", earlier);
    for (size_t i = 0; i < standing->vorige_count && i < EARLIER_SHOWN; i++) {
        const struct vorig_besluit *entry = &standing->vorige[i];
        struct sk_text sentence =
            sentence_decision(entry->besluit, entry->besloten_door, entry->doelen,
                              entry->doelen_count, call->arena);

        json_array_append_new(earlier, json_pack("{s:I, s:o, s:o}", "versie",
                                                 (json_int_t)entry->versie, "op",
                                                 instant(entry->has_op, entry->op), "zin",
                                                 sk_json_from_text(sentence)));
    }
}

enum sk_verdict review_show(const struct review_call *call,
                            const struct koppeling *standing, bool unmasked,
                            json_t **ret_item, struct sk_error *err)
{
    json_t *item = review_line(call, standing);

    *ret_item = item; /* the reply's, also when what follows fails */
    SK_TRY(add_message(call, standing, !unmasked, item, err));
    SK_TRY(add_candidates(call, standing, !unmasked, item, err));
    add_earlier(call, standing, item);
    return SK_OK;
}

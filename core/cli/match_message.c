/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON of the batch contract: a message from it, a decision to it. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "cli/match_batch.h"

static const char *const field_names[SK_MATCH_FIELDS] = {
    [SK_MENTION_NAAM] = "facility_name",
    [SK_MENTION_OPVANGVORM] = "facility_type",
    [SK_MENTION_STRAAT] = "street",
    [SK_MENTION_HUISNUMMER] = "house_number",
    [SK_MENTION_POSTCODE] = "postcode",
    [SK_MENTION_GEMEENTE] = "municipality",
    [SK_MENTION_TELEFOON] = "phone",
    [SK_MENTION_EMAIL_ADRES] = "email",
    [SK_MENTION_WEBSITE] = "website",
    [SK_MENTION_ONDERNEMINGSNUMMER] = "kbo",
    [SK_MENTION_VESTIGINGSNUMMER] = "vestigingsnummer",
    [SK_MENTION_DOSSIERNUMMER] = "dossiernummer",
    [SK_MENTION_ORGANISATOR_NAAM] = "organiser_name",
    [SK_MENTION_VERANTWOORDELIJKE] = "verantwoordelijke",
};

static const char *const channel_names[] = {
    [SK_MATCH_KLACHT] = "klacht",
    [SK_MATCH_MELDING] = "melding",
    [SK_MATCH_VERSLAG] = "verslag",
    [SK_MATCH_MAIL] = "mail",
};

const char *sk_match_channel_name(enum sk_match_channel channel)
{
    return channel_names[channel];
}

static enum sk_verdict read_channel(const json_t *json, enum sk_match_channel *ret,
                                    struct sk_error *err)
{
    struct sk_text text;

    SK_TRY(sk_json_text(json, "channel", &text, err));
    for (size_t i = 0; i < SK_COUNT(channel_names); i++) {
        if (sk_text_is(text, channel_names[i])) {
            *ret = (enum sk_match_channel)i;
            return SK_OK;
        }
    }
    return sk_fail(err, SK_REJECT, "match.message",
                   "channel is \"%.*s\", not klacht, mail, melding or verslag",
                   SK_TEXT_ARG(text));
}

enum sk_verdict sk_match_message_read(const json_t *json,
                                      struct sk_match_mention *mention,
                                      struct sk_match_message *ret_message,
                                      struct sk_error *err)
{
    struct sk_match_message *message = ret_message;
    const json_t *fields = json_object_get(json, "fields");
    struct sk_text received;

    *message = (struct sk_match_message){.address_answers = true};
    *mention = (struct sk_match_mention){0};
    if (!json_is_object(json) || !json_object_get(json, "id"))
        return sk_fail(err, SK_REJECT, "match.message", "no JSON object with an id");
    SK_TRY(read_channel(json, &message->channel, err));
    SK_TRY(sk_json_text(json, "received", &received, err));
    if (!sk_date_parse(received, &message->day))
        return sk_fail(err, SK_REJECT, "match.message", "received is no date: \"%.*s\"",
                       SK_TEXT_ARG(received));
    message->subject = sk_json_text_or_absent(json, "subject");
    message->text = sk_json_text_or_absent(json, "text");
    for (size_t i = 0; i < SK_MATCH_FIELDS; i++)
        mention->field[i] = sk_json_text_or_absent(fields, field_names[i]);
    if (json_object_size(fields)) {
        message->mentions = mention;
        message->mention_count = 1;
    }
    return SK_OK;
}

/* Of what is a decision about files, VOORZIENING and SUBSIDIEGROEP do not occur: a
 * register in CSV does not hold them. */
static const char *level_name(enum sk_match_level level)
{
    return level == SK_LEVEL_LOCATIE ? "locatie"
           : level == SK_LEVEL_ADRES ? "adres"
                                     : "organisator";
}

static json_t *evidence_json(const struct sk_match_evidence *evidence)
{
    bool field = evidence->field < SK_MATCH_FIELDS;
    const char *in = field                                     ? "fields"
                     : evidence->field == SK_MENTION_ONDERWERP ? "subject"
                                                               : "text";
    json_t *json = json_pack("{s:s,s:s,s:f,s:s,s:o}", "f", evidence->feature, "level",
                             evidence->level, "bits", evidence->bits / 1024.0, "in", in,
                             "reg", sk_json_from_text(evidence->location));

    if (field)
        json_object_set_new(json, "field", json_string(field_names[evidence->field]));
    if (evidence->field != SK_MENTION_NERGENS && evidence->begin < evidence->end)
        json_object_set_new(json, "msg",
                            json_pack("[i,i]", (int)evidence->begin, (int)evidence->end));
    return json;
}

static json_t *list_of(const struct sk_match_decision *decision, const char *which)
{
    json_t *list = json_array();
    bool evidence = strcmp(which, "evidence") == 0;
    size_t count = evidence ? decision->bewijs_count : decision->kandidaat_count;

    for (size_t i = 0; i < count; i++) {
        const struct sk_match_candidate *candidate = &decision->kandidaten[i];

        json_array_append_new(
            list, evidence ? evidence_json(&decision->bewijs[i])
                           : json_pack("{s:o,s:f}", "id",
                                       sk_json_from_text(candidate->target.id), "p",
                                       (double)candidate->p / 1e6));
    }
    return list;
}

static json_t *reasons_of(const struct sk_match_decision *decision)
{
    json_t *list = json_array();

    for (size_t i = 0; i < decision->reden_count; i++)
        json_array_append_new(list, json_string(decision->redenen[i]));
    return list;
}

/* The other facilities that the message names. */
static json_t *mentioned_of(const struct sk_match_decision *decision)
{
    json_t *list = json_array();

    for (size_t i = 1; i < decision->doel_count; i++)
        json_array_append_new(list, sk_json_from_text(decision->doelen[i].id));
    return list;
}

static json_t *explanation_of(const struct sk_match_decision *decision)
{
    struct sk_buffer text = {0};
    size_t shown = 0;

    for (size_t i = 0; i < decision->bewijs_count; i++) {
        const struct sk_match_evidence *evidence = &decision->bewijs[i];

        if (!decision->doel_count ||
            !sk_text_equal(evidence->location, decision->doelen[0].locations[0]))
            continue;
        sk_buffer_printf(&text, "%s%s %s", shown++ ? ", " : "", evidence->feature,
                         evidence->level);
    }
    json_t *json = json_stringn(text.size ? (const char *)text.data : "", text.size);

    sk_buffer_fini(&text);
    return json;
}

/* What the trust in the answer was made of: tests/match/fit_trust.py reads it. */
static json_t *confidence_of(const struct sk_match_decision *decision,
                             enum sk_question question)
{
    const struct sk_confidence *confidence = &decision->confidence[question];

    return json_pack("{s:I,s:i,s:i,s:i}", "marks", (json_int_t)confidence->marks, "odds",
                     confidence->odds, "margin", confidence->margin, "trust",
                     decision->trust[question]);
}

void sk_match_decision_write(const json_t *id, const struct sk_match_decision *decision,
                             bool explain, struct sk_buffer *out)
{
    static const char *const words[] = {"auto", "review", "none"};
    const struct sk_match_target *target =
        decision->doel_count ? &decision->doelen[0] : NULL;
    json_t *line = json_pack(
        "{s:O,s:s,s:s?,s:o,s:f,s:o,s:f,s:o,s:s?,s:o,s:o}", "id", id, "decision",
        words[decision->besluit], "level", target ? level_name(target->level) : NULL,
        "facility", target ? sk_json_from_text(target->id) : json_null(), "p",
        (double)decision->p / 1e6, "candidates", list_of(decision, "candidates"),
        "p_none", (double)decision->p_geen / 1e6, "mentioned", mentioned_of(decision),
        "why_not_deeper", decision->waarom_niet_dieper, "reasons", reasons_of(decision),
        "evidence", list_of(decision, "evidence"));
    char *text;

    if (explain) {
        json_object_set_new(line, "explanation", explanation_of(decision));
        json_object_set_new(line, "link", confidence_of(decision, SK_QUESTION_LINK));
        json_object_set_new(line, "none", confidence_of(decision, SK_QUESTION_NONE));
    }
    text = json_dumps(line, JSON_COMPACT);
    sk_buffer_printf(out, "%s\n", text);
    free(text);
    json_decref(line);
}

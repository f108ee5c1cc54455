/* SPDX-License-Identifier: Apache-2.0 */
/* A decision in the JSON of the batch contract, written straight into a buffer. */
#include <string.h>

#include "base/json_write.h"
#include "cli/match_batch.h"

enum { ONE = 1000000 };

/* Of what is a decision about files, VOORZIENING and SUBSIDIEGROEP do not occur: a
 * register in CSV does not hold them. */
static const char *level_name(enum sk_match_level level)
{
    return level == SK_LEVEL_LOCATIE ? "locatie"
           : level == SK_LEVEL_ADRES ? "adres"
                                     : "organisator";
}

static void put_name(struct sk_buffer *out, const char *name)
{
    sk_json_put_name(out, name, strlen(name));
}

/* NULL gives null. */
static void put_text(struct sk_buffer *out, const char *name, const char *text)
{
    put_name(out, name);
    sk_json_put_text(out, sk_text(text));
}

/* number / 10^digits, as a decimal fraction. */
static void put_decimal(struct sk_buffer *out, const char *name, int64_t number,
                        int digits)
{
    char text[24];
    size_t at = sizeof text;
    uint64_t rest = number < 0 ? (uint64_t)-number : (uint64_t)number;

    put_name(out, name);
    for (int i = 0; i < digits; i++, rest /= 10)
        text[--at] = (char)('0' + rest % 10);
    text[--at] = '.';
    do {
        text[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (number < 0)
        text[--at] = '-';
    sk_buffer_append(out, text + at, sizeof text - at);
}

static void put_p(struct sk_buffer *out, const char *name, int64_t millionths)
{
    put_decimal(out, name, millionths, 6);
}

/* Begins and ends what stands between brackets; a comma goes before all but the first. */
static void put_between(struct sk_buffer *out, size_t i, char open)
{
    if (i)
        sk_buffer_append_byte(out, ',');
    if (open)
        sk_buffer_append_byte(out, (uint8_t)open);
}

static void put_evidence(struct sk_buffer *out, const struct sk_match_evidence *evidence)
{
    bool field = evidence->field < SK_MATCH_FIELDS;

    put_text(out, "f", evidence->feature);
    put_text(out, "level", evidence->level);
    put_decimal(out, "bits", (int64_t)evidence->bits * 1000 / 1024, 3);
    put_text(out, "in",
             field                                     ? "fields"
             : evidence->field == SK_MENTION_ONDERWERP ? "subject"
             : evidence->field == SK_MENTION_BIJLAGE   ? "attachments"
             : evidence->field == SK_MENTION_AFZENDER  ? "from"
                                                       : "text");
    put_name(out, "reg");
    sk_json_put_text(out, evidence->location);
    if (field)
        put_text(out, "field", sk_match_field_in_json(evidence->field));
    if (evidence->field != SK_MENTION_NERGENS && evidence->begin < evidence->end) {
        put_name(out, "msg");
        sk_buffer_append_byte(out, '[');
        sk_json_put_integer(out, evidence->begin);
        sk_buffer_append_byte(out, ',');
        sk_json_put_integer(out, evidence->end);
        sk_buffer_append_byte(out, ']');
    }
}

static void put_candidate(struct sk_buffer *out, size_t i, struct sk_text id, int64_t p)
{
    put_between(out, i, '{');
    put_name(out, "id");
    sk_json_put_text(out, id);
    put_p(out, "p", p);
    sk_buffer_append_byte(out, '}');
}

/* When an organiser is the answer, it is a candidate too, and its locations and all
 * others share what it leaves of one. */
static void put_candidates(struct sk_buffer *out,
                           const struct sk_match_decision *decision)
{
    const struct sk_match_target *wide =
        decision->doel_count && decision->doelen[0].level == SK_LEVEL_ORGANISATOR
            ? &decision->doelen[0]
            : NULL;
    int64_t left = wide ? ONE - decision->p : ONE;
    size_t put = 0;

    put_name(out, "candidates");
    sk_buffer_append_byte(out, '[');
    for (size_t i = 0; i < decision->kandidaat_count; i++) {
        int64_t p = decision->kandidaten[i].p * left / ONE;

        if (wide && decision->p >= p) {
            put_candidate(out, put++, wide->id, decision->p);
            wide = NULL;
        }
        if (put < SK_MATCH_CANDIDATE_LIMIT)
            put_candidate(out, put++, decision->kandidaten[i].target.id, p);
    }
    sk_buffer_append_byte(out, ']');
}

static void put_lists(struct sk_buffer *out, const struct sk_match_decision *decision)
{
    put_candidates(out, decision);
    put_name(out, "mentioned");
    sk_buffer_append_byte(out, '[');
    for (size_t i = 1; i < decision->doel_count; i++) {
        put_between(out, i - 1, 0);
        sk_json_put_text(out, decision->doelen[i].id);
    }
    sk_buffer_append_byte(out, ']');
    put_name(out, "reasons");
    sk_buffer_append_byte(out, '[');
    for (size_t i = 0; i < decision->reden_count; i++) {
        put_between(out, i, 0);
        sk_json_put_text(out, sk_text(decision->redenen[i]));
    }
    sk_buffer_append_byte(out, ']');
    put_name(out, "evidence");
    sk_buffer_append_byte(out, '[');
    for (size_t i = 0; i < decision->bewijs_count; i++) {
        put_between(out, i, '{');
        put_evidence(out, &decision->bewijs[i]);
        sk_buffer_append_byte(out, '}');
    }
    sk_buffer_append_byte(out, ']');
}

static void put_explanation(struct sk_buffer *out,
                            const struct sk_match_decision *decision)
{
    sk_buffer_auto text = {0};
    size_t shown = 0;

    for (size_t i = 0; i < decision->bewijs_count; i++) {
        const struct sk_match_evidence *evidence = &decision->bewijs[i];

        if (!decision->doel_count ||
            !sk_text_equal(evidence->location, decision->doelen[0].locations[0]))
            continue;
        sk_buffer_printf(&text, "%s%s %s", shown++ ? ", " : "", evidence->feature,
                         evidence->level);
    }
    put_name(out, "explanation");
    sk_json_put_text(out, sk_buffer_text(&text));
}

/* What the trust in the answer was made of: tests/match/fit_trust.py reads it. */
static void put_confidence(struct sk_buffer *out, const char *name,
                           const struct sk_match_decision *decision,
                           enum sk_question question)
{
    const struct sk_confidence *confidence = &decision->confidence[question];

    put_name(out, name);
    sk_buffer_append_byte(out, '{');
    put_name(out, "marks");
    sk_json_put_integer(out, (int64_t)confidence->marks);
    put_name(out, "odds");
    sk_json_put_integer(out, confidence->odds);
    put_name(out, "margin");
    sk_json_put_integer(out, confidence->margin);
    put_name(out, "trust");
    sk_json_put_integer(out, decision->trust[question]);
    sk_buffer_append_byte(out, '}');
}

void sk_match_decision_write(const struct sk_value *id,
                             const struct sk_match_decision *decision, bool explain,
                             struct sk_buffer *out)
{
    static const char *const words[] = {"auto", "review", "none"};
    const struct sk_match_target *target =
        decision->doel_count ? &decision->doelen[0] : NULL;

    sk_buffer_append_byte(out, '{');
    put_name(out, "id");
    sk_json_put_value(out, id);
    put_text(out, "decision", words[decision->besluit]);
    put_text(out, "level", target ? level_name(target->level) : NULL);
    put_name(out, "facility");
    sk_json_put_text(out, target ? target->id : (struct sk_text){0});
    put_p(out, "p", decision->p);
    put_p(out, "p_none", decision->p_geen);
    put_text(out, "why_not_deeper", decision->waarom_niet_dieper);
    put_lists(out, decision);
    if (explain) {
        put_explanation(out, decision);
        put_confidence(out, "link", decision, SK_QUESTION_LINK);
        put_confidence(out, "none", decision, SK_QUESTION_NONE);
    }
    sk_buffer_append(out, "}\n", 2);
}

void sk_match_error_write(const struct sk_error *err, struct sk_buffer *out)
{
    sk_buffer_append_byte(out, '{');
    put_text(out, "id", NULL);
    put_text(out, "error", err->text);
    sk_buffer_append(out, "}\n", 2);
}

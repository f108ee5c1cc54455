/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deciding and undoing. The person's oordeel and what follows from it are one unit of
 * work; the oordeel comes back as an input later and then changes nothing.
 */
#include "avro/event_json.h"
#include "base/json.h"
#include "base/uuid.h"
#include "correlation/oordeel.h"
#include "correlation/queue.h"
#include "correlation/review.h"
#include "correlation/subject.h"

enum { OORDEEL_ID_LIMIT = 64 };

/* If-Match: "123", 123 or W/"123"; 428 without one. */
static enum sk_verdict read_version(const struct review_call *call, int64_t *ret_version,
                                    struct sk_error *err)
{
    struct sk_text text = sk_text_trim(call->request->if_match);

    if (sk_text_starts_with(text, "W/"))
        text = (struct sk_text){text.data + 2, text.size - 2};
    if (text.size >= 2 && text.data[0] == '"' && text.data[text.size - 1] == '"')
        text = (struct sk_text){text.data + 1, text.size - 2};
    if (sk_text_to_int64(text, ret_version) && *ret_version > 0)
        return SK_OK;
    return review_refuse(call, 428, err, "review.version",
                         "If-Match moet de versie zeggen die u zag");
}

/* The decision in the body, without its subject. */
static enum sk_verdict read_oordeel(const struct review_call *call,
                                    struct koppeling_oordeel *ret_oordeel,
                                    struct sk_error *err)
{
    struct sk_rejected_fields rejected = {0};
    struct koppeling_oordeel *oordeel = ret_oordeel;

    SK_TRY(sk_event_from_json(&sk_koppeling_oordeel, call->body, call->arena, oordeel,
                              &rejected, err));
    if (rejected.count)
        return review_refuse(call, 422, err, "review.field", "%.*s: %.*s",
                             SK_TEXT_ARG(rejected.items[0].veld),
                             SK_TEXT_ARG(rejected.items[0].reden));
    SK_TRY(review_user(call, &oordeel->door, err));
    if (oordeel->oordeel_id.size > OORDEEL_ID_LIMIT)
        return review_refuse(call, 422, err, "review.field", "oordeel_id is te lang");
    oordeel->has_op = true;
    oordeel->op = call->now_ms;
    oordeel->versie = 0;
    oordeel->herroept = (struct sk_text){0};
    oordeel->groep_id = (struct sk_text){0};
    return SK_OK;
}

static enum sk_verdict check_action(const struct review_call *call,
                                    const struct koppeling_oordeel *oordeel,
                                    struct sk_error *err)
{
    int32_t action = oordeel->handeling;

    if (action != OORDEEL_HANDELING_KOPPELEN && action != OORDEEL_HANDELING_GEEN &&
        action != OORDEEL_HANDELING_UITSTELLEN)
        return review_refuse(call, 422, err, "review.action",
                             "handeling is KOPPELEN, GEEN of UITSTELLEN");
    if (action == OORDEEL_HANDELING_KOPPELEN && !oordeel->doelen_count)
        return review_refuse(call, 422, err, "review.target",
                             "KOPPELEN vraagt waaraan: doelen");
    if (action == OORDEEL_HANDELING_GEEN &&
        (!oordeel->reden || !sk_text_filled(oordeel->reden->code)))
        return review_refuse(call, 422, err, "review.code",
                             "GEEN vraagt waarom: reden.code");
    return SK_OK;
}

static void name_subject(struct koppeling_oordeel *oordeel,
                         const struct koppeling *standing, struct sk_arena *arena)
{
    char id[SK_UUID_SIZE];

    if (!sk_text_filled(oordeel->oordeel_id))
        oordeel->oordeel_id = sk_arena_text(arena, sk_text(sk_uuid_v4(id)));
    oordeel->onderwerp = (struct onderwerp){standing->soort, standing->id};
    oordeel->bron =
        (struct bron){.systeem = SK_TEXT("Schakel"), .id = oordeel->oordeel_id};
}

/* Why it cannot be, for who decides; the correlation's own words are for operators. */
static enum sk_verdict explain(const struct review_call *call, struct sk_error *err)
{
    if (strcmp(err->id, "oordeel.target") == 0)
        return review_refuse(call, 422, err, "oordeel.target",
                             "het register kent dit doel niet, of het is geen dossier: "
                             "kies een locatie of een organisator");
    return review_refuse(call, 422, err, "oordeel.action",
                         "dat kan niet met wat nu staat: er wacht niets");
}

/* Sends it and carries it out; what stands then is *ret_now. */
static enum sk_verdict carry_out(const struct review_call *call,
                                 const struct koppeling_oordeel *oordeel,
                                 struct sk_text key, const struct koppeling **ret_now,
                                 struct sk_error *err)
{
    const void *now = NULL;

    SK_TRY(sk_emit(call->out, &sk_koppeling_oordeel, oordeel, err));
    enum sk_verdict verdict = oordeel_apply(call->self, oordeel, call->out, err);

    if (verdict == SK_REJECT)
        return explain(call, err);
    SK_TRY(verdict);
    SK_TRY(sk_latest(call->out, &sk_koppeling, key, &now, err));
    recent_add(&call->self->recent, key, call->now_ms);
    *ret_now = now;
    return SK_OK;
}

/* The version that was seen still stands, or 412 with what stands now. A decision that is
 * sent again, with its own id, has been carried out: *ret_done. */
static enum sk_verdict check_version(struct review_call *call,
                                     const struct koppeling *standing,
                                     struct sk_text oordeel_id, bool *ret_done,
                                     struct sk_error *err)
{
    int64_t seen = 0;

    *ret_done =
        sk_text_filled(oordeel_id) && sk_text_equal(standing->oordeel_id, oordeel_id);
    if (*ret_done)
        return SK_OK;
    SK_TRY(read_version(call, &seen, err));
    if (seen == standing->versie)
        return SK_OK;
    return review_refuse(call, 412, err, "review.changed",
                         "intussen staat versie %lld er; bekijk die eerst",
                         (long long)standing->versie);
}

enum sk_verdict review_decide(struct review_call *call, struct sk_error *err)
{
    const struct koppeling *standing = NULL;
    struct koppeling_oordeel oordeel;
    bool done = false;

    SK_TRY(read_oordeel(call, &oordeel, err));
    SK_TRY(check_action(call, &oordeel, err));
    SK_TRY(review_standing(call, call->key, &standing, err));
    SK_TRY(check_version(call, standing, oordeel.oordeel_id, &done, err));
    if (!done) {
        oordeel.gezien_versie = standing->versie;
        name_subject(&oordeel, standing, call->arena);
        SK_TRY(carry_out(call, &oordeel, call->key, &standing, err));
    }
    call->reply->body = review_line(call, standing);
    return SK_OK;
}

enum sk_verdict review_revoke(struct review_call *call, struct sk_error *err)
{
    const struct koppeling *standing = NULL;
    struct koppeling_oordeel oordeel;
    bool done = false;

    SK_TRY(read_oordeel(call, &oordeel, err));
    SK_TRY(review_standing(call, call->key, &standing, err));
    SK_TRY(check_version(call, standing, oordeel.oordeel_id, &done, err));
    if (!done && !sk_text_filled(standing->oordeel_id))
        return review_refuse(call, 409, err, "review.nothing",
                             "er is geen beslissing van een medewerker om te herroepen");
    if (!done) {
        oordeel.handeling = OORDEEL_HANDELING_HERROEPEN;
        oordeel.herroept = standing->oordeel_id;
        oordeel.gezien_versie = standing->versie;
        name_subject(&oordeel, standing, call->arena);
        SK_TRY(carry_out(call, &oordeel, call->key, &standing, err));
    }
    call->reply->body = review_line(call, standing);
    return SK_OK;
}

/* Groups. -----------------------------------------------------------------------------
 */

/* One member of the group, as the person saw it; false and `line` says why when another
 * version stands or it is of another group. */
static enum sk_verdict decide_member(struct review_call *call,
                                     const struct sk_value *member,
                                     const struct koppeling_oordeel *shared, json_t *line,
                                     struct sk_error *err)
{
    struct sk_text key = sk_value_member_text(member, "onderwerp");
    const struct sk_value *seen = sk_value_member(member, "versie");
    struct koppeling_oordeel oordeel = *shared;
    const struct koppeling *standing = NULL;

    SK_TRY(review_standing(call, key, &standing, err));
    bool same = sk_value_is(seen, SK_VALUE_INTEGER) &&
                seen->integer == standing->versie &&
                sk_text_equal(standing->groep_id, call->group);

    json_object_set_new(line, "onderwerp", sk_json_from_text(key));
    json_object_set_new(line, "beslist", json_boolean(same));
    if (same) {
        oordeel.oordeel_id = (struct sk_text){0};
        oordeel.gezien_versie = standing->versie;
        oordeel.groep_id = call->group;
        name_subject(&oordeel, standing, call->arena);
        SK_TRY(carry_out(call, &oordeel, key, &standing, err));
    }
    json_object_set_new(line, "versie", json_integer(standing->versie));
    json_object_set_new(line, "oordeel_id", sk_json_from_text(standing->oordeel_id));
    json_object_set_new(line, "uitleg", sk_json_from_text(standing->uitleg));
    return SK_OK;
}

enum sk_verdict review_decide_group(struct review_call *call, struct sk_error *err)
{
    const struct sk_value *members = sk_value_member(call->body, "leden");
    struct koppeling_oordeel oordeel;
    size_t i;

    SK_TRY(read_oordeel(call, &oordeel, err));
    SK_TRY(check_action(call, &oordeel, err));
    if (!sk_value_count(members) || sk_value_count(members) > QUEUE_LIMIT)
        return review_refuse(call, 422, err, "review.members",
                             "leden noemt 1 tot %d onderwerpen met de versie die u zag",
                             QUEUE_LIMIT);
    json_t *lines = json_array();

    call->reply->body = json_pack("{s:o}", "leden", lines);
    for (i = 0; i < members->count; i++) {
        const struct sk_value *member = &members->items[i];
        json_t *line = json_object();

        json_array_append_new(lines, line);
        SK_TRY(decide_member(call, member, &oordeel, line, err));
    }
    return SK_OK;
}

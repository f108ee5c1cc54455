/* SPDX-License-Identifier: Apache-2.0 */
/* oordeel - a person's decision and the places it names. */
#include "intake/oordeel.h"

#include "avro/path.h"
#include "events/koppeling_oordeel.h"

static bool is_text(const json_t *object, const char *name, const char *text)
{
    return sk_text_is(sk_json_text_or_absent(object, name), text);
}

/* False: the target has no usable id. */
static bool spell_target(struct sk_intake *intake, const regex_t *pattern, json_t *target)
{
    struct sk_text raw = sk_intake_text(intake, json_object_get(target, "id"));
    char id[SK_IDENTIFIER_SIZE];
    bool location = is_text(target, "niveau", "LOCATIE");

    if (!raw.data || !(location ? sk_intake_dossier_number(pattern, raw, id)
                                : sk_intake_plain_id(NULL, raw, id)))
        return false;
    json_object_set_new(target, "id", json_string(id));
    return true;
}

void sk_intake_targets(struct sk_intake *intake, const char *name,
                       const regex_t *dossier_pattern)
{
    json_t *targets = json_object_get(intake->entry, name);
    struct sk_path array = sk_path_field(NULL, name);

    sk_intake_default(intake, name, "niveau", "LOCATIE");
    for (size_t i = 0, at = 0; i < json_array_size(targets); at++) {
        json_t *target = json_array_get(targets, i);
        struct sk_path item = sk_path_index(&array, at);
        char veld[SK_PATH_SIZE];

        if (spell_target(intake, dossier_pattern, target)) {
            i++;
            continue;
        }
        sk_intake_refuse(intake, sk_path_format(&item, veld), target,
                         "geen bruikbaar id");
        json_array_remove(targets, i);
    }
}

/* The first target is what it is about; a location's target names its own dossier. */
static void complete_targets(json_t *targets)
{
    json_t *target = NULL;
    size_t i = 0;

    json_array_foreach(targets, i, target)
    {
        if (!json_object_get(target, "rol"))
            json_object_set_new(target, "rol",
                                json_string(i == 0 ? "HOOFD" : "OOK_BETROKKEN"));
        if (is_text(target, "niveau", "LOCATIE") &&
            !json_object_get(target, "dossiernummers"))
            json_object_set_new(target, "dossiernummers",
                                json_pack("[O]", json_object_get(target, "id")));
    }
}

/* {"dossiernummer": …} or {"organisator_id": …} for doelen, {"klacht_id": …} for the
 * subject: how systems that decide about one thing at a time write it. */
static void expand(json_t *entry)
{
    json_t *location = json_object_get(entry, "dossiernummer");
    json_t *organiser = json_object_get(entry, "organisator_id");
    json_t *complaint = json_object_get(entry, "klacht_id");

    if (!json_object_get(entry, "doelen") && location)
        json_object_set_new(
            entry, "doelen",
            json_pack("[{s:s,s:O}]", "niveau", "LOCATIE", "id", location));
    else if (!json_object_get(entry, "doelen") && organiser)
        json_object_set_new(
            entry, "doelen",
            json_pack("[{s:s,s:O}]", "niveau", "ORGANISATOR", "id", organiser));
    if (!json_object_get(entry, "onderwerp") && complaint)
        json_object_set_new(entry, "onderwerp",
                            json_pack("{s:s,s:O}", "soort", "klacht", "id", complaint));
}

static enum sk_verdict check_subject(struct sk_intake *intake, struct sk_error *err)
{
    const json_t *subject = json_object_get(intake->entry, "onderwerp");
    struct sk_text kind = sk_json_text_or_absent(subject, "soort");
    struct sk_text id = sk_intake_text(intake, json_object_get(subject, "id"));
    char spelled[SK_IDENTIFIER_SIZE];

    if (sk_text_filled(kind) && sk_text_filled(id) &&
        sk_intake_plain_id(NULL, id, spelled))
        return SK_OK;
    return sk_fail(err, SK_REJECT, "intake.key",
                   "%.*s: \"onderwerp\" (soort and id) is missing or no usable id",
                   SK_TEXT_ARG(intake->job->record->origin));
}

/* Who decided, and that it was there. */
static void complete_person(struct sk_intake *intake, const char *via)
{
    json_t *person = json_object_get(intake->entry, "door");

    if (!json_is_object(person)) {
        person = json_object();
        json_object_set_new(intake->entry, "door", person);
    }
    json_object_set_new(person, "via", json_string(via));
}

static bool is_echo(const json_t *entry)
{
    const json_t *person = json_object_get(entry, "door");

    return is_text(person, "gebruiker_id", "SCHAKEL") ||
           is_text(person, "via", "SCHAKEL");
}

/* To link to places of which none can be meant is no decision: who made it must hear that
 * now. */
static enum sk_verdict spell_targets(struct sk_intake *intake,
                                     const struct sk_oordeel_source *source,
                                     struct sk_error *err)
{
    size_t named = json_array_size(json_object_get(intake->entry, "doelen"));
    bool links = !sk_text_filled(sk_json_text_or_absent(intake->entry, "handeling")) ||
                 is_text(intake->entry, "handeling", "KOPPELEN");

    sk_intake_targets(intake, "doelen", source->dossier_pattern);
    if (!links || named == 0 ||
        json_array_size(json_object_get(intake->entry, "doelen")) > 0)
        return SK_OK;
    return sk_fail(err, SK_REJECT, "oordeel.target",
                   "%.*s: of the %zu in \"doelen\" (or \"dossiernummer\", "
                   "\"organisator_id\") none has a usable id",
                   SK_TEXT_ARG(intake->job->record->origin), named);
}

static enum sk_verdict complete(struct sk_intake *intake,
                                const struct sk_oordeel_source *source,
                                struct sk_error *err)
{
    SK_TRY(check_subject(intake, err));
    SK_TRY(spell_targets(intake, source, err));
    json_t *targets = json_object_get(intake->entry, "doelen");
    complete_targets(targets);
    if (json_array_size(targets) > 0)
        sk_intake_default(intake, "", "handeling", "KOPPELEN");
    complete_person(intake, source->via);
    return SK_OK;
}

enum sk_verdict sk_oordeel_translate(const struct sk_oordeel_source *source,
                                     const struct sk_translation *job,
                                     struct sk_error *err)
{
    static const struct sk_intake_rule plain = {.apply = sk_intake_plain_id};
    sk_intake_auto intake;
    struct sk_text key;

    SK_TRY(sk_intake_begin(&intake, job, &sk_koppeling_oordeel, source->system, err));
    expand(intake.entry);
    if (is_echo(intake.entry))
        return SK_OK;
    SK_TRY(sk_intake_key(&intake, "oordeel_id", &plain, &key, err));
    if (!intake.erased)
        SK_TRY(complete(&intake, source, err));
    return sk_intake_emit(&intake, key, err);
}

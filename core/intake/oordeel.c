/* SPDX-License-Identifier: Apache-2.0 */
/* oordeel - a person's decision and the places it names. */
#include "intake/oordeel.h"

#include "avro/path.h"
#include "events/koppeling_oordeel.h"

static bool is_text(const struct sk_value *object, const char *name, const char *text)
{
    return sk_text_is(sk_value_member_text(object, name), text);
}

/* False: the target has no usable id. */
static bool spell_target(struct sk_intake *intake, const regex_t *pattern,
                         struct sk_value *target)
{
    struct sk_arena *arena = intake->job->arena;
    struct sk_text raw = sk_intake_text(intake, sk_value_member(target, "id"));
    char id[SK_IDENTIFIER_SIZE];
    bool location = is_text(target, "niveau", "LOCATIE");

    if (!raw.data || !(location ? sk_intake_dossier_number(pattern, raw, id)
                                : sk_intake_plain_id(NULL, raw, id)))
        return false;
    sk_value_put(target, SK_TEXT("id"), sk_value_of(sk_arena_text(arena, sk_text(id))),
                 arena);
    return true;
}

void sk_intake_targets(struct sk_intake *intake, const char *name,
                       const regex_t *dossier_pattern)
{
    struct sk_value *targets = sk_value_member(intake->entry, name);
    struct sk_path array = sk_path_field(NULL, name);

    sk_intake_default(intake, name, "niveau", "LOCATIE");
    for (size_t i = 0, at = 0; i < sk_value_count(targets); at++) {
        struct sk_value *target = &targets->items[i];
        struct sk_path item = sk_path_index(&array, at);
        char veld[SK_PATH_SIZE];

        if (spell_target(intake, dossier_pattern, target)) {
            i++;
            continue;
        }
        sk_intake_refuse(intake, sk_path_format(&item, veld), target,
                         "geen bruikbaar id");
        sk_value_remove(targets, i);
    }
}

/* The first target is what it is about; a location's target names its own dossier. */
static void complete_targets(struct sk_value *targets, struct sk_arena *arena)
{
    for (size_t i = 0; i < sk_value_count(targets); i++) {
        struct sk_value *target = &targets->items[i];
        struct sk_value numbers = {.kind = SK_VALUE_ARRAY};

        if (!sk_value_member(target, "rol"))
            sk_value_put(target, SK_TEXT("rol"),
                         sk_value_of(sk_text(i == 0 ? "HOOFD" : "OOK_BETROKKEN")), arena);
        if (!is_text(target, "niveau", "LOCATIE") ||
            sk_value_member(target, "dossiernummers"))
            continue;
        sk_value_append(&numbers, *sk_value_member(target, "id"), arena);
        sk_value_put(target, SK_TEXT("dossiernummers"), numbers, arena);
    }
}

/* {"niveau": "LOCATIE", "id": …} */
static struct sk_value reference(const char *what, const char *kind,
                                 const struct sk_value *id, struct sk_arena *arena)
{
    struct sk_value object = {.kind = SK_VALUE_OBJECT};

    sk_value_put(&object, sk_text(what), sk_value_of(sk_text(kind)), arena);
    sk_value_put(&object, SK_TEXT("id"), sk_value_copy(id, arena), arena);
    return object;
}

/* {"dossiernummer": …} or {"organisator_id": …} for doelen, {"klacht_id": …} for the
 * subject: how systems that decide about one thing at a time write it. */
static void expand(struct sk_value *entry, struct sk_arena *arena)
{
    const struct sk_value *location = sk_value_member(entry, "dossiernummer");
    const struct sk_value *organiser = sk_value_member(entry, "organisator_id");
    const struct sk_value *complaint = sk_value_member(entry, "klacht_id");
    struct sk_value targets = {.kind = SK_VALUE_ARRAY};
    struct sk_value subject = {0};

    if (complaint)
        subject = reference("soort", "klacht", complaint, arena);
    if (location)
        sk_value_append(&targets, reference("niveau", "LOCATIE", location, arena), arena);
    else if (organiser)
        sk_value_append(&targets, reference("niveau", "ORGANISATOR", organiser, arena),
                        arena);
    if (targets.count && !sk_value_member(entry, "doelen"))
        sk_value_put(entry, SK_TEXT("doelen"), targets, arena);
    if (complaint && !sk_value_member(entry, "onderwerp"))
        sk_value_put(entry, SK_TEXT("onderwerp"), subject, arena);
}

static enum sk_verdict check_subject(struct sk_intake *intake, struct sk_error *err)
{
    const struct sk_value *subject = sk_value_member(intake->entry, "onderwerp");
    struct sk_text kind = sk_value_member_text(subject, "soort");
    struct sk_text id = sk_intake_text(intake, sk_value_member(subject, "id"));
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
    struct sk_arena *arena = intake->job->arena;
    struct sk_value *person = sk_value_place(intake->entry, SK_TEXT("door"), arena);

    if (person->kind != SK_VALUE_OBJECT)
        *person = (struct sk_value){.kind = SK_VALUE_OBJECT};
    sk_value_put(person, SK_TEXT("via"), sk_value_of(sk_text(via)), arena);
}

static bool is_echo(const struct sk_value *entry)
{
    const struct sk_value *person = sk_value_member(entry, "door");

    return is_text(person, "gebruiker_id", "SCHAKEL") ||
           is_text(person, "via", "SCHAKEL");
}

/* To link to places of which none can be meant is no decision: who made it must hear that
 * now. */
static enum sk_verdict spell_targets(struct sk_intake *intake,
                                     const struct sk_oordeel_source *source,
                                     struct sk_error *err)
{
    const struct sk_value *targets = sk_value_member(intake->entry, "doelen");
    size_t named = sk_value_count(targets);
    bool links = !sk_text_filled(sk_value_member_text(intake->entry, "handeling")) ||
                 is_text(intake->entry, "handeling", "KOPPELEN");

    sk_intake_targets(intake, "doelen", source->dossier_pattern);
    if (!links || named == 0 || sk_value_count(targets) > 0)
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
    struct sk_value *targets = sk_value_member(intake->entry, "doelen");
    complete_targets(targets, intake->job->arena);
    if (sk_value_count(targets) > 0)
        sk_intake_default(intake, "", "handeling", "KOPPELEN");
    complete_person(intake, source->via);
    return SK_OK;
}

enum sk_verdict sk_oordeel_translate(const struct sk_oordeel_source *source,
                                     const struct sk_translation *job,
                                     struct sk_error *err)
{
    static const struct sk_intake_rule plain = {.apply = sk_intake_plain_id};
    struct sk_intake intake;
    struct sk_text key;

    SK_TRY(sk_intake_begin(&intake, job, &sk_koppeling_oordeel, source->system, err));
    expand(intake.entry, job->arena);
    if (is_echo(intake.entry))
        return SK_OK;
    SK_TRY(sk_intake_key(&intake, "oordeel_id", &plain, &key, err));
    if (!intake.erased)
        SK_TRY(complete(&intake, source, err));
    return sk_intake_emit(&intake, key, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * edison_register - rules for locations and organisers.
 *
 * A register row must never vanish for one bad value: each rule takes out what it cannot
 * use, and the row goes on without it.
 */
#include <ctype.h>

#include "avro/path.h"
#include "edison/edison.h"
#include "events/opvang_locatie.h"
#include "events/opvang_organisator.h"

/* Contacts. -------------------------------------------------------------------------- */

static size_t digits_in(struct sk_text text)
{
    size_t digits = 0;

    for (size_t i = 0; i < text.size; i++)
        digits += isdigit((unsigned char)text.data[i]) != 0;
    return digits;
}

static bool has(struct sk_text text, char wanted)
{
    return text.size > 2 && memchr(text.data + 1, wanted, text.size - 2) != NULL;
}

static bool is_email(struct sk_text text)
{
    return has(text, '@') && !has(text, ' ');
}

static bool is_website(struct sk_text text)
{
    return has(text, '.') && !has(text, ' ') && !has(text, '@') &&
           digits_in(text) * 2 < text.size;
}

static bool is_telephone(struct sk_text text)
{
    size_t digits = digits_in(text);

    return digits >= 6 && digits <= 20 && !has(text, '@');
}

/* What a value is by its looks, or NULL. The source's own word is taken only where it
 * fits: registers put e-mail addresses under "telefoon" and the reverse. */
static const char *kind_of(struct sk_text value)
{
    if (is_email(value))
        return "EMAIL";
    if (is_telephone(value) && !is_website(value))
        return "TELEFOON";
    return is_website(value) ? "WEBSITE" : NULL;
}

static void contact_rules(struct sk_intake *intake)
{
    struct sk_value *contacts = sk_value_member(intake->entry, "contacten");
    struct sk_path array = sk_path_field(NULL, "contacten");

    for (size_t i = 0, at = 0; i < sk_value_count(contacts); at++) {
        struct sk_value *contact = &contacts->items[i];
        const struct sk_value *value = sk_value_member(contact, "waarde");
        const char *kind = kind_of(sk_text_trim(sk_intake_text(intake, value)));
        struct sk_path item = sk_path_index(&array, at);
        struct sk_path where = sk_path_field(&item, "waarde");
        char veld[SK_PATH_SIZE];

        if (kind) {
            sk_value_put(contact, SK_TEXT("soort"), sk_value_of(sk_text(kind)),
                         intake->job->arena);
            i++;
            continue;
        }
        if (value)
            sk_intake_refuse(intake, sk_path_format(&where, veld), value,
                             "geen telefoonnummer, e-mailadres of website");
        sk_value_remove(contacts, i);
    }
}

static void common_rules(struct sk_intake *intake, const char *address_kind)
{
    sk_intake_require(intake, "namen", "naam");
    sk_intake_default(intake, "namen", "soort", "OFFICIEEL");
    sk_intake_default(intake, "adressen", "soort", address_kind);
    contact_rules(intake);
}

/* Locations. ------------------------------------------------------------------------- */

/* 999 is how the official forms write "not given". */
static void forget_unknown_places(struct sk_intake *intake)
{
    static const char *const counts[] = {"vergund", "inkomenstarief", "vrije_prijs",
                                         "gesubsidieerd"};
    const struct sk_value *places = sk_value_member(intake->entry, "plaatsen");

    for (size_t i = 0; i < sk_value_count(places); i++)
        for (size_t c = 0; c < SK_COUNT(counts); c++) {
            struct sk_value *count = sk_value_member(&places->items[i], counts[c]);

            if (sk_text_is(sk_text_trim(sk_intake_text(intake, count)), "999"))
                count->kind = SK_VALUE_NULL;
        }
}

static void locatie_rules(struct sk_intake *intake, const struct edison *self)
{
    const struct sk_intake_rule dossier = {.apply = sk_intake_dossier_number,
                                           .context = &self->dossier_pattern,
                                           .reden = "geen dossiernummer"};
    const struct sk_intake_rule establishment = {.apply = sk_intake_establishment_number,
                                                 .context = &self->enterprise,
                                                 .reden = "geen vestigingsnummer",
                                                 .whole_item = true};
    const struct sk_intake_rule organiser = {
        .apply = sk_intake_plain_id, .reden = "geen organisator_id", .whole_item = true};

    sk_intake_apply(intake, &dossier, "opvolgers");
    sk_intake_apply(intake, &dossier, "voorgangers");
    sk_intake_apply(intake, &establishment, "vestigingsnummers.nummer");
    sk_intake_apply(intake, &organiser, "organisatoren.organisator_id");
    sk_intake_require(intake, "verantwoordelijken", "naam");
    common_rules(intake, "OPVANG");
    forget_unknown_places(intake);
    bool closed = sk_value_member_text(intake->entry, "gesloten_op").data != NULL;
    sk_intake_default(intake, "", "toestand", closed ? "GESLOTEN" : "ACTIEF");
}

enum sk_verdict edison_locatie_translate(const void *state,
                                         const struct sk_translation *job,
                                         struct sk_error *err)
{
    const struct edison *self = state;
    const struct sk_intake_rule key_rule = {.apply = sk_intake_dossier_number,
                                            .context = &self->dossier_pattern};
    struct sk_intake intake;
    struct sk_text key;

    SK_TRY(sk_intake_begin(&intake, job, &sk_opvang_locatie, self->system, err));
    SK_TRY(sk_intake_key(&intake, "dossiernummer", &key_rule, &key, err));
    intake.keep_history = self->history == 1;
    if (!intake.erased)
        locatie_rules(&intake, self);
    return sk_intake_emit(&intake, key, err);
}

/* Organisers. ------------------------------------------------------------------------ */

static void organisator_rules(struct sk_intake *intake, const struct edison *self)
{
    const struct sk_intake_rule enterprise = {.apply = sk_intake_enterprise_number,
                                              .context = &self->enterprise,
                                              .reden = "geen ondernemingsnummer",
                                              .whole_item = true};
    const struct sk_intake_rule organiser = {.apply = sk_intake_plain_id,
                                             .reden = "geen organisator_id"};

    sk_intake_apply(intake, &enterprise, "ondernemingsnummers.nummer");
    sk_intake_apply(intake, &organiser, "opvolgers");
    sk_intake_apply(intake, &organiser, "voorgangers");
    common_rules(intake, "ZETEL");
    sk_intake_default(intake, "", "toestand", "ACTIEF");
}

enum sk_verdict edison_organisator_translate(const void *state,
                                             const struct sk_translation *job,
                                             struct sk_error *err)
{
    const struct edison *self = state;
    static const struct sk_intake_rule key_rule = {.apply = sk_intake_plain_id};
    struct sk_intake intake;
    struct sk_text key;

    SK_TRY(sk_intake_begin(&intake, job, &sk_opvang_organisator, self->system, err));
    SK_TRY(sk_intake_key(&intake, "organisator_id", &key_rule, &key, err));
    intake.keep_history = self->history == 1;
    if (!intake.erased)
        organisator_rules(&intake, self);
    return sk_intake_emit(&intake, key, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * klaroen_klacht - rules for complaints.
 *
 * What the complainant says of the place stays as he says it, for the matcher; only the
 * numbers are brought to one spelling, because a number that is none must not look like
 * evidence.
 */
#include "events/klacht.h"
#include "intake/oordeel.h"
#include "klaroen/klaroen.h"

static void klacht_rules(struct sk_intake *intake, const struct klaroen *self)
{
    const struct sk_intake_rule dossier = {.apply = sk_intake_dossier_number,
                                           .context = &self->dossier_pattern,
                                           .reden = "geen dossiernummer"};
    const struct sk_intake_rule enterprise = {.apply = sk_intake_enterprise_number,
                                              .context = &self->enterprise,
                                              .reden = "geen ondernemingsnummer"};
    const struct sk_intake_rule establishment = {.apply = sk_intake_establishment_number,
                                                 .context = &self->enterprise,
                                                 .reden = "geen vestigingsnummer"};

    sk_intake_apply(intake, &dossier, "genoemd.dossiernummer");
    sk_intake_apply(intake, &enterprise, "genoemd.ondernemingsnummer");
    sk_intake_apply(intake, &establishment, "genoemd.vestigingsnummer");
    sk_intake_targets(intake, "toegewezen", &self->dossier_pattern);
    sk_intake_default(intake, "", "toestand", "ACTIEF");
}

enum sk_verdict klaroen_klacht_translate(const void *state,
                                         const struct sk_translation *job,
                                         struct sk_error *err)
{
    const struct klaroen *self = state;
    static const struct sk_intake_rule key_rule = {.apply = sk_intake_plain_id};
    struct sk_intake intake;
    struct sk_text key;

    SK_TRY(sk_intake_begin(&intake, job, &sk_klacht, self->system, err));
    SK_TRY(sk_intake_key(&intake, "klacht_id", &key_rule, &key, err));
    if (!intake.erased)
        klacht_rules(&intake, self);
    return sk_intake_emit(&intake, key, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel review assign - a person's decision, as an event. It names the version that the
 * person saw, so that two people cannot decide the same item unknowingly; the correlation
 * links, and its answer is waited for and shown.
 */
#include <poll.h>
#include <stdio.h>

#include "avro/event_field.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "cli/review.h"
#include "events/koppeling_oordeel.h"
#include "events/opvang_locatie.h"
#include "events/opvang_organisator.h"

static int32_t level_of(const char *name)
{
    const struct sk_field *doelen =
        sk_record_field(&sk_koppeling.record, SK_TEXT("doelen"));
    const struct sk_field *niveau = sk_record_field(doelen->record, SK_TEXT("niveau"));

    for (size_t i = 0; i < niveau->symbol_count; i++)
        if (strcmp(niveau->symbols[i], name) == 0)
            return (int32_t)i;
    return NIVEAU_ONBEKEND;
}

/* A number that is not in the register must not get a dossier item: say so now. */
static enum sk_verdict check_target(struct sk_cli *cli, int32_t level, struct sk_text id,
                                    struct sk_error *err)
{
    sk_arena_auto arena = {0};
    void *event = NULL;

    if (level == NIVEAU_LOCATIE)
        SK_TRY(sk_cli_latest(cli, &sk_opvang_locatie, id, &arena, &event, err));
    else if (level == NIVEAU_ORGANISATOR)
        SK_TRY(sk_cli_latest(cli, &sk_opvang_organisator, id, &arena, &event, err));
    else
        return SK_OK;
    if (!event)
        return sk_fail(err, SK_REJECT, "review.target", "%.*s staat niet in het register",
                       SK_TEXT_ARG(id));
    return SK_OK;
}

static enum sk_verdict choose(struct sk_cli *cli, const struct review_options *options,
                              struct doel *doel, struct koppeling_oordeel *oordeel,
                              struct sk_error *err)
{
    struct sk_text target = sk_text(sk_settings_argument(cli->settings, 3));
    int verbs =
        options->none + options->undo + options->postpone + sk_text_filled(target);

    if (verbs != 1)
        return sk_fail(err, SK_FATAL, "review.choice",
                       "kies een nummer, of --geen, --uitstel of --herroep");
    if (options->none && !options->code)
        return sk_fail(err, SK_FATAL, "review.code",
                       "--geen vraagt waarom: --reden CODE");
    oordeel->handeling = options->none       ? OORDEEL_HANDELING_GEEN
                         : options->undo     ? OORDEEL_HANDELING_HERROEPEN
                         : options->postpone ? OORDEEL_HANDELING_UITSTELLEN
                                             : OORDEEL_HANDELING_KOPPELEN;
    if (!sk_text_filled(target))
        return SK_OK;
    doel->niveau = level_of(options->level);
    doel->id = target;
    doel->rol = DOEL_ROL_HOOFD;
    if (doel->niveau == NIVEAU_ONBEKEND)
        return sk_fail(err, SK_FATAL, "review.level", "onbekend niveau %s",
                       options->level);
    oordeel->doelen = doel;
    oordeel->doelen_count = 1;
    return check_target(cli, doel->niveau, target, err);
}

/* Waits for a koppeling that names our oordeel. */
static enum sk_verdict await_answer(struct sk_cli *cli, struct sk_text oordeel_id,
                                    int64_t wait_ms, int *ret_exit, struct sk_error *err)
{
    int64_t deadline = sk_clock_monotonic_ms() + wait_ms;

    for (;;) {
        sk_arena_auto arena = {0};
        struct koppeling *koppeling = NULL;
        struct sk_bus_batch none;
        SK_TRY(sk_bus_poll(cli->bus, 0, &none, err));
        SK_TRY(sk_review_standing(cli, &arena, &koppeling, err));
        if (sk_text_equal(koppeling->oordeel_id, oordeel_id)) {
            printf("%.*s\n", SK_TEXT_ARG(koppeling->uitleg));
            return SK_OK;
        }
        int64_t left = deadline - sk_clock_monotonic_ms();
        if (left <= 0)
            break;
        struct pollfd waiting = {.fd = sk_bus_descriptor(cli->bus), .events = POLLIN};
        poll(&waiting, 1, left < 200 ? (int)left : 200);
    }
    puts("Vastgelegd, maar de correlatie heeft nog niet geantwoord; zie schakel review "
         "list.");
    *ret_exit = SK_CLI_ATTENTION;
    return SK_OK;
}

static void fill(struct koppeling_oordeel *oordeel, const struct review_options *options,
                 const struct koppeling *koppeling)
{
    oordeel->bron.systeem = SK_TEXT("Schakel");
    oordeel->bron.id = oordeel->oordeel_id;
    oordeel->onderwerp.soort = koppeling->soort;
    oordeel->onderwerp.id = koppeling->id;
    oordeel->gezien_versie = options->seen_version;
    oordeel->herroept = options->undo ? koppeling->oordeel_id : (struct sk_text){0};
    oordeel->toelichting = sk_text(options->remark);
    oordeel->door.gebruiker_id = sk_text(options->user ? options->user : sk_cli_user());
    oordeel->door.rol = SK_TEXT("toewijzer");
    oordeel->door.team = sk_text(options->team);
    oordeel->door.via = VIA_CLI;
    oordeel->has_op = true;
    oordeel->op = sk_clock_now_ms();
    oordeel->leren = options->learn;
    oordeel->verkeerd_dossier = options->wrong_dossier;
}

enum sk_verdict sk_review_assign(struct sk_cli *cli, const struct review_options *options,
                                 int *ret_exit, struct sk_error *err)
{
    sk_arena_auto arena = {0};
    struct koppeling *koppeling = NULL;
    struct koppeling_oordeel oordeel;
    struct doel doel = {0};
    struct code reden = {.lijst = SK_TEXT("koppeling.oordeel.reden"),
                         .code = sk_text(options->code)};
    char id[SK_UUID_SIZE];

    SK_TRY(sk_review_standing(cli, &arena, &koppeling, err));
    if (!options->seen_version)
        return sk_fail(
            err, SK_FATAL, "review.version",
            "geef --versie: de versie die u zag; review list en show tonen ze");
    if (options->seen_version != koppeling->versie)
        return sk_fail(
            err, SK_REJECT, "review.changed",
            "intussen is versie %lld beslist; bekijk die eerst met review show",
            (long long)koppeling->versie);
    sk_koppeling_oordeel.init(&oordeel);
    oordeel.oordeel_id = sk_text(sk_uuid_v4(id));
    fill(&oordeel, options, koppeling);
    SK_TRY(choose(cli, options, &doel, &oordeel, err));
    if (options->code)
        oordeel.reden = &reden;
    SK_TRY(sk_cli_publish(cli, &sk_koppeling_oordeel, &oordeel, NULL, err));
    return await_answer(cli, oordeel.oordeel_id, options->wait_ms, ret_exit, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A complaint as a dossier item: codes, statuses, terms, dates. The complainant, the
 * message's own words and the names of files (which may hold his) stay behind; title and
 * summary are made of codes only.
 */
#include "base/buffer.h"
#include "base/clock.h"
#include "correlation/stuk.h"

static const char *main_category(const struct klacht *klacht, struct sk_arena *arena)
{
    const struct code *code = NULL;

    for (size_t i = 0; i < klacht->categorieen_count; i++) {
        const struct categorie *category = &klacht->categorieen[i];

        if (category->code && (!code || category->hoofd))
            code = category->code;
    }
    if (!code)
        return NULL;
    return sk_arena_string(arena, sk_text_filled(code->omschrijving) ? code->omschrijving
                                                                     : code->code);
}

static void write_title(struct dossier_stuk *stuk, const struct klacht *klacht,
                        struct sk_arena *arena)
{
    const char *category = main_category(klacht, arena);

    stuk->titel =
        category ? sk_arena_printf(arena, "Klacht: %s", category) : SK_TEXT("Klacht");
}

static struct sk_text carrier(const struct klacht *klacht)
{
    if (!klacht->drager)
        return (struct sk_text){0};
    return sk_text_filled(klacht->drager->omschrijving) ? klacht->drager->omschrijving
                                                        : klacht->drager->code;
}

static void write_summary(struct dossier_stuk *stuk, const struct klacht *klacht,
                          struct sk_arena *arena)
{
    struct sk_buffer text = {0};
    char date[SK_DATE_SIZE];

    sk_buffer_printf(&text, "%.*s", SK_TEXT_ARG(stuk->titel));
    if (klacht->has_ontvangen_op)
        sk_buffer_printf(&text, ", ontvangen op %s",
                         sk_date_format(sk_brussels_date(klacht->ontvangen_op), date));
    if (carrier(klacht).size)
        sk_buffer_printf(&text, " (%.*s)", SK_TEXT_ARG(carrier(klacht)));
    if (klacht->has_feiten_van)
        sk_buffer_printf(&text, ", over feiten vanaf %s",
                         sk_date_format(klacht->feiten_van, date));
    if (klacht->gevaar == GEVAAR_VERMOED)
        sk_buffer_printf(&text, "; gevaar vermoed");
    if (klacht->gevaar == GEVAAR_VASTGESTELD)
        sk_buffer_printf(&text, "; gevaar vastgesteld");
    sk_buffer_printf(&text, ".");
    stuk->samenvatting = sk_arena_text(arena, sk_buffer_text(&text));
    sk_buffer_fini(&text);
}

static void write_documents(struct dossier_stuk *stuk, const struct klacht *klacht,
                            struct sk_arena *arena)
{
    stuk->documenten_count = klacht->documenten_count;
    stuk->documenten =
        sk_arena_alloc(arena, klacht->documenten_count * sizeof *stuk->documenten);
    for (size_t i = 0; i < klacht->documenten_count; i++) {
        stuk->documenten[i] = klacht->documenten[i];
        stuk->documenten[i].naam = (struct sk_text){0};
    }
}

static void write_state(struct dossier_stuk *stuk, const struct klacht *klacht)
{
    if (klacht->toestand == KLACHT_TOESTAND_FOUT_AANGEMAAKT) {
        stuk->toestand = STUK_TOESTAND_INGETROKKEN;
        stuk->toestand_reden = SK_TEXT("FOUT_AANGEMAAKT");
    } else if (klacht->status == KLACHT_STATUS_INGETROKKEN) {
        stuk->toestand = STUK_TOESTAND_INGETROKKEN;
        stuk->toestand_reden = SK_TEXT("INGETROKKEN");
    }
}

static void write_date(struct dossier_stuk *stuk, const struct klacht *klacht)
{
    stuk->has_ontvangen_op = klacht->has_ontvangen_op;
    stuk->ontvangen_op = klacht->ontvangen_op;
    stuk->has_datum = klacht->has_feiten_van || klacht->has_ontvangen_op;
    if (klacht->has_feiten_van)
        stuk->datum = klacht->feiten_van;
    else if (klacht->has_ontvangen_op)
        stuk->datum = sk_brussels_date(klacht->ontvangen_op);
}

void stuk_content(struct dossier_stuk *stuk, const struct subject *subject,
                  struct sk_arena *arena)
{
    const struct klacht *klacht = subject->klacht;

    stuk->soort = STUK_SOORT_KLACHT;
    stuk->bron.url = klacht->bron.url;
    stuk->zaak_id = klacht->zaak_id;
    stuk->status = sk_text(klacht_status_symbols[klacht->status]);
    stuk->statussen = klacht->statussen;
    stuk->statussen_count = klacht->statussen_count;
    stuk->categorieen = klacht->categorieen;
    stuk->categorieen_count = klacht->categorieen_count;
    stuk->ernst = klacht->ernst;
    stuk->uitkomst = klacht->uitkomst;
    stuk->termijnen = klacht->termijnen;
    stuk->termijnen_count = klacht->termijnen_count;
    stuk->gevaar = klacht->gevaar;
    stuk->vertrouwelijkheid = klacht->vertrouwelijkheid;
    stuk->verwijzingen = klacht->verwijzingen;
    stuk->verwijzingen_count = klacht->verwijzingen_count;
    write_state(stuk, klacht);
    write_date(stuk, klacht);
    write_title(stuk, klacht, arena);
    write_summary(stuk, klacht, arena);
    write_documents(stuk, klacht, arena);
}

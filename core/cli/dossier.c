/* SPDX-License-Identifier: Apache-2.0 */
/* schakel dossier NUMMER - the items that stand in one dossier, newest first, without
 * content that is personal: titles and states only. */
#include <stdio.h>
#include <stdlib.h>

#include "avro/event_field.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "cli/command.h"
#include "cli/table.h"
#include "events/dossier_stuk.h"

struct dossier {
    struct sk_cli *cli;
    struct sk_text number;
    struct sk_arena arena;
    struct dossier_stuk *items;
    size_t count, capacity;
    size_t bad; /* items that could not be read */
};

static void dossier_fini(struct dossier *dossier)
{
    free(dossier->items);
    sk_arena_fini(&dossier->arena);
}

static bool belongs(const struct dossier_stuk *stuk, struct sk_text number)
{
    for (size_t i = 0; i < stuk->dossiernummers_count; i++)
        if (sk_text_equal(stuk->dossiernummers[i], number))
            return true;
    return sk_text_equal(stuk->doel.id, number);
}

static enum sk_verdict add_item(void *context, const struct sk_bus_record *record,
                                struct sk_error *err)
{
    struct dossier *dossier = context;
    struct dossier_stuk stuk;
    bool whole;

    struct sk_text copy =
        sk_arena_text(&dossier->arena, (struct sk_text){(const char *)record->value.data,
                                                        record->value.size});
    enum sk_verdict verdict =
        sk_codec_decode(dossier->cli->codec, &sk_dossier_stuk,
                        (struct sk_bytes){(const uint8_t *)copy.data, copy.size},
                        &dossier->arena, &stuk, &whole, err);
    if (verdict == SK_RETRY)
        return verdict;
    if (verdict != SK_OK) {
        fprintf(stderr, "%.*s: %s\n", SK_TEXT_ARG(record->key), err->text);
        dossier->bad++;
        return SK_OK;
    }
    if (!belongs(&stuk, dossier->number))
        return SK_OK;
    dossier->items = sk_grow(dossier->items, &dossier->capacity, dossier->count + 1,
                             sizeof(*dossier->items));
    dossier->items[dossier->count++] = stuk;
    return SK_OK;
}

static int newest_first(const void *left, const void *right)
{
    const struct dossier_stuk *a = left, *b = right;

    if (a->ontvangen_op != b->ontvangen_op)
        return a->ontvangen_op > b->ontvangen_op ? -1 : 1;
    return sk_text_compare(a->stuk_id, b->stuk_id);
}

static const char *state_of(const struct dossier_stuk *stuk)
{
    const struct sk_field *toestand =
        sk_record_field(&sk_dossier_stuk.record, SK_TEXT("toestand"));

    return toestand->symbols[stuk->toestand];
}

static void add_row(struct sk_table *table, const struct dossier_stuk *stuk)
{
    char day[SK_DATE_SIZE];
    bool danger = stuk->gevaar == GEVAAR_VERMOED || stuk->gevaar == GEVAAR_VASTGESTELD;

    sk_table_add(table,
                 stuk->has_ontvangen_op
                     ? sk_text(sk_date_format(sk_brussels_date(stuk->ontvangen_op), day))
                     : SK_TEXT(""));
    sk_table_add(table, sk_arena_printf(&table->arena, "%.*s/%.*s",
                                        SK_TEXT_ARG(stuk->onderwerp.soort),
                                        SK_TEXT_ARG(stuk->onderwerp.id)));
    sk_table_add(table, sk_text(state_of(stuk)));
    sk_table_add(table, sk_text(danger ? "GEVAAR" : ""));
    sk_table_add(table, stuk->status);
    sk_table_add(table, stuk->titel);
    sk_table_add(table, stuk->koppeling ? stuk->koppeling->uitleg : SK_TEXT(""));
}

static enum sk_verdict run_dossier(struct sk_cli *cli, const void *, int *ret_exit,
                                   struct sk_error *err)
{
    SK_CLEANUP(dossier_fini)
    struct dossier dossier = {.cli = cli,
                              .number = sk_text(sk_settings_argument(cli->settings, 1))};
    sk_table_auto table = {0};

    if (!dossier.number.data)
        return sk_fail(err, SK_FATAL, "dossier.number",
                       "noem een dossiernummer: schakel dossier 910000001");
    SK_TRY(sk_cli_open_codec(cli, err));
    SK_TRY(sk_bus_each(cli->bus, SK_TEXT("dossier.stuk"), add_item, &dossier, err));
    if (dossier.count)
        qsort(dossier.items, dossier.count, sizeof(*dossier.items), newest_first);
    sk_table_init(&table,
                  (const char *const[]){"ontvangen", "onderwerp", "toestand", "gevaar",
                                        "status", "titel", "waarom hier", NULL});
    for (size_t i = 0; i < dossier.count; i++)
        add_row(&table, &dossier.items[i]);
    sk_table_show(&table, cli->json);
    if (!cli->json)
        printf("%zu stukken in dossier %.*s\n", dossier.count,
               SK_TEXT_ARG(dossier.number));
    if (dossier.bad > 0)
        *ret_exit = SK_CLI_ATTENTION;
    return SK_OK;
}

const struct sk_command sk_command_dossier = {
    .name = "dossier",
    .usage = "NUMMER",
    .example = "dossier 910000001",
    .help = "toont de stukken van een dossier",
    .needs_bus = true,
    .run = run_dossier,
};

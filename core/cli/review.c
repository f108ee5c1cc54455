/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel review - what waits for a person. The queue is every koppeling that no machine
 * could decide: danger first, then by due date.
 */
#include "cli/review.h"

#include <stdio.h>
#include <stdlib.h>

#include "avro/event_json.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/json.h"
#include "cli/table.h"

static const struct sk_option review_options[] = {
    SK_BOOL(struct review_options, all, .name = "all", .fallback = "false",
            .help = "list: ook wat al beslist is."),
    SK_BOOL(struct review_options, json, .name = "json", .fallback = "false",
            .help = "list: een JSON-object per regel."),
    SK_STRING(struct review_options, reason, .name = "reason", .optional = true,
              .help = "show: waarom u de persoonsgegevens inkijkt."),
    SK_STRING(struct review_options, level, .name = "niveau", .fallback = "LOCATIE",
              .help = "assign: LOCATIE, VOORZIENING, SUBSIDIEGROEP of ORGANISATOR."),
    SK_BOOL(struct review_options, none, .name = "geen", .fallback = "false",
            .help =
                "assign: er is geen vergunde opvang bedoeld; zeg waarom met --reden."),
    SK_BOOL(struct review_options, undo, .name = "herroep", .fallback = "false",
            .help = "assign: neemt de laatste beslissing van een mens terug."),
    SK_BOOL(struct review_options, postpone, .name = "uitstel", .fallback = "false",
            .help = "assign: later beslissen."),
    SK_STRING(struct review_options, code, .name = "reden", .optional = true,
              .help = "assign: NIET_VERGUND, BUITEN_BEVOEGDHEID, OVER_OVERHEID, "
                      "ONVOLDOENDE_GEGEVENS of DUBBEL."),
    SK_STRING(struct review_options, remark, .name = "toelichting", .optional = true,
              .help = "assign: in eigen woorden."),
    SK_STRING(struct review_options, user, .name = "gebruiker", .optional = true,
              .help = "assign: wie beslist; anders de aanmeldnaam."),
    SK_STRING(struct review_options, team, .name = "team", .optional = true,
              .help = "assign: namens welk team."),
    SK_BOOL(struct review_options, learn, .name = "leren", .fallback = "true",
            .help = "assign: nee als het nummer of de naam in het bericht fout was."),
    SK_BOOL(struct review_options, wrong_dossier, .name = "verkeerd-dossier",
            .fallback = "false",
            .help = "assign: het stond in een verkeerd dossier (mogelijk datalek)."),
    SK_INTEGER(struct review_options, seen_version, .name = "versie", .fallback = "0",
               .min = 0, .max = INT64_MAX,
               .help =
                   "assign: de versie die u zag; is er intussen een nieuwere, dan wordt "
                   "niets beslist."),
    SK_DURATION(struct review_options, wait_ms, .name = "wacht", .fallback = "5s",
                .help = "assign: hoe lang op de correlatie gewacht wordt."),
    SK_END_OF_OPTIONS,
};

struct queue {
    struct sk_cli *cli;
    const struct review_options *options;
    struct sk_arena arena;
    struct koppeling *items;
    size_t count, capacity;
};

static void queue_fini(struct queue *queue)
{
    free(queue->items);
    sk_arena_fini(&queue->arena);
}

/* GEEN stays open for a person unless a person said it, or it is a mail: the
 * correlation's rule (decision_is_open), which the parts' order keeps from being called
 * here. */
static bool is_open(const struct koppeling *koppeling)
{
    return koppeling->besluit == KOPPELING_BESLUIT_BEOORDELEN ||
           (koppeling->besluit == KOPPELING_BESLUIT_GEEN &&
            koppeling->besloten_door != BESLOTEN_DOOR_MENS &&
            !sk_text_is(koppeling->soort, "mail"));
}

static enum sk_verdict add_item(void *context, const struct sk_bus_record *record,
                                struct sk_error *err)
{
    struct queue *queue = context;
    struct koppeling koppeling;
    bool whole;

    struct sk_text copy =
        sk_arena_text(&queue->arena, (struct sk_text){(const char *)record->value.data,
                                                      record->value.size});
    if (sk_codec_decode(queue->cli->codec, &sk_koppeling,
                        (struct sk_bytes){(const uint8_t *)copy.data, copy.size},
                        &queue->arena, &koppeling, &whole, err) != SK_OK) {
        fprintf(stderr, "%.*s: %s\n", SK_TEXT_ARG(record->key), err->text);
        return SK_OK;
    }
    if (!queue->options->all && !is_open(&koppeling))
        return SK_OK;
    queue->items =
        sk_grow(queue->items, &queue->capacity, queue->count + 1, sizeof(*queue->items));
    queue->items[queue->count++] = koppeling;
    return SK_OK;
}

static int danger_rank(const struct koppeling *koppeling)
{
    return koppeling->gevaar == GEVAAR_VASTGESTELD ? 0
           : koppeling->gevaar == GEVAAR_VERMOED   ? 1
                                                   : 2;
}

static int by_urgency(const void *left, const void *right)
{
    const struct koppeling *a = left, *b = right;
    int64_t due_a = a->has_uiterlijk_op ? a->uiterlijk_op : INT64_MAX;
    int64_t due_b = b->has_uiterlijk_op ? b->uiterlijk_op : INT64_MAX;

    if (danger_rank(a) != danger_rank(b))
        return danger_rank(a) - danger_rank(b);
    if (due_a != due_b)
        return due_a < due_b ? -1 : 1;
    return sk_text_compare(a->id, b->id);
}

static struct sk_text candidates_of(struct sk_arena *arena,
                                    const struct koppeling *koppeling)
{
    sk_buffer_auto line = {0};

    for (size_t i = 0; i < koppeling->kandidaten_count && i < 3; i++)
        sk_buffer_printf(&line, "%s%.*s (%d %%)", i ? ", " : "",
                         SK_TEXT_ARG(koppeling->kandidaten[i].doel.id),
                         (int)(koppeling->kandidaten[i].p / 10000));
    return sk_arena_text(arena, sk_buffer_text(&line));
}

static void print_queue(const struct queue *queue)
{
    sk_table_auto table;
    int64_t now_ms = sk_clock_now_ms();

    sk_table_init(&table,
                  (const char *const[]){"onderwerp", ">versie", "gevaar", "besluit",
                                        "uiterlijk", "reden", "kandidaten", NULL});
    for (size_t i = 0; i < queue->count; i++) {
        const struct koppeling *koppeling = &queue->items[i];
        char due[SK_INSTANT_SIZE];
        bool late = koppeling->has_uiterlijk_op && koppeling->uiterlijk_op < now_ms;
        sk_table_add(&table, sk_arena_printf(&table.arena, "%.*s/%.*s",
                                             SK_TEXT_ARG(koppeling->soort),
                                             SK_TEXT_ARG(koppeling->id)));
        sk_table_add_number(&table, koppeling->versie);
        sk_table_add(&table, sk_text(danger_rank(koppeling) < 2 ? "GEVAAR" : ""));
        sk_table_add(&table, sk_text(koppeling->besluit == KOPPELING_BESLUIT_GEEN ? "geen"
                                     : is_open(koppeling) ? "beoordelen"
                                                          : "gekoppeld"));
        sk_table_add(
            &table, koppeling->has_uiterlijk_op
                        ? sk_arena_printf(&table.arena, "%.16s%s",
                                          sk_instant_format(koppeling->uiterlijk_op, due),
                                          late ? " TE LAAT" : "")
                        : SK_TEXT(""));
        sk_table_add(&table,
                     koppeling->redenen_count ? koppeling->redenen[0] : SK_TEXT(""));
        sk_table_add(&table, candidates_of(&table.arena, koppeling));
    }
    sk_table_print(&table);
    printf("%zu te beoordelen\n", queue->count);
}

static void print_queue_json(const struct queue *queue)
{
    for (size_t i = 0; i < queue->count; i++) {
        json_auto_t *line = sk_event_to_json(
            &sk_koppeling, &queue->items[i],
            &(struct sk_event_view){.mask = true, .leave_out_absent = true});
        json_dumpf(line, stdout, JSON_COMPACT);
        putchar('\n');
    }
}

enum sk_verdict sk_review_list(struct sk_cli *cli, const struct review_options *options,
                               struct sk_error *err)
{
    SK_CLEANUP(queue_fini) struct queue queue = {.cli = cli, .options = options};

    SK_TRY(sk_bus_each(cli->bus, SK_TEXT("koppeling"), add_item, &queue, err));
    if (queue.count)
        qsort(queue.items, queue.count, sizeof(*queue.items), by_urgency);
    if (options->json)
        print_queue_json(&queue);
    else
        print_queue(&queue);
    return SK_OK;
}

enum sk_verdict sk_review_standing(struct sk_cli *cli, struct sk_arena *arena,
                                   struct koppeling **ret_koppeling, struct sk_error *err)
{
    struct sk_text subject = sk_text(sk_settings_argument(cli->settings, 2));
    void *event = NULL;

    if (!subject.data || !memchr(subject.data, '/', subject.size))
        return sk_fail(err, SK_FATAL, "review.subject",
                       "noem het onderwerp als soort/id, bijvoorbeeld klacht/K-2026-17");
    SK_TRY(sk_cli_latest(cli, &sk_koppeling, subject, arena, &event, err));
    if (!event)
        return sk_fail(
            err, SK_REJECT, "review.unknown",
            "er is nog geen beslissing over %.*s; schakel review list toont wat "
            "wacht",
            SK_TEXT_ARG(subject));
    *ret_koppeling = event;
    return SK_OK;
}

static enum sk_verdict review(struct sk_cli *cli, const void *options, int *ret_exit,
                              struct sk_error *err)
{
    struct sk_text verb = sk_text(sk_settings_argument(cli->settings, 1));

    SK_TRY(sk_cli_open_codec(cli, err));
    if (sk_text_is(verb, "list"))
        return sk_review_list(cli, options, err);
    if (sk_text_is(verb, "show"))
        return sk_review_show(cli, options, err);
    if (sk_text_is(verb, "assign"))
        return sk_review_assign(cli, options, ret_exit, err);
    return sk_fail(err, SK_FATAL, "review.verb",
                   "schakel review list, show SOORT/ID of assign SOORT/ID NUMMER");
}

const struct sk_command sk_command_review = {
    .name = "review",
    .usage = "list | show | assign",
    .help = "toont wat op een mens wacht, en legt diens beslissing vast",
    .needs_bus = true,
    .options = review_options,
    .options_size = sizeof(struct review_options),
    .run = review,
};

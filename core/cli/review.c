/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel review - what waits for a person, and what he decides. The correlation keeps
 * the queue and carries out; here are the verbs that scripts use. Without a verb it is
 * worked at the keyboard.
 */
#include "cli/review.h"

#include <stdio.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/review_text.h"
#include "cli/table.h"

enum { PAGE = 200 };

static const struct sk_option review_options[] = {
    SK_BOOL(struct review_options, json, .name = "json", .fallback = "false",
            .help = "list: een JSON-object per regel; show en assign: één object."),
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
              .help = "wie beslist; anders de aanmeldnaam."),
    SK_STRING(struct review_options, team, .name = "team", .optional = true,
              .help = "namens welk team."),
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
    SK_END_OF_OPTIONS,
};

enum sk_verdict sk_review_path(const struct sk_cli *cli, struct sk_buffer *ret_path,
                               struct sk_error *err)
{
    struct sk_text subject = sk_text(sk_settings_argument(cli->settings, 2));

    if (!subject.data || !memchr(subject.data, '/', subject.size))
        return sk_fail(err, SK_FATAL, "review.subject",
                       "noem het onderwerp als soort/id, bijvoorbeeld klacht/K-2026-17");
    review_append_path(ret_path, subject);
    return SK_OK;
}

/* The queue. --------------------------------------------------------------------------
 */

static void add_row(struct sk_table *table, const json_t *item)
{
    struct sk_arena *arena = &table->arena;
    struct sk_text due = sk_json_text_or_absent(item, "uiterlijk_op");
    const json_t *reasons = json_object_get(item, "redenen");

    sk_table_add(table, sk_json_text_or_absent(item, "onderwerp"));
    sk_table_add_number(table, json_integer_value(json_object_get(item, "versie")));
    sk_table_add(table, sk_text(review_is_dangerous(item) ? "GEVAAR" : ""));
    sk_table_add(table, review_kind_text(item));
    sk_table_add(table,
                 sk_arena_printf(
                     arena, "%.*s%s", due.size < 16 ? (int)due.size : 16,
                     due.data ? due.data : "",
                     json_is_true(json_object_get(item, "te_laat")) ? " TE LAAT" : ""));
    sk_table_add(table, sk_json_string(json_array_get(reasons, 0)));
    sk_table_add(table, review_first_candidates(item, arena));
}

static void print_page(const json_t *items, struct sk_table *table, bool json)
{
    const json_t *item;
    size_t i;

    json_array_foreach(items, i, item)
    {
        if (!json) {
            add_row(table, item);
            continue;
        }
        json_dumpf(item, stdout, JSON_COMPACT);
        putchar('\n');
    }
}

/* "/review?limit=200&na=…" for the page after this one. */
static void next_page(struct sk_buffer *path, const json_t *items)
{
    const json_t *last = json_array_get(items, json_array_size(items) - 1);

    path->size = 0;
    sk_buffer_printf(path, "/review?limit=%d&na=", PAGE);
    sk_http_escape(sk_json_text_or_absent(last, "onderwerp"), path);
}

enum sk_verdict sk_review_list(struct review_client *client,
                               const struct review_options *options, struct sk_error *err)
{
    sk_table_auto table;
    sk_buffer_auto path = {0}, progress = {0};
    size_t count = PAGE;

    sk_table_init(&table,
                  (const char *const[]){"onderwerp", ">versie", "gevaar", "soort",
                                        "uiterlijk", "reden", "kandidaten", NULL});
    sk_buffer_printf(&path, "/review?limit=%d", PAGE);
    while (count == PAGE) {
        json_auto_t *answer = NULL;

        SK_TRY(review_ask(
            client,
            &(struct review_question){.method = "GET", .path = sk_buffer_string(&path)},
            &answer, err));
        const json_t *items = json_object_get(answer, "items");

        count = json_array_size(items);
        print_page(items, &table, options->json);
        progress.size = 0;
        review_append_progress(&progress, answer);
        if (count)
            next_page(&path, items);
    }
    if (options->json)
        return SK_OK;
    sk_table_print(&table);
    puts(sk_buffer_string(&progress));
    return SK_OK;
}

/* One item. ---------------------------------------------------------------------------
 */

enum sk_verdict sk_review_show(struct sk_cli *cli, struct review_client *client,
                               const struct review_options *options, struct sk_error *err)
{
    sk_buffer_auto path = {0};
    json_auto_t *body = json_pack("{s:s*}", "reden", options->reason), *item = NULL;

    SK_TRY(sk_review_path(cli, &path, err));
    if (!options->reason || !options->reason[0])
        return sk_fail(
            err, SK_FATAL, "review.reason",
            "show toont persoonsgegevens: geef --reason \"waarom u dit inkijkt\"");
    sk_buffer_append_text(&path, SK_TEXT("/inzage"));
    SK_TRY(review_ask(client,
                      &(struct review_question){.method = "POST",
                                                .path = sk_buffer_string(&path),
                                                .body = body},
                      &item, err));
    if (options->json) {
        json_dumpf(item, stdout, JSON_INDENT(2));
        putchar('\n');
        return SK_OK;
    }
    review_print_item(item, &(struct review_layout){.width = 80, .whole = true});
    printf("Beslissen: schakel review assign %s NUMMER --versie %lld\n",
           sk_settings_argument(cli->settings, 2),
           (long long)json_integer_value(json_object_get(item, "versie")));
    return SK_OK;
}

static enum sk_verdict check_choice(const struct review_options *options,
                                    const char *target, struct sk_error *err)
{
    if (options->none + options->undo + options->postpone + (target != NULL) != 1)
        return sk_fail(err, SK_FATAL, "review.choice",
                       "kies een nummer, of --geen, --uitstel of --herroep");
    if (options->none && !options->code)
        return sk_fail(err, SK_FATAL, "review.code",
                       "--geen vraagt waarom: --reden CODE");
    if (!options->seen_version)
        return sk_fail(
            err, SK_FATAL, "review.version",
            "geef --versie: de versie die u zag; review list en show tonen ze");
    return SK_OK;
}

static json_t *decision_of(const struct review_options *options, const char *target)
{
    json_t *body = json_pack("{s:s*, s:b, s:b}", "toelichting", options->remark, "leren",
                             options->learn, "verkeerd_dossier", options->wrong_dossier);

    if (!options->undo)
        json_object_set_new(body, "handeling",
                            json_string(options->none       ? "GEEN"
                                        : options->postpone ? "UITSTELLEN"
                                                            : "KOPPELEN"));
    if (options->code)
        json_object_set_new(body, "reden",
                            json_pack("{s:s, s:s}", "lijst", "koppeling.oordeel.reden",
                                      "code", options->code));
    if (target)
        json_object_set_new(body, "doelen",
                            json_pack("[{s:s, s:s, s:s}]", "niveau", options->level, "id",
                                      target, "rol", "HOOFD"));
    return body;
}

enum sk_verdict sk_review_assign(struct sk_cli *cli, struct review_client *client,
                                 const struct review_options *options,
                                 struct sk_error *err)
{
    const char *target = sk_settings_argument(cli->settings, 3);
    sk_buffer_auto path = {0};
    json_auto_t *answer = NULL;

    SK_TRY(sk_review_path(cli, &path, err));
    SK_TRY(check_choice(options, target, err));
    json_auto_t *body = decision_of(options, target);

    sk_buffer_append_text(&path, sk_text(options->undo ? "/herroepen" : "/oordeel"));
    SK_TRY(review_ask(client,
                      &(struct review_question){.method = "POST",
                                                .path = sk_buffer_string(&path),
                                                .version = options->seen_version,
                                                .body = body},
                      &answer, err));
    if (options->json)
        json_dumpf(answer, stdout, JSON_INDENT(2));
    else
        printf("%.*s", SK_TEXT_ARG(sk_json_text_or_absent(answer, "uitleg")));
    putchar('\n');
    return SK_OK;
}

static enum sk_verdict run_verb(struct sk_cli *cli, struct review_client *client,
                                const struct review_options *options,
                                struct sk_error *err)
{
    struct sk_text verb = sk_text(sk_settings_argument(cli->settings, 1));

    if (sk_text_is(verb, "list"))
        return sk_review_list(client, options, err);
    if (sk_text_is(verb, "show"))
        return sk_review_show(cli, client, options, err);
    if (sk_text_is(verb, "assign"))
        return sk_review_assign(cli, client, options, err);
    if (!verb.data && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        return sk_review_screen(client, err);
    return sk_fail(err, SK_FATAL, "review.verb",
                   "schakel review list, show SOORT/ID of assign SOORT/ID NUMMER; zonder "
                   "meer: aan een terminal");
}

static enum sk_verdict review(struct sk_cli *cli, const void *options, int *ret_exit,
                              struct sk_error *err)
{
    SK_CLEANUP(review_client_close) struct review_client client = {0};
    const struct review_options *wanted = options;

    (void)ret_exit;
    SK_TRY(review_client_open(cli, wanted->user, wanted->team, &client, err));
    return run_verb(cli, &client, wanted, err);
}

const struct sk_command sk_command_review = {
    .name = "review",
    .usage = "[list | show | assign]",
    .example = "review list",
    .help =
        "wat op een mens wacht, en diens beslissing; zonder meer: met het toetsenbord",
    .options = review_options,
    .options_size = sizeof(struct review_options),
    .run = review,
};

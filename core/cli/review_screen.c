/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel review at the keyboard. The item that is most needed stands on the screen, one
 * key decides, and the next one comes. What was decided here can be undone, one by one.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/json.h"
#include "cli/review.h"
#include "cli/review_text.h"
#include "cli/terminal.h"

enum { REASON_SIZE = 300, NUMBER_SIZE = 64, MEMBERS = 200 };

static const struct {
    char key;
    const char *code, *words;
} none_reasons[] = {
    {'1', "NIET_VERGUND", "niet vergunde opvang"},
    {'2', "BUITEN_BEVOEGDHEID", "buiten onze bevoegdheid"},
    {'3', "OVER_OVERHEID", "gaat over de overheid zelf"},
    {'4', "ONVOLDOENDE_GEGEVENS", "onvoldoende gegevens"},
    {'5', "DUBBEL", "dubbel van een andere klacht"},
};

struct screen {
    struct review_client *client;
    json_t *queue, *item; /* as last asked; item NULL: nothing to do */
    char *after;          /* the onderwerp that was left undecided, or NULL */
    char *wanted;         /* show this one first, or NULL */
    json_t *decided;      /* stack of arrays of {onderwerp, versie}: what can be undone */
    bool group;           /* the next decision is the whole group's */
    bool whole;           /* all evidence */
    char reason[REASON_SIZE]; /* why personal data is read; "": masked */
    char message[400];        /* of the last action */
};

static void screen_fini(struct screen *screen)
{
    sk_terminal_close();
    json_decref(screen->queue);
    json_decref(screen->item);
    json_decref(screen->decided);
    free(screen->after);
    free(screen->wanted);
}

static struct sk_text onderwerp_of(const struct screen *screen)
{
    return sk_json_text_or_absent(screen->item, "onderwerp");
}

static void remember(char **place, struct sk_text text)
{
    free(*place);
    *place = text.data ? sk_strndup(text.data, text.size) : NULL;
}

/* Asking. -----------------------------------------------------------------------------
 */

/* About the item: `verb` is "", "/oordeel", … */
static enum sk_verdict ask_about(struct screen *screen, struct sk_text onderwerp,
                                 const char *verb, struct review_question *question,
                                 json_t **ret_answer, struct sk_error *err)
{
    sk_buffer_auto path = {0};

    review_append_path(&path, onderwerp);
    sk_buffer_append_text(&path, sk_text(verb));
    question->path = sk_buffer_string(&path);
    return review_ask(screen->client, question, ret_answer, err);
}

static enum sk_verdict ask_queue(struct screen *screen, const char *group, size_t limit,
                                 json_t **ret_queue, struct sk_error *err)
{
    sk_buffer_auto path = {0};

    sk_buffer_printf(&path, "/review?limit=%zu&voor=", limit);
    sk_http_escape(sk_text(screen->client->user), &path);
    if (group) {
        sk_buffer_append_text(&path, SK_TEXT("&groep="));
        sk_http_escape(sk_text(group), &path);
    } else if (screen->after) {
        sk_buffer_append_text(&path, SK_TEXT("&na="));
        sk_http_escape(sk_text(screen->after), &path);
    }
    return review_ask(
        screen->client,
        &(struct review_question){.method = "GET", .path = sk_buffer_string(&path)},
        ret_queue, err);
}

/* Which one comes now; after the last, from the first again. Absent: none. */
static enum sk_verdict choose_next(struct screen *screen, struct sk_text *ret_onderwerp,
                                   struct sk_error *err)
{
    json_decref(screen->queue);
    screen->queue = NULL;
    SK_TRY(ask_queue(screen, NULL, 1, &screen->queue, err));
    const json_t *first = json_array_get(json_object_get(screen->queue, "items"), 0);

    if (!first && screen->after) {
        remember(&screen->after, (struct sk_text){0});
        return choose_next(screen, ret_onderwerp, err);
    }
    *ret_onderwerp = screen->wanted ? sk_text(screen->wanted)
                                    : sk_json_text_or_absent(first, "onderwerp");
    return SK_OK;
}

/* The item, unmasked when there is a reason for it. */
static enum sk_verdict read_item(struct screen *screen, struct sk_text onderwerp,
                                 struct sk_error *err)
{
    bool unmasked = screen->reason[0] != '\0';
    json_auto_t *body = unmasked ? json_pack("{s:s}", "reden", screen->reason) : NULL;
    struct review_question question = {.method = unmasked ? "POST" : "GET", .body = body};
    json_t *item = NULL;

    SK_TRY(
        ask_about(screen, onderwerp, unmasked ? "/inzage" : "", &question, &item, err));
    json_decref(screen->item);
    screen->item = item;
    return SK_OK;
}

/* That it is being worked on; when somebody else was just ahead, the item shows it. */
static void claim(struct screen *screen, struct sk_text onderwerp)
{
    json_auto_t *body = json_object(), *answer = NULL;
    struct review_question question = {.method = "POST", .body = body};
    struct sk_error ignored = {0};

    (void)!ask_about(screen, onderwerp, "/in-behandeling", &question, &answer, &ignored);
}

static enum sk_verdict fetch(struct screen *screen, struct sk_error *err)
{
    struct sk_text onderwerp = {0};

    screen->group = false;
    SK_TRY(choose_next(screen, &onderwerp, err));
    if (!onderwerp.data) {
        json_decref(screen->item);
        screen->item = NULL;
        return SK_OK;
    }
    claim(screen, onderwerp);
    SK_TRY(read_item(screen, onderwerp, err));
    remember(&screen->wanted, (struct sk_text){0});
    return SK_OK;
}

static void release(struct screen *screen)
{
    sk_buffer_auto verb = {0};
    json_auto_t *answer = NULL;
    struct review_question question = {.method = "DELETE"};
    struct sk_error ignored = {0};

    if (!screen->item)
        return;
    sk_buffer_append_text(&verb, SK_TEXT("/in-behandeling?voor="));
    sk_http_escape(sk_text(screen->client->user), &verb);
    (void)!ask_about(screen, onderwerp_of(screen), sk_buffer_string(&verb), &question,
                     &answer, &ignored);
}

/* Showing. ----------------------------------------------------------------------------
 */

static void draw(const struct screen *screen)
{
    sk_buffer_auto progress = {0};

    sk_terminal_clear();
    review_append_progress(&progress, screen->queue);
    printf("Schakel review - %zu beslist; %s\n\n", json_array_size(screen->decided),
           sk_buffer_string(&progress));
    if (screen->item)
        review_print_item(screen->item,
                          &(struct review_layout){.width = sk_terminal_width(),
                                                  .user = screen->client->user,
                                                  .whole = screen->whole});
    else
        puts("Er wacht niets meer.");
    if (screen->message[0])
        printf("\n%s\n", screen->message);
    printf("\n%s1-9 koppelen  g geen  z later  n volgende  t tekst  w waarom  o terug  "
           "? q stop\n",
           screen->group ? "VOOR DE HELE GROEP:\n" : "");
}

static void show_help(void)
{
    sk_terminal_clear();
    puts("1-9  koppelen aan die kandidaat\n"
         "a    koppelen aan een ander dossiernummer, dat u typt\n"
         "g    bij geen dossier; daarna een cijfer voor de reden\n"
         "z    later beslissen (uitstellen)\n"
         "d    bevestigen dat dit een dubbel is van wat voorgesteld wordt\n"
         "s    de volgende beslissing geldt voor alle gelijkaardige (de hele groep)\n"
         "o    de laatste beslissing ongedaan maken\n"
         "n    volgende, zonder te beslissen (ook spatie)\n"
         "e    opnieuw vanaf de eerste\n"
         "t    tekst en namen tonen; vraagt eenmaal waarom, en dat wordt bewaard\n"
         "v    tekst en namen weer verbergen\n"
         "w    waarom: al het bewijs, en wat eerder beslist werd\n"
         "q    stoppen\n\n"
         "Een toets om verder te gaan.");
    (void)sk_terminal_key();
}

/* Deciding. ---------------------------------------------------------------------------
 */

static void say(struct screen *screen, const char *text)
{
    snprintf(screen->message, sizeof screen->message, "%s", text);
}

/* What was decided, for `o`; `rows` is taken over. */
static void push_decided(struct screen *screen, json_t *rows)
{
    json_array_append_new(screen->decided, rows);
}

static json_t *undo_row(const json_t *answer)
{
    return json_pack("{s:O, s:O}", "onderwerp", json_object_get(answer, "onderwerp"),
                     "versie", json_object_get(answer, "versie"));
}

static enum sk_verdict decide_one(struct screen *screen, const json_t *body,
                                  struct sk_error *err)
{
    int64_t started = sk_clock_monotonic_ms();
    json_auto_t *answer = NULL;
    struct review_question question = {
        .method = "POST",
        .version = json_integer_value(json_object_get(screen->item, "versie")),
        .body = body};

    SK_TRY(ask_about(screen, onderwerp_of(screen), "/oordeel", &question, &answer, err));
    push_decided(screen, json_pack("[o]", undo_row(answer)));
    snprintf(screen->message, sizeof screen->message, "%.*s %.*s (%lld ms; o = terug)",
             SK_TEXT_ARG(onderwerp_of(screen)),
             SK_TEXT_ARG(sk_json_text_or_absent(answer, "uitleg")),
             (long long)(sk_clock_monotonic_ms() - started));
    return SK_OK;
}

/* The members as they stand now, with their versions. */
static enum sk_verdict read_members(struct screen *screen, const char *group,
                                    json_t **ret_members, struct sk_error *err)
{
    json_auto_t *queue = NULL;
    const json_t *item;
    size_t i;

    SK_TRY(ask_queue(screen, group, MEMBERS, &queue, err));
    json_t *members = json_array();

    json_array_foreach(json_object_get(queue, "items"), i, item)
        json_array_append_new(members, undo_row(item));
    *ret_members = members;
    return SK_OK;
}

static enum sk_verdict decide_group(struct screen *screen, json_t *body,
                                    struct sk_error *err)
{
    const char *group = json_string_value(json_object_get(screen->item, "groep_id"));
    sk_buffer_auto path = {0};
    json_auto_t *answer = NULL;
    json_t *members = NULL, *line, *rows = json_array();
    size_t i, done = 0;

    SK_TRY(read_members(screen, group, &members, err));
    json_object_set_new(body, "leden", members);
    sk_buffer_append_text(&path, SK_TEXT("/groepen/"));
    sk_http_escape(sk_text(group), &path);
    sk_buffer_append_text(&path, SK_TEXT("/oordeel"));
    enum sk_verdict verdict =
        review_ask(screen->client,
                   &(struct review_question){
                       .method = "POST", .path = sk_buffer_string(&path), .body = body},
                   &answer, err);
    json_array_foreach(json_object_get(answer, "leden"), i, line)
    {
        if (!json_is_true(json_object_get(line, "beslist")))
            continue;
        json_array_append_new(rows, undo_row(line));
        done++;
    }
    push_decided(screen, rows);
    snprintf(screen->message, sizeof screen->message,
             "%zu van %zu in de groep beslist (o = terug)", done,
             json_array_size(members));
    return verdict;
}

/* Carries out and goes on; what is refused stays on the screen with the reason. */
static enum sk_verdict decide(struct screen *screen, json_t *body, struct sk_error *err)
{
    enum sk_verdict verdict =
        screen->group ? decide_group(screen, body, err) : decide_one(screen, body, err);

    json_decref(body);
    if (verdict == SK_REJECT) { /* somebody else decided meanwhile, or it cannot be */
        say(screen, err->text);
        remember(&screen->wanted, onderwerp_of(screen));
        verdict = SK_OK;
    }
    return verdict == SK_OK ? fetch(screen, err) : verdict;
}

static json_t *link_to(const char *level, struct sk_text id)
{
    return json_pack("{s:s, s:[{s:s, s:s%, s:s}]}", "handeling", "KOPPELEN", "doelen",
                     "niveau", level, "id", id.data, id.size, "rol", "HOOFD");
}

static enum sk_verdict choose_candidate(struct screen *screen, size_t at,
                                        struct sk_error *err)
{
    const json_t *candidate =
        json_array_get(json_object_get(screen->item, "kandidaten"), at);
    const json_t *doel = json_object_get(candidate, "doel");

    if (!candidate) {
        say(screen, "Die kandidaat is er niet.");
        return SK_OK;
    }
    return decide(screen,
                  link_to(json_string_value(json_object_get(doel, "niveau")),
                          sk_json_text_or_absent(doel, "id")),
                  err);
}

static enum sk_verdict choose_number(struct screen *screen, struct sk_error *err)
{
    char line[NUMBER_SIZE];

    if (!sk_terminal_line("Dossiernummer (leeg = toch niet): ", line, sizeof line))
        return SK_OK;
    struct sk_text number = sk_text_trim(sk_text(line));

    return number.size ? decide(screen, link_to("LOCATIE", number), err) : SK_OK;
}

static enum sk_verdict choose_none(struct screen *screen, struct sk_error *err)
{
    for (size_t i = 0; i < SK_COUNT(none_reasons); i++)
        printf("  %c %s\n", none_reasons[i].key, none_reasons[i].words);
    printf("Waarom bij geen dossier? ");
    int key = sk_terminal_key();

    for (size_t i = 0; i < SK_COUNT(none_reasons); i++) {
        if (key == none_reasons[i].key)
            return decide(screen,
                          json_pack("{s:s, s:{s:s, s:s}}", "handeling", "GEEN", "reden",
                                    "lijst", "koppeling.oordeel.reden", "code",
                                    none_reasons[i].code),
                          err);
    }
    say(screen, "Niets beslist.");
    return SK_OK;
}

/* It is the complaint that is proposed once more: in the same dossier, and it says so. */
static enum sk_verdict confirm_double(struct screen *screen, struct sk_error *err)
{
    const json_t *proposal =
        json_array_get(json_object_get(screen->item, "voorstellen"), 0);
    json_auto_t *other = NULL;
    struct review_question question = {.method = "GET"};

    if (!proposal) {
        say(screen, "Er is geen voorstel.");
        return SK_OK;
    }
    sk_buffer_auto key = {0};

    sk_buffer_printf(&key, "%s/%s", json_string_value(json_object_get(proposal, "soort")),
                     json_string_value(json_object_get(proposal, "id")));
    SK_TRY(ask_about(screen, sk_buffer_text(&key), "", &question, &other, err));
    json_t *targets = json_object_get(other, "doelen");

    if (!json_array_size(targets)) {
        say(screen, "Het andere is zelf nog niet gekoppeld: beslis dat eerst.");
        return SK_OK;
    }
    return decide(screen,
                  json_pack("{s:s, s:O, s:[{s:O, s:O, s:s}]}", "handeling", "KOPPELEN",
                            "doelen", targets, "verwijzingen", "soort",
                            json_object_get(proposal, "soort"), "id",
                            json_object_get(proposal, "id"), "relatie", "DUBBEL_VAN"),
                  err);
}

/* Undoing. ----------------------------------------------------------------------------
 */

static enum sk_verdict undo_rows(struct screen *screen, const json_t *rows,
                                 struct sk_error *err)
{
    const json_t *row;
    size_t i;

    json_array_foreach(rows, i, row)
    {
        json_auto_t *body = json_object(), *answer = NULL;
        struct review_question question = {
            .method = "POST",
            .version = json_integer_value(json_object_get(row, "versie")),
            .body = body};
        struct sk_text onderwerp = sk_json_text_or_absent(row, "onderwerp");

        remember(&screen->wanted, onderwerp);
        SK_TRY(ask_about(screen, onderwerp, "/herroepen", &question, &answer, err));
    }
    return SK_OK;
}

static enum sk_verdict undo(struct screen *screen, struct sk_error *err)
{
    size_t last = json_array_size(screen->decided);

    if (!last) {
        say(screen, "Er is hier nog niets beslist.");
        return SK_OK;
    }
    json_auto_t *rows = json_incref(json_array_get(screen->decided, last - 1));

    json_array_remove(screen->decided, last - 1);
    say(screen, "De laatste beslissing is ongedaan gemaakt.");
    enum sk_verdict verdict = undo_rows(screen, rows, err);

    if (verdict == SK_REJECT)
        say(screen, err->text);
    else if (verdict != SK_OK)
        return verdict;
    return fetch(screen, err);
}

/* Keys. -------------------------------------------------------------------------------
 */

static enum sk_verdict unmask(struct screen *screen, struct sk_error *err)
{
    if (!screen->reason[0])
        (void)sk_terminal_line("Waarom kijkt u persoonsgegevens in? ", screen->reason,
                               sizeof screen->reason);
    return read_item(screen, onderwerp_of(screen), err);
}

static enum sk_verdict mask(struct screen *screen, struct sk_error *err)
{
    screen->reason[0] = '\0';
    return read_item(screen, onderwerp_of(screen), err);
}

static enum sk_verdict go_on(struct screen *screen, struct sk_error *err)
{
    release(screen);
    remember(&screen->after, onderwerp_of(screen));
    return fetch(screen, err);
}

static enum sk_verdict begin_again(struct screen *screen, struct sk_error *err)
{
    release(screen);
    remember(&screen->after, (struct sk_text){0});
    return fetch(screen, err);
}

static void choose_group(struct screen *screen)
{
    screen->group = json_integer_value(json_object_get(screen->item, "groep_aantal")) > 1;
    say(screen, screen->group ? "De volgende beslissing geldt voor de hele groep."
                              : "Er zijn geen gelijkaardige.");
}

/* Keys that need an item. */
static enum sk_verdict act_on_item(struct screen *screen, int key, struct sk_error *err)
{
    if (key >= '1' && key <= '9')
        return choose_candidate(screen, (size_t)(key - '1'), err);
    switch (key) {
    case 'a':
        return choose_number(screen, err);
    case 'g':
        return choose_none(screen, err);
    case 'z':
        return decide(screen, json_pack("{s:s}", "handeling", "UITSTELLEN"), err);
    case 'd':
        return confirm_double(screen, err);
    case 's':
        choose_group(screen);
        return SK_OK;
    case 't':
        return unmask(screen, err);
    case 'v':
        return mask(screen, err);
    case 'w':
        screen->whole = !screen->whole;
        return SK_OK;
    case 'n':
    case ' ':
        return go_on(screen, err);
    default:
        say(screen, "Die toets doet niets; ? toont de hulp.");
        return SK_OK;
    }
}

static enum sk_verdict act(struct screen *screen, int key, struct sk_error *err)
{
    screen->message[0] = '\0';
    switch (key) {
    case '?':
        show_help();
        return SK_OK;
    case 'o':
        return undo(screen, err);
    case 'e':
        return begin_again(screen, err);
    default:
        return screen->item ? act_on_item(screen, key, err) : begin_again(screen, err);
    }
}

/* What is away comes back: the person waits and tries again with any key. */
static enum sk_verdict keep_on(struct screen *screen, enum sk_verdict verdict,
                               struct sk_error *err)
{
    if (verdict == SK_OK || verdict == SK_FATAL)
        return verdict;
    say(screen, err->text);
    return SK_OK;
}

enum sk_verdict sk_review_screen(struct review_client *client, struct sk_error *err)
{
    SK_CLEANUP(screen_fini)
    struct screen screen = {.client = client, .decided = json_array()};
    enum sk_verdict verdict = fetch(&screen, err);

    if (verdict != SK_OK)
        return verdict;
    if (!sk_terminal_open())
        return sk_fail(err, SK_FATAL, "review.terminal", "dit vraagt een terminal");
    while (verdict == SK_OK) {
        draw(&screen);
        int key = sk_terminal_key();

        if (key == 'q' || key == SK_KEY_END)
            break;
        verdict = keep_on(&screen, act(&screen, key, err), err);
    }
    release(&screen);
    printf("\n%zu beslist.\n", json_array_size(screen.decided));
    return verdict;
}

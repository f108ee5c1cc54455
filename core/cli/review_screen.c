/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel review at the keyboard. The item that is most needed stands on the screen, one
 * key decides, and the next one comes.
 */
#include <stdio.h>

#include "base/json.h"
#include "cli/review.h"
#include "cli/review_session.h"
#include "cli/review_text.h"
#include "cli/terminal.h"

enum { NUMBER_SIZE = 64 };

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
    struct review_session session;
    bool whole; /* all evidence */
};

static void screen_fini(struct screen *screen)
{
    sk_terminal_close();
    review_session_fini(&screen->session);
}

/* Showing. ----------------------------------------------------------------------------
 */

static void draw(const struct screen *screen)
{
    const struct review_session *session = &screen->session;
    sk_buffer_auto progress = {0};

    sk_terminal_clear();
    review_append_progress(&progress, session->queue);
    printf("Schakel review - %zu beslist; %s\n\n", json_array_size(session->decided),
           sk_buffer_string(&progress));
    if (session->item)
        review_print_item(session->item,
                          &(struct review_layout){.width = sk_terminal_width(),
                                                  .user = session->client->user,
                                                  .whole = screen->whole});
    else
        puts("Er wacht niets meer.");
    if (session->message[0]) {
        putchar('\n');
        review_print_wrapped(sk_text(session->message), 0, sk_terminal_width());
    }
    printf("\n%s1-9 koppelen  g geen  z later  n volgende  t tekst  w waarom  o terug  "
           "? q stop\n",
           session->group ? "VOOR DE HELE GROEP:\n" : "");
}

static void show_help(void)
{
    sk_terminal_clear();
    puts("1-9  koppelen aan die kandidaat\n"
         "a    koppelen aan een ander dossiernummer, dat u typt\n"
         "j    ja, het staat juist (bij een controle of een voorstel)\n"
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

static json_t *link_to(const char *level, struct sk_text id)
{
    return json_pack("{s:s, s:[{s:s, s:s%, s:s}]}", "handeling", "KOPPELEN", "doelen",
                     "niveau", level, "id", id.data, id.size, "rol", "HOOFD");
}

static enum sk_verdict choose_candidate(struct review_session *session, size_t at,
                                        struct sk_error *err)
{
    const json_t *candidate =
        json_array_get(json_object_get(session->item, "kandidaten"), at);
    const json_t *doel = json_object_get(candidate, "doel");

    if (!candidate) {
        review_session_say(session, "Die kandidaat is er niet.");
        return SK_OK;
    }
    return review_session_decide(
        session,
        link_to(json_string_value(json_object_get(doel, "niveau")),
                sk_json_text_or_absent(doel, "id")),
        err);
}

static enum sk_verdict choose_number(struct review_session *session, struct sk_error *err)
{
    char line[NUMBER_SIZE];

    if (!sk_terminal_line("Dossiernummer (leeg = toch niet): ", line, sizeof line))
        return SK_OK;
    struct sk_text number = sk_text_trim(sk_text(line));

    return number.size ? review_session_decide(session, link_to("LOCATIE", number), err)
                       : SK_OK;
}

static enum sk_verdict choose_none(struct review_session *session, struct sk_error *err)
{
    for (size_t i = 0; i < SK_COUNT(none_reasons); i++)
        printf("  %c %s\n", none_reasons[i].key, none_reasons[i].words);
    printf("Waarom bij geen dossier? ");
    int key = sk_terminal_key();

    for (size_t i = 0; i < SK_COUNT(none_reasons); i++) {
        if (key == none_reasons[i].key)
            return review_session_decide(
                session,
                json_pack("{s:s, s:{s:s, s:s}}", "handeling", "GEEN", "reden", "lijst",
                          "koppeling.oordeel.reden", "code", none_reasons[i].code),
                err);
    }
    review_session_say(session, "Niets beslist.");
    return SK_OK;
}

/* What the machine or the source did is right. */
static enum sk_verdict confirm(struct review_session *session, struct sk_error *err)
{
    json_t *targets = json_object_get(session->item, "doelen");

    if (!json_array_size(targets)) {
        review_session_say(session, "Het staat nog nergens: kies een kandidaat.");
        return SK_OK;
    }
    return review_session_decide(
        session, json_pack("{s:s, s:O}", "handeling", "KOPPELEN", "doelen", targets),
        err);
}

static void choose_group(struct review_session *session)
{
    session->group =
        json_integer_value(json_object_get(session->item, "groep_aantal")) > 1;
    review_session_say(session, session->group
                                    ? "De volgende beslissing geldt voor de hele groep."
                                    : "Er zijn geen gelijkaardige.");
}

/* Keys. -------------------------------------------------------------------------------
 */

static enum sk_verdict unmask(struct review_session *session, struct sk_error *err)
{
    if (!session->reason[0])
        (void)sk_terminal_line("Waarom kijkt u persoonsgegevens in? ", session->reason,
                               sizeof session->reason);
    return review_session_read(session, err);
}

static enum sk_verdict mask(struct review_session *session, struct sk_error *err)
{
    session->reason[0] = '\0';
    return review_session_read(session, err);
}

/* Keys that decide about the item. */
static enum sk_verdict act_on_item(struct review_session *session, int key,
                                   struct sk_error *err)
{
    if (key >= '1' && key <= '9')
        return choose_candidate(session, (size_t)(key - '1'), err);
    switch (key) {
    case 'a':
        return choose_number(session, err);
    case 'j':
        return confirm(session, err);
    case 'g':
        return choose_none(session, err);
    case 'z':
        return review_session_decide(session,
                                     json_pack("{s:s}", "handeling", "UITSTELLEN"), err);
    case 'd':
        return review_session_double(session, err);
    case 's':
        choose_group(session);
        return SK_OK;
    case 't':
        return unmask(session, err);
    case 'v':
        return mask(session, err);
    case 'n':
    case ' ':
        return review_session_go_on(session, false, err);
    default:
        review_session_say(session, "Die toets doet niets; ? toont de hulp.");
        return SK_OK;
    }
}

static enum sk_verdict act(struct screen *screen, int key, struct sk_error *err)
{
    struct review_session *session = &screen->session;

    session->message[0] = '\0';
    switch (key) {
    case '?':
        show_help();
        return SK_OK;
    case 'w':
        screen->whole = !screen->whole;
        return SK_OK;
    case 'o':
        return review_session_undo(session, err);
    case 'e':
        return review_session_go_on(session, true, err);
    default:
        return session->item ? act_on_item(session, key, err)
                             : review_session_go_on(session, true, err);
    }
}

/* What is away comes back: the person sees why and tries again with any key. */
static enum sk_verdict keep_on(struct screen *screen, enum sk_verdict verdict,
                               const struct sk_error *err)
{
    if (verdict == SK_OK || verdict == SK_FATAL)
        return verdict;
    review_session_say(&screen->session, err->text);
    return SK_OK;
}

enum sk_verdict sk_review_screen(struct review_client *client, struct sk_error *err)
{
    SK_CLEANUP(screen_fini) struct screen screen = {0};

    review_session_init(&screen.session, client);
    SK_TRY(review_session_fetch(&screen.session, err));
    if (!sk_terminal_open())
        return sk_fail(err, SK_FATAL, "review.terminal", "dit vraagt een terminal");
    for (;;) {
        draw(&screen);
        int key = sk_terminal_key();

        if (key == 'q' || key == SK_KEY_END)
            break;
        SK_TRY(keep_on(&screen, act(&screen, key, err), err));
    }
    review_session_release(&screen.session);
    printf("\n%zu beslist.\n", json_array_size(screen.session.decided));
    return SK_OK;
}

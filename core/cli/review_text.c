/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/review_text.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"

enum {
    TEXT_SHOWN = 600,    /* bytes of the message on one screen */
    CANDIDATES_WITH = 3, /* with evidence, on one screen */
    INDENT = 8,
};

bool review_is_dangerous(const json_t *item)
{
    struct sk_text danger = sk_json_text_or_absent(item, "gevaar");

    return sk_text_is(danger, "VERMOED") || sk_text_is(danger, "VASTGESTELD");
}

struct sk_text review_kind_text(const json_t *item)
{
    struct sk_text besluit = sk_json_text_or_absent(item, "besluit");
    bool person = sk_text_is(sk_json_text_or_absent(item, "besloten_door"), "MENS");

    if (sk_text_is(besluit, "BEOORDELEN"))
        return SK_TEXT("beoordelen");
    if (sk_text_is(besluit, "GEEN"))
        return SK_TEXT("geen");
    if (!person && json_array_size(json_object_get(item, "voorstellen")))
        return SK_TEXT("voorstel");
    if (!person && json_is_true(json_object_get(item, "steekproef")))
        return SK_TEXT("controle");
    return SK_TEXT("gekoppeld");
}

static int percent(const json_t *candidate)
{
    return (int)(json_integer_value(json_object_get(candidate, "p")) / 10000);
}

struct sk_text review_first_candidates(const json_t *item, struct sk_arena *arena)
{
    const json_t *candidates = json_object_get(item, "kandidaten"), *candidate;
    sk_buffer_auto line = {0};
    size_t i;

    json_array_foreach(candidates, i, candidate)
    {
        struct sk_text id =
            sk_json_text_or_absent(json_object_get(candidate, "doel"), "id");

        if (i < 3)
            sk_buffer_printf(&line, "%s%.*s (%d %%)", i ? ", " : "", SK_TEXT_ARG(id),
                             percent(candidate));
    }
    return sk_arena_text(arena, sk_buffer_text(&line));
}

static long long number(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

void review_append_progress(struct sk_buffer *out, const json_t *queue)
{
    sk_buffer_printf(out, "%lld te beoordelen", number(queue, "open"));
    if (number(queue, "gevaar"))
        sk_buffer_printf(out, ", %lld met gevaar", number(queue, "gevaar"));
    if (number(queue, "te_laat"))
        sk_buffer_printf(out, ", %lld te laat", number(queue, "te_laat"));
    if (number(queue, "voorstellen"))
        sk_buffer_printf(out, "; %lld misschien dubbel", number(queue, "voorstellen"));
    if (number(queue, "steekproef"))
        sk_buffer_printf(out, "; %lld ter controle", number(queue, "steekproef"));
}

/* Columns of a UTF-8 text: its bytes that begin a character. */
static int columns(struct sk_text text)
{
    int count = 0;

    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char)text.data[i] & 0xc0) != 0x80;
    return count;
}

/* A message may hold control characters; a terminal would obey them. */
static void put_safely(struct sk_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        bool control = byte < 0x20 || byte == 0x7f;
        bool c1 =
            byte == 0xc2 && i + 1 < text.size && (unsigned char)text.data[i + 1] < 0xa0;

        if (c1)
            i++;
        putchar(control || c1 ? '?' : byte);
    }
}

static void print_line_wrapped(struct sk_text rest, int indent, int width)
{
    int at = width; /* the first word begins a line, which is already indented */
    bool first = true;

    while (rest.data) {
        struct sk_text word = sk_text_split(&rest, ' ');

        if (!word.size)
            continue;
        if (first)
            at = indent;
        else if (at + 1 + columns(word) > width) {
            printf("\n%*s", indent, "");
            at = indent;
        } else {
            putchar(' ');
            at++;
        }
        put_safely(word);
        at += columns(word);
        first = false;
    }
    putchar('\n');
}

void review_print_wrapped(struct sk_text text, int indent, int width)
{
    while (text.data) {
        struct sk_text line = sk_text_trim(sk_text_split(&text, '\n'));

        if (!line.size)
            continue;
        printf("%*s", indent, "");
        print_line_wrapped(line, indent, width);
    }
}

static void print_field(const char *name, struct sk_text value, int width)
{
    if (!sk_text_filled(value))
        return;
    printf("  %-18s ", name);
    print_line_wrapped(value, 21, width);
}

/* "24/11/2026 13:30" in Brussels is what people read; the JSON says UTC. */
static void print_instant(const char *before, struct sk_text instant)
{
    int64_t when;

    if (!sk_instant_parse(instant, &when))
        return;
    int32_t day = sk_brussels_date(when);
    int64_t minutes = (when - sk_brussels_instant_ms(day, 0, 0)) / 60000;
    char date[SK_DATE_SIZE];

    sk_date_format(day, date);
    printf("%s%.2s/%.2s/%.4s %02d:%02d", before, date + 8, date + 5, date,
           (int)(minutes / 60), (int)(minutes % 60));
}

/* The message. ------------------------------------------------------------------------
 */

static void print_mention(const json_t *named, int width)
{
    static const char *const fields[] = {"naam",
                                         "opvangvorm",
                                         "straat",
                                         "huisnummer",
                                         "bus",
                                         "postcode",
                                         "gemeente",
                                         "telefoon",
                                         "email",
                                         "website",
                                         "dossiernummer",
                                         "ondernemingsnummer",
                                         "vestigingsnummer",
                                         "organisator_naam",
                                         "verantwoordelijke"};

    puts("Genoemde opvang");
    for (size_t i = 0; i < SK_COUNT(fields); i++)
        print_field(fields[i], sk_json_text_or_absent(named, fields[i]), width);
}

static void print_message(const json_t *item, const struct review_layout *layout)
{
    const json_t *message = json_object_get(item, "bericht"), *named;
    struct sk_text text = sk_json_text_or_absent(message, "tekst");
    bool cut = !layout->whole && text.size > TEXT_SHOWN;
    size_t i;

    if (!json_is_object(message))
        return;
    print_instant("Ontvangen ", sk_json_text_or_absent(message, "ontvangen_op"));
    putchar('\n');
    print_field("onderwerp", sk_json_text_or_absent(message, "onderwerp"), layout->width);
    if (cut)
        for (text.size = TEXT_SHOWN;
             ((unsigned char)text.data[text.size] & 0xc0) == 0x80;)
            text.size--;
    review_print_wrapped(text, 2, layout->width);
    if (cut)
        puts("  […]");
    json_array_foreach(json_object_get(message, "genoemd"), i, named)
        print_mention(named, layout->width);
}

/* Candidates. -------------------------------------------------------------------------
 */

/* The one that holds now: the last without an end, else the last. */
static const json_t *standing(const json_t *rows)
{
    const json_t *found = json_array_get(rows, json_array_size(rows) - 1), *row;
    size_t i;

    json_array_foreach(rows, i, row)
    {
        if (!json_is_string(json_object_get(row, "tot")))
            found = row;
    }
    return found;
}

static struct sk_text part(const json_t *row, const char *name)
{
    struct sk_text text = sk_json_text_or_absent(row, name);

    return sk_text_is(text, "•••") ? (struct sk_text){0} : text;
}

static void append_part(struct sk_buffer *out, const char *between, struct sk_text text)
{
    if (!sk_text_filled(text))
        return;
    if (out->size)
        sk_buffer_append_text(out, sk_text(between));
    sk_buffer_append_text(out, text);
}

static void print_register(const json_t *candidate, int width)
{
    const json_t *place = json_object_get(candidate, "opvang");
    const json_t *address = standing(json_object_get(place, "adressen"));
    struct sk_text state = sk_json_text_or_absent(place, "toestand");
    sk_buffer_auto line = {0};

    if (!json_is_object(place))
        return;
    append_part(&line, "", part(standing(json_object_get(place, "namen")), "naam"));
    append_part(&line, ", ", part(address, "straat"));
    append_part(&line, " ", part(address, "huisnummer"));
    append_part(&line, ", ", part(address, "postcode"));
    append_part(&line, " ", part(address, "gemeente"));
    append_part(
        &line, ", ",
        sk_json_text_or_absent(json_object_get(place, "opvangvorm"), "omschrijving"));
    if (!sk_text_is(state, "ACTIEF"))
        append_part(&line, ", ", state);
    review_print_wrapped(sk_buffer_text(&line), INDENT, width);
}

static void print_sentences(const char *word, const json_t *sentences,
                            const struct review_layout *layout)
{
    const json_t *row;
    sk_buffer_auto line = {0};
    size_t i;

    json_array_foreach(sentences, i, row)
    {
        struct sk_text sentence = sk_json_text_or_absent(row, "zin");

        if (layout->whole)
            printf("%*s%-5s %.*s: %+.1f bits\n", INDENT, "", word, SK_TEXT_ARG(sentence),
                   json_number_value(json_object_get(row, "bits")));
        else
            append_part(&line, "; ", sentence);
    }
    if (!line.size)
        return;
    printf("%*s%-5s ", INDENT, "", word);
    print_line_wrapped(sk_buffer_text(&line), INDENT + 6, layout->width);
}

static void print_candidate(const json_t *candidate, size_t at,
                            const struct review_layout *layout)
{
    const json_t *doel = json_object_get(candidate, "doel");
    struct sk_text level = sk_json_text_or_absent(doel, "niveau");
    bool eligible = json_is_true(json_object_get(candidate, "kiesbaar"));

    printf("%5zu. %.*s%s%.*s  %d %%%s\n", at + 1,
           SK_TEXT_ARG(sk_json_text_or_absent(doel, "id")),
           sk_text_is(level, "LOCATIE") ? "" : "  ",
           sk_text_is(level, "LOCATIE") ? 0 : (int)level.size,
           level.data ? level.data : "", percent(candidate),
           eligible ? "" : "  (een adres is geen dossier)");
    print_register(candidate, layout->width);
    if (!layout->whole && at >= CANDIDATES_WITH)
        return;
    print_sentences("voor", json_object_get(candidate, "voor"), layout);
    print_sentences("tegen", json_object_get(candidate, "tegen"), layout);
}

/* The item. ---------------------------------------------------------------------------
 */

static void print_head(const json_t *item, const char *user)
{
    struct sk_text claimant =
        sk_json_text_or_absent(json_object_get(item, "in_behandeling"), "bij");
    long long group = number(item, "groep_aantal");

    printf("%.*s  versie %lld", SK_TEXT_ARG(sk_json_text_or_absent(item, "onderwerp")),
           number(item, "versie"));
    if (review_is_dangerous(item))
        printf("  GEVAAR %.*s", SK_TEXT_ARG(sk_json_text_or_absent(item, "gevaar")));
    print_instant("  uiterlijk ", sk_json_text_or_absent(item, "uiterlijk_op"));
    if (json_is_true(json_object_get(item, "te_laat")))
        printf(" TE LAAT");
    putchar('\n');
    if (group > 1)
        printf("Een van %lld die hetzelfde noemen.\n", group);
    if (claimant.data && !sk_text_is(claimant, user))
        printf("In behandeling bij %.*s.\n", SK_TEXT_ARG(claimant));
}

static void print_links(const json_t *item)
{
    const json_t *row;
    size_t i;

    json_array_foreach(json_object_get(item, "doelen"), i, row)
        printf("Staat bij %.*s.\n", SK_TEXT_ARG(sk_json_text_or_absent(row, "id")));
    json_array_foreach(json_object_get(item, "voorstellen"), i, row)
        printf("Misschien dubbel van %.*s/%.*s (tekst %lld %% gelijk).\n",
               SK_TEXT_ARG(sk_json_text_or_absent(row, "soort")),
               SK_TEXT_ARG(sk_json_text_or_absent(row, "id")),
               number(row, "gelijkenis") / 10000);
    if (sk_text_is(review_kind_text(item), "controle"))
        puts("Steekproef: klopt deze automatische koppeling?");
}

static void print_earlier(const json_t *item)
{
    const json_t *row;
    size_t i;

    json_array_foreach(json_object_get(item, "eerder"), i, row)
    {
        print_instant("Eerder, ", sk_json_text_or_absent(row, "op"));
        printf(": %.*s\n", SK_TEXT_ARG(sk_json_text_or_absent(row, "zin")));
    }
}

void review_print_item(const json_t *item, const struct review_layout *layout)
{
    const json_t *candidate, *reason;
    size_t i;

    print_head(item, layout->user);
    review_print_wrapped(sk_json_text_or_absent(item, "uitleg"), 0, layout->width);
    if (layout->whole)
        json_array_foreach(json_object_get(item, "redenen"), i, reason)
            printf("  reden: %.*s\n", SK_TEXT_ARG(sk_json_string(reason)));
    print_links(item);
    print_message(item, layout);
    json_array_foreach(json_object_get(item, "kandidaten"), i, candidate)
        print_candidate(candidate, i, layout);
    if (layout->whole)
        print_earlier(item);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address - street, number, box, postcode and municipality out of one line.
 *
 * For registers that keep the address in one column. It cuts at what is certain (the
 * first number, the comma, the four digits) and guesses nothing: doubt stays in the
 * street.
 */
#include "intake/address.h"

#include <ctype.h>
#include <strings.h>

static bool starts_with_digit(struct sk_text word)
{
    return word.size > 0 && isdigit((unsigned char)word.data[0]);
}

/* Cuts the first word off. */
static struct sk_text next_word(struct sk_text *rest)
{
    struct sk_text text = sk_text_trim(*rest);
    struct sk_text word = sk_text_split(&text, ' ');

    *rest = text;
    return word;
}

/* What stands from `from` to the end of `whole`. */
static struct sk_text tail(struct sk_text whole, const char *from)
{
    return sk_text_trim((struct sk_text){from, whole.size - (size_t)(from - whole.data)});
}

/* A box without the word for it: "bus 3", "bte 3", "b 3" and "/3" are 3. */
static struct sk_text box(struct sk_text text)
{
    static const char *const words[] = {"bus", "bte", "box", "b.", "/"};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        size_t size = strlen(words[i]);

        if (text.size > size && strncasecmp(text.data, words[i], size) == 0 &&
            !isalpha((unsigned char)text.data[size]))
            return sk_text_trim((struct sk_text){text.data + size, text.size - size});
    }
    return text.size > 0 ? text : (struct sk_text){0};
}

static void split_street(struct sk_text line, struct sk_address *address)
{
    struct sk_text rest = line;

    address->straat = line;
    next_word(&rest);
    while (sk_text_filled(rest)) {
        struct sk_text word = next_word(&rest);

        if (!starts_with_digit(word))
            continue;
        address->straat =
            sk_text_trim((struct sk_text){line.data, (size_t)(word.data - line.data)});
        address->huisnummer = word;
        address->bus = box(tail(line, word.data + word.size));
        return;
    }
}

static void split_place(struct sk_text line, struct sk_address *address)
{
    struct sk_text rest = line, first = next_word(&rest);

    if (first.size == 4 && starts_with_digit(first)) {
        address->postcode = first;
        line = sk_text_trim(rest);
    }
    if (sk_text_filled(line))
        address->gemeente = line;
}

struct sk_address sk_address_split(struct sk_text text)
{
    struct sk_address address = {0};
    struct sk_text rest = sk_text_trim(text);
    struct sk_text street = sk_text_trim(sk_text_split(&rest, ','));

    if (sk_text_filled(street))
        split_street(street, &address);
    if (sk_text_filled(rest))
        split_place(sk_text_trim(rest), &address);
    return address;
}

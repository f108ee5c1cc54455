/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Types of childcare. As data, each type is a bit and any two different ones contradict;
 * the built-in words (words.c) know two axes instead, so that "onthaalouder" says nothing
 * about ages.
 */
#include <string.h>

#include "base/compiler.h"
#include "match/words.h"

enum { BUILT_IN = SK_TYPE_FAMILY | SK_TYPE_GROUP | SK_TYPE_YOUNG | SK_TYPE_SCHOOL };

static void add_phrase(struct sk_types *self, struct sk_text key, uint32_t bits)
{
    for (size_t i = 0; i < self->count; i++) {
        struct sk_type_phrase *phrase = &self->phrases[i];

        if (sk_text_equal((struct sk_text){phrase->text, phrase->size}, key)) {
            phrase->bits |= bits;
            return;
        }
    }
    struct sk_type_phrase *added = &self->phrases[self->count++];

    self->begins |= (uint32_t)1 << (key.data[0] & 31);
    memcpy(added->text, key.data, key.size);
    added->size = (uint8_t)key.size;
    added->bits = bits;
}

/* The number of the type, added when it is new; -1 when there is no room. */
static int type_number(struct sk_types *self, struct sk_text type)
{
    for (size_t i = 0; i < self->name_count; i++) {
        if (sk_text_is(type, self->names[i]))
            return (int)i;
    }
    if (self->name_count == SK_TYPE_LIMIT)
        return -1;
    memcpy(self->names[self->name_count], type.data, type.size);
    self->names[self->name_count][type.size] = 0;
    return (int)self->name_count++;
}

static struct sk_text key_of(struct sk_text text, struct sk_arena *arena)
{
    struct sk_words words = sk_words_of(text, arena);

    if (words.count > SK_TYPE_PHRASE_WORDS)
        return (struct sk_text){0};
    return sk_words_join(words, 0, words.count, " ", arena);
}

bool sk_types_add(struct sk_types *self, struct sk_text word, struct sk_text type,
                  struct sk_arena *arena)
{
    struct sk_text phrase = key_of(word, arena), name = key_of(type, arena);

    if (phrase.size == 0 || phrase.size >= sizeof self->phrases[0].text ||
        name.size == 0 || name.size >= sizeof self->names[0] ||
        self->count + 2 > SK_TYPE_PHRASE_LIMIT)
        return false;
    int number = type_number(self, name);

    if (number < 0)
        return false;
    add_phrase(self, phrase, (uint32_t)1 << number);
    add_phrase(self, name, (uint32_t)1 << number);
    return true;
}

static uint32_t phrase_at(const struct sk_types *self, struct sk_words words, size_t *at,
                          struct sk_arena *arena)
{
    for (size_t count = SK_TYPE_PHRASE_WORDS; count > 0; count--) {
        if (*at + count > words.count)
            continue;
        struct sk_text key = sk_words_join(words, *at, count, " ", arena);

        for (size_t i = 0; i < self->count; i++) {
            const struct sk_type_phrase *phrase = &self->phrases[i];

            if (sk_text_equal((struct sk_text){phrase->text, phrase->size}, key)) {
                *at += count - 1;
                return phrase->bits;
            }
        }
    }
    return 0;
}

/* Only a word that begins a phrase is worth joining. */
static bool begins_phrase(const struct sk_types *self, struct sk_text word)
{
    if (!(self->begins >> (word.data[0] & 31) & 1))
        return false;
    for (size_t i = 0; i < self->count; i++) {
        const struct sk_type_phrase *phrase = &self->phrases[i];

        if (phrase->size >= word.size && memcmp(phrase->text, word.data, word.size) == 0)
            return true;
    }
    return false;
}

uint32_t sk_types_of_words(const struct sk_types *self, struct sk_words words,
                           struct sk_arena *arena)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < words.count; i++) {
        if (self->count == 0)
            bits |= words.items[i].meaning & BUILT_IN;
        else if (begins_phrase(self, words.items[i].text))
            bits |= phrase_at(self, words, &i, arena);
    }
    return bits;
}

static const uint32_t axes[] = {SK_TYPE_FAMILY | SK_TYPE_GROUP,
                                SK_TYPE_YOUNG | SK_TYPE_SCHOOL};

uint32_t sk_types_settle(const struct sk_types *self, uint32_t bits)
{
    if (self->count)
        return bits & (bits - 1) ? 0 : bits;
    for (size_t i = 0; i < SK_COUNT(axes); i++) {
        if ((bits & axes[i]) == axes[i])
            bits &= ~axes[i];
    }
    return bits;
}

bool sk_types_contradict(const struct sk_types *self, uint32_t a, uint32_t b)
{
    if (self->count)
        return a && b && !(a & b);
    for (size_t i = 0; i < SK_COUNT(axes); i++) {
        if ((a & axes[i]) && (b & axes[i]) && !(a & b & axes[i]))
            return true;
    }
    return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The check of UTF-8 works in sixteens; here against the plainest decoder, at any size.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "base/text.h"

/* RFC 3629 by value: decode, then ask whether the value needed that many bytes. */
static bool plainly_valid(const uint8_t *at, size_t size)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

    while (size > 0) {
        size_t step = at[0] < 0x80   ? 1
                      : at[0] < 0xC0 ? 0
                      : at[0] < 0xE0 ? 2
                      : at[0] < 0xF0 ? 3
                      : at[0] < 0xF8 ? 4
                                     : 0;
        if (step == 0 || step > size)
            return false;
        uint32_t value = step == 1 ? at[0] : at[0] & (0x7Fu >> step);
        for (size_t i = 1; i < step; i++) {
            if ((at[i] & 0xC0) != 0x80)
                return false;
            value = value << 6 | (at[i] & 0x3F);
        }
        if (value < least[step] || value > 0x10FFFF ||
            (value >= 0xD800 && value < 0xE000))
            return false;
        at += step;
        size -= step;
    }
    return true;
}

static uint32_t next(uint32_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 17;
    *random ^= *random << 5;
    return *random;
}

static void any_text_is_judged_as_by_the_plain_decoder(void **state)
{
    static const char *const pieces[] = {
        "a", "é",   "ÿ",           "…", "€", "\xED\x9F\xBF", "\xE0\xA0\x80",
        "😀", "xyz", "bcdefghijklm"};
    uint32_t random = 2463534242;

    (void)state;
    for (int round = 0; round < 200000; round++) {
        uint8_t text[96];
        size_t size = 0, wanted = next(&random) % 80;

        while (size < wanted) {
            const char *piece = pieces[next(&random) % SK_COUNT(pieces)];
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
        if (round % 2 && size > 0)
            text[next(&random) % size] = (uint8_t)next(&random);
        if (round % 5 == 0 && size > 0)
            size -= next(&random) % size % 3;
        assert_int_equal(sk_utf8_valid(text, size), plainly_valid(text, size));
    }
}

static void every_pair_of_bytes_is_judged_as_by_the_plain_decoder(void **state)
{
    uint8_t text[40];

    (void)state;
    for (size_t place = 0; place < 38; place++)
        for (unsigned pair = 0; pair < 0x10000; pair++) {
            memset(text, 'a', sizeof(text));
            text[place] = (uint8_t)(pair >> 8);
            text[place + 1] = (uint8_t)pair;
            assert_true(sk_utf8_valid(text, place + 2) == plainly_valid(text, place + 2));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_text_is_judged_as_by_the_plain_decoder),
        cmocka_unit_test(every_pair_of_bytes_is_judged_as_by_the_plain_decoder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

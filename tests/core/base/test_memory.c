/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/hash.h"
#include "base/map.h"

static void an_arena_gives_pieces_that_do_not_overlap(void **)
{
    sk_arena_auto arena = {0};
    uint8_t *pieces[200];

    for (size_t i = 0; i < 200; i++) {
        pieces[i] = sk_arena_alloc(&arena, i * 7);
        memset(pieces[i], (int)i, i * 7);
    }
    for (size_t i = 0; i < 200; i++)
        for (size_t j = 0; j < i * 7; j++)
            assert_int_equal(pieces[i][j], (uint8_t)i);
}

static void an_arena_is_aligned_for_every_type_of_ours(void **)
{
    sk_arena_auto arena = {0};

    for (size_t i = 1; i < 100; i++)
        assert_int_equal((uintptr_t)sk_arena_alloc(&arena, i) % 8, 0);
}

static void a_reset_arena_costs_no_more_after_the_same_work(void **)
{
    sk_arena_auto arena = {0};
    size_t first = 0;

    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 1000; i++)
            sk_arena_alloc(&arena, 100);
        if (round == 2)
            first = sk_arena_footprint(&arena);
        sk_arena_reset(&arena);
    }
    assert_true(sk_arena_footprint(&arena) <= first);
}

static void a_buffer_keeps_what_was_appended(void **)
{
    sk_buffer_auto buffer = {0};

    for (int i = 0; i < 1000; i++)
        sk_buffer_printf(&buffer, "%d,", i);
    assert_memory_equal(sk_buffer_string(&buffer), "0,1,2,3,", 8);
    assert_string_equal(sk_buffer_string(&buffer) + buffer.size - 8, "998,999,");
}

/* A map behaves like a plain list of pairs, whatever the order of puts and removals. */
static void a_map_agrees_with_a_list(void **)
{
    enum { KEYS = 300, STEPS = 20000 };
    sk_map_auto map = {0};
    void *model[KEYS] = {0};
    uint64_t seed = 42;

    for (size_t step = 0; step < STEPS; step++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        size_t key = (size_t)(seed >> 33) % KEYS;
        char name[16];
        struct sk_text text = {name, (size_t)snprintf(name, sizeof(name), "k%zu", key)};
        if (seed >> 62) {
            void *value = (void *)(step + 1);
            assert_ptr_equal(sk_map_put(&map, text, value), model[key]);
            model[key] = value;
        } else {
            assert_ptr_equal(sk_map_remove(&map, text), model[key]);
            model[key] = NULL;
        }
        assert_ptr_equal(sk_map_get(&map, text), model[key]);
    }
    size_t used = 0, at = 0;
    for (size_t i = 0; i < KEYS; i++)
        used += model[i] != NULL;
    assert_int_equal(map.count, used);
    while (sk_map_next(&map, &at))
        used--;
    assert_int_equal(used, 0);
}

static void hashes_are_those_of_the_standards(void **)
{
    char hex[SK_SHA256_HEX_SIZE];
    uint8_t md5[SK_MD5_SIZE];

    assert_string_equal(
        sk_sha256_hex("abc", 3, hex),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sk_md5("abc", 3, md5);
    assert_string_equal(sk_hex(md5, sizeof(md5), hex),
                        "900150983cd24fb0d6963f7d28e17f72");
}

static void keyed_hashes_are_those_of_rfc_4231(void **)
{
    static const uint8_t long_key[131] = {[0 ... 130] = 0xaa};
    static const char text[] = "Test Using Larger Than Block-Size Key - Hash Key First";
    uint8_t out[SK_SHA256_SIZE];
    char hex[SK_SHA256_HEX_SIZE];

    sk_hmac_sha256((struct sk_bytes){(const uint8_t *)"Jefe", 4},
                   "what do ya want for nothing?", 28, out);
    assert_string_equal(
        sk_hex(out, sizeof(out), hex),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    sk_hmac_sha256((struct sk_bytes){long_key, sizeof(long_key)}, text, sizeof(text) - 1,
                   out);
    assert_string_equal(
        sk_hex(out, sizeof(out), hex),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_gives_pieces_that_do_not_overlap),
        cmocka_unit_test(an_arena_is_aligned_for_every_type_of_ours),
        cmocka_unit_test(a_reset_arena_costs_no_more_after_the_same_work),
        cmocka_unit_test(a_buffer_keeps_what_was_appended),
        cmocka_unit_test(a_map_agrees_with_a_list),
        cmocka_unit_test(hashes_are_those_of_the_standards),
        cmocka_unit_test(keyed_hashes_are_those_of_rfc_4231),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

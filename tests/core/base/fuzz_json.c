/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target of the JSON reader: whatever the bytes are, it takes what jansson takes
 * (but for our bounds, and a NUL, at which jansson stops and takes what came before), and
 * what it took and writes again it takes as the same.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/json_write.h"
#include "base/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void insist(bool holds)
{
    if (!holds)
        abort();
}

static bool is_bound(const struct sk_error *err)
{
    return strstr(err->text, "levels") || strstr(err->text, "members");
}

static void write_and_read(const struct sk_value *value, struct sk_arena *arena)
{
    sk_buffer_auto once = {0}, twice = {0};
    struct sk_value again = {0};
    struct sk_error err = {0};

    sk_json_put_value(&once, value);
    insist(sk_value_parse(sk_buffer_text(&once), arena, &again, &err) == SK_OK);
    sk_json_put_value(&twice, &again);
    insist(sk_text_equal(sk_buffer_text(&once), sk_buffer_text(&twice)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sk_text text = {(const char *)data, size};
    sk_arena_auto arena = {0};
    struct sk_value value = {0};
    struct sk_error err = {0};

    bool taken = sk_value_parse(text, &arena, &value, &err) == SK_OK;
    bool oracle = !size || !memchr(data, 0, size);
    json_t *theirs =
        json_loadb(text.data, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    insist(!oracle || taken == (theirs != NULL) || (!taken && is_bound(&err)));
    json_decref(theirs);
    if (taken)
        write_and_read(&value, &arena);
    else
        insist(err.id && err.text[0]);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/mode.h"

#include <strings.h>

#include "registry/config.h"

static const char *const names[] = {
    [SK_MODE_READWRITE] = "READWRITE",
    [SK_MODE_READONLY] = "READONLY",
    [SK_MODE_READONLY_OVERRIDE] = "READONLY_OVERRIDE",
    [SK_MODE_IMPORT] = "IMPORT",
    [SK_MODE_FORWARD] = "FORWARD",
};

const char *sk_mode_name(enum sk_mode mode)
{
    return names[mode];
}

enum sk_mode sk_mode_parse(struct sk_text name)
{
    for (size_t i = 0; i < SK_COUNT(names); i++) {
        if (name.size == strlen(names[i]) &&
            strncasecmp(name.data, names[i], name.size) == 0)
            return (enum sk_mode)i;
    }
    return SK_MODE_UNSET;
}

bool sk_mode_is_readonly(enum sk_mode mode)
{
    return mode == SK_MODE_READONLY || mode == SK_MODE_READONLY_OVERRIDE;
}

bool sk_mode_is_import(enum sk_mode mode)
{
    return mode == SK_MODE_IMPORT || mode == SK_MODE_FORWARD;
}

enum sk_verdict sk_mode_own(struct sk_store *store, struct sk_text scope,
                            enum sk_mode *ret_mode, struct sk_error *err)
{
    sk_arena_auto scratch = {0};
    struct sk_text value;

    SK_TRY(sk_store_setting(store, SK_STORE_MODE, scope, &scratch, &value, err));
    *ret_mode = value.data ? sk_mode_parse(value) : SK_MODE_UNSET;
    return SK_OK;
}

enum sk_verdict sk_mode_in_force(struct sk_store *store, struct sk_text subject,
                                 enum sk_mode *ret_mode, struct sk_error *err)
{
    sk_arena_auto scratch = {0};
    enum sk_mode root;
    struct sk_text value;

    SK_TRY(sk_mode_own(store, SK_TEXT(""), &root, err));
    if (root == SK_MODE_READONLY_OVERRIDE) {
        *ret_mode = root;
        return SK_OK;
    }
    SK_TRY(sk_setting_in_force(store, SK_STORE_MODE, subject, &scratch, &value, err));
    *ret_mode = value.data ? sk_mode_parse(value) : SK_MODE_READWRITE;
    return SK_OK;
}

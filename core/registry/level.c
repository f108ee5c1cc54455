/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/level.h"

#include <strings.h>

#include "base/compiler.h"

static const char *const names[] = {
    [SK_LEVEL_NONE] = "NONE",
    [SK_LEVEL_BACKWARD] = "BACKWARD",
    [SK_LEVEL_BACKWARD_TRANSITIVE] = "BACKWARD_TRANSITIVE",
    [SK_LEVEL_FORWARD] = "FORWARD",
    [SK_LEVEL_FORWARD_TRANSITIVE] = "FORWARD_TRANSITIVE",
    [SK_LEVEL_FULL] = "FULL",
    [SK_LEVEL_FULL_TRANSITIVE] = "FULL_TRANSITIVE",
};

const char *sk_level_name(enum sk_level level)
{
    return names[level];
}

enum sk_level sk_level_parse(struct sk_text name)
{
    for (size_t i = 0; i < SK_COUNT(names); i++) {
        if (name.size == strlen(names[i]) &&
            strncasecmp(name.data, names[i], name.size) == 0)
            return (enum sk_level)i;
    }
    return SK_LEVEL_UNSET;
}

enum sk_compat_direction sk_level_direction(enum sk_level level)
{
    switch (level) {
    case SK_LEVEL_UNSET:
    case SK_LEVEL_NONE:
        break;
    case SK_LEVEL_BACKWARD:
    case SK_LEVEL_BACKWARD_TRANSITIVE:
        return SK_COMPAT_BACKWARD;
    case SK_LEVEL_FORWARD:
    case SK_LEVEL_FORWARD_TRANSITIVE:
        return SK_COMPAT_FORWARD;
    case SK_LEVEL_FULL:
    case SK_LEVEL_FULL_TRANSITIVE:
        return SK_COMPAT_FULL;
    }
    return 0;
}

bool sk_level_is_transitive(enum sk_level level)
{
    return level == SK_LEVEL_BACKWARD_TRANSITIVE ||
           level == SK_LEVEL_FORWARD_TRANSITIVE || level == SK_LEVEL_FULL_TRANSITIVE;
}

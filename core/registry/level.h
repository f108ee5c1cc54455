/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_LEVEL_H
#define SK_REGISTRY_LEVEL_H

#include <stdbool.h>

#include "avro/compat.h"
#include "base/text.h"

/* Compatibility levels. The numbers stand in the store: never change them. */
enum sk_level {
    SK_LEVEL_UNSET = -1,
    SK_LEVEL_NONE,
    SK_LEVEL_BACKWARD, /* a reader with the new schema reads what the old one wrote */
    SK_LEVEL_BACKWARD_TRANSITIVE,
    SK_LEVEL_FORWARD,
    SK_LEVEL_FORWARD_TRANSITIVE,
    SK_LEVEL_FULL,
    SK_LEVEL_FULL_TRANSITIVE,
};

const char *sk_level_name(enum sk_level level);

/* In upper or lower case; SK_LEVEL_UNSET for anything else. */
enum sk_level sk_level_parse(struct sk_text name);

/* Which of two schemas must read the other's data; 0 for SK_LEVEL_NONE. */
enum sk_compat_direction sk_level_direction(enum sk_level level);

/* Does every earlier version count, or the last only? */
bool sk_level_is_transitive(enum sk_level level);

#endif

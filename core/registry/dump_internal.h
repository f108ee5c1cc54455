/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_DUMP_INTERNAL_H
#define SK_REGISTRY_DUMP_INTERNAL_H

#include "base/hash.h"
#include "base/text.h"

/* Between dump_write.c and dump_load.c. */
enum { SK_DUMP_FORMAT = 1 };

#define SK_DUMP_CHAIN_START ",\"chain\":\""
#define SK_DUMP_CHAIN_END "\"}"

/* `chain` becomes that of a line, given without its chain member and closing brace. */
void sk_dump_chain(char chain[SK_SHA256_HEX_SIZE], struct sk_text line);

#endif

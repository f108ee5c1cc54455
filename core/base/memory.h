/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_MEMORY_H
#define SK_BASE_MEMORY_H

#include <stdint.h>

/* What this process costs the machine in KiB: its own memory and its share of what it
 * shares with others (PSS); 0 when the kernel does not say. */
int64_t sk_memory_pss_kb(void);

#endif

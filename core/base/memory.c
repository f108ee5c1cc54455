/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdio.h>

int64_t sk_memory_pss_kb(void)
{
    FILE *file = fopen("/proc/self/smaps_rollup", "re");
    char line[128];
    long kb = 0;

    while (file && fgets(line, sizeof(line), file)) {
        if (sscanf(line, "Pss: %ld kB", &kb) == 1)
            break;
    }
    if (file)
        fclose(file);
    return kb;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/memory.h"

#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Blocks that a batch needs stay while there is work: what a burst took is given back in
 * sk_memory_give_back, not after each batch. */
enum { MMAP_FROM = 4 * 1024 * 1024, TRIM_FROM = 8 * 1024 * 1024, TOP_PAD = 16 * 1024 };

void sk_memory_setup(void)
{
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, MMAP_FROM);
    mallopt(M_TRIM_THRESHOLD, TRIM_FROM);
    mallopt(M_TOP_PAD, TOP_PAD);
}

/* Segments that are never written hold only what stands in their file. */
static int let_go(struct dl_phdr_info *object, size_t, void *)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

    for (size_t i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W))
            continue;
        uintptr_t start = (object->dlpi_addr + segment->p_vaddr) & ~(page - 1);
        uintptr_t end = object->dlpi_addr + segment->p_vaddr + segment->p_memsz;
        if (madvise((void *)start, end - start, MADV_DONTNEED) != 0)
            continue; /* the kernel's own page, or one that is locked */
    }
    return 0;
}

void sk_memory_give_back(void)
{
    malloc_trim(0);
    dl_iterate_phdr(let_go, NULL);
}

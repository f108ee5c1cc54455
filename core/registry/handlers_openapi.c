/* SPDX-License-Identifier: Apache-2.0 */
/* The description of the interface, openapi.json, as it stood in the source. */
#include "registry/routes.h"

/* SK_OPENAPI_FILE: its path, from the build. */
__asm__(".section .rodata\n"
        ".global sk_openapi_start\n.global sk_openapi_end\n"
        "sk_openapi_start: .incbin \"" SK_OPENAPI_FILE "\"\n"
        "sk_openapi_end: .byte 0\n"
        ".text\n");

extern const char sk_openapi_start[], sk_openapi_end[];

unsigned sk_openapi(struct sk_registry_call *call)
{
    size_t size = (size_t)((uintptr_t)sk_openapi_end - (uintptr_t)sk_openapi_start);

    sk_buffer_append(call->out, sk_openapi_start, size);
    return 200;
}

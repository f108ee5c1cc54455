/* SPDX-License-Identifier: Apache-2.0 */
/* The description of the interface, openapi.json, as it stood in the source. */
#include "correlation/review.h"

/* SK_OPENAPI_FILE: its path, from the build. */
__asm__(".section .rodata\n"
        ".global review_openapi_start\n.global review_openapi_end\n"
        "review_openapi_start: .incbin \"" SK_OPENAPI_FILE "\"\n"
        "review_openapi_end: .byte 0\n"
        ".text\n");

extern const char review_openapi_start[], review_openapi_end[];

enum sk_verdict review_openapi(struct review_call *call, struct sk_error *)
{
    size_t size =
        (size_t)((uintptr_t)review_openapi_end - (uintptr_t)review_openapi_start);

    call->reply->text = (struct sk_text){review_openapi_start, size};
    return SK_OK;
}

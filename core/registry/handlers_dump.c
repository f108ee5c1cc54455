/* SPDX-License-Identifier: Apache-2.0 */
/* Export and import of everything; ours, not of the contract. */
#include "registry/dump.h"
#include "registry/routes.h"

/* ?unless=REVISION: 304 when that is still the revision. */
unsigned sk_export(struct sk_registry_call *call)
{
    struct sk_store *store = call->registry->store;
    struct sk_error err = {0};
    struct sk_text revision;

    if (sk_dump_revision(store, call->arena, &revision, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    if (sk_text_equal(sk_call_query(call, "unless"), revision))
        return 304;
    if (sk_dump_write(store, call->out, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    call->content_type = "application/jsonl";
    return 200;
}

unsigned sk_import(struct sk_registry_call *call)
{
    struct sk_text lines = {(const char *)call->body.data, call->body.size};
    struct sk_error err = {0};

    switch (sk_dump_load(call->registry->store, lines, false, &err)) {
    case SK_OK:
        sk_answers_clear(&call->registry->answers);
        return sk_call_answer_take(
            call, json_pack("{ss}", "uuid", sk_store_uuid(call->registry->store)));
    case SK_REJECT:
        return sk_call_fail(call, SK_CODE_NOT_PERMITTED, "%s", err.text);
    default:
        return sk_call_store_failed(call, &err);
    }
}

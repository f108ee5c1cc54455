/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Export and import of everything; ours, not of the contract. Both go by a file without a
 * name, so that their size costs disk and no memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/alloc.h"
#include "registry/dump.h"
#include "registry/routes.h"

static enum sk_verdict write_dump(struct sk_registry_call *call, int64_t since,
                                  struct sk_error *err)
{
    const char *folder = call->registry->folder;
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (file < 0)
        return sk_fail(err, SK_RETRY, "dump.file", "%s: %s", folder, strerror(errno));
    enum sk_verdict verdict = sk_dump_write(call->registry->store, since, file, err);
    if (verdict == SK_OK)
        call->file = file;
    else
        close(file);
    return verdict;
}

/* ?since=REVISION: what changed since then, where that is known, else everything; 304
 * when it is still the revision. */
unsigned sk_export(struct sk_registry_call *call)
{
    struct sk_store *store = call->registry->store;
    struct sk_text asked = sk_call_query(call, "since");
    struct sk_error err = {0};
    struct sk_text revision;
    int64_t since = SK_DUMP_ALL;

    if (sk_dump_revision(store, call->arena, &revision, &err) != SK_OK ||
        (asked.data && sk_dump_number(store, asked, &since, &err) != SK_OK))
        return sk_call_store_failed(call, &err);
    if (sk_text_equal(asked, revision))
        return 304;
    if (write_dump(call, since, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    call->content_type = "application/jsonl";
    return 200;
}

unsigned sk_import(struct sk_registry_call *call)
{
    struct sk_text lines = {(const char *)call->body.data, call->body.size};
    struct sk_error err = {0};

    switch (sk_dump_load(call->registry->store, lines, SK_DUMP_IMPORT, &err)) {
    case SK_OK:
        return sk_call_answer_take(
            call, json_pack("{ss}", "uuid", sk_store_uuid(call->registry->store)));
    case SK_REJECT:
        return sk_call_fail(call, SK_CODE_NOT_PERMITTED, "%s", err.text);
    default:
        return sk_call_store_failed(call, &err);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/backup.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "registry/store_internal.h"

enum sk_verdict sk_backup(const char *store, const char *target, struct sk_error *err)
{
    struct sk_sqlite_file file = {.lock = -1};

    if (access(store, R_OK) != 0)
        return sk_fail(err, SK_FATAL, "registry.backup", "%s: %s", store,
                       strerror(errno));
    SK_TRY(sk_sqlite_file_open(&file, store, &sk_store_kind, err));
    enum sk_verdict verdict = sk_sqlite_copy(&file, target, err);
    sk_sqlite_file_close(&file);
    return verdict;
}

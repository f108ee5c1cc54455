/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit - who changed what, in a table that only grows, written in the transaction of the
 * change itself: a change without its line, or a line without its change, cannot be.
 */
#include "base/clock.h"
#include "base/log.h"
#include "registry/store_internal.h"

enum { LONGEST = 1024 };

enum sk_verdict sk_store_audit_open(struct sk_store *store, struct sk_error *err)
{
    return sk_sqlite_prepare(&store->file,
                             "INSERT INTO audit (at_ms, who, what) VALUES (?1, ?2, ?3)",
                             &store->audit, err);
}

void sk_store_audit_next(struct sk_store *store, struct sk_text who, struct sk_text what)
{
    if (what.size > LONGEST)
        what.size = LONGEST;
    store->audit_who.size = store->audit_what.size = 0;
    sk_buffer_append_text(&store->audit_who, who);
    sk_buffer_append_text(&store->audit_what, what);
}

enum sk_verdict sk_store_audit_write(struct sk_store *store, struct sk_error *err)
{
    sqlite3_bind_int64(store->audit, 1, sk_clock_now_ms());
    sk_store_bind(store->audit, 2, sk_buffer_text(&store->audit_who));
    sk_store_bind(store->audit, 3, sk_buffer_text(&store->audit_what));
    return sk_sqlite_run(&store->file, store->audit, err);
}

void sk_store_audit_log(const struct sk_store *store)
{
    sk_log_info("registry.changed", SK_SLICE("who", sk_buffer_text(&store->audit_who)),
                SK_SLICE("what", sk_buffer_text(&store->audit_what)));
}

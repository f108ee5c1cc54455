/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_STORE_INTERNAL_H
#define SK_REGISTRY_STORE_INTERNAL_H

#include "base/buffer.h"
#include "base/uuid.h"
#include "bus/sqlite_file.h"
#include "registry/store.h"

/* Between the store's files. The one process that holds <file>.owner is the only writer,
 * so its caller may look first and write then. */
enum sk_store_statement {
    SK_SS_BEGIN,
    SK_SS_ROLLBACK,
    SK_SS_SCHEMA,
    SK_SS_ID,
    SK_SS_LAST_ID,
    SK_SS_GUID,
    SK_SS_VERSIONS,
    SK_SS_USES,
    SK_SS_VERSION,
    SK_SS_LATEST,
    SK_SS_REFERRERS,
    SK_SS_SUBJECTS,
    SK_SS_CONTEXTS,
    SK_SS_ADD_CONTEXT,
    SK_SS_RAISE_ID,
    SK_SS_ADD_SCHEMA,
    SK_SS_KEY,
    SK_SS_ADD_REFERENCE,
    SK_SS_NEXT_VERSION,
    SK_SS_FORGET_SAME,
    SK_SS_ADD_VERSION,
    SK_SS_MARK_DELETED,
    SK_SS_REMOVE_VERSIONS,
    SK_SS_FORGET_DELETED,
    SK_SS_REMOVE_UNUSED,
    SK_SS_REMOVE_REFERENCES,
    SK_SS_REMOVE_CONTEXT,
    SK_SS_READ_SETTING,
    SK_SS_SCOPES,
    SK_SS_PUT_SETTING,
    SK_SS_REMOVE_SETTING,
    SK_SS_REMOVE_SETTINGS,
    SK_SS_COUNT,
};
extern const char *const sk_store_statements[SK_SS_COUNT];
extern const struct sk_sqlite_kind sk_store_kind;

/* What version 3 has more than version 2: the table of changes. */
extern const char sk_store_changes_schema[];

/* Kinds of names in it. */
enum sk_store_touch {
    SK_STORE_TOUCH_SUBJECT,
    SK_STORE_TOUCH_CONTEXT,
    SK_STORE_TOUCH_CONFIG,
    SK_STORE_TOUCH_MODE,
    SK_STORE_TOUCH_COUNT,
};

struct sk_store {
    struct sk_sqlite_file file;
    int owner; /* the descriptor that holds <file>.owner */
    sqlite3_stmt *statements[SK_SS_COUNT];
    char uuid[SK_UUID_SIZE];
    int64_t commits;
    bool read_only;
    sqlite3_stmt *audit;
    struct sk_buffer audit_who, audit_what;
};

/* The lock that says whose store it is, in *ret_descriptor. SK_FATAL "registry.in_use".
 */
enum sk_verdict sk_store_take(const struct sk_sqlite_file *file, int *ret_descriptor,
                              struct sk_error *err);

/* Makes a file of an earlier version into one of this version. */
enum sk_verdict sk_store_migrate(const char *path, struct sk_error *err);

/* audit.c: the line of a change in its own transaction, and in the log. */
enum sk_verdict sk_store_audit_open(struct sk_store *store, struct sk_error *err);
enum sk_verdict sk_store_audit_write(struct sk_store *store, struct sk_error *err);
void sk_store_audit_log(const struct sk_store *store);

/* Opens the snapshot that reading runs in, when none is open and no change under way. */
enum sk_verdict sk_store_snapshot(struct sk_store *store, struct sk_error *err);

/* Gives it back: before every change. */
void sk_store_release(struct sk_store *store);

static inline void sk_store_bind(sqlite3_stmt *statement, int place, struct sk_text text)
{
    sqlite3_bind_text(statement, place, text.data, (int)text.size, SQLITE_STATIC);
}

/* The first column of the first row as a number, or `otherwise`. */
enum sk_verdict sk_store_number(struct sk_store *store, sqlite3_stmt *statement,
                                int64_t otherwise, int64_t *ret_number,
                                struct sk_error *err);

#endif

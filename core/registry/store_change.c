/* SPDX-License-Identifier: Apache-2.0 */
/* store - changing: each call is one transaction, on the disk when it returns. */
#include "base/clock.h"
#include "registry/store_internal.h"
#include "registry/subject.h"

enum {
    WAL_FRAMES =
        256, /* a megabyte: copied into the file after the commit that passes it */
};

/* A follower changes only by what its leader sends (dump_load.c). */
static enum sk_verdict begin(struct sk_store *store, struct sk_error *err)
{
    if (store->read_only)
        return sk_fail(err, SK_RETRY, "registry.follower",
                       "this registry follows another: changes are made there");
    sk_store_release(store);
    return sk_sqlite_begin(&store->file, err);
}

/* Ends the transaction as its work ended. */
static enum sk_verdict finish(struct sk_store *store, enum sk_verdict verdict,
                              struct sk_error *err)
{
    struct sk_error ignored;

    if (verdict == SK_OK)
        verdict = sk_store_audit_write(store, err);
    if (verdict == SK_OK)
        verdict = sk_sqlite_commit(&store->file, err);
    if (verdict != SK_OK) {
        sk_sqlite_rollback(&store->file);
        return verdict;
    }
    store->commits++;
    sk_store_audit_log(store);
    /* The change is durable; a log that cannot be copied now is copied another time. */
    if (store->file.wal_frames > WAL_FRAMES)
        (void)!sk_sqlite_checkpoint(&store->file, false, &ignored);
    return SK_OK;
}

static enum sk_verdict run(struct sk_store *store, enum sk_store_statement which,
                           struct sk_error *err)
{
    return sk_sqlite_run(&store->file, store->statements[which], err);
}

/* Registering. ------------------------------------------------------------------------
 */

static enum sk_verdict choose_id(struct sk_store *store, struct sk_store_schema *schema,
                                 struct sk_error *err)
{
    sqlite3_stmt *raise = store->statements[SK_SS_RAISE_ID];

    sk_store_bind(store->statements[SK_SS_ADD_CONTEXT], 1, schema->context);
    SK_TRY(run(store, SK_SS_ADD_CONTEXT, err));
    if (schema->id == 0)
        SK_TRY(
            sk_store_id(store, schema->context, schema->fingerprint, &schema->id, err));
    if (schema->id == 0) {
        SK_TRY(sk_store_last_id(store, schema->context, &schema->id, err));
        if (schema->id == INT32_MAX)
            return sk_fail(err, SK_REJECT, "registry.ids",
                           "the context has no ids left: one was imported as %d",
                           INT32_MAX);
        schema->id++;
    }
    sk_store_bind(raise, 1, schema->context);
    sqlite3_bind_int(raise, 2, schema->id);
    return run(store, SK_SS_RAISE_ID, err);
}

/* The row of the schema, made when it is not there. */
static enum sk_verdict add_schema(struct sk_store *store, struct sk_store_schema *schema,
                                  int64_t *ret_key, struct sk_error *err)
{
    sqlite3_stmt *add = store->statements[SK_SS_ADD_SCHEMA];
    sqlite3_stmt *key = store->statements[SK_SS_KEY];

    SK_TRY(choose_id(store, schema, err));
    sk_store_bind(add, 1, schema->context);
    sqlite3_bind_int(add, 2, schema->id);
    sqlite3_bind_blob(add, 3, schema->fingerprint, SK_SHA256_SIZE, SQLITE_STATIC);
    sqlite3_bind_blob(add, 4, schema->guid, SK_MD5_SIZE, SQLITE_STATIC);
    sk_store_bind(add, 5, schema->text);
    sk_store_bind(add, 6, schema->references);
    sk_store_bind(add, 7, schema->metadata);
    sk_store_bind(add, 8, schema->rule_set);
    SK_TRY(run(store, SK_SS_ADD_SCHEMA, err));
    sk_store_bind(key, 1, schema->context);
    sqlite3_bind_int(key, 2, schema->id);
    return sk_store_number(store, key, 0, ret_key, err);
}

static enum sk_verdict add_references(struct sk_store *store, int64_t key,
                                      const struct sk_store_reference *references,
                                      size_t count, struct sk_error *err)
{
    sqlite3_stmt *add = store->statements[SK_SS_ADD_REFERENCE];

    for (size_t i = 0; i < count; i++) {
        sk_store_bind(add, 1, references[i].subject);
        sqlite3_bind_int(add, 2, references[i].version);
        sqlite3_bind_int64(add, 3, key);
        SK_TRY(run(store, SK_SS_ADD_REFERENCE, err));
    }
    return SK_OK;
}

static enum sk_verdict add_version(struct sk_store *store,
                                   struct sk_store_version *version, int64_t key,
                                   struct sk_error *err)
{
    sqlite3_stmt *next = store->statements[SK_SS_NEXT_VERSION];
    sqlite3_stmt *forget = store->statements[SK_SS_FORGET_SAME];
    sqlite3_stmt *add = store->statements[SK_SS_ADD_VERSION];
    int64_t number = version->version;

    sk_store_bind(next, 1, version->subject);
    if (number == 0)
        SK_TRY(sk_store_number(store, next, 1, &number, err));
    version->version = (int32_t)number;
    version->registered_ms = sk_clock_now_ms();
    sk_store_bind(forget, 1, version->subject);
    sqlite3_bind_int64(forget, 2, key);
    sqlite3_bind_int(forget, 3, version->version);
    SK_TRY(run(store, SK_SS_FORGET_SAME, err));
    sk_store_bind(add, 1, version->subject);
    sqlite3_bind_int(add, 2, version->version);
    sqlite3_bind_int64(add, 3, key);
    sqlite3_bind_int64(add, 4, version->registered_ms);
    return run(store, SK_SS_ADD_VERSION, err);
}

enum sk_verdict sk_store_register(struct sk_store *store,
                                  struct sk_store_version *version,
                                  const struct sk_store_reference *references,
                                  size_t reference_count, struct sk_error *err)
{
    enum sk_verdict verdict = begin(store, err);
    int64_t key = 0;

    if (verdict == SK_OK)
        verdict = add_schema(store, &version->schema, &key, err);
    if (verdict == SK_OK)
        verdict = add_references(store, key, references, reference_count, err);
    if (verdict == SK_OK)
        verdict = add_version(store, version, key, err);
    return finish(store, verdict, err);
}

/* Deleting. ---------------------------------------------------------------------------
 */

static enum sk_verdict remove_unused(struct sk_store *store, struct sk_error *err)
{
    SK_TRY(run(store, SK_SS_REMOVE_UNUSED, err));
    return run(store, SK_SS_REMOVE_REFERENCES, err);
}

/* Of the scope, and with `inside` of all that begin with it. */
static enum sk_verdict remove_settings(struct sk_store *store, struct sk_text scope,
                                       bool inside, struct sk_error *err)
{
    sk_store_bind(store->statements[SK_SS_REMOVE_SETTINGS], 1, scope);
    sqlite3_bind_int(store->statements[SK_SS_REMOVE_SETTINGS], 2, inside);
    return run(store, SK_SS_REMOVE_SETTINGS, err);
}

static enum sk_verdict delete_versions(struct sk_store *store, struct sk_text subject,
                                       int32_t version, bool permanent,
                                       struct sk_error *err)
{
    enum sk_store_statement which =
        permanent ? SK_SS_REMOVE_VERSIONS : SK_SS_MARK_DELETED;

    sk_store_bind(store->statements[which], 1, subject);
    sqlite3_bind_int(store->statements[which], 2, version);
    SK_TRY(run(store, which, err));
    if (!permanent)
        return SK_OK;
    if (version == 0)
        SK_TRY(remove_settings(store, subject, false, err));
    return remove_unused(store, err);
}

enum sk_verdict sk_store_delete(struct sk_store *store, struct sk_text subject,
                                int32_t version, bool permanent, struct sk_error *err)
{
    enum sk_verdict verdict = begin(store, err);

    if (verdict == SK_OK)
        verdict = delete_versions(store, subject, version, permanent, err);
    return finish(store, verdict, err);
}

enum sk_verdict sk_store_forget_deleted(struct sk_store *store, struct sk_text scope,
                                        struct sk_error *err)
{
    enum sk_verdict verdict = begin(store, err);

    sk_store_bind(store->statements[SK_SS_FORGET_DELETED], 1, scope);
    if (verdict == SK_OK)
        verdict = run(store, SK_SS_FORGET_DELETED, err);
    if (verdict == SK_OK)
        verdict = remove_unused(store, err);
    return finish(store, verdict, err);
}

static enum sk_verdict remove_context(struct sk_store *store, struct sk_text context,
                                      struct sk_error *err)
{
    sk_arena_auto scratch = {0};
    struct sk_text scope = sk_arena_printf(&scratch, ":%.*s:", SK_TEXT_ARG(context));

    sk_store_bind(store->statements[SK_SS_REMOVE_CONTEXT], 1, context);
    SK_TRY(run(store, SK_SS_REMOVE_CONTEXT, err));
    return remove_settings(store, scope, true, err);
}

enum sk_verdict sk_store_delete_context(struct sk_store *store, struct sk_text context,
                                        struct sk_error *err)
{
    enum sk_verdict verdict = begin(store, err);

    if (verdict == SK_OK)
        verdict = remove_context(store, context, err);
    return finish(store, verdict, err);
}

/* Settings. ---------------------------------------------------------------------------
 */

static enum sk_verdict put_setting(struct sk_store *store, enum sk_store_setting kind,
                                   struct sk_text scope, struct sk_text value,
                                   struct sk_error *err)
{
    enum sk_store_statement which = value.data ? SK_SS_PUT_SETTING : SK_SS_REMOVE_SETTING;
    sqlite3_stmt *statement = store->statements[which];

    sk_store_bind(store->statements[SK_SS_ADD_CONTEXT], 1, sk_subject_context(scope));
    SK_TRY(run(store, SK_SS_ADD_CONTEXT, err));
    sqlite3_bind_int(statement, 1, (int)kind);
    sk_store_bind(statement, 2, scope);
    if (value.data)
        sk_store_bind(statement, 3, value);
    return run(store, which, err);
}

enum sk_verdict sk_store_set(struct sk_store *store, enum sk_store_setting kind,
                             struct sk_text scope, struct sk_text value,
                             struct sk_error *err)
{
    enum sk_verdict verdict = begin(store, err);

    if (verdict == SK_OK)
        verdict = put_setting(store, kind, scope, value, err);
    return finish(store, verdict, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_STORE_H
#define SK_REGISTRY_STORE_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/verdict.h"

/*
 * What the registry remembers, in one SQLite file that one process holds. A call that
 * changes something has it on the disk when it returns SK_OK. Texts returned stand in the
 * arena given. Verdicts and ids are those of bus/sqlite_file.h.
 *
 * Subjects are full names (subject.h): "name" in the default context, ":.c:name" in
 * another. Ids count by context.
 */
struct sk_store;

/* Makes the file when it is missing, and makes an earlier version's into this one's.
 * SK_FATAL "registry.in_use": another process has it. */
enum sk_verdict sk_store_open(const char *path, struct sk_store **ret_store,
                              struct sk_error *err);
void sk_store_close(struct sk_store *store); /* accepts NULL */

/* The store's permanent name, random, made with the file. */
const char *sk_store_uuid(const struct sk_store *store);

/* Changes made durable since the store was opened. */
int64_t sk_store_commits(const struct sk_store *store);

/* Who makes the changes that follow, and by which request: for the audit table. Copied.
 */
void sk_store_audit_next(struct sk_store *store, struct sk_text who, struct sk_text what);

/* From now on changes are SK_RETRY "registry.follower", but for sk_dump_load. */
void sk_store_make_read_only(struct sk_store *store);

/* What a schema is: everything that gives it an id of its own. */
struct sk_store_schema {
    struct sk_text context; /* "." is the default one */
    int32_t id;             /* 0: none yet */
    uint8_t fingerprint[SK_SHA256_SIZE];
    uint8_t guid[SK_MD5_SIZE];
    struct sk_text text;
    struct sk_text references; /* JSON as the contract has it; absent: none */
    struct sk_text metadata;
    struct sk_text rule_set;
};

/* Which versions count. */
enum sk_store_filter { SK_STORE_LIVE, SK_STORE_ALL, SK_STORE_DELETED };

struct sk_store_version {
    struct sk_text subject;
    int32_t version; /* 0: there is none */
    bool deleted;
    int64_t registered_ms; /* wall clock */
    struct sk_store_schema schema;
};

struct sk_store_versions {
    struct sk_store_version *items;
    size_t count;
};

struct sk_store_texts {
    struct sk_text *items;
    size_t count;
};

struct sk_store_reference {
    struct sk_text subject; /* full name */
    int32_t version;
};

/* Reading. ----------------------------------------------------------------------------
 */

/* The schema behind an id of a context; `id` 0 when there is none. */
enum sk_verdict sk_store_schema(struct sk_store *store, struct sk_text context,
                                int32_t id, struct sk_arena *arena,
                                struct sk_store_schema *ret_schema, struct sk_error *err);

/* The lowest id of a content in a context; 0: none. */
enum sk_verdict sk_store_id(struct sk_store *store, struct sk_text context,
                            const uint8_t fingerprint[SK_SHA256_SIZE], int32_t *ret_id,
                            struct sk_error *err);

/* The highest id given out in a context; 0: none. */
enum sk_verdict sk_store_last_id(struct sk_store *store, struct sk_text context,
                                 int32_t *ret_id, struct sk_error *err);

/* Which versions to list: of a subject, or of a context's id, or of a subject's id. */
struct sk_store_query {
    struct sk_text subject; /* absent: any of the context */
    struct sk_text context; /* used without a subject */
    int32_t id;             /* 0: any, with a subject */
    enum sk_store_filter filter;
};

/* Ordered by subject and version; none is SK_OK. */
enum sk_verdict sk_store_versions(struct sk_store *store,
                                  const struct sk_store_query *query,
                                  struct sk_arena *arena,
                                  struct sk_store_versions *ret_versions,
                                  struct sk_error *err);

enum { SK_STORE_LATEST = -1 };

/* One version of a subject, SK_STORE_LATEST the newest that the filter lets through. */
enum sk_verdict sk_store_version(struct sk_store *store,
                                 const struct sk_store_query *query, int32_t version,
                                 struct sk_arena *arena,
                                 struct sk_store_version *ret_version,
                                 struct sk_error *err);

/* Subjects in order: LIVE those with a live version, DELETED those without one. With
 * `any_context` the prefix is of the plain name, else of the full one. */
enum sk_verdict sk_store_subjects(struct sk_store *store, struct sk_text prefix,
                                  bool any_context, enum sk_store_filter filter,
                                  struct sk_arena *arena,
                                  struct sk_store_texts *ret_subjects,
                                  struct sk_error *err);

/* The contexts that ever had a schema or a setting, without the default one. */
enum sk_verdict sk_store_contexts(struct sk_store *store, struct sk_arena *arena,
                                  struct sk_store_texts *ret_contexts,
                                  struct sk_error *err);

/* Every schema with this guid: one a context at most, the lowest id. */
enum sk_verdict sk_store_by_guid(struct sk_store *store, const uint8_t guid[SK_MD5_SIZE],
                                 struct sk_arena *arena,
                                 struct sk_store_versions *ret_schemas,
                                 struct sk_error *err);

/* Versions whose schema refers to this version of a subject; version 0: to any. */
enum sk_verdict sk_store_referrers(struct sk_store *store,
                                   const struct sk_store_reference *reference,
                                   enum sk_store_filter filter, struct sk_arena *arena,
                                   struct sk_store_versions *ret_versions,
                                   struct sk_error *err);

/* Changing. ---------------------------------------------------------------------------
 */

/* A new version. schema.id 0: the content's id in the context, else the next one; other
 * ids are taken as they are. version 0: the next one. Soft-deleted versions of this
 * subject with the same id that nothing refers to are forgotten. Fills id, version and
 * time. `references` are those of the schema, for the referrers. */
enum sk_verdict sk_store_register(struct sk_store *store,
                                  struct sk_store_version *version,
                                  const struct sk_store_reference *references,
                                  size_t reference_count, struct sk_error *err);

/* Of one version, or of all when `version` is 0. The permanent one also forgets schemas
 * that no version has any more and, for all, the subject's settings. */
enum sk_verdict sk_store_delete(struct sk_store *store, struct sk_text subject,
                                int32_t version, bool permanent, struct sk_error *err);

/* Forgets soft-deleted versions: of a subject, or, for ":.c:" and "", of a context. */
enum sk_verdict sk_store_forget_deleted(struct sk_store *store, struct sk_text scope,
                                        struct sk_error *err);

/* Forgets a context without versions, its settings included. */
enum sk_verdict sk_store_delete_context(struct sk_store *store, struct sk_text context,
                                        struct sk_error *err);

/* Settings: a text of a kind for a scope, which is a subject, ":.c:" for a context, or ""
 * for the default one. Setting an absent text removes. */
enum sk_store_setting { SK_STORE_CONFIG, SK_STORE_MODE };

enum sk_verdict sk_store_setting(struct sk_store *store, enum sk_store_setting kind,
                                 struct sk_text scope, struct sk_arena *arena,
                                 struct sk_text *ret_value, struct sk_error *err);
enum sk_verdict sk_store_set(struct sk_store *store, enum sk_store_setting kind,
                             struct sk_text scope, struct sk_text value,
                             struct sk_error *err);
/* Scopes with a setting of this kind whose names begin with `prefix`. */
enum sk_verdict sk_store_scopes(struct sk_store *store, enum sk_store_setting kind,
                                struct sk_text prefix, struct sk_arena *arena,
                                struct sk_store_texts *ret_scopes, struct sk_error *err);

#endif

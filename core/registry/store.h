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
 */
struct sk_store;

/* Makes the file when it is missing. SK_FATAL "registry.in_use": another process has it.
 */
enum sk_verdict sk_store_open(const char *path, struct sk_store **ret_store,
                              struct sk_error *err);
void sk_store_close(struct sk_store *store); /* accepts NULL */

/* The store's permanent name, random, made with the file. */
const char *sk_store_uuid(const struct sk_store *store);

/* Changes made durable since the store was opened. */
int64_t sk_store_commits(const struct sk_store *store);

/* Which versions count. */
enum sk_store_filter { SK_STORE_LIVE, SK_STORE_ALL, SK_STORE_DELETED };

struct sk_store_version {
    struct sk_text subject;
    int32_t version;
    int32_t id;
    bool deleted;
    struct sk_text schema;
};

struct sk_store_versions {
    struct sk_store_version *items;
    size_t count;
};

struct sk_store_texts {
    struct sk_text *items;
    size_t count;
};

/* The schema behind an id; absent when there is none. */
enum sk_verdict sk_store_schema(struct sk_store *store, int32_t id,
                                struct sk_arena *arena, struct sk_text *ret_schema,
                                struct sk_error *err);

/* The id of a schema known under any subject, by its fingerprint; 0: none. */
enum sk_verdict sk_store_id(struct sk_store *store,
                            const uint8_t fingerprint[SK_SHA256_SIZE], int32_t *ret_id,
                            struct sk_error *err);

/* Which versions to list. A subject or an id, or both. */
struct sk_store_query {
    struct sk_text subject; /* absent: any */
    int32_t id;             /* 0: any */
    enum sk_store_filter filter;
};

/* Ordered by subject and version; none is SK_OK. */
enum sk_verdict sk_store_versions(struct sk_store *store,
                                  const struct sk_store_query *query,
                                  struct sk_arena *arena,
                                  struct sk_store_versions *ret_versions,
                                  struct sk_error *err);

enum { SK_STORE_LATEST = -1 };

/* One version of a subject, SK_STORE_LATEST the newest that the filter lets through;
 * `version` 0 in *ret_version when there is none. */
enum sk_verdict sk_store_version(struct sk_store *store,
                                 const struct sk_store_query *query, int32_t version,
                                 struct sk_arena *arena,
                                 struct sk_store_version *ret_version,
                                 struct sk_error *err);

/* Subjects whose names begin with `prefix`, in order: LIVE those with a live version,
 * DELETED those without one. */
enum sk_verdict sk_store_subjects(struct sk_store *store, struct sk_text prefix,
                                  enum sk_store_filter filter, struct sk_arena *arena,
                                  struct sk_store_texts *ret_subjects,
                                  struct sk_error *err);

/* A new version of the subject with this schema. A schema known under another subject
 * keeps its id; soft-deleted versions of this subject with it are forgotten. Fills
 * version->version and ->id; subject and schema are the caller's. */
enum sk_verdict sk_store_register(struct sk_store *store,
                                  struct sk_store_version *version,
                                  const uint8_t fingerprint[SK_SHA256_SIZE],
                                  struct sk_error *err);

/* Of one version, or of all when `version` is 0. The permanent one also forgets schemas
 * that no version has any more and, for all, the subject's level. */
enum sk_verdict sk_store_delete(struct sk_store *store, struct sk_text subject,
                                int32_t version, bool permanent, struct sk_error *err);

/* Compatibility levels as numbers the caller gives meaning to; the subject "" is the
 * global one. -1: none set; setting -1 removes. */
enum sk_verdict sk_store_level(struct sk_store *store, struct sk_text subject,
                               int *ret_level, struct sk_error *err);
enum sk_verdict sk_store_set_level(struct sk_store *store, struct sk_text subject,
                                   int level, struct sk_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "bus/registry_cache.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/json.h"

enum { LARGEST_SCHEMA = 1024 * 1024, LARGEST_SUBJECT = 4096 };

/* A name that can stand as a folder: letters, digits and "-". */
static bool is_name(const char *text)
{
    size_t size = strlen(text);

    return size > 0 && size < SK_REGISTRY_NAME_SIZE &&
           strspn(text,
                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") ==
               size;
}

static void close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

static enum sk_verdict find_name(struct sk_registry_cache *cache, struct sk_error *err)
{
    SK_CLEANUP(close_folder) DIR *folder = opendir(cache->folder);
    struct dirent *entry;

    if (!folder && errno != ENOENT)
        return sk_fail(err, SK_FATAL, "registry.cache", "cannot read the folder %s: %s",
                       cache->folder, strerror(errno));
    while (folder && (entry = readdir(folder))) {
        if (entry->d_type != DT_DIR || !is_name(entry->d_name))
            continue;
        if (cache->uuid[0])
            return sk_fail(
                err, SK_FATAL, "registry.other",
                "%s holds schemas of two registries, %s and %s: their ids mean "
                "different things; move away the one that is not in use",
                cache->folder, cache->uuid, entry->d_name);
        strcpy(cache->uuid, entry->d_name);
    }
    return SK_OK;
}

enum sk_verdict sk_registry_cache_init(struct sk_registry_cache *cache,
                                       const char *folder, struct sk_error *err)
{
    *cache = (struct sk_registry_cache){.folder = sk_strdup(folder)};
    enum sk_verdict verdict = find_name(cache, err);
    if (verdict != SK_OK)
        sk_registry_cache_fini(cache);
    return verdict;
}

void sk_registry_cache_fini(struct sk_registry_cache *cache)
{
    free(cache->folder);
    cache->folder = NULL;
}

enum sk_verdict sk_registry_cache_bind(struct sk_registry_cache *cache, const char *uuid,
                                       struct sk_error *err)
{
    if (!is_name(uuid))
        return sk_fail(err, SK_FATAL, "registry.other",
                       "the registry's own id is no UUID; is this a schema registry?");
    if (cache->uuid[0] && strcmp(cache->uuid, uuid) != 0)
        return sk_fail(err, SK_FATAL, "registry.other",
                       "the registry is %s, but the events here were written with %s: "
                       "restore its store, or start a new bus and move %s/%s away",
                       uuid, cache->uuid, cache->folder, cache->uuid);
    sk_auto_free char *subjects = sk_strf("%s/%s/subjects", cache->folder, uuid);
    if (sk_folder_make(subjects, err) != SK_OK) {
        err->id = "registry.cache";
        return SK_FATAL;
    }
    strcpy(cache->uuid, uuid);
    return SK_OK;
}

/* What cannot be kept must not be used: with the registry away it would be missing. */
static enum sk_verdict keep(const char *path, struct sk_text text, struct sk_error *err)
{
    if (sk_file_replace(path, text.data, text.size, err) == SK_OK)
        return SK_OK;
    err->id = "registry.cache";
    return SK_RETRY;
}

static char *schema_path(const struct sk_registry_cache *cache, int32_t id)
{
    return sk_strf("%s/%s/%d.avsc", cache->folder, cache->uuid, id);
}

static char *subject_path(const struct sk_registry_cache *cache, const char *subject)
{
    return sk_strf("%s/%s/subjects/%s", cache->folder, cache->uuid, subject);
}

/* The file as JSON, its text in `out`; NULL when it is missing or damaged. */
static json_t *read_json(const char *path, size_t limit, struct sk_buffer *out)
{
    struct sk_error ignored;
    json_t *value = NULL;

    if (sk_file_read(path, limit, out, &ignored) != SK_OK ||
        sk_json_parse(out->data, out->size, &value, &ignored) != SK_OK)
        return NULL;
    return value;
}

bool sk_registry_cache_schema(const struct sk_registry_cache *cache, int32_t id,
                              struct sk_buffer *out)
{
    sk_auto_free char *path = schema_path(cache, id);

    if (!cache->uuid[0])
        return false;
    json_auto_t *schema = read_json(path, LARGEST_SCHEMA, out);
    return schema != NULL;
}

bool sk_registry_cache_subject(const struct sk_registry_cache *cache, const char *subject,
                               const char *fingerprint, int32_t *ret_id)
{
    sk_auto_free char *path = subject_path(cache, subject);
    sk_buffer_auto text = {0};
    struct sk_error ignored;
    int64_t id;

    if (!cache->uuid[0])
        return false;
    json_auto_t *kept = read_json(path, LARGEST_SUBJECT, &text);
    if (!kept || sk_json_int64(kept, "id", &id, &ignored) != SK_OK || id < 0 ||
        id > INT32_MAX ||
        !sk_text_is(sk_json_text_or_absent(kept, "fingerprint"), fingerprint))
        return false;
    *ret_id = (int32_t)id;
    return true;
}

enum sk_verdict sk_registry_cache_keep_schema(const struct sk_registry_cache *cache,
                                              int32_t id, struct sk_text schema,
                                              struct sk_error *err)
{
    sk_auto_free char *path = schema_path(cache, id);

    return keep(path, schema, err);
}

enum sk_verdict sk_registry_cache_keep_subject(const struct sk_registry_cache *cache,
                                               const char *subject,
                                               const char *fingerprint, int32_t id,
                                               struct sk_error *err)
{
    sk_auto_free char *path = subject_path(cache, subject);
    sk_auto_free char *text =
        sk_strf("{\"id\":%d,\"fingerprint\":\"%s\"}\n", id, fingerprint);

    return keep(path, sk_text(text), err);
}

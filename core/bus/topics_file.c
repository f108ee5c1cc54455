/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads schemas/topics.json: {"topics": [{"name", "partitions", Kafka's settings …}],
 * "patterns": [{"pattern": "dlq.<process>", …}]}. A pattern gives one topic a process.
 */
#include "bus/topics_file.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/json.h"

enum {
    FILE_LIMIT = 1024 * 1024,
    NAME_LIMIT = 249, /* Kafka's */
    PARTITIONS_LIMIT = 1024,
};

static const char placeholder[] = "<process>";

/* Kafka's rule; also keeps topic names harmless in files and logs. */
static bool name_valid(struct sk_text name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-')
            return false;
    }
    return name.size > 0 && name.size <= NAME_LIMIT;
}

static int64_t setting(const json_t *entry, const char *name, int64_t fallback)
{
    const json_t *value = json_object_get(entry, name);

    return json_is_integer(value) ? json_integer_value(value) : fallback;
}

static enum sk_verdict add(struct sk_topics_file *file, const json_t *entry,
                           struct sk_text name, struct sk_error *err)
{
    int64_t partitions = 0;

    if (!name_valid(name))
        return sk_fail(err, SK_FATAL, "bus.topics", "'%.*s' is no name for a topic",
                       SK_TEXT_ARG(name));
    if (sk_json_int64(entry, "partitions", &partitions, err) != SK_OK || partitions < 1 ||
        partitions > PARTITIONS_LIMIT)
        return sk_fail(err, SK_FATAL, "bus.topics",
                       "topic %.*s: \"partitions\" must be 1 to %d", SK_TEXT_ARG(name),
                       PARTITIONS_LIMIT);
    file->specs =
        sk_grow(file->specs, &file->capacity, file->count + 1, sizeof(*file->specs));
    file->specs[file->count++] = (struct sk_bus_topic_spec){
        .name = sk_arena_text(&file->arena, name),
        .partitions = (int32_t)partitions,
        .delete_retention_ms = setting(entry, "delete.retention.ms", 86400000),
        .min_compaction_lag_ms = setting(entry, "min.compaction.lag.ms", 0),
    };
    return SK_OK;
}

static enum sk_verdict add_pattern(struct sk_topics_file *file, const json_t *entry,
                                   struct sk_text process, struct sk_error *err)
{
    struct sk_text pattern = sk_json_text_or_absent(entry, "pattern");
    const char *hole = pattern.data ? strstr(pattern.data, placeholder) : NULL;

    if (!hole)
        return sk_fail(err, SK_FATAL, "bus.topics", "a \"pattern\" must hold %s",
                       placeholder);
    struct sk_text name =
        sk_arena_printf(&file->arena, "%.*s%.*s%s", (int)(hole - pattern.data),
                        pattern.data, SK_TEXT_ARG(process), hole + strlen(placeholder));
    return add(file, entry, name, err);
}

static enum sk_verdict read_topics(struct sk_topics_file *file, const json_t *root,
                                   const struct sk_text *processes, size_t count,
                                   struct sk_error *err)
{
    const json_t *entry;
    size_t i;

    json_array_foreach(json_object_get(root, "topics"), i, entry)
        SK_TRY(add(file, entry, sk_json_text_or_absent(entry, "name"), err));
    json_array_foreach(json_object_get(root, "patterns"), i, entry)
    {
        for (size_t j = 0; j < count; j++)
            SK_TRY(add_pattern(file, entry, processes[j], err));
    }
    return SK_OK;
}

enum sk_verdict sk_topics_file_read(struct sk_topics_file *file, const char *path,
                                    const struct sk_text *processes, size_t count,
                                    struct sk_error *err)
{
    sk_buffer_auto text = {0};
    json_auto_t *root = NULL;

    enum sk_verdict verdict = sk_file_read(path, FILE_LIMIT, &text, err);
    if (verdict == SK_OK) {
        verdict = sk_json_parse(text.data, text.size, &root, err);
        if (verdict == SK_OK)
            verdict = read_topics(file, root, processes, count, err);
        if (verdict == SK_OK)
            return SK_OK;
        sk_error_prefix(err, "%s", path);
    }
    err->id = "bus.topics";
    return SK_FATAL;
}

void sk_topics_file_fini(struct sk_topics_file *file)
{
    free(file->specs);
    sk_arena_fini(&file->arena);
    *file = (struct sk_topics_file){0};
}

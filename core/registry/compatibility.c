/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/compatibility.h"

#include "base/alloc.h"

enum sk_verdict sk_compatibility_level(struct sk_store *store, struct sk_text subject,
                                       enum sk_level *ret_level, struct sk_error *err)
{
    int level;

    SK_TRY(sk_store_level(store, subject, &level, err));
    if (level == SK_LEVEL_UNSET)
        SK_TRY(sk_store_level(store, SK_TEXT(""), &level, err));
    *ret_level = level == SK_LEVEL_UNSET ? SK_LEVEL_BACKWARD : (enum sk_level)level;
    return SK_OK;
}

static void add_messages(json_t *messages, int32_t version,
                         const struct sk_compat_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        sk_auto_free char *text =
            sk_strf("version %d: %s", version, report->findings[i].message);
        json_array_append_new(messages, json_string(text));
    }
}

static enum sk_verdict check_one(const struct sk_posted *posted,
                                 const struct sk_store_version *earlier,
                                 enum sk_level level, json_t *messages,
                                 struct sk_error *err)
{
    sk_schema_document_auto *document = NULL;
    sk_compat_report_auto report = {0};

    SK_TRY(sk_schema_parse(earlier->schema.data, earlier->schema.size, &document, err));
    SK_TRY(sk_compat_check(sk_schema_root(posted->document), sk_schema_root(document),
                           sk_level_direction(level), &report, err));
    add_messages(messages, earlier->version, &report);
    return SK_OK;
}

enum sk_verdict sk_compatibility_check(const struct sk_posted *posted,
                                       const struct sk_store_versions *earlier,
                                       enum sk_level level, json_t *messages,
                                       struct sk_error *err)
{
    size_t first = 0;

    if (level == SK_LEVEL_NONE)
        return SK_OK;
    if (!sk_level_is_transitive(level) && earlier->count > 0)
        first = earlier->count - 1;
    for (size_t i = first; i < earlier->count; i++)
        SK_TRY(check_one(posted, &earlier->items[i], level, messages, err));
    return SK_OK;
}

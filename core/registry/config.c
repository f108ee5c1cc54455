/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/config.h"

#include "base/alloc.h"
#include "base/json.h"
#include "registry/metadata.h"
#include "registry/subject.h"

static json_t *defaults(void)
{
    return json_pack("{ss}", "compatibilityLevel", sk_level_name(SK_LEVEL_BACKWARD));
}

static json_t *load(struct sk_text text)
{
    return text.data ? json_loadb(text.data, text.size, 0, NULL) : NULL;
}

enum sk_verdict sk_config_own(struct sk_store *store, struct sk_text scope,
                              json_t **ret_config, struct sk_error *err)
{
    sk_arena_auto scratch = {0};
    struct sk_text value;

    SK_TRY(sk_store_setting(store, SK_STORE_CONFIG, scope, &scratch, &value, err));
    *ret_config = load(value);
    return SK_OK;
}

enum sk_verdict sk_setting_in_force(struct sk_store *store, enum sk_store_setting kind,
                                    struct sk_text subject, struct sk_arena *arena,
                                    struct sk_text *ret_value, struct sk_error *err)
{
    const struct sk_text scopes[] = {
        subject,
        sk_subject_scope(sk_subject_context(subject), arena),
        SK_TEXT(SK_SUBJECT_GLOBAL),
    };

    *ret_value = (struct sk_text){0};
    for (size_t i = 0; i < SK_COUNT(scopes) && !ret_value->data; i++)
        SK_TRY(sk_store_setting(store, kind, scopes[i], arena, ret_value, err));
    return SK_OK;
}

enum sk_verdict sk_config_in_force(struct sk_store *store, struct sk_text subject,
                                   json_t **ret_config, struct sk_error *err)
{
    sk_arena_auto scratch = {0};
    struct sk_text value;
    json_t *config;

    SK_TRY(sk_setting_in_force(store, SK_STORE_CONFIG, subject, &scratch, &value, err));
    config = load(value);
    *ret_config = defaults();
    if (config)
        json_object_update_new(*ret_config, config);
    return SK_OK;
}

enum sk_level sk_config_level(const json_t *config)
{
    return sk_level_parse(sk_json_text_or_absent(config, "compatibilityLevel"));
}

bool sk_config_flag(const json_t *config, const char *name)
{
    return json_is_true(json_object_get(config, name));
}

enum sk_verdict sk_config_alias(struct sk_store *store, struct sk_text subject,
                                struct sk_arena *arena, struct sk_text *ret_subject,
                                struct sk_error *err)
{
    json_auto_t *config = NULL;

    SK_TRY(sk_config_own(store, subject, &config, err));
    struct sk_text alias = sk_json_text_or_absent(config, "alias");
    *ret_subject =
        sk_text_filled(alias) ? sk_subject_beside(subject, alias, arena) : subject;
    return SK_OK;
}

/* Changing. ---------------------------------------------------------------------------
 */

enum kind { LEVEL, TEXT, FLAG, METADATA, RULE_SET, POLICY };

static const struct member {
    const char *sent;
    const char *kept;
    enum kind kind;
} members[] = {
    {"alias", "alias", TEXT},
    {"aliasForDeks", "aliasForDeks", TEXT},
    {"normalize", "normalize", FLAG},
    {"validateFields", "validateFields", FLAG},
    {"validateNames", "validateNames", FLAG},
    {"validateNewSchemas", "validateNewSchemas", FLAG},
    {"validateRules", "validateRules", FLAG},
    {"compatibility", "compatibilityLevel", LEVEL},
    {"compatibilityPolicy", "compatibilityPolicy", POLICY},
    {"compatibilityGroup", "compatibilityGroup", TEXT},
    {"defaultMetadata", "defaultMetadata", METADATA},
    {"overrideMetadata", "overrideMetadata", METADATA},
    {"defaultRuleSet", "defaultRuleSet", RULE_SET},
    {"overrideRuleSet", "overrideRuleSet", RULE_SET},
};

static enum sk_verdict wrong(const struct member *member, const char *what,
                             struct sk_error *err)
{
    return sk_fail(err, SK_REJECT, "registry.config", "\"%s\" must be %s", member->sent,
                   what);
}

static enum sk_verdict read_level(const json_t *sent, json_t **ret_value,
                                  struct sk_error *err)
{
    enum sk_level level = sk_level_parse(sk_json_string(sent));

    if (level == SK_LEVEL_UNSET)
        return sk_fail(err, SK_REJECT, "registry.level", "no level");
    *ret_value = json_string(sk_level_name(level));
    return SK_OK;
}

/* A new reference to the value as it is kept. */
static enum sk_verdict read_member(const struct member *member, json_t *sent,
                                   json_t **ret_value, struct sk_error *err)
{
    struct sk_text text = sk_json_string(sent);

    switch (member->kind) {
    case LEVEL:
        return read_level(sent, ret_value, err);
    case METADATA:
        return sk_metadata_read(sent, ret_value, err);
    case RULE_SET:
        return sk_rule_set_read(sent, ret_value, err);
    case FLAG:
        if (!json_is_boolean(sent))
            return wrong(member, "true or false", err);
        break;
    case POLICY:
        if (!sk_text_is(text, "STRICT") && !sk_text_is(text, "LENIENT"))
            return wrong(member, "STRICT or LENIENT", err);
        break;
    case TEXT:
        if (!text.data)
            return wrong(member, "a text", err);
        break;
    }
    *ret_value = json_incref(sent);
    return SK_OK;
}

enum sk_verdict sk_config_change(const json_t *earlier, const json_t *sent,
                                 json_t **ret_config, struct sk_error *err)
{
    json_auto_t *config = earlier ? json_copy((json_t *)earlier) : json_object();

    for (size_t i = 0; i < SK_COUNT(members); i++) {
        json_t *value = json_object_get(sent, members[i].sent);
        json_t *kept = NULL;
        if (!value)
            continue;
        if (json_is_null(value)) {
            json_object_del(config, members[i].kept);
            continue;
        }
        SK_TRY(read_member(&members[i], value, &kept, err));
        json_object_set_new(config, members[i].kept, kept);
    }
    *ret_config = json_incref(config);
    return SK_OK;
}

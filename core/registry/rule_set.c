/* SPDX-License-Identifier: Apache-2.0 */
/* Rules are stored, checked for their form and given to clients; clients run them. */
#include "registry/rule_set.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "registry/metadata.h"

enum { LONGEST_NAME = 64 };

/* Which modes a list of rules may have. */
static const struct rules {
    const char *member;
    const char *modes[4];
} lists[] = {
    {"migrationRules", {"UPGRADE", "DOWNGRADE", "UPDOWN", NULL}},
    {"domainRules", {"WRITE", "READ", "WRITEREAD", NULL}},
    {"encodingRules", {"WRITE", "READ", "WRITEREAD", NULL}},
};

static enum sk_verdict refuse(struct sk_error *err, const char *name, const char *what)
{
    return sk_fail(err, SK_REJECT, "registry.rule_set", "rule \"%.80s\": %s",
                   name ? name : "", what);
}

static bool is_name(const char *name)
{
    if (!name || strlen(name) > LONGEST_NAME ||
        !(isalpha((uint8_t)*name) || *name == '_'))
        return false;
    for (; *name; name++) {
        if (!isalnum((uint8_t)*name) && *name != '_' && *name != '-')
            return false;
    }
    return true;
}

static bool listed(const char *mode, const char *const *modes)
{
    while (*modes && strcmp(*modes, mode) != 0)
        modes++;
    return *modes != NULL;
}

static bool has_several_actions(const json_t *rule, const char *member)
{
    const char *action = json_string_value(json_object_get(rule, member));

    return action && strchr(action, ',');
}

static enum sk_verdict check_rule(const json_t *rule, const struct rules *list,
                                  struct sk_error *err)
{
    const char *name = json_string_value(json_object_get(rule, "name"));
    const char *kind = json_string_value(json_object_get(rule, "kind"));
    const char *mode = json_string_value(json_object_get(rule, "mode"));

    if (!is_name(name))
        return refuse(err, name,
                      "the name is no letter or \"_\" with at most 63 letters, "
                      "digits, \"_\" or \"-\" after it");
    if (!json_is_string(json_object_get(rule, "type")))
        return refuse(err, name, "\"type\" is missing");
    if (strcmp(kind, "TRANSFORM") != 0 && strcmp(kind, "CONDITION") != 0)
        return refuse(err, name, "\"kind\" must be TRANSFORM or CONDITION");
    if (!listed(mode, list->modes))
        return refuse(err, name,
                      "\"mode\" must be UPGRADE, DOWNGRADE or UPDOWN in migrationRules, "
                      "WRITE, READ or WRITEREAD in the others");
    if (strcmp(mode, "WRITEREAD") != 0 && strcmp(mode, "UPDOWN") != 0 &&
        (has_several_actions(rule, "onSuccess") ||
         has_several_actions(rule, "onFailure")))
        return refuse(err, name, "two actions need mode WRITEREAD or UPDOWN");
    return SK_OK;
}

/* The normal form: members in the contract's order, kind and mode filled in. */
static json_t *normal_rule(const json_t *rule)
{
    static const char *const texts[] = {"name",      "doc",      "kind",   "mode",
                                        "type",      "tags",     "params", "expr",
                                        "onSuccess", "onFailure"};
    json_t *normal = json_object();

    for (size_t i = 0; i < SK_COUNT(texts); i++) {
        json_t *value = json_object_get(rule, texts[i]);
        if (json_array_size(value) > 0)
            json_object_set_new(normal, texts[i], sk_set_read(value));
        else if (json_object_size(value) > 0)
            json_object_set_new(normal, texts[i], sk_map_read(value));
        else if (json_is_string(value))
            json_object_set(normal, texts[i], value);
        else if (strcmp(texts[i], "kind") == 0)
            json_object_set_new(normal, "kind", json_string("TRANSFORM"));
        else if (strcmp(texts[i], "mode") == 0)
            json_object_set_new(normal, "mode", json_string("WRITEREAD"));
    }
    json_object_set_new(normal, "disabled",
                        json_boolean(json_is_true(json_object_get(rule, "disabled"))));
    return normal;
}

/* `seen`: an object with the names of all rules so far. */
static enum sk_verdict read_list(const json_t *value, const struct rules *list,
                                 json_t *seen, json_t *into, struct sk_error *err)
{
    const json_t *rules = json_object_get(value, list->member);
    json_t *normal = json_array();
    json_t *rule;
    size_t i;

    if (json_array_size(rules) > 0)
        json_object_set(into, list->member, normal);
    json_array_foreach(rules, i, rule) json_array_append_new(normal, normal_rule(rule));
    json_decref(normal);
    json_array_foreach(json_object_get(into, list->member), i, rule)
    {
        SK_TRY(check_rule(rule, list, err));
        const char *name = json_string_value(json_object_get(rule, "name"));
        if (json_object_get(seen, name))
            return refuse(err, name, "the name is there twice");
        json_object_set_new(seen, name, json_true());
    }
    return SK_OK;
}

enum sk_verdict sk_rule_set_read(const json_t *value, json_t **ret_rule_set,
                                 struct sk_error *err)
{
    json_auto_t *seen = json_object();
    json_auto_t *rule_set = NULL;

    *ret_rule_set = NULL;
    if (!value || json_is_null(value))
        return SK_OK;
    if (!json_is_object(value))
        return sk_fail(err, SK_REJECT, "registry.rule_set", "it must be an object");
    rule_set = json_object();
    for (size_t i = 0; i < SK_COUNT(lists); i++)
        SK_TRY(read_list(value, &lists[i], seen, rule_set, err));
    *ret_rule_set = json_incref(rule_set);
    return SK_OK;
}

static bool has_rule(const json_t *rules, const json_t *wanted)
{
    json_t *rule;
    size_t i;

    json_array_foreach(rules, i, rule)
    {
        if (json_equal(json_object_get(rule, "name"), json_object_get(wanted, "name")))
            return true;
    }
    return false;
}

json_t *sk_rule_set_merge(const json_t *older, const json_t *newer)
{
    json_t *merged;
    json_t *rule;
    size_t i;

    if (!older || !newer)
        return json_deep_copy(older ? older : newer);
    merged = json_object();
    for (size_t list = 0; list < SK_COUNT(lists); list++) {
        const char *member = lists[list].member;
        const json_t *added = json_object_get(newer, member);
        json_t *rules = json_array();
        json_array_foreach(json_object_get(older, member), i, rule)
        {
            if (!has_rule(added, rule))
                json_array_append(rules, rule);
        }
        json_array_foreach(added, i, rule) json_array_append(rules, rule);
        if (json_array_size(rules) > 0)
            json_object_set(merged, member, rules);
        json_decref(rules);
    }
    return merged;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mapping - compiled once, applied to each record.
 *
 * A rule is a left path cut into steps and what to look for on the right. Their members
 * are taken out of a shallow copy first and put in their places after, so that two rules
 * may swap names.
 */
#include "adapter/mapping.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/json.h"

enum { STEPS_MAX = 8, INDEX_MAX = 99 };

struct step {
    char *name; /* NULL: an index */
    size_t index;
};

struct rule {
    char *left; /* as written */
    struct step steps[STEPS_MAX];
    size_t step_count;
    char *right;
    bool literal;
};

struct sk_mapping {
    struct rule *rules;
    size_t count, capacity;
};

static void rule_clear(struct rule *rule)
{
    for (size_t i = 0; i < rule->step_count; i++)
        free(rule->steps[i].name);
    free(rule->left);
    free(rule->right);
    *rule = (struct rule){0};
}

void sk_mapping_free(struct sk_mapping *mapping)
{
    if (!mapping)
        return;
    for (size_t i = 0; i < mapping->count; i++)
        rule_clear(&mapping->rules[i]);
    free(mapping->rules);
    free(mapping);
}

/* Compiling. ------------------------------------------------------------------------- */

static enum sk_verdict refuse(const char *left, struct sk_setting setting,
                              const char *reason, struct sk_error *err)
{
    return sk_fail(err, SK_FATAL, "option.map", "%s: map.%s: %s", setting.origin, left,
                   reason);
}

/* False: no step. */
static bool step_of(struct sk_text text, bool first, struct step *step)
{
    int64_t index = 0;

    if (text.size == 0)
        return false;
    if (sk_text_to_int64(text, &index)) {
        *step = (struct step){.index = (size_t)index};
        return !first && index >= 0 && index <= INDEX_MAX;
    }
    step->name = sk_strndup(text.data, text.size);
    return true;
}

static enum sk_verdict compile_left(struct rule *rule, struct sk_setting setting,
                                    struct sk_error *err)
{
    struct sk_text rest = sk_text(rule->left);

    while (rest.data) {
        if (rule->step_count == STEPS_MAX)
            return refuse(rule->left, setting, "more than 8 steps", err);
        struct step *step = &rule->steps[rule->step_count];
        if (!step_of(sk_text_split(&rest, '.'), rule->step_count == 0, step))
            return refuse(rule->left, setting,
                          "a step is a field's name or, after one, an index 0 to 99",
                          err);
        rule->step_count++;
    }
    return SK_OK;
}

static enum sk_verdict compile_right(struct rule *rule, struct sk_setting setting,
                                     struct sk_error *err)
{
    struct sk_text value = sk_text_trim(sk_text(setting.value));

    rule->literal =
        value.size >= 2 && value.data[0] == '"' && value.data[value.size - 1] == '"';
    if (rule->literal)
        value = (struct sk_text){value.data + 1, value.size - 2};
    else if (value.size == 0)
        return refuse(rule->left, setting, "name their field, or a \"literal\"", err);
    rule->right = sk_strndup(value.data, value.size);
    return SK_OK;
}

/* The rule with this left side, a new one if there is none; the last one said holds. */
static struct rule *rule_for(struct sk_mapping *mapping, const char *left)
{
    for (size_t i = 0; i < mapping->count; i++)
        if (strcmp(mapping->rules[i].left, left) == 0) {
            rule_clear(&mapping->rules[i]);
            return &mapping->rules[i];
        }
    mapping->rules = sk_grow(mapping->rules, &mapping->capacity, mapping->count + 1,
                             sizeof(*mapping->rules));
    struct rule *rule = &mapping->rules[mapping->count++];
    *rule = (struct rule){0};
    return rule;
}

static enum sk_verdict add_rule(void *context, const char *left,
                                struct sk_setting setting, struct sk_error *err)
{
    struct rule *rule = rule_for(context, left);

    rule->left = sk_strdup(left);
    SK_TRY(compile_left(rule, setting, err));
    return compile_right(rule, setting, err);
}

static int by_left(const void *a, const void *b)
{
    return strcmp(((const struct rule *)a)->left, ((const struct rule *)b)->left);
}

enum sk_verdict sk_mapping_load(struct sk_settings *settings, const char *prefix,
                                struct sk_mapping **ret_mapping, struct sk_error *err)
{
    struct sk_mapping *mapping = sk_alloc_zeroed(sizeof(*mapping));
    char own[128];

    snprintf(own, sizeof(own), "%smap.", prefix);
    enum sk_verdict verdict = sk_settings_each(settings, "map.", add_rule, mapping, err);
    if (verdict == SK_OK)
        verdict = sk_settings_each(settings, own, add_rule, mapping, err);
    if (verdict != SK_OK) {
        sk_mapping_free(mapping);
        return verdict;
    }
    if (mapping->count > 0)
        qsort(mapping->rules, mapping->count, sizeof(*mapping->rules), by_left);
    *ret_mapping = mapping;
    return SK_OK;
}

/* Applying. -------------------------------------------------------------------------- */

static json_t *child(json_t *value, struct sk_text name)
{
    int64_t index = 0;

    if (json_is_array(value))
        return sk_text_to_int64(name, &index) && index >= 0
                   ? json_array_get(value, (size_t)index)
                   : NULL;
    return json_object_getn(value, name.data, name.size);
}

/* Borrowed, or NULL: their member by its whole name, else by a path. */
static json_t *find(json_t *record, const char *right)
{
    json_t *value = json_object_get(record, right);
    struct sk_text rest = sk_text(right);

    if (value)
        return value;
    for (value = record; rest.data && value;)
        value = child(value, sk_text_split(&rest, '.'));
    return value;
}

static bool says_nothing(const json_t *value)
{
    return !value || json_is_null(value) ||
           (json_is_string(value) && sk_text_trim(sk_json_string(value)).size == 0);
}

/* The container for what comes next, made when it is missing or of the other kind. A
 * container of theirs is copied before it is changed. */
static json_t *container(const struct step *next, json_t *old)
{
    if (next->name)
        return json_is_object(old) ? json_copy(old) : json_object();
    return json_is_array(old) ? json_copy(old) : json_array();
}

static void put(json_t *parent, const struct step *step, json_t *value)
{
    if (step->name) {
        json_object_set_new(parent, step->name, value);
        return;
    }
    while (json_array_size(parent) <= step->index)
        json_array_append_new(parent, json_null());
    json_array_set_new(parent, step->index, value);
}

static json_t *get(json_t *parent, const struct step *step)
{
    return step->name ? json_object_get(parent, step->name)
                      : json_array_get(parent, step->index);
}

static void place(json_t *root, const struct rule *rule, json_t *value)
{
    json_t *at = root;

    for (size_t i = 0; i + 1 < rule->step_count; i++) {
        json_t *next = container(&rule->steps[i + 1], get(at, &rule->steps[i]));

        put(at, &rule->steps[i], next);
        at = next;
    }
    put(at, &rule->steps[rule->step_count - 1], value);
}

json_t *sk_mapping_apply(const struct sk_mapping *mapping, json_t *record)
{
    if (mapping->count == 0 || !json_is_object(record))
        return json_incref(record);
    json_t *result = json_copy(record);
    for (size_t i = 0; i < mapping->count; i++)
        if (!mapping->rules[i].literal)
            json_object_del(result, mapping->rules[i].right);
    for (size_t i = 0; i < mapping->count; i++) {
        const struct rule *rule = &mapping->rules[i];

        if (rule->literal)
            place(result, rule, json_string(rule->right));
        else if (!says_nothing(find(record, rule->right)))
            place(result, rule, json_incref(find(record, rule->right)));
    }
    return result;
}

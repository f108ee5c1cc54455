/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mapping - compiled once, applied to each record.
 *
 * A rule is a left path cut into steps and what to look for on the right. Their members
 * are all copied and taken out first and put in their places after, so that two rules may
 * swap names.
 */
#include "adapter/mapping.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"

enum { STEPS_MAX = 8, INDEX_MAX = 99 };

struct step {
    struct sk_text name; /* absent: an index */
    size_t index;
};

struct rule {
    char *left; /* as written */
    struct step steps[STEPS_MAX];
    size_t step_count;
    struct sk_text right;
    bool literal;
};

struct sk_mapping {
    struct rule *rules;
    size_t count, capacity;
};

static void rule_clear(struct rule *rule)
{
    for (size_t i = 0; i < rule->step_count; i++)
        free((char *)(uintptr_t)rule->steps[i].name.data);
    free(rule->left);
    free((char *)(uintptr_t)rule->right.data);
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
    step->name = (struct sk_text){sk_strndup(text.data, text.size), text.size};
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
    if (!sk_utf8_valid(value.data, value.size))
        return refuse(rule->left, setting, "not UTF-8", err);
    rule->right = (struct sk_text){sk_strndup(value.data, value.size), value.size};
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

static struct sk_value *child(struct sk_value *value, struct sk_text name)
{
    int64_t index = 0;

    if (value->kind == SK_VALUE_ARRAY)
        return sk_text_to_int64(name, &index) && index >= 0
                   ? sk_value_item(value, (size_t)index)
                   : NULL;
    return sk_value_get(value, name);
}

/* Their member by its whole name, else by a path; or NULL. */
static struct sk_value *find(struct sk_value *record, struct sk_text right)
{
    struct sk_value *value = sk_value_get(record, right);

    if (value)
        return value;
    for (value = record; right.data && value;)
        value = child(value, sk_text_split(&right, '.'));
    return value;
}

static bool says_nothing(const struct sk_value *value)
{
    return value->kind == SK_VALUE_NULL ||
           (value->kind == SK_VALUE_TEXT && sk_text_trim(sk_value_text(value)).size == 0);
}

/* The place that a step leads to in a container of its kind, made when it is missing. */
static struct sk_value *place_of(struct sk_value *parent, const struct step *step,
                                 struct sk_arena *arena)
{
    static const struct sk_value nothing = {.kind = SK_VALUE_NULL};

    if (step->name.data)
        return sk_value_place(parent, step->name, arena);
    while (parent->count <= step->index)
        sk_value_append(parent, nothing, arena);
    return &parent->items[step->index];
}

/* Puts the value at the end of the rule's steps; what stands on the way and is no
 * container of the right kind makes room for one. */
static void place(struct sk_value *root, const struct rule *rule, struct sk_value value,
                  struct sk_arena *arena)
{
    struct sk_value *at = root;

    for (size_t i = 0; i < rule->step_count; i++) {
        enum sk_value_kind kind =
            rule->steps[i].name.data ? SK_VALUE_OBJECT : SK_VALUE_ARRAY;

        if (at->kind != kind)
            *at = (struct sk_value){.kind = kind};
        at = place_of(at, &rule->steps[i], arena);
    }
    *at = value;
}

void sk_mapping_apply(const struct sk_mapping *mapping, struct sk_value *record,
                      struct sk_arena *arena)
{
    struct sk_value *found = NULL;

    if (mapping->count == 0 || record->kind != SK_VALUE_OBJECT)
        return;
    found = sk_arena_alloc_zeroed(arena, mapping->count * sizeof(*found));
    for (size_t i = 0; i < mapping->count; i++) {
        const struct rule *rule = &mapping->rules[i];
        const struct sk_value *value = rule->literal ? NULL : find(record, rule->right);

        found[i] = rule->literal ? sk_value_of(rule->right)
                   : value       ? sk_value_copy(value, arena)
                                 : found[i];
    }
    for (size_t i = 0; i < mapping->count; i++)
        if (!mapping->rules[i].literal)
            sk_value_take_out(record, mapping->rules[i].right);
    for (size_t i = 0; i < mapping->count; i++)
        if (mapping->rules[i].literal || !says_nothing(&found[i]))
            place(record, &mapping->rules[i], found[i], arena);
}

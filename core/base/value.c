/* SPDX-License-Identifier: Apache-2.0 */
/*
 * value - finding and changing members and items.
 *
 * An array of n has room for the next power of two from 4 on, and only that is known of
 * its room: so it grows when n is one, and needs no field for it.
 */
#include "base/value.h"

enum { LEAST_ROOM = 4 };

static bool is_full(uint32_t count)
{
    return count == 0 || (count >= LEAST_ROOM && (count & (count - 1)) == 0);
}

/* Room for one more: the same memory, or twice as much with what was in it. */
static void *grown(void *old, uint32_t count, size_t size, struct sk_arena *arena)
{
    if (!is_full(count))
        return old;
    void *room = sk_arena_alloc(arena, size * (count ? 2 * (size_t)count : LEAST_ROOM));
    if (count)
        memcpy(room, old, size * count);
    return room;
}

static struct sk_member *find(const struct sk_value *object, struct sk_text name,
                              uint32_t hash)
{
    for (uint32_t i = 0; i < object->count; i++) {
        struct sk_member *member = &object->members[i];

        if (member->hash == hash && member->name_size == name.size &&
            memcmp(member->name, name.data, name.size) == 0)
            return member;
    }
    return NULL;
}

struct sk_value *sk_value_get(const struct sk_value *object, struct sk_text name)
{
    if (!sk_value_is(object, SK_VALUE_OBJECT) || object->count == 0)
        return NULL;
    struct sk_member *member = find(object, name, sk_name_hash(name.data, name.size));
    return member && member->value.kind != SK_VALUE_NULL ? &member->value : NULL;
}

struct sk_value *sk_value_member(const struct sk_value *object, const char *name)
{
    return sk_value_get(object, sk_text(name));
}

struct sk_text sk_value_member_text(const struct sk_value *object, const char *name)
{
    return sk_value_text(sk_value_member(object, name));
}

enum sk_verdict sk_value_require_text(const struct sk_value *object, const char *name,
                                      struct sk_text *ret_text, struct sk_error *err)
{
    static const char *const names[] = {"null",   "false",    "true",     "an integer",
                                        "a real", "a string", "an array", "an object"};
    const struct sk_value *value = sk_value_member(object, name);

    if (!value)
        return sk_fail(err, SK_REJECT, "json.missing", "\"%s\" is missing", name);
    if (value->kind != SK_VALUE_TEXT)
        return sk_fail(err, SK_REJECT, "json.type", "\"%s\" must be a string, but is %s",
                       name, names[value->kind]);
    *ret_text = sk_value_text(value);
    return SK_OK;
}

bool sk_value_has(const struct sk_value *object, struct sk_text name, uint32_t hash)
{
    return find(object, name, hash) != NULL;
}

struct sk_value *sk_value_add(struct sk_value *object, struct sk_text name, uint32_t hash,
                              struct sk_arena *arena)
{
    object->members =
        grown(object->members, object->count, sizeof(*object->members), arena);
    struct sk_member *member = &object->members[object->count++];
    *member = (struct sk_member){
        .name = name.data, .name_size = (uint32_t)name.size, .hash = hash};
    return &member->value;
}

struct sk_value *sk_value_place(struct sk_value *object, struct sk_text name,
                                struct sk_arena *arena)
{
    uint32_t hash = sk_name_hash(name.data, name.size);
    struct sk_member *member = find(object, name, hash);

    return member ? &member->value : sk_value_add(object, name, hash, arena);
}

void sk_value_put(struct sk_value *object, struct sk_text name, struct sk_value value,
                  struct sk_arena *arena)
{
    *sk_value_place(object, name, arena) = value;
}

void sk_value_take_out(struct sk_value *object, struct sk_text name)
{
    struct sk_value *value = sk_value_get(object, name);

    if (value)
        value->kind = SK_VALUE_NULL;
}

struct sk_value *sk_value_item(const struct sk_value *array, size_t i)
{
    return i < sk_value_count(array) ? &array->items[i] : NULL;
}

size_t sk_value_count(const struct sk_value *array)
{
    return sk_value_is(array, SK_VALUE_ARRAY) ? array->count : 0;
}

void sk_value_append(struct sk_value *array, struct sk_value item, struct sk_arena *arena)
{
    array->items = grown(array->items, array->count, sizeof(*array->items), arena);
    array->items[array->count++] = item;
}

void sk_value_remove(struct sk_value *array, size_t i)
{
    array->count--;
    memmove(&array->items[i], &array->items[i + 1],
            (array->count - i) * sizeof(*array->items));
}

struct sk_value sk_value_copy(const struct sk_value *value, struct sk_arena *arena)
{
    struct sk_value copy = *value;

    if (value->kind != SK_VALUE_ARRAY && value->kind != SK_VALUE_OBJECT)
        return copy;
    copy.count = 0;
    for (uint32_t i = 0; i < value->count; i++) {
        if (value->kind == SK_VALUE_ARRAY) {
            sk_value_append(&copy, sk_value_copy(&value->items[i], arena), arena);
            continue;
        }
        const struct sk_member *member = &value->members[i];
        struct sk_text name = {member->name, member->name_size};
        *sk_value_add(&copy, name, member->hash, arena) =
            sk_value_copy(&member->value, arena);
    }
    return copy;
}

static size_t members_there(const struct sk_value *object)
{
    size_t count = 0;

    for (uint32_t i = 0; i < object->count; i++)
        count += object->members[i].value.kind != SK_VALUE_NULL;
    return count;
}

static bool equal_members(const struct sk_value *one, const struct sk_value *two)
{
    for (uint32_t i = 0; i < one->count; i++) {
        const struct sk_member *mine = &one->members[i];
        struct sk_text name = {mine->name, mine->name_size};
        const struct sk_value *other = sk_value_get(two, name);

        if (mine->value.kind != SK_VALUE_NULL &&
            (!other || !sk_value_equal(&mine->value, other)))
            return false;
    }
    return members_there(one) == members_there(two);
}

static bool equal_items(const struct sk_value *one, const struct sk_value *two)
{
    for (uint32_t i = 0; i < one->count && one->count == two->count; i++)
        if (!sk_value_equal(&one->items[i], &two->items[i]))
            return false;
    return one->count == two->count;
}

bool sk_value_equal(const struct sk_value *one, const struct sk_value *two)
{
    if (one->kind != two->kind)
        return false;
    switch (one->kind) {
    case SK_VALUE_INTEGER:
        return one->integer == two->integer;
    case SK_VALUE_REAL:
        return one->real == two->real;
    case SK_VALUE_TEXT:
        return sk_text_equal(sk_value_text(one), sk_value_text(two));
    case SK_VALUE_ARRAY:
        return equal_items(one, two);
    case SK_VALUE_OBJECT:
        return equal_members(one, two);
    default:
        return true;
    }
}

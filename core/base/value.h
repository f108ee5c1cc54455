/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_VALUE_H
#define SK_BASE_VALUE_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/verdict.h"

/*
 * JSON as a tree that may be changed, for records on their way in: read into an arena,
 * never freed piece by piece. (Configuration and tools use jansson, base/json.h.)
 *
 * A member that is null is not there: taking one out makes it null, so pointers to
 * members stay right until one is added to the same object. Values are plain: assigning
 * one shares what is below it, sk_value_copy does not.
 */
enum sk_value_kind {
    SK_VALUE_NULL,
    SK_VALUE_FALSE,
    SK_VALUE_TRUE,
    SK_VALUE_INTEGER,
    SK_VALUE_REAL,
    SK_VALUE_TEXT,
    SK_VALUE_ARRAY,
    SK_VALUE_OBJECT,
};

struct sk_member;

struct sk_value {
    enum sk_value_kind kind;
    uint32_t count; /* bytes of a text, items of an array, members of an object */
    union {
        int64_t integer;
        double real;
        const char *text;
        struct sk_value *items;
        struct sk_member *members;
    };
};

struct sk_member {
    struct sk_value value;
    const char *name;
    uint32_t name_size;
    uint32_t hash; /* sk_name_hash */
};

enum { SK_VALUE_DEPTH_MAX = 64, SK_VALUE_MEMBERS_MAX = 1000 /* of one object */ };

/* Reads one JSON value (RFC 8259, UTF-8, nothing after it). Texts point into `text` where
 * they stand there as they are, else into the arena. Refused, as SK_REJECT "json.syntax"
 * with line and column: a member said twice, \u0000, half a surrogate pair, an integer
 * beyond 64 bits, a real beyond a double, and what is over the bounds above. */
enum sk_verdict sk_value_parse(struct sk_text text, struct sk_arena *arena,
                               struct sk_value *ret_value, struct sk_error *err);

/* A text as a value; an absent one gives null. Other kinds need no function. */
static inline struct sk_value sk_value_of(struct sk_text text)
{
    enum sk_value_kind kind = text.data ? SK_VALUE_TEXT : SK_VALUE_NULL;

    return (struct sk_value){kind, (uint32_t)text.size, {.text = text.data}};
}

static inline bool sk_value_is(const struct sk_value *value, enum sk_value_kind kind)
{
    return value && value->kind == kind;
}

/* A text value's text; absent when it is NULL or another kind. */
static inline struct sk_text sk_value_text(const struct sk_value *value)
{
    if (!sk_value_is(value, SK_VALUE_TEXT))
        return (struct sk_text){0};
    return (struct sk_text){value->text, value->count};
}

/* The member; NULL when `object` is none, has none of that name, or it is null. The same
 * for a name that ends with NUL; and its text, or absent. */
struct sk_value *sk_value_get(const struct sk_value *object, struct sk_text name);
struct sk_value *sk_value_member(const struct sk_value *object, const char *name);
struct sk_text sk_value_member_text(const struct sk_value *object, const char *name);

/* A required text: "json.missing" or "json.type" names it. */
enum sk_verdict sk_value_require_text(const struct sk_value *object, const char *name,
                                      struct sk_text *ret_text, struct sk_error *err);

/* Where a member stands, null or not, made at the end when there is none; the name is
 * borrowed. Sets it; and makes it null, if there is one. */
struct sk_value *sk_value_place(struct sk_value *object, struct sk_text name,
                                struct sk_arena *arena);
void sk_value_put(struct sk_value *object, struct sk_text name, struct sk_value value,
                  struct sk_arena *arena);
void sk_value_take_out(struct sk_value *object, struct sk_text name);

/* For the reader, which has the hash: is there one of that name, null or not; and a new
 * one, null, that is not there yet. */
bool sk_value_has(const struct sk_value *object, struct sk_text name, uint32_t hash);
struct sk_value *sk_value_add(struct sk_value *object, struct sk_text name, uint32_t hash,
                              struct sk_arena *arena);

/* The item at `i`, NULL when there is none; how many, 0 when `array` is none. */
struct sk_value *sk_value_item(const struct sk_value *array, size_t i);
size_t sk_value_count(const struct sk_value *array);

/* Adds an item at the end; takes one out, those behind it move up. */
void sk_value_append(struct sk_value *array, struct sk_value item,
                     struct sk_arena *arena);
void sk_value_remove(struct sk_value *array, size_t i);

/* Say both the same? Order and null members do not count. */
bool sk_value_equal(const struct sk_value *one, const struct sk_value *two);
/* All of it, so that neither can be changed through the other; texts stay shared. */
struct sk_value sk_value_copy(const struct sk_value *value, struct sk_arena *arena);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

int sk_text_compare(struct sk_text a, struct sk_text b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common ? memcmp(a.data, b.data, common) : 0;

    if (order != 0)
        return order;
    return a.size < b.size ? -1 : a.size > b.size;
}

bool sk_text_starts_with(struct sk_text text, const char *prefix)
{
    size_t size = strlen(prefix);

    return text.size >= size && (size == 0 || memcmp(text.data, prefix, size) == 0);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct sk_text sk_text_trim(struct sk_text text)
{
    while (text.size > 0 && is_space(text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && is_space(text.data[text.size - 1]))
        text.size--;
    return text;
}

struct sk_text sk_text_split(struct sk_text *rest, char separator)
{
    struct sk_text head = *rest;
    const char *found = rest->size ? memchr(rest->data, separator, rest->size) : NULL;

    if (!found) {
        *rest = (struct sk_text){0};
        return head;
    }
    head.size = (size_t)(found - rest->data);
    rest->data = found + 1;
    rest->size -= head.size + 1;
    return head;
}

bool sk_text_to_int64(struct sk_text text, int64_t *ret_value)
{
    bool negative = text.size > 1 && text.data[0] == '-';
    uint64_t value = 0;

    if (text.size == 0 || text.size - negative > 19)
        return false;
    for (size_t i = negative; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(text.data[i] - '0');
    }
    if (value > (uint64_t)INT64_MAX + negative)
        return false;
    *ret_value = negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

size_t sk_text_distance(struct sk_text a, struct sk_text b)
{
    size_t row[64];
    const size_t longest = sizeof(row) / sizeof(row[0]) - 1;

    if (a.size > longest || b.size > longest)
        return SIZE_MAX;
    for (size_t j = 0; j <= b.size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            size_t replace = diagonal + (a.data[i - 1] != b.data[j - 1]);
            size_t best = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            diagonal = row[j];
            row[j] = replace < best ? replace : best;
        }
    }
    return row[b.size];
}

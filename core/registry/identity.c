/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/identity.h"

#include <jansson.h>
#include <stdio.h>

#include "base/buffer.h"

static json_t *load(struct sk_text text)
{
    return text.data ? json_loadb(text.data, text.size, 0, NULL) : NULL;
}

/* Every name and text inside, in order: so the contract hashes maps, sets and rules. */
static void append_texts(struct sk_buffer *out, const json_t *value)
{
    const char *name;
    json_t *item;
    size_t i;

    if (json_is_string(value))
        sk_buffer_append(out, json_string_value(value), json_string_length(value));
    json_array_foreach(value, i, item) append_texts(out, item);
    json_object_foreach((json_t *)value, name, item)
    {
        sk_buffer_append_text(out, sk_text(name));
        append_texts(out, item);
    }
}

static void append_references(struct sk_buffer *out, const json_t *references)
{
    json_t *reference;
    size_t i;

    json_array_foreach(references, i, reference)
    {
        uint32_t version =
            (uint32_t)json_integer_value(json_object_get(reference, "version"));
        append_texts(out, json_object_get(reference, "name"));
        append_texts(out, json_object_get(reference, "subject"));
        for (int shift = 24; shift >= 0; shift -= 8)
            sk_buffer_append_byte(out, (uint8_t)(version >> shift));
    }
}

static void append_metadata(struct sk_buffer *out, const json_t *metadata)
{
    if (!metadata)
        return;
    sk_buffer_append_byte(out, 1);
    append_texts(out, json_object_get(metadata, "tags"));
    append_texts(out, json_object_get(metadata, "properties"));
    append_texts(out, json_object_get(metadata, "sensitive"));
}

static void append_rules(struct sk_buffer *out, const json_t *rules)
{
    static const char *const members[] = {"name",      "doc",      "kind",   "mode",
                                          "type",      "tags",     "params", "expr",
                                          "onSuccess", "onFailure"};
    json_t *rule;
    size_t i;

    json_array_foreach(rules, i, rule)
    {
        for (size_t m = 0; m < SK_COUNT(members); m++)
            append_texts(out, json_object_get(rule, members[m]));
        if (json_is_true(json_object_get(rule, "disabled")))
            sk_buffer_append_byte(out, 1);
    }
}

static void append_rule_set(struct sk_buffer *out, const json_t *rule_set)
{
    if (!rule_set)
        return;
    sk_buffer_append_byte(out, 1);
    append_rules(out, json_object_get(rule_set, "migrationRules"));
    append_rules(out, json_object_get(rule_set, "domainRules"));
    append_rules(out, json_object_get(rule_set, "encodingRules"));
}

static void fill_guid(struct sk_store_schema *schema)
{
    json_auto_t *references = load(schema->references);
    json_auto_t *metadata = load(schema->metadata);
    json_auto_t *rule_set = load(schema->rule_set);
    sk_buffer_auto bytes = {0};

    sk_buffer_append_text(&bytes, schema->text);
    append_references(&bytes, references);
    append_metadata(&bytes, metadata);
    append_rule_set(&bytes, rule_set);
    sk_md5(bytes.data, bytes.size, schema->guid);
}

void sk_identity_fill(struct sk_store_schema *schema)
{
    const struct sk_text parts[] = {schema->text, schema->references, schema->metadata,
                                    schema->rule_set};
    sk_buffer_auto bytes = {0};

    /* Texts are JSON, so no part holds the byte that ends it. */
    for (size_t i = 0; i < SK_COUNT(parts); i++) {
        sk_buffer_append_text(&bytes, parts[i]);
        sk_buffer_append_byte(&bytes, parts[i].data ? 0 : 1);
    }
    sk_sha256(bytes.data, bytes.size, schema->fingerprint);
    fill_guid(schema);
}

const char *sk_guid_format(const uint8_t guid[SK_MD5_SIZE], char out[SK_GUID_SIZE])
{
    char hex[2 * SK_MD5_SIZE + 1];

    sk_hex(guid, SK_MD5_SIZE, hex);
    snprintf(out, SK_GUID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
             hex + 16, hex + 20);
    return out;
}

bool sk_guid_parse(struct sk_text text, uint8_t ret_guid[SK_MD5_SIZE])
{
    char shown[SK_GUID_SIZE];
    char digits[2 * SK_MD5_SIZE];
    size_t count = 0;

    if (text.size != SK_GUID_SIZE - 1)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (digit && count < sizeof(digits))
            digits[count++] = (char)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    if (count != sizeof(digits))
        return false;
    for (size_t i = 0; i < SK_MD5_SIZE; i++)
        ret_guid[i] = (uint8_t)(digits[2 * i] << 4 | digits[2 * i + 1]);
    return memcmp(sk_guid_format(ret_guid, shown), text.data, text.size) == 0;
}

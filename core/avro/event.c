/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every event, by its field table: key, versie, seal. */
#include "avro/event.h"

#include "avro/event_field.h"

enum { KEY_PART_MAX = 512 };

static enum sk_verdict check_part(const struct sk_event_type *type,
                                  const struct sk_field *field, struct sk_text part,
                                  struct sk_error *err)
{
    const char *wrong = NULL;

    if (part.size == 0)
        wrong = "is empty";
    else if (part.size > KEY_PART_MAX)
        wrong = "is longer than 512 bytes";
    else if (!sk_utf8_valid(part.data, part.size))
        wrong = "is not UTF-8";
    if (!wrong)
        return SK_OK;
    return sk_fail(err, SK_REJECT, "event.key", "%s: %s, part of the key, %s",
                   type->topic, field->name, wrong);
}

enum sk_verdict sk_event_key(const struct sk_event_type *type, const void *event,
                             struct sk_arena *arena, struct sk_text *ret_key,
                             struct sk_error *err)
{
    struct sk_text key = {0};

    for (size_t i = 0; type->key[i]; i++) {
        const struct sk_text *part = sk_field_value(type->key[i], event, 0);

        SK_TRY(check_part(type, type->key[i], *part, err));
        key = i == 0 ? *part
                     : sk_arena_printf(arena, "%.*s/%.*s", SK_TEXT_ARG(key),
                                       SK_TEXT_ARG(*part));
    }
    *ret_key = key;
    return SK_OK;
}

int64_t sk_event_versie(const struct sk_event_type *type, const void *event)
{
    return type->versie ? *(int64_t *)sk_field_value(type->versie, event, 0) : 0;
}

void sk_event_set_versie(const struct sk_event_type *type, void *event, int64_t versie)
{
    if (type->versie)
        *(int64_t *)sk_field_value(type->versie, event, 0) = versie;
}

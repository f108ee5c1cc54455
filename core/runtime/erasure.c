/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/erasure.h"

#include <inttypes.h>

#include "avro/event_field.h"

static const char MARK[] = "schakel_gewist_tot";

/* bron.gewijzigd_op; 0: it has none. */
static int64_t changed_ms(const struct sk_event_type *type, const void *event)
{
    const struct sk_field *bron = sk_record_field(&type->record, SK_TEXT("bron"));

    if (!bron || bron->kind != SK_FIELD_RECORD || !sk_field_count(bron, event))
        return 0;
    const void *record = sk_field_value(bron, event, 0);
    const struct sk_field *changed =
        sk_record_field(bron->record, SK_TEXT("gewijzigd_op"));
    if (!changed || changed->kind != SK_FIELD_LONG || !sk_field_count(changed, record))
        return 0;
    return *(const int64_t *)sk_field_value(changed, record, 0);
}

bool sk_erasure_mark(const struct sk_event_type *type, const void *event,
                     struct sk_arena *arena, struct sk_bus_header *ret_header)
{
    int64_t changed = changed_ms(type, event);

    if (!changed)
        return false;
    *ret_header = (struct sk_bus_header){sk_text(MARK),
                                         sk_arena_printf(arena, "%" PRId64, changed)};
    return true;
}

int64_t sk_erasure_until(const struct sk_bus_header *headers, size_t count)
{
    int64_t until = 0;

    for (size_t i = 0; i < count; i++)
        if (sk_text_is(headers[i].name, MARK) &&
            sk_text_to_int64(headers[i].value, &until))
            return until;
    return 0;
}

bool sk_erasure_covers(int64_t until_ms, const struct sk_event_type *type,
                       const void *event)
{
    int64_t changed = until_ms ? changed_ms(type, event) : 0;

    return changed && changed <= until_ms;
}

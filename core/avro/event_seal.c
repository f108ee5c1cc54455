/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seal and open: what happens to personal data between a struct and its codec.
 *
 * Today nothing does: both are the identity, on purpose a visit of each tagged value, so
 * that encryption (design.md §8) replaces `keep` and changes no caller and no schema.
 */
#include "avro/event.h"
#include "avro/event_field.h"

static enum sk_verdict keep(void *arena, const struct sk_field *field, void *value,
                            struct sk_error *err)
{
    (void)arena, (void)field, (void)value, (void)err;
    return SK_OK;
}

enum sk_verdict sk_event_seal(const struct sk_event_type *type, void *event,
                              struct sk_arena *arena, struct sk_error *err)
{
    return sk_record_visit_tagged(&type->record, event, keep, arena, err);
}

enum sk_verdict sk_event_open(const struct sk_event_type *type, void *event,
                              struct sk_arena *arena, struct sk_error *err)
{
    return sk_record_visit_tagged(&type->record, event, keep, arena, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A default is right when it can be encoded as a value of its field's type. A default may
 * lean on the defaults of the record it is for, and so explode; all of a document's share
 * one budget.
 */
#include "avro/binary.h"
#include "avro/json_view_internal.h"
#include "avro/schema_internal.h"

static enum sk_verdict check_field(struct sk_json_encoder *encoder,
                                   const struct sk_schema *record,
                                   const struct sk_schema_field *field,
                                   struct sk_error *err)
{
    if (!field->fallback)
        return SK_OK;
    encoder->out->size = 0;
    if (sk_json_encode(encoder, field->type, field->fallback, NULL) == SK_OK)
        return SK_OK;
    return sk_fail(err, SK_REJECT, "avro.schema", "%s.%s: the default does not fit: %s",
                   record->name, field->name, encoder->err->text);
}

enum sk_verdict sk_schema_check_defaults(const struct sk_schema_document *document,
                                         struct sk_error *err)
{
    sk_buffer_auto scratch = {0};
    struct sk_error cause;
    struct sk_json_encoder encoder = {
        .mode = SK_JSON_DEFAULT,
        .budget = SK_JSON_VALUES_MAX,
        .size_max = SK_AVRO_BYTES_MAX,
        .out = &scratch,
        .err = &cause,
    };
    size_t at = 0;
    struct sk_map_slot *slot;

    while ((slot = sk_map_next(&document->names, &at))) {
        const struct sk_schema *record = slot->value;
        for (size_t i = 0; i < record->field_count; i++)
            SK_TRY(check_field(&encoder, record, &record->fields[i], err));
    }
    return SK_OK;
}

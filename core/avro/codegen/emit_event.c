/* SPDX-License-Identifier: Apache-2.0 */
/* A source as a whole, and the event's own part of it: entry points and sk_event_type. */
#include "avro/codegen/emit.h"

/* Shared records are read and written inside the codec of each event, so that nothing of
 * an event is a call that the compiler did not choose. */
void emit_shared_codec_header(const struct emit_unit *unit, struct sk_buffer *out)
{
    const struct layout_type *type = NULL;

    sk_buffer_printf(out, "/* Codecs of shared records, for generated code only. Made by "
                          "schakel-codegen. */\n"
                          "#ifndef SK_EVENTS_GEDEELD_CODEC_H\n"
                          "#define SK_EVENTS_GEDEELD_CODEC_H\n\n"
                          "#include \"avro/wire.h\"\n#include \"events/gedeeld.h\"\n\n");
    while ((type = emit_next(unit, type)) != NULL)
        if (type->record)
            sk_buffer_printf(out, "extern const struct sk_record_type sk_record_%s;\n",
                             type->record->c_name);
    sk_buffer_printf(out, "\n");
    emit_readers(unit, out);
    emit_writers(unit, out);
    sk_buffer_printf(out, "#endif\n");
}

static void emit_encode(struct sk_buffer *out, const struct layout_event *event)
{
    const char *name = event->c_name;

    sk_buffer_printf(out,
                     "enum sk_verdict %s_encode(const struct %s *self, "
                     "struct sk_buffer *out,\n"
                     "    struct sk_error *err)\n{\n"
                     "    struct sk_wire_trouble trouble;\n"
                     "    uint8_t *at = sk_wire_room(&trouble, out, bound_%s(self));\n\n"
                     "    if (at)\n        at = write_%s(self, at, &trouble);\n"
                     "    return sk_wire_written(&trouble, out, at, \"%s\", err);\n}\n\n",
                     name, name, name, name, event->topic);
}

static void emit_decode(struct sk_buffer *out, const struct layout_event *event)
{
    const char *name = event->c_name;

    sk_buffer_printf(
        out,
        "enum sk_verdict %s_decode(struct %s *self, struct sk_bytes data,\n"
        "    struct sk_arena *arena, struct sk_error *err)\n{\n"
        "    struct sk_wire_reader reader;\n"
        "    const uint8_t *at = sk_wire_start(&reader, data, arena, %zu);\n\n"
        "    if (at)\n        at = read_%s(self, at, &reader);\n"
        "    return sk_wire_finish(&reader, at, \"%s\", err);\n}\n\n",
        name, name, layout_record_least(event->record), name, event->topic);
}

/* The slots take void; a call through another type of function would be undefined. */
static void emit_slots(struct sk_buffer *out, const struct layout_event *event)
{
    const char *name = event->c_name;

    sk_buffer_printf(
        out,
        "static void init_event(void *event)\n{\n    %s_init(event);\n}\n\n"
        "static bool equal_events(const void *a, const void *b)\n{\n"
        "    return %s_equal(a, b);\n}\n\n"
        "static enum sk_verdict encode_event(const void *event, struct sk_buffer *out,\n"
        "    struct sk_error *err)\n{\n    return %s_encode(event, out, err);\n}\n\n"
        "static enum sk_verdict decode_event(void *event, struct sk_bytes data,\n"
        "    struct sk_arena *arena, struct sk_error *err)\n{\n"
        "    return %s_decode(event, data, arena, err);\n}\n\n",
        name, name, name, name);
}

static void emit_key(struct sk_buffer *out, const struct layout_event *event)
{
    sk_buffer_printf(out, "static const struct sk_field *const key_fields[] = {\n");
    for (size_t i = 0; event->key[i]; i++)
        sk_buffer_printf(out, "    &%s_fields[%td],\n", event->c_name,
                         layout_record_field(event->record, event->key[i]) -
                             event->record->fields);
    sk_buffer_printf(out, "    NULL,\n};\n\n");
}

static void emit_fingerprint(struct sk_buffer *out, const struct layout_event *event)
{
    sk_buffer_printf(out, "    .fingerprint = {");
    for (size_t i = 0; i < sizeof(event->fingerprint); i++)
        sk_buffer_printf(out, "%s0x%02x,", i % 12 == 0 ? "\n        " : " ",
                         event->fingerprint[i]);
    sk_buffer_printf(out, "\n    },\n");
}

void emit_event(const struct emit_unit *unit, struct sk_buffer *out)
{
    const struct layout_event *event = unit->event;
    const struct layout_field *versie = layout_record_field(event->record, "versie");
    sk_buffer_auto fields = {0};

    emit_encode(out, event);
    emit_decode(out, event);
    emit_slots(out, event);
    emit_key(out, event);
    sk_buffer_printf(out,
                     "const struct sk_event_type sk_%s = {\n"
                     "    .topic = \"%s\",\n    .name = \"%s\",\n    .schema =\n",
                     event->c_name, event->topic, event->full_name);
    emit_literal(out, 8, event->schema);
    sk_buffer_printf(out, ",\n");
    emit_fingerprint(out, event);
    sk_buffer_printf(
        out, "    .record = {\"%s\", sizeof(struct %s), %s_fields, %zu, init_event, ",
        event->record->name, event->c_name, event->c_name, event->record->field_count);
    sk_buffer_printf(&fields, "%s_fields", event->c_name);
    emit_lookup(out, event->record, sk_buffer_string(&fields));
    sk_buffer_printf(out, "},\n    .key = key_fields,\n");
    if (versie && versie->kind == SK_FIELD_LONG && !versie->optional && !versie->array)
        sk_buffer_printf(out, "    .versie = &%s_fields[%td],\n", event->c_name,
                         versie - event->record->fields);
    sk_buffer_printf(out,
                     "    .init = init_event,\n    .encode = encode_event,\n"
                     "    .decode = decode_event,\n    .equal = equal_events,\n};\n");
}

void emit_source(const struct emit_unit *unit, struct sk_buffer *out)
{
    sk_buffer_printf(out,
                     "/* Made by schakel-codegen. */\n#include \"events/%s.h\"\n\n"
                     "#include <stddef.h>\n\n"
                     "#include \"avro/wire.h\"\n#include \"events/gedeeld_codec.h\"\n\n",
                     emit_name(unit));
    emit_symbols(unit, out);
    emit_values(unit, out);
    emit_tables(unit, out);
    if (!unit->event)
        return;
    emit_readers(unit, out);
    emit_writers(unit, out);
    emit_event(unit, out);
}

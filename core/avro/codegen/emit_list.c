/* SPDX-License-Identifier: Apache-2.0 */
/* alle.{h,c}: the list of all events, in a file of its own so that only programs that ask
 * for it link every codec. */
#include "avro/codegen/emit.h"

void emit_list_header(const struct emit_unit *unit, struct sk_buffer *out)
{
    (void)unit;
    sk_buffer_printf(out, "/* All events. Made by schakel-codegen. */\n"
                          "#ifndef SK_EVENTS_ALLE_H\n#define SK_EVENTS_ALLE_H\n\n"
                          "#include \"avro/event.h\"\n\n"
                          "/* Ends with NULL. */\n"
                          "extern const struct sk_event_type *const sk_event_types[];\n\n"
                          "#endif\n");
}

void emit_list_source(const struct emit_unit *unit, struct sk_buffer *out)
{
    const struct layout_event *event;

    sk_buffer_printf(out,
                     "/* Made by schakel-codegen. */\n#include \"events/alle.h\"\n\n");
    for (event = unit->layout->events; event; event = event->next)
        sk_buffer_printf(out, "#include \"events/%s.h\"\n", event->c_name);
    sk_buffer_printf(out, "\nconst struct sk_event_type *const sk_event_types[] = {\n");
    for (event = unit->layout->events; event; event = event->next)
        sk_buffer_printf(out, "    &sk_%s,\n", event->c_name);
    sk_buffer_printf(out, "    NULL,\n};\n");
}

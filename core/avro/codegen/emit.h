/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_CODEGEN_EMIT_H
#define SK_AVRO_CODEGEN_EMIT_H

#include "avro/codegen/layout.h"
#include "base/buffer.h"

/*
 * One output: the types it holds and, but for gedeeld, the event. Each emit_ function
 * appends a part of a file to `out`.
 */
struct emit_unit {
    const struct layout *layout;
    const struct layout_event *event; /* NULL: gedeeld, the types that files share */
};

/* The next type after `type` (NULL: the first) that stands in this unit, or NULL. */
const struct layout_type *emit_next(const struct emit_unit *unit,
                                    const struct layout_type *type);

/* "klacht" or "gedeeld": the file's name. */
const char *emit_name(const struct emit_unit *unit);

/* Whole files: of an event or of gedeeld; and alle.{h,c}, the list of all events. */
void emit_header(const struct emit_unit *unit, struct sk_buffer *out);
void emit_shared_codec_header(const struct emit_unit *unit, struct sk_buffer *out);
void emit_source(const struct emit_unit *unit, struct sk_buffer *out);

void emit_list_header(const struct emit_unit *unit, struct sk_buffer *out);
void emit_list_source(const struct emit_unit *unit, struct sk_buffer *out);

/* Parts of a source, for the types of the unit. */
void emit_symbols(const struct emit_unit *unit, struct sk_buffer *out);
void emit_values(const struct emit_unit *unit, struct sk_buffer *out); /* init, equal */
void emit_readers(const struct emit_unit *unit, struct sk_buffer *out);
void emit_writers(const struct emit_unit *unit, struct sk_buffer *out);
void emit_tables(const struct emit_unit *unit, struct sk_buffer *out);
void emit_event(const struct emit_unit *unit, struct sk_buffer *out);

/* "NAME_slots": the table by which a record's fields are found; and the initialisers of
 * sk_record_type that use it. */
void emit_slots_of(struct sk_buffer *out, const struct layout_record *record,
                   const char *name);
void emit_lookup(struct sk_buffer *out, const struct layout_record *record,
                 const char *name);

/* The C type of one value: "int32_t", "struct sk_text", "struct adres". */
const char *emit_c_type(const struct layout_field *field, char out[128]);

/* A comment of lines of at most 90 columns, then nothing else on its line. */
void emit_comment(struct sk_buffer *out, int indent, const char *text);

/* A C string literal, broken over lines. */
void emit_literal(struct sk_buffer *out, int indent, const char *text);

#endif

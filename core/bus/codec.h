/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_CODEC_H
#define SK_BUS_CODEC_H

#include "avro/event.h"
#include "bus/bus.h"
#include "bus/registry_client.h"

/*
 * Between events and records: Confluent framing (0, 4-byte id, Avro binary), resolution
 * of events written with another version of their schema, CloudEvents headers. One
 * thread.
 */
struct sk_codec;

/* The client is borrowed and must outlive the codec. */
struct sk_codec *sk_codec_new(struct sk_registry_client *client);
void sk_codec_free(struct sk_codec *codec);

/* Appends the framed value. */
enum sk_verdict sk_codec_encode(struct sk_codec *codec, const struct sk_event_type *type,
                                const void *event, struct sk_buffer *out,
                                struct sk_error *err);

/* Decodes a framed value into `event` (type->record.size bytes): directly when it was
 * written with our own schema, else resolved first. Texts point into the value or the
 * arena. An event written with a newer schema is readable but not whole: *ret_whole says
 * whether every field of the writer is known here, so that a process never re-emits what
 * it could not read in full. SK_REJECT "codec.…" for anything that is not a valid event
 * of the type. */
enum sk_verdict sk_codec_decode(struct sk_codec *codec, const struct sk_event_type *type,
                                struct sk_bytes value, struct sk_arena *arena,
                                void *event, bool *ret_whole, struct sk_error *err);

/* With which schema the event decoded last was written, of each type in turn (`index`
 * from 0); false: there are no more. */
bool sk_codec_last_read(const struct sk_codec *codec, size_t index,
                        struct sk_text *ret_topic, int32_t *ret_id);

/* Appends any framed value as plain JSON by its writer's schema, tagged fields masked on
 * request: for people and tools. `type`: the topic's, which makes what was written with
 * its schema quick; or NULL. Nothing is appended on an error. */
enum sk_verdict sk_codec_put_json(struct sk_codec *codec,
                                  const struct sk_event_type *type, struct sk_bytes value,
                                  bool mask, struct sk_buffer *out, struct sk_error *err);

/* The generated type of a topic, or NULL. */
const struct sk_event_type *sk_event_type_of(struct sk_text topic);

/* CloudEvents Kafka binding, binary mode, and our two: what each event carries. */
struct sk_event_headers {
    char id[37];           /* ce_id */
    struct sk_text source; /* ce_source: "/edison/locaties", "/correlation" */
    struct sk_text cause;  /* causationid; absent: none */
    struct sk_text trace;  /* traceparent; absent: a new trace */
    int64_t time_ms;       /* ce_time */
};

enum { SK_EVENT_HEADER_COUNT = 8 };

/* Fills headers[] with ce_specversion, ce_id, ce_source, ce_type (the record's full
 * name), ce_time, content-type, traceparent and, when there is one, causationid; texts
 * live in the arena. Returns how many. */
size_t sk_event_headers_make(const struct sk_event_type *type,
                             const struct sk_event_headers *values,
                             struct sk_arena *arena,
                             struct sk_bus_header headers[SK_EVENT_HEADER_COUNT]);

/* The value of a header, or absent. */
struct sk_text sk_bus_header_value(const struct sk_bus_record *record, const char *name);

#endif

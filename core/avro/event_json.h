/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_EVENT_JSON_H
#define SK_AVRO_EVENT_JSON_H

#include <jansson.h>

#include "avro/event.h"
#include "base/value.h"

/*
 * Events as the JSON that old systems and people read: plain JSON with the schema's field
 * names, enums as symbols, dates as "2026-11-24", instants as RFC 3339, absent as null.
 */

/* Which fields go out. */
struct sk_event_view {
    const char *const *fields; /* top-level names, ends with NULL; NULL: all */
    bool mask;                 /* tagged values become "•••" */
    bool leave_out_absent;     /* no nulls, no empty arrays */
};

bool sk_event_view_shows(const struct sk_event_view *view, const char *name);

/* Appends the event as one JSON object, without line breaks. */
void sk_event_put_json(struct sk_buffer *out, const struct sk_event_type *type,
                       const void *event, const struct sk_event_view *view);

/* The same as a new jansson object, for what changes it; the caller decrefs. */
json_t *sk_event_to_json(const struct sk_event_type *type, const void *event,
                         const struct sk_event_view *view);

/* A value that did not fit its field. */
struct sk_rejected_field {
    struct sk_text veld;   /* path: "adressen[1].postcode" */
    struct sk_text waarde; /* raw, as JSON or text, at most 1,000 bytes */
    struct sk_text reden;  /* Dutch, short */
};

struct sk_rejected_fields {
    struct sk_rejected_field
        *items; /* at most 100, in the arena; more are only counted */
    size_t count;
};

/* Adds one, for rules that the schema does not know (check digits, patterns). */
void sk_rejected_add(struct sk_rejected_fields *rejected, struct sk_arena *arena,
                     struct sk_text veld, struct sk_text waarde, const char *reden);

/* The same with a value as it came: its text, else its JSON; NULL: "". */
void sk_rejected_add_value(struct sk_rejected_fields *rejected, struct sk_arena *arena,
                           const char *veld, const struct sk_value *value,
                           const char *reden);

/* Lenient reading: `event` gets _init's defaults, then what `object` says. A member that
 * does not fit (type, enum symbol, date, bounds: 10,000 items, 256 KiB a text)
 * leaves its field at the default, or is no item of its array, and is added to
 * `rejected`; null and unknown members are ignored. Taken too: numbers for texts, digits
 * for numbers, "ja"/"nee" and 1/0 for booleans, one value for an array of one, Unix ms
 * for instants, a date for the instant it begins in Brussels, an instant for its day
 * there. bytes are base64. Texts stay where `object` has them, the rest goes to the
 * arena. SK_REJECT only when `object` is no object. */
enum sk_verdict sk_event_from_json(const struct sk_event_type *type,
                                   const struct sk_value *object, struct sk_arena *arena,
                                   void *event, struct sk_rejected_fields *rejected,
                                   struct sk_error *err);

#endif

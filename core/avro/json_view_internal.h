/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_JSON_VIEW_INTERNAL_H
#define SK_AVRO_JSON_VIEW_INTERNAL_H

#include "avro/json_view.h"
#include "avro/path.h"

/* Between the files that turn JSON into binary. */
struct sk_json_encoder {
    enum sk_json_mode mode;
    bool exact;      /* take only what to_json would have written for this type */
    size_t budget;   /* values that may still be tried */
    size_t depth;    /* containers now open */
    size_t size_max; /* of `out` */
    struct sk_buffer *out;
    struct sk_error *err;
};

/* json_view_from.c */
enum sk_verdict sk_json_encode(struct sk_json_encoder *self,
                               const struct sk_schema *schema, const json_t *json,
                               const struct sk_path *path);

/* Pays for a search through `steps` branches or symbols. */
static inline void sk_json_charge(struct sk_json_encoder *self, size_t steps)
{
    size_t price = steps / 16;

    self->budget = self->budget > price ? self->budget - price : 0;
}

/* json_view_scalar.c: all but records, arrays, maps and unions. */
enum sk_verdict sk_json_encode_scalar(struct sk_json_encoder *self,
                                      const struct sk_schema *schema, const json_t *json,
                                      const struct sk_path *path);

/* "must be a string, but is an integer". */
enum sk_verdict sk_json_misfit(struct sk_json_encoder *self, const struct sk_path *path,
                               const char *wanted, const json_t *json) SK_COLD;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_CODEC_MASK_H
#define SK_BUS_CODEC_MASK_H

#include <jansson.h>

#include "avro/schema.h"

/* Takes plain JSON of the schema and returns it with every value inside a tagged field
 * ("confluent:tags") as "•••"; null stays null. Where a union leaves open which record
 * stands there, what any of them tags is masked. Inside bus only. */
json_t *sk_codec_mask_take(const struct sk_schema *schema, json_t *json);

#endif

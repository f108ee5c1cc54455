/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_TAGS_H
#define SK_REGISTRY_TAGS_H

#include <jansson.h>

#include "base/verdict.h"

/*
 * Tags stand in a schema's own JSON, at records and fields, in "confluent:tags". Clients
 * name the place: {"schemaEntity":{"entityType":"sr_field","entityPath":"a.b.R.f"},
 * "tags":["PII"]}.
 */

/* All of them, as such a list. A new reference. */
json_t *sk_tags_find(const json_t *schema);

/* Adds and removes; either list may be NULL. SK_REJECT "registry.tags" names a place that
 * is not there. */
enum sk_verdict sk_tags_change(json_t *schema, const json_t *added, const json_t *removed,
                               struct sk_error *err);

/* Adds the tags of one schema to the same places of another, where these are there. */
void sk_tags_spread(const json_t *from, json_t *to);

#endif

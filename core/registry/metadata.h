/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_METADATA_H
#define SK_REGISTRY_METADATA_H

#include <jansson.h>
#include <stdbool.h>

#include "base/verdict.h"

/*
 * Metadata and rule sets as the contract knows them, in a normal form: members in one
 * order, maps and sets sorted, what is unknown or empty left out. Equal values are equal
 * texts. NULL: none.
 */
#define SK_METADATA_VERSION "confluent:version"

/* A new reference to the normal form, NULL for a missing or null value. SK_REJECT
 * "registry.metadata" or "registry.rule_set" says what is wrong. */
enum sk_verdict sk_metadata_read(const json_t *value, json_t **ret_metadata,
                                 struct sk_error *err);
enum sk_verdict sk_rule_set_read(const json_t *value, json_t **ret_rule_set,
                                 struct sk_error *err);

/* The second over the first; either may be NULL. New references. */
json_t *sk_metadata_merge(const json_t *older, const json_t *newer);
json_t *sk_rule_set_merge(const json_t *older, const json_t *newer);

/* A property, or NULL. */
const char *sk_metadata_property(const json_t *metadata, const char *name);

/* The same with another property, or without it (value NULL). A new reference. */
json_t *sk_metadata_with(const json_t *metadata, const char *name, const char *value);

#endif

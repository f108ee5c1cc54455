/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_CONFIG_H
#define SK_REGISTRY_CONFIG_H

#include <jansson.h>

#include "registry/level.h"
#include "registry/store.h"

/*
 * Configuration of a scope: the JSON object of the contract, members as GET answers them
 * ("compatibilityLevel"). In force for a subject is the first that is there: its own, its
 * context's, the global one's, else the defaults.
 */

/* The scope's own; NULL: none. A new reference. */
enum sk_verdict sk_config_own(struct sk_store *store, struct sk_text scope,
                              json_t **ret_config, struct sk_error *err);

/* The one in force; always an object with a level. A new reference. */
enum sk_verdict sk_config_in_force(struct sk_store *store, struct sk_text subject,
                                   json_t **ret_config, struct sk_error *err);

/* What a client sends ("compatibility") over the earlier one; a member that is null goes.
 * SK_REJECT "registry.level", "registry.metadata", "registry.rule_set" or
 * "registry.config". A new reference. */
enum sk_verdict sk_config_change(const json_t *earlier, const json_t *sent,
                                 json_t **ret_config, struct sk_error *err);

enum sk_level sk_config_level(const json_t *config);
bool sk_config_flag(const json_t *config, const char *name);

/* The subject an alias stands for, one step: `subject` itself when it has none. */
enum sk_verdict sk_config_alias(struct sk_store *store, struct sk_text subject,
                                struct sk_arena *arena, struct sk_text *ret_subject,
                                struct sk_error *err);

/* The first scope's setting of this kind, in the order above; absent: none. */
enum sk_verdict sk_setting_in_force(struct sk_store *store, enum sk_store_setting kind,
                                    struct sk_text subject, struct sk_arena *arena,
                                    struct sk_text *ret_value, struct sk_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_REGISTRY_CLIENT_H
#define SK_BUS_REGISTRY_CLIENT_H

#include "avro/event.h"
#include "base/verdict.h"

/*
 * Schemas by id, and ids of our own schemas, from a Confluent-style registry. Every
 * schema ever used is kept on disk under the registry's permanent store UUID, so that
 * with the registry away running and restarted processes go on. One thread.
 */
struct sk_registry_client;

/* `folder` holds the cache (`<folder>/<uuid>/…`). Does not connect yet. */
enum sk_verdict sk_registry_client_open(const char *url, const char *folder,
                                        struct sk_registry_client **ret_client,
                                        struct sk_error *err);
void sk_registry_client_close(struct sk_registry_client *client);

/* The id of an own schema under subject "<topic>-value": from the cache when its
 * fingerprint and text are the ones cached, else registered. SK_RETRY "registry.away";
 * SK_FATAL "registry.incompatible" (with the registry's reason) and "registry.other"
 * (another store UUID than the cache's: never mix). */
enum sk_verdict sk_registry_client_id(struct sk_registry_client *client,
                                      const struct sk_event_type *type, int32_t *ret_id,
                                      struct sk_error *err);

/* The schema text behind an id; owned by the client, lives as long as it. SK_RETRY when
 * it is not cached and the registry is away; SK_REJECT "registry.unknown" when there is
 * none. */
enum sk_verdict sk_registry_client_schema(struct sk_registry_client *client, int32_t id,
                                          const char **ret_schema, struct sk_error *err);

#endif

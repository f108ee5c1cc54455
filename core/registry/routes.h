/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_ROUTES_H
#define SK_REGISTRY_ROUTES_H

#include "registry/call.h"

/* The whole interface as one table; a new endpoint is a row and a handler. */
struct sk_registry_route {
    const char *method;
    const char *pattern; /* segments; "*" is a parameter */
    sk_registry_handler *handler;
};
extern const struct sk_registry_route sk_registry_routes[]; /* ends with a NULL method */

/* From a method and a path (as sent) to its handler and back: the answer stands in
 * call->out, its status is returned. The call has everything else of the request. */
unsigned sk_registry_dispatch(struct sk_registry_call *call, struct sk_text method,
                              struct sk_text target);

/* Handlers, by the file they stand in. */
sk_registry_handler sk_subjects_list, sk_subject_look_up, sk_subject_by_metadata;
sk_registry_handler sk_subject_delete, sk_version_delete;
sk_registry_handler sk_versions_list, sk_version_get, sk_version_schema,
    sk_version_referenced_by;
sk_registry_handler sk_version_register, sk_version_tag;
sk_registry_handler sk_schema_get, sk_schema_text, sk_schema_subjects, sk_schema_versions,
    sk_schema_types, sk_guid_get, sk_guid_ids;
sk_registry_handler sk_schemas_list;
sk_registry_handler sk_compatibility_with_version, sk_compatibility_with_all;
sk_registry_handler sk_config_get, sk_config_put, sk_config_delete;
sk_registry_handler sk_mode_get, sk_mode_put, sk_mode_delete;
sk_registry_handler sk_contexts_list, sk_context_delete;
sk_registry_handler sk_export, sk_import, sk_openapi;
sk_registry_handler sk_root, sk_metadata_id, sk_metadata_version, sk_metadata_deployment;

/* The subjects that ?subjectPrefix (or `otherwise`) means; false: answered. Two handlers
 * list by it. */
bool sk_subjects_matching(struct sk_registry_call *call, const char *otherwise,
                          struct sk_store_texts *ret_subjects, unsigned *ret_status);

#endif

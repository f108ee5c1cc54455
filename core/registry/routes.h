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

/* Handlers, by the file they stand in. */
sk_registry_handler sk_subjects_list, sk_subject_look_up, sk_subject_delete;
sk_registry_handler sk_versions_list, sk_version_register, sk_version_get,
    sk_version_schema, sk_version_delete;
sk_registry_handler sk_schema_get, sk_schema_text, sk_schema_subjects, sk_schema_versions,
    sk_schema_types;
sk_registry_handler sk_compatibility_with_version, sk_compatibility_with_all;
sk_registry_handler sk_config_get, sk_config_put, sk_config_delete, sk_config_subject_get,
    sk_config_subject_put, sk_config_subject_delete;
sk_registry_handler sk_root, sk_metadata_id, sk_metadata_version;

#endif

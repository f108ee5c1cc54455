/* SPDX-License-Identifier: Apache-2.0 */
/* Who this registry is. */
#include "registry/routes.h"

unsigned sk_root(struct sk_registry_call *call)
{
    return sk_call_answer_take(call, json_object());
}

unsigned sk_metadata_id(struct sk_registry_call *call)
{
    return sk_call_answer_take(call,
                               json_pack("{s{s[],s{ss}},ss}", "scope", "path", "clusters",
                                         "schema-registry-cluster", "schema-registry",
                                         "id", sk_store_uuid(call->registry->store)));
}

unsigned sk_metadata_version(struct sk_registry_call *call)
{
    return sk_call_answer_take(
        call, json_pack("{ss,ss}", "version", SK_VERSION, "commitId", ""));
}

unsigned sk_metadata_deployment(struct sk_registry_call *call)
{
    return sk_call_answer_take(call, json_pack("{s[]}", "attributes"));
}

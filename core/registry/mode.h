/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_MODE_H
#define SK_REGISTRY_MODE_H

#include "registry/store.h"

/* What a scope may be used for. */
enum sk_mode {
    SK_MODE_UNSET = -1,
    SK_MODE_READWRITE,
    SK_MODE_READONLY,
    SK_MODE_READONLY_OVERRIDE, /* of the default context: for everything */
    SK_MODE_IMPORT,            /* ids and versions are the client's */
    SK_MODE_FORWARD,           /* the same; a link fills it */
};

const char *sk_mode_name(enum sk_mode mode);
enum sk_mode sk_mode_parse(struct sk_text name); /* SK_MODE_UNSET for anything else */

bool sk_mode_is_readonly(enum sk_mode mode);
bool sk_mode_is_import(enum sk_mode mode); /* IMPORT or FORWARD */

/* The scope's own; SK_MODE_UNSET: none. */
enum sk_verdict sk_mode_own(struct sk_store *store, struct sk_text scope,
                            enum sk_mode *ret_mode, struct sk_error *err);

/* The one in force: subject, its context, the global one, READWRITE. */
enum sk_verdict sk_mode_in_force(struct sk_store *store, struct sk_text subject,
                                 enum sk_mode *ret_mode, struct sk_error *err);

#endif

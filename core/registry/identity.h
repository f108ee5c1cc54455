/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_IDENTITY_H
#define SK_REGISTRY_IDENTITY_H

#include "registry/store.h"

/*
 * Fills fingerprint and guid from text, references, metadata and rule set, which are the
 * client's in their normal form (schema_text.h, metadata.h). What has the same
 * fingerprint has one id. The guid is the one every registry of this contract gives: the
 * MD5 of the same bytes in the same order.
 */
void sk_identity_fill(struct sk_store_schema *schema);

enum { SK_GUID_SIZE = 37 }; /* "01234567-89ab-cdef-0123-456789abcdef" and a NUL */
const char *sk_guid_format(const uint8_t guid[SK_MD5_SIZE], char out[SK_GUID_SIZE]);
bool sk_guid_parse(struct sk_text text, uint8_t ret_guid[SK_MD5_SIZE]);

#endif

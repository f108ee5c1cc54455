/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_RULE_SET_H
#define SK_REGISTRY_RULE_SET_H

#include <jansson.h>
#include <stdbool.h>

/* Between metadata.c and rule_set.c. New references. */
json_t *sk_set_read(const json_t *list);   /* its texts, sorted, each once */
json_t *sk_map_read(const json_t *object); /* to texts or sets of texts, sorted */

#endif

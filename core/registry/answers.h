/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_ANSWERS_H
#define SK_REGISTRY_ANSWERS_H

#include "registry/call.h"

/* The answer that was given to this request since the store last changed, else the
 * handler's. `request` is all that an answer may follow from: method, path, query, body.
 * Called after it was decided that the caller may ask. */
unsigned sk_answers_serve(struct sk_answers *answers, struct sk_registry_call *call,
                          struct sk_text request, sk_registry_handler *handler);

#endif

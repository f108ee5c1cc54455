/* SPDX-License-Identifier: Apache-2.0 */
/* event_types - from a topic to its generated type. A file of its own: who asks for it
 * links the codecs of every topic. */
#include "bus/codec.h"
#include "events/alle.h"
#include "events/schakel_wacht.h"

const struct sk_event_type *sk_event_type_of(struct sk_text topic)
{
    /* wacht.<process>: one type for all of them. */
    if (sk_text_starts_with(topic, "wacht."))
        return &sk_schakel_wacht;
    for (const struct sk_event_type *const *type = sk_event_types; *type; type++) {
        if (sk_text_is(topic, (*type)->topic))
            return *type;
    }
    return NULL;
}

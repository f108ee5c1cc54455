/* SPDX-License-Identifier: Apache-2.0 */
/* event_types - from a topic to its generated type. A file of its own: who asks for it
 * links the codecs of every topic. */
#include "bus/codec.h"
#include "events/dossier_stuk.h"
#include "events/klacht.h"
#include "events/koppeling.h"
#include "events/koppeling_oordeel.h"
#include "events/opvang_locatie.h"
#include "events/opvang_organisator.h"
#include "events/schakel_inzage.h"
#include "events/schakel_positie.h"
#include "events/schakel_status.h"
#include "events/schakel_wacht.h"

static const struct sk_event_type *const types[] = {
    &sk_dossier_stuk,      &sk_klacht,          &sk_koppeling,
    &sk_koppeling_oordeel, &sk_opvang_locatie,  &sk_opvang_organisator,
    &sk_schakel_inzage,    &sk_schakel_positie, &sk_schakel_status,
    &sk_schakel_wacht,
};

const struct sk_event_type *sk_event_type_of(struct sk_text topic)
{
    /* wacht.<process>: one type for all of them. */
    if (sk_text_starts_with(topic, "wacht."))
        return &sk_schakel_wacht;
    for (size_t i = 0; i < SK_COUNT(types); i++) {
        if (sk_text_is(topic, types[i]->topic))
            return types[i];
    }
    return NULL;
}

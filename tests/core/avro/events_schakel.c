/* SPDX-License-Identifier: Apache-2.0 */
/* The events of schemas/. */
#include "core/avro/event_fill.h"
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
#include "events/schakel_weigering.h"

const struct sk_event_type *const event_types[] = {
    &sk_dossier_stuk,      &sk_klacht,
    &sk_koppeling,         &sk_koppeling_oordeel,
    &sk_opvang_locatie,    &sk_opvang_organisator,
    &sk_schakel_inzage,    &sk_schakel_positie,
    &sk_schakel_status,    &sk_schakel_wacht,
    &sk_schakel_weigering, NULL,
};

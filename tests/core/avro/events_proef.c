/* SPDX-License-Identifier: Apache-2.0 */
/* The events of tests/core/avro/schemas: every kind of field. */
#include "core/avro/event_fill.h"
#include "events/proef_alles.h"
#include "events/proef_klein.h"

const struct sk_event_type *const event_types[] = {&sk_proef_alles, &sk_proef_klein,
                                                   NULL};

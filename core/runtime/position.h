/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_POSITION_H
#define SK_RUNTIME_POSITION_H

#include "runtime/source.h"

/*
 * How far a source has been read: `schakel.positie`, moved in the unit of work that holds
 * the events. With an overlap the position kept is the one reached that long ago, so that
 * each round of reads, and a restart, begins there again.
 */
enum sk_verdict sk_position_load(struct sk_source_flow *self, struct sk_error *err);
void sk_position_fini(struct sk_source_flow *self);

/* A batch of `count` records ended at `next` (absent: where it was): adds the position to
 * the unit of work when something moved. */
enum sk_verdict sk_position_moved(struct sk_source_flow *self, struct sk_text next,
                                  int64_t count, struct sk_error *err);

/* The unit is committed; true when `reached` moved. */
bool sk_position_committed(struct sk_source_flow *self);

/* The unit was given up: reads go on from what was committed. */
void sk_position_forget(struct sk_source_flow *self);

/* There is nothing more for now: the next round begins at the kept position. */
void sk_position_round_ended(struct sk_source_flow *self);

#endif

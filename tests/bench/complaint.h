/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_TESTS_BENCH_COMPLAINT_H
#define SK_TESTS_BENCH_COMPLAINT_H

#include "events/klacht.h"

/*
 * Complaints as they come in one morning: about 350 bytes each, no two alike. Names,
 * texts and which optional fields are there differ with `number`; the same number gives
 * the same complaint. Arrays and records come from the arena.
 */
void complaint_make(struct klacht *klacht, unsigned number, struct sk_arena *arena);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_TESTS_CORRELATION_WORLD_H
#define SK_TESTS_CORRELATION_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "events/dossier_stuk.h"
#include "events/klacht.h"
#include "events/koppeling.h"
#include "events/koppeling_oordeel.h"
#include "events/opvang_locatie.h"
#include "events/opvang_organisator.h"
#include "runtime/connector.h"

/*
 * The correlation without its process: events stand in memory, encoded, as they would on
 * the bus; what a call emits becomes visible when it succeeds, and the koppeling table
 * sees it then. It stands in for the runtime's emitter.
 */
struct world;

struct world *world_new(void); /* opened with default options, the register empty */
void world_free(struct world *world);
void world_restart(struct world *world); /* state lost, bus kept, tables read, loaded */

void world_set_time(struct world *world, int64_t now_ms);
enum sk_verdict world_loaded(struct world *world, struct sk_error *err);

/* Puts an event on the bus and hands it to table or handle, as the runtime does. */
enum sk_verdict world_send(struct world *world, const struct sk_event_type *type,
                           const void *event, struct sk_error *err);

/* Hands an earlier event over again, as after a reset of the positions. */
enum sk_verdict world_replay(struct world *world, const struct sk_event_type *type,
                             const void *event, struct sk_error *err);
enum sk_verdict world_erase(struct world *world, const struct sk_event_type *type,
                            const char *key, struct sk_error *err);
void world_tick(struct world *world);

/* A request of the review, as the runtime hands it over; `version` (0: none) as If-Match.
 * What it emitted is committed. The answer's body, a new reference or NULL. */
json_t *world_ask(struct world *world, const char *method, const char *path,
                  int64_t version, const json_t *body, unsigned *ret_status);

/* The newest event of that key, or NULL; it lives until world_free. */
const void *world_get(struct world *world, const struct sk_event_type *type,
                      const char *key);
const struct koppeling *world_koppeling(struct world *world, const char *klacht_id);
const struct dossier_stuk *world_stuk(struct world *world, const char *stuk_id);

/* Events sent by the correlation so far. */
size_t world_sent(const struct world *world);

/* The folder of the process. */
const char *world_folder(const struct world *world);

/* Deletes the key of pseudonyms, as who destroys what is known of groups does. */
void world_destroy_key(struct world *world);

/* From now on the tables hear nothing of what is committed, as in the moment after it. */
void world_delay_tables(struct world *world);

/* What the alarm counts that was raised last; 0: over. */
int64_t world_alarm(const struct world *world);

/* Makers; texts are literals. */
struct opvang_locatie *world_location(struct world *world, const char *number,
                                      const char *name, const char *street,
                                      const char *organiser);
struct opvang_organisator *world_organiser(struct world *world, const char *id,
                                           const char *name);
struct klacht *world_klacht(struct world *world, const char *id, const char *name,
                            const char *dossiernummer);
struct koppeling_oordeel *world_oordeel(struct world *world, const char *id,
                                        const char *klacht_id, int32_t handeling);
void world_oordeel_target(struct world *world, struct koppeling_oordeel *oordeel,
                          int32_t niveau, const char *target);
struct sk_arena *world_arena(struct world *world);

/* The register of the tests, loaded: 910000001 "De Zonnebloem" and 910000002 "Speelvogel"
 * of O1, 910000003 "Bever" of O2, all in Gent, and 150 others elsewhere. */
struct world *world_with_register(void);

enum { HALF_HOUR_MS = 30 * 60 * 1000 };
#define TUESDAY_NOON 1795518000000 /* 2026-11-24 12:00 in Brussels */

#define assert_text(text, expected)                                                      \
    do {                                                                                 \
        struct sk_text text_ = (text);                                                   \
        assert_int_equal(text_.size, strlen(expected));                                  \
        assert_memory_equal(text_.data, expected, text_.size);                           \
    } while (0)

/* A call that fills the caller's `err`. */
#define assert_ok(call)                                                                  \
    do {                                                                                 \
        if ((call) != SK_OK)                                                             \
            fail_msg("%s: %s", err.id, err.text);                                        \
    } while (0)

#endif

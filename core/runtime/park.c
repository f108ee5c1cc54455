/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/park.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "events/schakel_wacht.h"
#include "runtime/dead_letter.h"
#include "runtime/emitter.h"

enum { LONGEST_KEY = 480 }; /* longer keys of entities stand there as their hash */

#define OFFERED "delivery.offered"

static void forget(struct sk_park *park, struct sk_parked *parked, struct sk_text name)
{
    parked->flow->count.parked--;
    sk_due_remove(&parked->flow->due, &parked->due);
    sk_map_remove(&park->entries, name);
    free(parked->key);
    free(parked);
}

void sk_park_fini(struct sk_park *park)
{
    struct sk_map_slot *slot;

    for (size_t at = 0; (slot = sk_map_next(&park->entries, &at));) {
        struct sk_parked *parked = slot->value;
        parked->flow->count.parked--;
        sk_due_remove(&parked->flow->due, &parked->due);
        free(parked->key);
        free(parked);
    }
    sk_map_fini(&park->entries);
}

/* The text `sleutel` of the key, in the arena or borrowed. */
static struct sk_text short_key(struct sk_text key, struct sk_arena *arena)
{
    char hash[SK_SHA256_HEX_SIZE];

    if (key.size <= LONGEST_KEY && sk_utf8_valid(key.data, key.size))
        return key;
    return sk_arena_printf(arena, "sha256:%s", sk_sha256_hex(key.data, key.size, hash));
}

static struct sk_text name_of(const struct sk_flow *flow, struct sk_text key,
                              struct sk_arena *arena)
{
    struct sk_text sleutel = short_key(key, arena);

    return sk_arena_printf(arena, "%s/%.*s", flow->name, SK_TEXT_ARG(sleutel));
}

struct sk_parked *sk_park_find(const struct sk_process *process,
                               const struct sk_flow *flow, struct sk_text key)
{
    sk_arena_auto arena = {0};

    if (!process->park.entries.count)
        return NULL;
    return sk_map_get(&process->park.entries, name_of(flow, key, &arena));
}

static struct sk_parked *remember(struct sk_process *process, struct sk_flow *flow,
                                  struct sk_text key, struct sk_text name)
{
    struct sk_parked *parked = sk_map_get(&process->park.entries, name);

    if (parked)
        return parked;
    parked = sk_alloc_zeroed(sizeof(*parked));
    parked->flow = flow;
    parked->key = sk_strndup(key.data, key.size);
    parked->key_size = key.size;
    sk_map_put(&process->park.entries, name, parked);
    flow->count.parked++;
    return parked;
}

static struct sk_flow *flow_named(struct sk_process *process, struct sk_text name)
{
    for (size_t i = 0; i < sk_process_flow_count(process); i++)
        if (sk_text_is(name, sk_process_flow(process, i)->name))
            return sk_process_flow(process, i);
    return NULL;
}

/* What stands there is no parked record: nobody can deliver it, so it is a dead letter.
 */
static enum sk_verdict bury_unreadable(struct sk_process *process,
                                       const struct sk_bus_record *record,
                                       const struct sk_error *cause, struct sk_error *err)
{
    struct sk_text rest = record->key;
    struct sk_flow *flow = flow_named(process, sk_text_split(&rest, '/'));
    struct sk_bus_message erased = {.topic = record->topic, .key = record->key};

    if (!flow) {
        sk_log_error("park.flow", SK_INT64("position", record->position),
                     SK_STR("text", "a record waits for a flow that is no more"));
        return SK_OK;
    }
    SK_TRY(sk_dead_letter_record(process, flow, record, 0, cause, err));
    return sk_unit_send(&process->unit, &erased, err);
}

static void remember_wait(struct sk_process *process, struct sk_flow *flow,
                          const struct schakel_wacht *wait, struct sk_text name)
{
    struct sk_text key = {(const char *)wait->record_sleutel.data,
                          wait->record_sleutel.size};
    struct sk_parked *parked = remember(process, flow, key, name);

    parked->attempts = wait->pogingen;
    parked->first_ms = wait->eerste_poging_op;
    parked->used_ms = wait->wachttijd_ms;
    parked->healthy_ms = flow->healthy_ms;
    parked->offered = wait->laatste_fout && sk_text_is(wait->laatste_fout->id, OFFERED);
    sk_park_wait(parked, wait->volgende_poging_op);
}

/* One record of wacht.<process>. */
static enum sk_verdict load_one(void *context, const struct sk_bus_record *record,
                                struct sk_error *err)
{
    struct sk_process *process = context;
    struct schakel_wacht wait = {0};
    struct sk_error cause = {0};
    sk_arena_auto arena = {0};
    bool whole;

    enum sk_verdict verdict = sk_codec_decode(
        process->codec, &sk_schakel_wacht, record->value, &arena, &wait, &whole, &cause);
    if (verdict == SK_REJECT)
        return bury_unreadable(process, record, &cause, err);
    if (verdict != SK_OK) {
        *err = cause;
        return verdict;
    }
    struct sk_flow *flow = flow_named(process, wait.flow);
    if (flow)
        remember_wait(process, flow, &wait, record->key);
    else
        sk_log_error("park.flow", SK_SLICE("flow", wait.flow),
                     SK_STR("text", "a record waits for a flow that is no more"));
    return SK_OK;
}

enum sk_verdict sk_park_load(struct sk_process *process, struct sk_error *err)
{
    sk_arena_auto arena = {0};

    sk_park_fini(&process->park);
    return sk_bus_each(process->bus, sk_process_topic(process, "wacht", &arena), load_one,
                       process, err);
}

static void fill_headers(struct schakel_wacht *wait, const struct sk_bus_record *record,
                         struct sk_arena *arena)
{
    struct record_header *headers =
        sk_arena_alloc_zeroed(arena, record->header_count * sizeof(*headers));

    for (size_t i = 0; i < record->header_count; i++) {
        const struct sk_bus_header *header = &record->headers[i];
        headers[i].naam = header->name;
        headers[i].waarde =
            (struct sk_bytes){(const uint8_t *)header->value.data, header->value.size};
    }
    wait->headers = headers;
    wait->headers_count = record->header_count;
}

static void fill_times(struct schakel_wacht *wait, const struct sk_parking *parking)
{
    wait->pogingen = parking->attempts;
    wait->has_eerste_poging_op = wait->has_volgende_poging_op = true;
    wait->eerste_poging_op = parking->first_ms;
    wait->volgende_poging_op = parking->next_ms;
    wait->wachttijd_ms = parking->used_ms;
}

static enum sk_verdict send_wait(struct sk_process *process, struct sk_flow *flow,
                                 const struct sk_bus_record *record,
                                 const struct sk_parking *parking, struct sk_arena *arena,
                                 struct sk_error *err)
{
    struct fout fault = {.id = sk_text(parking->offered ? OFFERED : parking->error->id),
                         .tekst = sk_text(parking->error->text)};
    struct sk_bus_message message;
    struct schakel_wacht wait;

    schakel_wacht_init(&wait);
    wait.flow = sk_text(flow->name);
    wait.sleutel = short_key(record->key, arena);
    wait.topic = record->topic;
    wait.partitie = record->partition;
    wait.positie = record->position;
    wait.record_sleutel =
        (struct sk_bytes){(const uint8_t *)record->key.data, record->key.size};
    wait.record_waarde = record->value;
    wait.has_record_tijd = true;
    wait.record_tijd = record->timestamp_ms;
    wait.laatste_fout = &fault;
    fill_headers(&wait, record, arena);
    fill_times(&wait, parking);
    SK_TRY(sk_emitter_message(process, sk_process_topic(process, "wacht", arena),
                              &sk_schakel_wacht, &wait, arena, &message, err));
    return sk_unit_send(&process->unit, &message, err);
}

enum sk_verdict sk_park_put(struct sk_process *process, struct sk_flow *flow,
                            const struct sk_bus_record *record,
                            const struct sk_parking *parking, struct sk_error *err)
{
    sk_arena_auto arena = {0};

    SK_TRY(send_wait(process, flow, record, parking, &arena, err));
    struct sk_parked *parked =
        remember(process, flow, record->key, name_of(flow, record->key, &arena));
    parked->attempts = parking->attempts;
    parked->first_ms = parking->first_ms;
    parked->healthy_ms = flow->healthy_ms;
    parked->used_ms = parking->used_ms;
    parked->offered = parking->offered;
    sk_park_wait(parked, parking->next_ms);
    return SK_OK;
}

enum sk_verdict sk_park_clear(struct sk_process *process, struct sk_flow *flow,
                              struct sk_text key, struct sk_error *err)
{
    struct sk_parked *parked = sk_park_find(process, flow, key);
    sk_arena_auto arena = {0};

    if (!parked)
        return SK_OK;
    struct sk_text name = name_of(flow, key, &arena);
    struct sk_bus_message erased = {.topic = sk_process_topic(process, "wacht", &arena),
                                    .key = name};
    SK_TRY(sk_unit_send(&process->unit, &erased, err));
    forget(&process->park, parked, name);
    return SK_OK;
}

static struct sk_text copy_bytes(struct sk_bytes bytes, struct sk_arena *arena)
{
    return sk_arena_text(arena, (struct sk_text){(const char *)bytes.data, bytes.size});
}

/* The record as it was polled, out of its parked form; everything copied. */
static struct sk_bus_record original(const struct schakel_wacht *wait,
                                     struct sk_arena *arena)
{
    struct sk_bus_header *headers =
        sk_arena_alloc(arena, wait->headers_count * sizeof(*headers));
    struct sk_text value = copy_bytes(wait->record_waarde, arena);

    for (size_t i = 0; i < wait->headers_count; i++) {
        headers[i].name = sk_arena_text(arena, wait->headers[i].naam);
        headers[i].value = copy_bytes(wait->headers[i].waarde, arena);
    }
    return (struct sk_bus_record){
        .topic = sk_arena_text(arena, wait->topic),
        .partition = (int32_t)wait->partitie,
        .position = wait->positie,
        .timestamp_ms = wait->record_tijd,
        .key = copy_bytes(wait->record_sleutel, arena),
        .value = {wait->record_waarde.data ? (const uint8_t *)value.data : NULL,
                  value.size},
        .headers = headers,
        .header_count = wait->headers_count};
}

enum sk_verdict sk_park_read(struct sk_process *process, struct sk_parked *parked,
                             struct sk_arena *arena, struct sk_bus_record *ret_record,
                             bool *ret_found, struct sk_error *err)
{
    struct sk_text key = {parked->key, parked->key_size};
    struct sk_text name = name_of(parked->flow, key, arena);
    struct sk_bus_record record = {0};
    struct schakel_wacht wait = {0};
    struct sk_error cause = {0};
    bool found = false, whole;

    *ret_found = false;
    SK_TRY(sk_bus_latest(process->bus, sk_process_topic(process, "wacht", arena), name,
                         &record, &found, err));
    if (!found || !record.value.data) {
        forget(&process->park, parked, name);
        return SK_OK;
    }
    enum sk_verdict verdict = sk_codec_decode(process->codec, &sk_schakel_wacht,
                                              record.value, arena, &wait, &whole, &cause);
    if (verdict == SK_REJECT) {
        SK_TRY(bury_unreadable(process, &record, &cause, err));
        forget(&process->park, parked, name);
        return SK_OK;
    }
    if (verdict != SK_OK) {
        *err = cause;
        return verdict;
    }
    *ret_record = original(&wait, arena);
    *ret_found = true;
    return SK_OK;
}

struct sk_parked *sk_park_next(const struct sk_flow *flow)
{
    static_assert(offsetof(struct sk_parked, due) == 0);
    return (struct sk_parked *)sk_due_first(&flow->due);
}

void sk_park_take(struct sk_parked *parked)
{
    sk_due_remove(&parked->flow->due, &parked->due);
}

bool sk_park_taken(const struct sk_parked *parked)
{
    return parked->due.place == 0;
}

void sk_park_wait(struct sk_parked *parked, int64_t until_ms)
{
    sk_due_set(&parked->flow->due, &parked->due, until_ms);
}

void sk_park_hasten(struct sk_process *process, struct sk_flow *flow, int64_t spread_ms)
{
    int64_t now = sk_clock_now_ms();
    struct sk_map_slot *slot;
    uint32_t random;

    for (size_t at = 0; (slot = sk_map_next(&process->park.entries, &at));) {
        struct sk_parked *parked = slot->value;
        if (parked->flow != flow || parked->offered || sk_park_taken(parked))
            continue;
        sk_random(&random, sizeof(random));
        int64_t due = now + (int64_t)(random % (uint64_t)(spread_ms + 1));
        if (due < parked->due.at_ms)
            sk_park_wait(parked, due);
    }
}

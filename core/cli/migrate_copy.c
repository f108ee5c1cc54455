/* SPDX-License-Identifier: Apache-2.0 */
/* The records, partition by partition, and whether both buses hold the same at the end.
 */
#include <inttypes.h>
#include <string.h>

#include "base/hash.h"
#include "cli/migrate.h"

enum { ACTIVATE_MS = 20000, TAIL_POSITIONS = 64, END = -2 };

/* Where to go on. -------------------------------------------------------------------- */

struct last {
    bool any, foreign;
    int64_t origin;
};

static enum sk_verdict look_at_last(void *context, const struct sk_bus_record *record,
                                    struct sk_error *)
{
    struct last *last = context;

    last->any = true;
    if (!sk_migrate_origin(record, &last->origin))
        last->foreign = true;
    return SK_OK;
}

/* The newest records of the target's partition say how far it is. */
static enum sk_verdict find_next(struct sk_migrate *migrate, struct sk_text topic,
                                 int32_t partition, int64_t *ret_next,
                                 struct sk_error *err)
{
    struct last last = {.origin = -1};
    int64_t end, next;

    SK_TRY(sk_bus_fetch(migrate->to, topic, partition, END, 0, look_at_last, &last, &end,
                        err));
    next = end > TAIL_POSITIONS ? end - TAIL_POSITIONS : 0;
    for (int64_t before = -1; next != before && next < end;) {
        before = next;
        SK_TRY(sk_bus_fetch(migrate->to, topic, partition, next, TAIL_POSITIONS,
                            look_at_last, &last, &next, err));
    }
    if (last.foreign || (end > TAIL_POSITIONS && !last.any))
        return sk_fail(err, SK_REJECT, "migrate.target",
                       "%s is niet leeg: topic %.*s heeft records die niet van een "
                       "verhuizing zijn",
                       migrate->to_url, SK_TEXT_ARG(topic));
    *ret_next = last.origin + 1;
    return SK_OK;
}

/* Copying. --------------------------------------------------------------------------- */

static enum sk_verdict send_copy(void *context, const struct sk_bus_record *record,
                                 struct sk_error *err)
{
    struct sk_migrate *migrate = context;
    sk_arena_auto arena = {0};
    struct sk_bus_header *headers =
        sk_arena_alloc(&arena, (record->header_count + 1) * sizeof(*headers));
    size_t count = 0;

    for (size_t i = 0; i < record->header_count; i++)
        if (!sk_text_is(record->headers[i].name, SK_MIGRATED)) /* of an earlier one */
            headers[count++] = record->headers[i];
    headers[count++] = (struct sk_bus_header){
        SK_TEXT(SK_MIGRATED), sk_arena_printf(&arena, "%" PRId64, record->position)};
    migrate->copied++;
    return sk_bus_send(migrate->to,
                       &(struct sk_bus_message){.topic = record->topic,
                                                .key = record->key,
                                                .value = record->value,
                                                .headers = headers,
                                                .header_count = count},
                       err);
}

static enum sk_verdict copy_partition(struct sk_migrate *migrate, struct sk_text topic,
                                      int32_t partition, struct sk_error *err)
{
    int64_t next, before = -1;

    SK_TRY(find_next(migrate, topic, partition, &next, err));
    while (next != before) {
        before = next;
        SK_TRY(sk_bus_begin(migrate->to, err));
        SK_TRY(sk_bus_fetch(migrate->from, topic, partition, before, SK_BUS_BATCH_RECORDS,
                            send_copy, migrate, &next, err));
        SK_TRY(sk_bus_commit(migrate->to, err));
        sk_migrate_progress(migrate, topic);
    }
    return SK_OK;
}

/* Of the whole target, before anything is written. */
static enum sk_verdict check_target(struct sk_migrate *migrate, struct sk_error *err)
{
    int64_t next;

    for (size_t i = 0; i < migrate->topic_count; i++)
        for (int32_t k = 0; k < migrate->topics[i].partitions; k++)
            SK_TRY(find_next(migrate, migrate->topics[i].name, k, &next, err));
    return SK_OK;
}

enum sk_verdict sk_migrate_copy(struct sk_migrate *migrate, struct sk_error *err)
{
    bool active = false;

    SK_TRY(check_target(migrate, err));
    SK_TRY(sk_bus_activate(migrate->to, ACTIVATE_MS, &active, err));
    if (!active)
        return sk_fail(err, SK_REJECT, "migrate.active",
                       "op %s draait al een proces: stop het eerst", migrate->to_url);
    for (size_t i = 0; i < migrate->topic_count; i++)
        for (int32_t k = 0; k < migrate->topics[i].partitions; k++)
            SK_TRY(copy_partition(migrate, migrate->topics[i].name, k, err));
    return SK_OK;
}

/* Comparing. ------------------------------------------------------------------------- */

/* A sum, since the order between partitions is nobody's promise. */
struct state {
    int64_t records;
    uint64_t sum[SK_SHA256_SIZE / sizeof(uint64_t)];
};

static void append(struct sk_buffer *whole, const void *data, size_t size)
{
    uint64_t length = size;

    sk_buffer_append(whole, &length, sizeof(length));
    sk_buffer_append(whole, data, size);
}

static enum sk_verdict add_to_state(void *context, const struct sk_bus_record *record,
                                    struct sk_error *)
{
    struct state *state = context;
    sk_buffer_auto whole = {0};
    uint64_t hash[SK_SHA256_SIZE / sizeof(uint64_t)];

    append(&whole, &record->partition, sizeof(record->partition));
    append(&whole, record->key.data, record->key.size);
    append(&whole, record->value.data, record->value.size);
    for (size_t i = 0; i < record->header_count; i++) {
        if (sk_text_is(record->headers[i].name, SK_MIGRATED))
            continue;
        append(&whole, record->headers[i].name.data, record->headers[i].name.size);
        append(&whole, record->headers[i].value.data, record->headers[i].value.size);
    }
    sk_sha256(whole.data, whole.size, (uint8_t *)hash);
    for (size_t i = 0; i < SK_COUNT(hash); i++)
        state->sum[i] += hash[i];
    state->records++;
    return SK_OK;
}

enum sk_verdict sk_migrate_verify(struct sk_migrate *migrate, struct sk_error *err)
{
    for (size_t i = 0; i < migrate->topic_count; i++) {
        struct sk_text topic = migrate->topics[i].name;
        struct state from = {0}, to = {0};
        SK_TRY(sk_bus_each(migrate->from, topic, add_to_state, &from, err));
        SK_TRY(sk_bus_each(migrate->to, topic, add_to_state, &to, err));
        if (memcmp(&from, &to, sizeof(from)) != 0)
            return sk_fail(err, SK_REJECT, "migrate.differs",
                           "topic %.*s: %" PRId64 " sleutels in de bron, %" PRId64
                           " in het doel, of een andere inhoud",
                           SK_TEXT_ARG(topic), from.records, to.records);
        sk_migrate_progress(migrate, topic);
    }
    return SK_OK;
}

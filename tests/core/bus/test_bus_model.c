/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random work on a real bus beside a model that is plain arrays. After every operation
 * the two must agree: what poll returns, what the group's lag is, what the newest record
 * of a key is. SK_TEST_SEED repeats a run.
 */
#include "conformance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "bus/partition.h"

enum { PARTITIONS = 4, RECORDS = 20000, KEYS = 12, OPERATIONS = 4000, UNIT = 64 };

enum state { UNREAD, OPEN, DONE_IN_UNIT, DONE };

struct partition {
    int values[RECORDS];
    enum state states[RECORDS];
    int count;
    int committed; /* the group's position */
    int read;
};

static struct model {
    struct partition partitions[PARTITIONS];
    int newest[KEYS]; /* value of each key in topic "kort"; 0: never sent */
    int next_value;
    bool open;
    int sent[UNIT], sent_keys[UNIT]; /* of the open unit, to both topics */
    int sent_count;
    struct sk_bus_record hand[RECORDS]; /* polled, copied, not done */
    int hand_count;
} model;

static struct sk_bus *bus;
static char folder[64];

static void make(char url[256])
{
    strcpy(folder, "/tmp/sk-model-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(url, 256, "sqlite:%s/bus.db", folder);
}

static void destroy(void)
{
    sk_auto_free char *remove_all = sk_strf("rm -r %s", folder);

    assert_int_equal(system(remove_all), 0);
}

static void key_of(int number, char key[8])
{
    snprintf(key, 8, "k%d", number);
}

static void apply_send(int key_number, int value)
{
    char key[8];

    key_of(key_number, key);
    struct partition *partition =
        &model.partitions[sk_partition_of(sk_text(key), PARTITIONS)];
    assert_true(partition->count < RECORDS);
    partition->values[partition->count++] = value;
    model.newest[key_number] = value;
}

static void send_or_publish(bool publish)
{
    int key_number = rand() % KEYS, value_number = ++model.next_value;
    char key[8], value[16];

    key_of(key_number, key);
    snprintf(value, sizeof(value), "%d", value_number);
    if (publish) {
        put(bus, "vier", key, value);
        put(bus, "kort", key, value);
        apply_send(key_number, value_number);
    } else if (model.sent_count < UNIT) {
        send_to(bus, "vier", key, value);
        send_to(bus, "kort", key, value);
        model.sent_keys[model.sent_count] = key_number;
        model.sent[model.sent_count++] = value_number;
    }
}

/* The record must be the next of its partition that is not done. */
static void check_polled(const struct sk_bus_record *record)
{
    struct partition *partition = &model.partitions[record->partition];
    char text[16] = {0};

    while (partition->read < partition->count &&
           partition->states[partition->read] == DONE)
        partition->read++;
    assert_true(partition->read < partition->count);
    assert_int_equal(record->position, partition->read);
    memcpy(text, record->value.data, record->value.size);
    assert_int_equal(atoi(text), partition->values[partition->read]);
    partition->states[partition->read++] = OPEN;
    model.hand[model.hand_count++] = (struct sk_bus_record){
        .topic = SK_TEXT("vier"),
        .partition = record->partition,
        .position = record->position,
        .subscription = record->subscription,
    };
}

/* A poll that leaves nothing also reads past what was done before. */
static void read_past_done(void)
{
    for (int i = 0; i < PARTITIONS; i++) {
        struct partition *partition = &model.partitions[i];
        while (partition->read < partition->count &&
               partition->states[partition->read] == DONE)
            partition->read++;
    }
}

static bool anything_unread(void)
{
    for (int i = 0; i < PARTITIONS; i++) {
        const struct partition *partition = &model.partitions[i];
        for (int j = partition->read; j < partition->count; j++) {
            if (partition->states[j] != DONE)
                return true;
        }
    }
    return false;
}

static void poll_once(void)
{
    struct sk_bus_batch batch;
    struct sk_error err = {0};

    assert_int_equal(sk_bus_poll(bus, 0, &batch, &err), SK_OK);
    assert_int_equal(batch.count > 0, anything_unread());
    for (size_t i = 0; i < batch.count; i++)
        check_polled(&batch.records[i]);
    if (batch.count < SK_BUS_BATCH_RECORDS)
        read_past_done();
}

static void finish_one(void)
{
    if (model.hand_count == 0)
        return;
    int at = rand() % (model.hand_count < 6 ? model.hand_count : 6);
    const struct sk_bus_record record = model.hand[at];
    done(bus, &record);
    model.partitions[record.partition].states[record.position] = DONE_IN_UNIT;
    model.hand_count--;
    memmove(&model.hand[at], &model.hand[at + 1],
            (size_t)(model.hand_count - at) * sizeof(model.hand[0]));
}

static void commit_model(void)
{
    for (int i = 0; i < model.sent_count; i++)
        apply_send(model.sent_keys[i], model.sent[i]);
    for (int i = 0; i < PARTITIONS; i++) {
        struct partition *partition = &model.partitions[i];
        for (int j = 0; j < partition->count; j++) {
            if (partition->states[j] == DONE_IN_UNIT)
                partition->states[j] = DONE;
        }
        while (partition->committed < partition->read &&
               partition->states[partition->committed] == DONE)
            partition->committed++;
    }
    model.open = false;
    model.sent_count = 0;
}

/* Back to the committed positions; a restart also forgets what was done out of order. */
static void rewind_model(bool restart)
{
    for (int i = 0; i < PARTITIONS; i++) {
        struct partition *partition = &model.partitions[i];
        partition->read = partition->committed;
        for (int j = partition->committed; j < partition->count; j++) {
            if (restart || partition->states[j] != DONE)
                partition->states[j] = UNREAD;
        }
    }
    model.open = false;
    model.sent_count = 0;
    model.hand_count = 0;
}

static void restart(void)
{
    sk_bus_close(bus);
    bus = bus_active("toets");
    subscribe(bus, "groep", "vier");
    rewind_model(true);
}

static void check_tables(void)
{
    int key_number = rand() % KEYS, lag = 0;
    struct sk_bus_record record;
    struct sk_error err = {0};
    bool found = false;
    char key[8], text[16] = {0};

    key_of(key_number, key);
    assert_int_equal(
        sk_bus_latest(bus, SK_TEXT("kort"), sk_text(key), &record, &found, &err), SK_OK);
    assert_int_equal(found, model.newest[key_number] > 0);
    if (found) {
        memcpy(text, record.value.data, record.value.size);
        assert_int_equal(atoi(text), model.newest[key_number]);
    }
    for (int i = 0; i < PARTITIONS; i++)
        lag += model.partitions[i].count - model.partitions[i].committed;
    assert_int_equal(lag_of(bus, "groep"), lag);
}

static void operate(int choice)
{
    struct sk_error err = {0};

    if (choice < 25)
        poll_once();
    else if (choice < 35)
        send_or_publish(true);
    else if (choice < 36)
        restart();
    else if (!model.open) {
        begin(bus);
        model.open = true;
    } else if (choice < 55)
        send_or_publish(false);
    else if (choice < 90)
        finish_one();
    else if (choice < 97) {
        commit(bus);
        commit_model();
    } else {
        assert_int_equal(sk_bus_abort(bus, &err), SK_OK);
        rewind_model(false);
    }
}

static void a_bus_does_what_the_model_does(void **)
{
    const char *given = getenv("SK_TEST_SEED");
    unsigned int seed = given ? (unsigned int)atoi(given) : (unsigned int)time(NULL);

    print_message("             seed %u\n", seed);
    srand(seed);
    restart();
    poll_once();
    for (int i = 0; i < OPERATIONS; i++) {
        operate(rand() % 100);
        if (i % 10 == 0)
            check_tables();
    }
    sk_bus_close(bus);
}

int main(void)
{
    static const struct bus_factory factory = {
        .name = "sqlite", .make = make, .destroy = destroy};
    const struct CMUnitTest tests[] = {CONFORMANCE_TEST(a_bus_does_what_the_model_does)};

    conformance_factory = &factory;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

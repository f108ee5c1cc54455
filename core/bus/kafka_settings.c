/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings of librdkafka: ours, one table a role, then the operator's ([kafka]), which
 * win. Those on which a promise of bus.h rests are ours alone and refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "bus/kafka.h"

enum { SCRAM_WORKS_FROM = 0x020601ff };

struct setting {
    const char *name, *value;
};

static const struct setting for_all[] = {
    {"log.connection.close", "false"},         {"socket.nagle.disable", "true"},
    {"reconnect.backoff.max.ms", "1000"},      {"message.max.bytes", "3145728"},
    {"topic.metadata.refresh.sparse", "true"}, {0},
};
static const struct setting for_reading[] = {
    {"enable.auto.commit", "false"},
    {"enable.auto.offset.store", "false"},
    {"allow.auto.create.topics", "false"},
    {"auto.offset.reset", "earliest"},
    {"isolation.level", "read_committed"},
    {"enable.partition.eof", "true"},
    {"fetch.error.backoff.ms", "100"},
    /* Once more is queued than queued.max.messages.kbytes, librdkafka 2.0.2 was seen to
     * fetch nothing for a second. What one answer brings, of all partitions together, is
     * to be well below it: 3 MiB each read 66,000 events/s, 512 KiB each 300,000. A
     * larger record still comes, alone. */
    {"fetch.message.max.bytes", "524288"},
    {"queued.min.messages", "1000000"}, /* less stalls on what compresses well */
    {"queued.max.messages.kbytes", "16384"},
    {0},
};
/* Sticky, not range: range gives the role to whoever's name comes first in the alphabet,
 * so that a standby that starts would push the active one out. */
static const struct setting for_members[] = {
    {"partition.assignment.strategy", "cooperative-sticky"},
    {"heartbeat.interval.ms", "1000"},
    {0},
};
static const struct setting for_writing[] = {
    {"enable.idempotence", "true"}, {"acks", "all"},    {"partitioner", "murmur2_random"},
    {"retry.backoff.ms", "1"},      {"linger.ms", "0"}, {0},
};
static const struct setting for_units[] = {{"transaction.timeout.ms", "10000"}, {0}};
static const struct setting for_scouting[] = {
    {"message.timeout.ms", "4000"},
    {"isolation.level", "read_uncommitted"}, /* of the ends that it asks for */
    {0},
};

static const struct {
    const char *name, *why;
} reserved[] = {
    {"bootstrap.servers", "the brokers stand in bus = kafka:HOST:PORT[,…]"},
    {"metadata.broker.list", "the brokers stand in bus = kafka:HOST:PORT[,…]"},
#define WHOLE "a unit of work could be lost or seen in part without ours"
#define ALONE "one instance of a process is active by it"
#define PLACE "the same key would go to another partition"
    {"enable.auto.commit", WHOLE},
    {"enable.auto.offset.store", WHOLE},
    {"enable.partition.eof", WHOLE},
    {"auto.offset.reset", WHOLE},
    {"isolation.level", WHOLE},
    {"enable.idempotence", WHOLE},
    {"acks", WHOLE},
    {"request.required.acks", WHOLE},
    {"group.id", ALONE},
    {"group.instance.id", ALONE},
    {"transactional.id", ALONE},
    {"partition.assignment.strategy", ALONE},
    {"partitioner", PLACE},
};

static enum sk_verdict set(rd_kafka_conf_t *conf, const char *name, const char *value,
                           struct sk_error *err)
{
    char why[160];

    if (sk_rd.conf_set(conf, name, value, why, sizeof(why)) == RD_KAFKA_CONF_OK)
        return SK_OK;
    return sk_fail(err, SK_FATAL, "bus.settings", "Kafka setting %s: %s", name, why);
}

static enum sk_verdict set_all(rd_kafka_conf_t *conf, const struct setting *settings,
                               struct sk_error *err)
{
    for (; settings->name; settings++)
        SK_TRY(set(conf, settings->name, settings->value, err));
    return SK_OK;
}

/* The known name that is most like it, copied to `out`; "" when none is. librdkafka only
 * tells its names as a table for people, a line each: "name | range | …". */
static void nearest_name(const char *name, char *out, size_t size)
{
    sk_auto_free char *table = NULL;
    size_t length = 0, best = strlen(name) / 3 + 1;
    FILE *stream = open_memstream(&table, &length);

    out[0] = '\0';
    if (!stream)
        return;
    sk_rd.conf_properties_show(stream);
    fclose(stream);
    for (struct sk_text rest = {table, length}; rest.data;) {
        struct sk_text line = sk_text_split(&rest, '\n');
        struct sk_text known = sk_text_trim(sk_text_split(&line, '|'));
        size_t distance = sk_text_distance(sk_text(name), known);
        if (distance >= best)
            continue;
        best = distance;
        snprintf(out, size, "%.*s", SK_TEXT_ARG(known));
    }
}

static enum sk_verdict set_operators(rd_kafka_conf_t *conf,
                                     const struct sk_bus_setting *setting,
                                     struct sk_error *err)
{
    char why[160], nearest[80];

    switch (sk_rd.conf_set(conf, setting->name, setting->value, why, sizeof(why))) {
    case RD_KAFKA_CONF_OK:
        return SK_OK;
    case RD_KAFKA_CONF_UNKNOWN:
        nearest_name(setting->name, nearest, sizeof(nearest));
        return sk_fail(err, SK_FATAL, "bus.settings",
                       "%s: librdkafka %s has no setting \"%s\"%s%s%s; its "
                       "CONFIGURATION.md names all",
                       setting->origin, sk_rd.version_str(), setting->name,
                       nearest[0] ? "; did you mean \"" : "", nearest,
                       nearest[0] ? "\"?" : "");
    case RD_KAFKA_CONF_INVALID:
        break;
    }
    return sk_fail(err, SK_FATAL, "bus.settings", "%s: %s: %s", setting->origin,
                   setting->name, why);
}

enum sk_verdict sk_kafka_settings_apply(const struct sk_kafka_bus *self,
                                        const struct sk_kafka_client *wanted,
                                        rd_kafka_conf_t *conf, struct sk_error *err)
{
    char session[16];

    snprintf(session, sizeof(session), "%d", self->session_timeout_ms);
    SK_TRY(set_all(conf, for_all, err));
    SK_TRY(set(conf, "bootstrap.servers", self->brokers, err));
    SK_TRY(set(conf, "client.id", self->identity ? self->identity : "schakel", err));
    if (wanted->role >= SK_KAFKA_SCOUT)
        SK_TRY(set_all(conf, for_writing, err));
    else {
        SK_TRY(set_all(conf, for_reading, err));
        SK_TRY(set(conf, "group.id", wanted->group, err));
    }
    switch (wanted->role) {
    case SK_KAFKA_LECTOR: /* the end is an answer without records */
        SK_TRY(set(conf, "fetch.wait.max.ms", "5", err));
        break;
    case SK_KAFKA_READER:
        break;
    case SK_KAFKA_MEMBER:
        SK_TRY(set_all(conf, for_members, err));
        SK_TRY(set(conf, "group.instance.id", wanted->name, err));
        SK_TRY(set(conf, "session.timeout.ms", session, err));
        SK_TRY(set(conf, "max.poll.interval.ms", session, err));
        break;
    case SK_KAFKA_UNITS:
        SK_TRY(set_all(conf, for_units, err));
        SK_TRY(set(conf, "transactional.id", wanted->name, err));
        break;
    case SK_KAFKA_SCOUT:
        SK_TRY(set_all(conf, for_scouting, err));
        break;
    }
    for (size_t i = 0; i < self->setting_count; i++)
        SK_TRY(set_operators(conf, &self->settings[i], err));
    return SK_OK;
}

static enum sk_verdict reserved_check(const struct sk_bus_setting *setting,
                                      struct sk_error *err)
{
    for (size_t i = 0; i < SK_COUNT(reserved); i++) {
        if (strcmp(setting->name, reserved[i].name) == 0)
            return sk_fail(err, SK_FATAL, "bus.settings",
                           "%s: %s is Schakel's own (%s): take it out", setting->origin,
                           setting->name, reserved[i].why);
    }
    return SK_OK;
}

static void scram_warn(const struct sk_bus_setting *setting)
{
    if (strncmp(setting->name, "sasl.mechanism", 14) == 0 &&
        strncmp(setting->value, "SCRAM", 5) == 0 && sk_rd.version() < SCRAM_WORKS_FROM)
        sk_log_warn("bus.scram", SK_STR("librdkafka", sk_rd.version_str()),
                    SK_STR("text", "brokers since CVE-2024-56128 refuse SCRAM of "
                                   "librdkafka before 2.6.1: use certificates, or PLAIN "
                                   "over TLS"));
}

enum sk_verdict sk_kafka_settings_take(struct sk_kafka_bus *self,
                                       const struct sk_bus_options *options,
                                       struct sk_error *err)
{
    const struct sk_kafka_client any = {SK_KAFKA_READER, "schakel", NULL};

    self->setting_count = options->setting_count;
    self->settings =
        sk_alloc_zeroed((options->setting_count + 1) * sizeof(*self->settings));
    for (size_t i = 0; i < options->setting_count; i++) {
        const struct sk_bus_setting *from = &options->settings[i];
        self->settings[i] = (struct sk_bus_setting){
            sk_arena_string(&self->setting_arena, sk_text(from->name)),
            sk_arena_string(&self->setting_arena, sk_text(from->value)),
            sk_arena_string(&self->setting_arena, sk_text(from->origin))};
        SK_TRY(reserved_check(from, err));
        scram_warn(from);
    }
    rd_kafka_conf_t *conf = sk_rd.conf_new();
    enum sk_verdict verdict = sk_kafka_settings_apply(self, &any, conf, err);
    sk_rd.conf_destroy(conf);
    return verdict;
}

void sk_kafka_settings_free(struct sk_kafka_bus *self)
{
    free(self->settings);
    sk_arena_fini(&self->setting_arena); /* secrets among them */
}

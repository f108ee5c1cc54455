/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handles of librdkafka: their settings, one table a role, and what its errors mean. The
 * operator's own settings (the file after '?') come last and win.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "base/alloc.h"
#include "base/log.h"
#include "bus/kafka.h"

struct setting {
    const char *name, *value;
};

static const struct setting for_all[] = {
    {"log.connection.close", "false"},
    {"socket.nagle.disable", "true"},
    {"reconnect.backoff.max.ms", "1000"},
    {"message.max.bytes", "3145728"},
    {0},
};
static const struct setting for_reading[] = {
    {"enable.auto.commit", "false"},        {"enable.auto.offset.store", "false"},
    {"allow.auto.create.topics", "false"},  {"auto.offset.reset", "earliest"},
    {"isolation.level", "read_committed"},  {"enable.partition.eof", "true"},
    {"fetch.message.max.bytes", "3145728"}, {"fetch.error.backoff.ms", "100"},
    {"queued.min.messages", "1000000"}, /* less stalls on what compresses well */
    {"queued.max.messages.kbytes", "8192"}, {0},
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
static const struct setting for_publishing[] = {{"message.timeout.ms", "10000"}, {0}};

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

static void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

/* NAME=VALUE a line; # begins a comment. */
static enum sk_verdict set_own(const struct sk_kafka_bus *self, rd_kafka_conf_t *conf,
                               struct sk_error *err)
{
    char line[4096];

    if (!self->properties)
        return SK_OK;
    SK_CLEANUP(close_file) FILE *file = fopen(self->properties, "re");
    if (!file)
        return sk_fail(err, SK_FATAL, "bus.settings", "%s: %m", self->properties);
    while (fgets(line, sizeof(line), file)) {
        struct sk_text value = sk_text_trim(sk_text(line));
        if (!sk_text_filled(value) || value.data[0] == '#')
            continue;
        struct sk_text name = sk_text_trim(sk_text_split(&value, '='));
        sk_auto_free char *key = sk_strndup(name.data, name.size);
        value = sk_text_trim(value);
        sk_auto_free char *setting = sk_strndup(value.data ? value.data : "", value.size);
        SK_TRY(set(conf, key, setting, err));
    }
    return SK_OK;
}

static enum sk_verdict set_role(const struct sk_kafka_bus *self, rd_kafka_conf_t *conf,
                                const struct sk_kafka_client *wanted,
                                struct sk_error *err)
{
    char session[16];

    SK_TRY(set_all(conf, for_all, err));
    SK_TRY(set(conf, "bootstrap.servers", self->brokers, err));
    SK_TRY(set(conf, "client.id", self->identity ? self->identity : "schakel", err));
    if (wanted->role >= SK_KAFKA_UNITS) {
        SK_TRY(set_all(conf, for_writing, err));
        if (wanted->role == SK_KAFKA_PUBLISHER)
            return set_all(conf, for_publishing, err);
        SK_TRY(set(conf, "transactional.id", wanted->name, err));
        return set_all(conf, for_units, err);
    }
    SK_TRY(set_all(conf, for_reading, err));
    SK_TRY(set(conf, "group.id", wanted->group, err));
    if (wanted->role == SK_KAFKA_SCOUT)
        return set(conf, "isolation.level", "read_uncommitted", err);
    if (wanted->role == SK_KAFKA_LECTOR) /* the end is an answer without records */
        return set(conf, "fetch.wait.max.ms", "5", err);
    if (wanted->role == SK_KAFKA_READER)
        return SK_OK;
    snprintf(session, sizeof(session), "%d", self->session_timeout_ms);
    SK_TRY(set_all(conf, for_members, err));
    SK_TRY(set(conf, "group.instance.id", wanted->name, err));
    SK_TRY(set(conf, "session.timeout.ms", session, err));
    return set(conf, "max.poll.interval.ms", session, err);
}

/* From any thread of librdkafka. */
static void logged(const rd_kafka_t *, int level, const char *facility, const char *text)
{
    if (level <= LOG_ERR)
        sk_log_warn("bus.client", SK_STR("facility", facility), SK_STR("text", text));
}

static void troubled(rd_kafka_t *client, int code, const char *text, void *bus)
{
    struct sk_kafka_bus *self = bus;

    if (code == RD_KAFKA_RESP_ERR__FATAL)
        code = (int)sk_rd.fatal_error(client, NULL, 0);
    self->trouble = (rd_kafka_resp_err_t)code;
    snprintf(self->trouble_text, sizeof(self->trouble_text), "%s", text);
}

enum sk_verdict sk_kafka_client_new(struct sk_kafka_bus *self,
                                    const struct sk_kafka_client *wanted,
                                    rd_kafka_t **ret_client, struct sk_error *err)
{
    rd_kafka_conf_t *conf = sk_rd.conf_new();
    char why[160];

    enum sk_verdict verdict = set_role(self, conf, wanted, err);
    if (verdict == SK_OK)
        verdict = set_own(self, conf, err);
    if (verdict != SK_OK) {
        sk_rd.conf_destroy(conf);
        return verdict;
    }
    sk_rd.conf_set_opaque(conf, self);
    sk_rd.conf_set_log_cb(conf, logged);
    sk_rd.conf_set_error_cb(conf, troubled);
    if (wanted->role == SK_KAFKA_MEMBER)
        sk_rd.conf_set_rebalance_cb(conf, sk_kafka_rebalance);
    if (wanted->role >= SK_KAFKA_UNITS)
        sk_rd.conf_set_dr_msg_cb(conf, sk_kafka_delivered);
    bool writes = wanted->role >= SK_KAFKA_UNITS;
    rd_kafka_t *client =
        sk_rd.new(writes ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, conf, why, sizeof(why));
    if (!client) {
        sk_rd.conf_destroy(conf);
        return sk_fail(err, SK_FATAL, "bus.settings", "Kafka client: %s", why);
    }
    if (!writes)
        sk_rd.poll_set_consumer(client);
    *ret_client = client;
    return SK_OK;
}

enum sk_verdict sk_kafka_scout(struct sk_kafka_bus *self, struct sk_error *err)
{
    const struct sk_kafka_client scout = {SK_KAFKA_SCOUT, "schakel.scout", NULL},
                                 lector = {SK_KAFKA_LECTOR, "schakel.lector", NULL};

    if (!self->scout)
        SK_TRY(sk_kafka_client_new(self, &scout, &self->scout, err));
    if (!self->lector)
        SK_TRY(sk_kafka_client_new(self, &lector, &self->lector, err));
    return SK_OK;
}

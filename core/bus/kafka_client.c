/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handles of librdkafka. What it reports beside any call is kept as the bus's trouble
 * (kafka_errors.c) and told once in our log; its own lines, many a second while a broker
 * is away, are for log = debug.
 */
#include <syslog.h>

#include "base/alloc.h"
#include "base/log.h"
#include "bus/kafka.h"

enum { PROBE_MS = 200 };

/* From any thread of librdkafka. */
static void logged(const rd_kafka_t *, int level, const char *facility, const char *text)
{
    if (level <= LOG_WARNING)
        sk_log_debug("bus.client", SK_STR("facility", facility), SK_STR("text", text));
}

/* From a poll of ours. */
static void troubled(rd_kafka_t *client, int code, const char *text, void *bus)
{
    char fatal[160] = "";

    if (code == RD_KAFKA_RESP_ERR__FATAL)
        code = (int)sk_rd.fatal_error(client, fatal, sizeof(fatal));
    sk_kafka_trouble_note(bus, (rd_kafka_resp_err_t)code, fatal[0] ? fatal : text);
}

static void callbacks_set(struct sk_kafka_bus *self, enum sk_kafka_role role,
                          rd_kafka_conf_t *conf)
{
    sk_rd.conf_set_opaque(conf, self);
    sk_rd.conf_set_log_cb(conf, logged);
    sk_rd.conf_set_error_cb(conf, troubled);
    if (role == SK_KAFKA_MEMBER)
        sk_rd.conf_set_rebalance_cb(conf, sk_kafka_rebalance);
    if (role >= SK_KAFKA_SCOUT)
        sk_rd.conf_set_dr_msg_cb(conf, sk_kafka_delivered);
}

enum sk_verdict sk_kafka_client_new(struct sk_kafka_bus *self,
                                    const struct sk_kafka_client *wanted,
                                    rd_kafka_t **ret_client, struct sk_error *err)
{
    rd_kafka_conf_t *conf = sk_rd.conf_new();
    bool writes = wanted->role >= SK_KAFKA_SCOUT;
    char why[160];

    enum sk_verdict verdict = sk_kafka_settings_apply(self, wanted, conf, err);
    if (verdict != SK_OK) {
        sk_rd.conf_destroy(conf);
        return verdict;
    }
    callbacks_set(self, wanted->role, conf);
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

/* A handle that was not told who leads which partition looks only once a second. */
enum sk_verdict sk_kafka_client_ready(struct sk_kafka_bus *self, rd_kafka_t *client,
                                      struct sk_error *err)
{
    const struct rd_kafka_metadata *all = NULL;
    rd_kafka_resp_err_t code = sk_rd.metadata(client, 1, NULL, &all, SK_KAFKA_CALL_MS);

    if (code)
        return sk_kafka_fail(self, code, "asking for the topics", err);
    sk_rd.metadata_destroy(all);
    return SK_OK;
}

/* What a handle remembers of leaders and coordinators may be of brokers that are gone:
 * one that got no answer in time is made anew. */
static enum sk_verdict handle_make(struct sk_kafka_bus *self,
                                   const struct sk_kafka_client *wanted,
                                   rd_kafka_t **handle, struct sk_error *err)
{
    if (self->unanswered) {
        sk_kafka_handles_close(self);
        self->unanswered = false;
    }
    return *handle ? SK_OK : sk_kafka_client_new(self, wanted, handle, err);
}

/* Nothing is left to say: members are static, positions go with transactions. Closing
 * first would wait for the coordinator, in 2.0.2 for ever when the role was in doubt. */
void sk_kafka_consumer_free(rd_kafka_t *client)
{
    sk_rd.destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void sk_kafka_handles_close(struct sk_kafka_bus *self)
{
    if (self->scout)
        sk_rd.destroy(self->scout);
    if (self->lector)
        sk_kafka_consumer_free(self->lector);
    self->scout = self->lector = NULL;
}

enum sk_verdict sk_kafka_scout(struct sk_kafka_bus *self, struct sk_error *err)
{
    const struct sk_kafka_client scout = {SK_KAFKA_SCOUT, NULL, NULL};

    SK_TRY(handle_make(self, &scout, &self->scout, err));
    return self->trouble.down ? sk_kafka_probe(self, err) : SK_OK;
}

/* librdkafka wants one also where nothing is ever committed in it. */
char *sk_kafka_tables_group(const struct sk_kafka_bus *self)
{
    return sk_strf("%s.tables", self->identity ? self->identity : "schakel");
}

enum sk_verdict sk_kafka_lector(struct sk_kafka_bus *self, struct sk_error *err)
{
    sk_auto_free char *group = sk_kafka_tables_group(self);
    const struct sk_kafka_client lector = {SK_KAFKA_LECTOR, group, NULL};

    return handle_make(self, &lector, &self->lector, err);
}

enum sk_verdict sk_kafka_probe(struct sk_kafka_bus *self, struct sk_error *err)
{
    const struct sk_kafka_client scout = {SK_KAFKA_SCOUT, NULL, NULL};
    const struct rd_kafka_metadata *none = NULL;

    SK_TRY(handle_make(self, &scout, &self->scout, err));
    rd_kafka_resp_err_t code = sk_rd.metadata(self->scout, 0, NULL, &none, PROBE_MS);
    sk_rd.poll(self->scout, 0); /* its trouble */
    if (code)
        return sk_kafka_fail(self, code, "reading", err);
    sk_rd.metadata_destroy(none);
    sk_kafka_trouble_over(self);
    return SK_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What librdkafka's errors mean for us, once. A call that timed out often hides the
 * cause, which was reported beside it (the trouble): a refused password looks like a
 * broker that is away.
 */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "bus/kafka.h"

struct meaning {
    rd_kafka_resp_err_t code;
    enum sk_verdict verdict;
    const char *id, *advice;
};

static const struct meaning meanings[] = {
#define CREDENTIALS                                                                      \
    SK_RETRY, "bus.credentials", "check user, password and certificates in [kafka]"
#define ACL                                                                              \
    SK_FATAL, "bus.acl", "this user lacks the right: `schakel acl` prints what it needs"
#define TOPIC                                                                            \
    SK_FATAL, "bus.topic",                                                               \
        "there is no such topic, or this user may not see it: `schakel topics --create`" \
        " makes it, `schakel acl` prints the rights"
#define SETTINGS                                                                         \
    SK_FATAL, "bus.topic.settings",                                                      \
        "give the topic the settings of topics.json (kafka-configs.sh --alter)"
#define FENCED                                                                           \
    SK_FATAL, "bus.fenced",                                                              \
        "another instance of this process took over: a restart "                         \
        "stands by"
#define BROKER_OLD SK_FATAL, "bus.version", "Schakel needs Apache Kafka 2.5 or later"
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, CREDENTIALS},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, CREDENTIALS},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, CREDENTIALS},
    {RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE, CREDENTIALS},
    {RD_KAFKA_RESP_ERR__SSL, CREDENTIALS},
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, ACL},
    {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, ACL},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, ACL},
    {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, ACL},
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, TOPIC},
    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, TOPIC},
    {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, TOPIC},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, SETTINGS},
    {RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, SETTINGS},
    {RD_KAFKA_RESP_ERR_INVALID_CONFIG, SK_FATAL, "bus.topic.settings",
     "the broker does not take the settings of topics.json"},
    {RD_KAFKA_RESP_ERR_POLICY_VIOLATION, SK_FATAL, "bus.topic.settings",
     "a policy of the brokers does not allow the settings of topics.json"},
    {RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR, SK_RETRY, "bus.replicas",
     "there are fewer brokers than default.replication.factor asks for"},
    {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, SK_RETRY, "bus.replicas",
     "fewer brokers are up than min.insync.replicas asks for"},
    {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, SK_RETRY, "bus.replicas",
     "fewer brokers are up than min.insync.replicas asks for"},
    {RD_KAFKA_RESP_ERR__FENCED, FENCED},
    {RD_KAFKA_RESP_ERR_PRODUCER_FENCED, FENCED},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, FENCED},
    {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, FENCED},
    {RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, SK_FATAL, "bus.settings",
     "the broker's transaction.max.timeout.ms must be 10000 or more"},
    {RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT, SK_FATAL, "bus.settings",
     "the broker's group.min.session.timeout.ms must be 6000 or less"},
    {RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, BROKER_OLD},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, BROKER_OLD},
    {RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, SK_RETRY, "bus.full",
     "look at the broker's disk"},
    {RD_KAFKA_RESP_ERR__RESOLVE, SK_RETRY, "bus.away",
     "the broker's name is not known here: check bus = kafka:HOST:PORT"},
};

static const struct meaning *meaning_of(rd_kafka_resp_err_t code)
{
    for (size_t i = 0; i < SK_COUNT(meanings); i++) {
        if (meanings[i].code == code)
            return &meanings[i];
    }
    return NULL;
}

static bool vague(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__TIMED_OUT ||
           code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT ||
           code == RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE ||
           code == RD_KAFKA_RESP_ERR__TRANSPORT ||
           code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ||
           code == RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT ||
           code == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE ||
           code == RD_KAFKA_RESP_ERR__WAIT_COORD;
}

/* A cause stays what it is when all that comes of it is reported too. */
void sk_kafka_trouble_note(struct sk_kafka_bus *self, rd_kafka_resp_err_t code,
                           const char *text)
{
    struct sk_kafka_trouble *trouble = &self->trouble;

    if (code == RD_KAFKA_RESP_ERR__TRANSPORT && strstr(text, "SSL alert"))
        code = RD_KAFKA_RESP_ERR__SSL; /* the broker does not like our certificate */
    const struct meaning *meaning = meaning_of(code);

    trouble->down =
        trouble->down || meaning || code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
    if (trouble->code == code || (trouble->code && !vague(trouble->code) && vague(code)))
        return;
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && trouble->code)
        return;
    trouble->code = code;
    struct sk_text cause = sk_text(text);
    const char *state = strstr(text, " (after "); /* for librdkafka's own people */
    if (state)
        cause.size = (size_t)(state - text);
    snprintf(trouble->text, sizeof(trouble->text), "%.*s", SK_TEXT_ARG(cause));
    if (meaning)
        sk_log_warn(meaning->id, SK_STR("text", trouble->text),
                    SK_STR("advice", meaning->advice));
    else
        sk_log_info("bus.trouble", SK_STR("text", trouble->text));
}

void sk_kafka_trouble_over(struct sk_kafka_bus *self)
{
    if (self->trouble.code)
        sk_log_info("bus.back", SK_STR("after", self->trouble.text));
    self->trouble = (struct sk_kafka_trouble){0};
}

enum sk_verdict sk_kafka_fail(struct sk_kafka_bus *self, rd_kafka_resp_err_t code,
                              const char *what, struct sk_error *err)
{
    const char *text = sk_rd.err2str(code);
    bool waited = vague(code);

    self->unanswered = self->unanswered || (waited && !self->trouble.down);
    if (waited && self->trouble.code) {
        code = self->trouble.code;
        text = self->trouble.text;
    }
    const struct meaning *meaning = meaning_of(code);
    if (meaning)
        return sk_fail(err, meaning->verdict, meaning->id, "%s: %s; %s", what, text,
                       meaning->advice);
    if (waited && !self->trouble.code && code != RD_KAFKA_RESP_ERR__TRANSPORT &&
        code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        return sk_fail(err, SK_RETRY, "bus.slow",
                       "%s: the brokers %s take connections but did not answer in time "
                       "(%s): look at their load and disks; it is tried again",
                       what, self->brokers, text);
    return sk_fail(err, SK_RETRY, "bus.away",
                   "%s: %s (brokers %s): look at them and at the network; it is tried "
                   "again",
                   what, text, self->brokers);
}

enum sk_verdict sk_kafka_check(struct sk_kafka_bus *self, rd_kafka_error_t *error,
                               const char *what, struct sk_error *err)
{
    if (!error)
        return SK_OK;
    rd_kafka_resp_err_t code = sk_rd.error_code(error);
    const struct meaning *meaning = meaning_of(code);
    bool dead = sk_rd.error_is_fatal(error) && !(meaning && meaning->verdict == SK_FATAL);
    sk_rd.error_destroy(error);
    if (dead)
        return sk_fail(err, SK_FATAL, "bus.unsure",
                       "%s: %s; a restart goes on from what is committed", what,
                       sk_rd.err2str(code));
    return sk_kafka_fail(self, code, what, err);
}

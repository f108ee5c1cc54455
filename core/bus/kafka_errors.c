/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What librdkafka's errors mean for us, once. A call that timed out often hides the
 * cause, which was reported beside it: a refused password looks like a broker that is
 * away.
 */
#include "bus/kafka.h"

static const struct {
    rd_kafka_resp_err_t code;
    enum sk_verdict verdict;
    const char *id, *advice;
} meanings[] = {
#define CREDENTIALS                                                                      \
    SK_FATAL, "bus.credentials", "check user, password and certificates in its settings"
#define ACL SK_FATAL, "bus.acl", "give this user the right; see core/bus/README.md"
#define TOPIC SK_FATAL, "bus.topic", "there is no such topic, or this user may not see it"
#define FENCED SK_FATAL, "bus.fenced", "another instance of this process took over"
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, CREDENTIALS},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, CREDENTIALS},
    {RD_KAFKA_RESP_ERR__SSL, CREDENTIALS},
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, ACL},
    {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, ACL},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, ACL},
    {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, ACL},
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, TOPIC},
    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, TOPIC},
    {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, TOPIC},
    {RD_KAFKA_RESP_ERR__FENCED, FENCED},
    {RD_KAFKA_RESP_ERR_PRODUCER_FENCED, FENCED},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, FENCED},
    {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, FENCED},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, SK_FATAL, "bus.topic.settings",
     "set the topic's max.message.bytes to 2097152"},
    {RD_KAFKA_RESP_ERR_INVALID_CONFIG, SK_FATAL, "bus.topic.settings",
     "the broker does not take these topic settings"},
    {RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, SK_RETRY, "bus.full",
     "look at the broker's disk"},
};

static const char away[] = "bus.away";

enum sk_verdict sk_kafka_fail(struct sk_kafka_bus *self, rd_kafka_resp_err_t code,
                              const char *what, struct sk_error *err)
{
    const char *text = sk_rd.err2str(code);
    bool vague = code == RD_KAFKA_RESP_ERR__TIMED_OUT ||
                 code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT ||
                 code == RD_KAFKA_RESP_ERR__TRANSPORT;

    if (vague && self->trouble) {
        code = self->trouble;
        text = self->trouble_text;
    }
    for (size_t i = 0; i < SK_COUNT(meanings); i++) {
        if (meanings[i].code == code)
            return sk_fail(err, meanings[i].verdict, meanings[i].id, "%s: %s; %s", what,
                           text, meanings[i].advice);
    }
    return sk_fail(err, SK_RETRY, away, "%s: %s (brokers %s)", what, text, self->brokers);
}

enum sk_verdict sk_kafka_check(struct sk_kafka_bus *self, rd_kafka_error_t *error,
                               const char *what, struct sk_error *err)
{
    if (!error)
        return SK_OK;
    rd_kafka_resp_err_t code = sk_rd.error_code(error);
    sk_rd.error_destroy(error);
    return sk_kafka_fail(self, code, what, err);
}

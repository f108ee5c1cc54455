/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_TESTS_BUS_KAFKA_BROKER_H
#define SK_TESTS_BUS_KAFKA_BROKER_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>

/*
 * A real Apache Kafka for the tests of one program, started by deploy/kafka in a folder
 * of its own and ended with it.
 */
enum { BROKER_SKIPPED = 77 }; /* what a test program returns without Java or jars */

struct broker {
    char folder[64];
    char address[64]; /* HOST:PORT */
    char url[128];    /* kafka:HOST:PORT */
};

/* `options` are those of deploy/kafka start. 0, or what the program must return: it has
 * been said why. */
int broker_start(struct broker *broker, const char *options);
void broker_stop(struct broker *broker); /* its data goes too */

/* Starts what was killed or stopped again, with its data, at the same address. */
void broker_again(struct broker *broker, const char *options);
void broker_signal(const struct broker *broker, int signal);

/* A librdkafka client of its own, with one setting. */
rd_kafka_t *broker_client(const struct broker *broker, rd_kafka_type_t type,
                          const char *name, const char *value);

/* A topic of one partition with one setting. */
void broker_topic(const struct broker *broker, const char *topic, const char *name,
                  const char *value);

#endif

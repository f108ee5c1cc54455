/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka_broker.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <cmocka.h>

#include "base/alloc.h"

enum { CALL_MS = 10000, NO_JAVA = 3 };

static int start(struct broker *broker, const char *options)
{
    sk_auto_free char *command = sk_strf(
        "%s/deploy/kafka start %s %s", getenv("SK_SOURCE_DIR"), broker->folder, options);
    FILE *from = popen(command, "r");

    if (!from || !fgets(broker->address, sizeof(broker->address), from))
        broker->address[0] = 0;
    broker->address[strcspn(broker->address, "\n")] = 0;
    snprintf(broker->url, sizeof(broker->url), "kafka:%s", broker->address);
    return from ? WEXITSTATUS(pclose(from)) : 1;
}

int broker_start(struct broker *broker, const char *options)
{
    strcpy(broker->folder, "/tmp/sk-kafka-XXXXXX");
    if (!mkdtemp(broker->folder))
        return 1;
    int status = start(broker, options);
    if (status == NO_JAVA) {
        printf("skipped: needs Java, and Kafka's jars or Maven to get them\n");
        return BROKER_SKIPPED;
    }
    return status;
}

void broker_stop(struct broker *broker)
{
    sk_auto_free char *command =
        sk_strf("%s/deploy/kafka stop %s; rm -r %s", getenv("SK_SOURCE_DIR"),
                broker->folder, broker->folder);
    if (system(command) != 0)
        fprintf(stderr, "the broker of %s did not stop\n", broker->folder);
}

void broker_again(struct broker *broker, const char *options)
{
    assert_int_equal(start(broker, options), 0);
}

void broker_signal(const struct broker *broker, int signal)
{
    sk_auto_free char *path = sk_strf("%s/node-1/pid", broker->folder);
    FILE *file = fopen(path, "r");
    int pid = 0;

    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &pid), 1);
    fclose(file);
    assert_int_equal(kill(pid, signal), 0);
}

rd_kafka_t *broker_client(const struct broker *broker, rd_kafka_type_t type,
                          const char *name, const char *value)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char why[256];

    assert_int_equal(
        rd_kafka_conf_set(conf, "bootstrap.servers", broker->address, why, sizeof(why)),
        0);
    assert_int_equal(rd_kafka_conf_set(conf, name, value, why, sizeof(why)), 0);
    rd_kafka_t *made = rd_kafka_new(type, conf, why, sizeof(why));
    assert_non_null(made);
    return made;
}

void broker_topic(const struct broker *broker, const char *topic, const char *name,
                  const char *value)
{
    rd_kafka_t *tool = broker_client(broker, RD_KAFKA_PRODUCER, "client.id", "toets");
    rd_kafka_queue_t *queue = rd_kafka_queue_new(tool);
    rd_kafka_NewTopic_t *wanted = rd_kafka_NewTopic_new(topic, 1, 1, NULL, 0);

    rd_kafka_NewTopic_set_config(wanted, name, value);
    rd_kafka_CreateTopics(tool, &wanted, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, CALL_MS);
    assert_non_null(event);
    assert_int_equal(rd_kafka_event_error(event), 0);
    rd_kafka_event_destroy(event);
    rd_kafka_NewTopic_destroy(wanted);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(tool);
}

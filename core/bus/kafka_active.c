/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One active instance: the member of group <process> that holds partition 0 of
 * dlq.<process>. Only then its transactional producer is made, which fences the former.
 *
 * Members are static (<process>-<host>-<n>): one that was killed and comes back takes its
 * place at once. n is the lowest free number on this machine, held as an abstract socket,
 * which the kernel frees with the process. A static member does not leave, so that it is
 * closed stands in the metadata of the group's position; tools look there.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "bus/kafka_scan.h"

enum { STEP_MS = 100, MOST_INSTANCES = 64 };
static const char state_active[] = "active", state_closed[] = "closed";

/* Losing the partition alone says little: a member that the coordinator has not answered
 * for a session gives it up by itself and gets it back. Getting nothing back means that
 * another has it. */
void sk_kafka_rebalance(rd_kafka_t *client, rd_kafka_resp_err_t code,
                        rd_kafka_topic_partition_list_t *partitions, void *bus)
{
    struct sk_kafka_active *active = &((struct sk_kafka_bus *)bus)->active;
    rd_kafka_error_t *error;

    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        for (int i = 0; i < partitions->cnt; i++) /* nobody reads it here */
            partitions->elems[i].offset = RD_KAFKA_OFFSET_END;
        active->holds = active->holds || partitions->cnt > 0;
        active->lost = active->active && !active->holds;
        error = sk_rd.incremental_assign(client, partitions);
    } else {
        active->holds = active->holds && partitions->cnt == 0;
        error = sk_rd.incremental_unassign(client, partitions);
    }
    if (error)
        sk_rd.error_destroy(error);
}

static enum sk_verdict number_take(struct sk_kafka_bus *self, int *ret_number,
                                   struct sk_error *err)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};

    for (int i = 0; i < MOST_INSTANCES; i++) {
        int size = snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1,
                            "schakel.%s.%s.%d", self->brokers, self->identity, i);
        if (size >= (int)sizeof(name.sun_path) - 1)
            size = (int)sizeof(name.sun_path) - 2;
        int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        socklen_t length =
            (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1) + (socklen_t)size;
        if (file >= 0 && bind(file, (struct sockaddr *)&name, length) == 0) {
            self->active.number = file;
            *ret_number = i;
            return SK_OK;
        }
        if (file >= 0)
            close(file);
    }
    return sk_fail(err, SK_RETRY, "bus.away", "no free instance number for %s: %s",
                   self->identity, strerror(errno));
}

/* A process may make its own dead-letter topic where its user has the right to. */
static enum sk_verdict own_topic(struct sk_kafka_bus *self, const char *name,
                                 struct sk_error *err)
{
    const struct sk_bus_topic_spec spec = {
        .name = sk_text(name), .partitions = 1, .delete_retention_ms = 86400000};

    return sk_kafka_topics_create(&self->base, &spec, 1, err);
}

static enum sk_verdict member_join(struct sk_kafka_bus *self, struct sk_error *err)
{
    sk_auto_free char *topic = sk_strf("dlq.%s", self->identity);
    char host[64] = "";
    int number = 0;

    struct sk_kafka_topic *own = NULL;

    SK_TRY(own_topic(self, topic, err));
    SK_TRY(sk_kafka_topic_use(self, sk_text(topic), &own, err));
    if (self->active.number < 0)
        SK_TRY(number_take(self, &number, err));
    gethostname(host, sizeof(host) - 1);
    sk_auto_free char *name = sk_strf("%s-%s-%d", self->identity, host, number);
    const struct sk_kafka_client member = {SK_KAFKA_MEMBER, self->identity, name};
    SK_TRY(sk_kafka_client_new(self, &member, &self->active.member, err));
    sk_auto_list *topics = sk_rd.topic_partition_list_new(1);
    sk_rd.topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t code = sk_rd.subscribe(self->active.member, topics);
    return code ? sk_kafka_fail(self, code, "joining the group", err) : SK_OK;
}

static void state_note(struct sk_kafka_bus *self, const char *state)
{
    sk_auto_free char *name = sk_strf("dlq.%s", self->identity);
    const struct sk_kafka_topic topic = {.name = sk_text(name), .partitions = 1};
    sk_auto_list *list = sk_rd.topic_partition_list_new(1);

    sk_kafka_position_add(list, &topic, 0, 0, state);
    /* If it fails, tools wait for its session. */
    (void)sk_rd.commit(self->active.member, list, 0);
}

static enum sk_verdict take_over(struct sk_kafka_bus *self, struct sk_error *err)
{
    const struct sk_kafka_client units = {SK_KAFKA_UNITS, NULL, self->identity};

    if (!self->writer.producer)
        SK_TRY(sk_kafka_client_new(self, &units, &self->writer.producer, err));
    SK_TRY(sk_kafka_check(
        self, sk_rd.init_transactions(self->writer.producer, SK_KAFKA_CALL_MS),
        "taking over", err));
    SK_TRY(sk_kafka_client_ready(self, self->writer.producer, err));
    state_note(self, state_active);
    self->active.active = true;
    /* The positions of a group are ours from now on. */
    for (size_t i = 0; i < self->reader.count; i++)
        self->reader.subscriptions[i].loaded &= !self->reader.subscriptions[i].group;
    return SK_OK;
}

/* What comes is an error or a dead letter; the latter is not for us. That the topic is
 * unknown passes: it was made when this member joined. */
static enum sk_verdict member_poll(struct sk_kafka_bus *self, int timeout_ms,
                                   struct sk_error *err)
{
    rd_kafka_message_t *message = sk_rd.consumer_poll(self->active.member, timeout_ms);
    rd_kafka_resp_err_t code = message ? message->err : 0;

    if (message)
        sk_rd.message_destroy(message);
    if (code && code != RD_KAFKA_RESP_ERR__PARTITION_EOF &&
        code != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        return sk_kafka_fail(self, code, "standing by", err);
    return SK_OK;
}

/* Until it holds the partition or the time is over; trouble is told when it is over. */
static enum sk_verdict stand_by(struct sk_kafka_bus *self, int64_t deadline,
                                struct sk_error *err)
{
    int64_t left = STEP_MS;

    while (!self->active.holds && left > 0) {
        left = deadline - sk_clock_monotonic_ms();
        int step = left < 0 ? 0 : left < STEP_MS ? (int)left : STEP_MS;
        SK_TRY(member_poll(self, step, err));
    }
    return !self->active.holds && self->trouble.down ? sk_kafka_probe(self, err) : SK_OK;
}

enum sk_verdict sk_kafka_activate(struct sk_bus *bus, int timeout_ms, bool *ret_active,
                                  struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_kafka(bus);

    if (!self->identity)
        return sk_fail(err, SK_FATAL, "bus.use", "only a process with a name is active");
    if (!self->active.member)
        SK_TRY(member_join(self, err));
    SK_TRY(stand_by(self, sk_clock_monotonic_ms() + timeout_ms, err));
    if (self->active.holds && !self->active.active)
        SK_TRY(take_over(self, err));
    *ret_active = self->active.active;
    return SK_OK;
}

enum sk_verdict sk_kafka_fence_check(struct sk_kafka_bus *self, struct sk_error *err)
{
    if (self->active.active && !self->active.lost)
        return SK_OK;
    return sk_fail(err, SK_FATAL, self->active.lost ? "bus.fenced" : "bus.use",
                   self->active.lost
                       ? "another instance of %s took over; a restart stands by"
                       : "%s is not the active instance",
                   self->identity ? self->identity : "this handle");
}

enum sk_verdict sk_kafka_active_serve(struct sk_kafka_bus *self, struct sk_error *err)
{
    struct sk_error ignored = {0};

    if (self->active.member && member_poll(self, 0, &ignored) == SK_FATAL)
        self->active.lost = self->active.active;
    if (self->writer.producer)
        sk_rd.poll(self->writer.producer, 0);
    if (!self->active.active || self->active.holds)
        return SK_OK;
    if (self->active.lost)
        return sk_kafka_fence_check(self, err);
    return sk_kafka_fail(self, RD_KAFKA_RESP_ERR__TIMED_OUT, "keeping the role", err);
}

/* Freeing a member that has lost its partition without being told why waits for an answer
 * that may never come (librdkafka 2.0.2); the process ends anyway, and takes it along. */
void sk_kafka_active_close(struct sk_kafka_bus *self)
{
    const struct sk_kafka_active *active = &self->active;

    if (active->member && active->active && active->holds && !self->trouble.down)
        state_note(self, state_closed);
    if (active->member && (active->holds || !active->active))
        sk_kafka_consumer_free(active->member);
    if (active->number >= 0)
        close(active->number);
}

/* Its members, as the broker sees them. */
static enum sk_verdict members_count(struct sk_kafka_bus *self, const char *process,
                                     size_t *ret_count, struct sk_error *err)
{
    rd_kafka_queue_t *queue = sk_rd.queue_new(self->scout);

    sk_rd.DescribeConsumerGroups(self->scout, &process, 1, NULL, queue);
    rd_kafka_event_t *event = sk_rd.queue_poll(queue, SK_KAFKA_CALL_MS);
    sk_rd.queue_destroy(queue);
    rd_kafka_resp_err_t code =
        event ? sk_rd.event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    *ret_count = 0;
    if (!code) {
        size_t count = 0;
        const rd_kafka_ConsumerGroupDescription_t **groups =
            sk_rd.DescribeConsumerGroups_result_groups(
                sk_rd.event_DescribeConsumerGroups_result(event), &count);
        *ret_count =
            count > 0 ? sk_rd.ConsumerGroupDescription_member_count(groups[0]) : 0;
    }
    if (event)
        sk_rd.event_destroy(event);
    return code ? sk_kafka_fail(self, code, process, err) : SK_OK;
}

enum sk_verdict sk_kafka_idle_check(struct sk_kafka_bus *self, const char *process,
                                    struct sk_error *err)
{
    sk_auto_free char *name = sk_strf("dlq.%s", process);
    sk_auto_list *list = sk_rd.topic_partition_list_new(1);
    size_t members = 0;

    SK_TRY(members_count(self, process, &members, err));
    if (members == 0)
        return SK_OK;
    sk_rd.topic_partition_list_add(list, name, 0);
    SK_TRY(sk_kafka_group_read(self, process, list, err));
    const rd_kafka_topic_partition_t *state = &list->elems[0];
    if (state->metadata_size == sizeof(state_closed) - 1 &&
        memcmp(state->metadata, state_closed, state->metadata_size) == 0)
        return SK_OK;
    return sk_fail(err, SK_REJECT, "bus.active",
                   "%s is active, or was killed within the last %d s; stop it first",
                   process, self->session_timeout_ms / 1000);
}

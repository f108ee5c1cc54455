/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_KAFKA_LIBRARY_H
#define SK_BUS_KAFKA_LIBRARY_H

#include <librdkafka/rdkafka.h>

#include "base/verdict.h"

/*
 * librdkafka, loaded when the first Kafka bus is opened: a process on the embedded bus
 * pays no memory for it. `sk_rd.poll` is rd_kafka_poll, and so on.
 */
#define SK_RD_FUNCTIONS(X)                                                               \
    X(AdminOptions_destroy)                                                              \
    X(AdminOptions_new)                                                                  \
    X(AdminOptions_set_require_stable_offsets)                                           \
    X(AlterConsumerGroupOffsets)                                                         \
    X(AlterConsumerGroupOffsets_destroy)                                                 \
    X(AlterConsumerGroupOffsets_new)                                                     \
    X(ConfigEntry_name)                                                                  \
    X(ConfigEntry_value)                                                                 \
    X(ConfigResource_configs)                                                            \
    X(ConfigResource_destroy)                                                            \
    X(ConfigResource_error)                                                              \
    X(ConfigResource_new)                                                                \
    X(ConsumerGroupDescription_member_count)                                             \
    X(ConsumerGroupListing_group_id)                                                     \
    X(CreateTopics)                                                                      \
    X(CreateTopics_result_topics)                                                        \
    X(DescribeConfigs)                                                                   \
    X(DescribeConfigs_result_resources)                                                  \
    X(DescribeConsumerGroups)                                                            \
    X(DescribeConsumerGroups_result_groups)                                              \
    X(ListConsumerGroupOffsets)                                                          \
    X(ListConsumerGroupOffsets_destroy)                                                  \
    X(ListConsumerGroupOffsets_new)                                                      \
    X(ListConsumerGroupOffsets_result_groups)                                            \
    X(ListConsumerGroups)                                                                \
    X(ListConsumerGroups_result_valid)                                                   \
    X(NewTopic_destroy)                                                                  \
    X(NewTopic_new)                                                                      \
    X(NewTopic_set_config)                                                               \
    X(abort_transaction)                                                                 \
    X(assign)                                                                            \
    X(begin_transaction)                                                                 \
    X(clusterid)                                                                         \
    X(commit)                                                                            \
    X(commit_transaction)                                                                \
    X(conf_destroy)                                                                      \
    X(conf_new)                                                                          \
    X(conf_properties_show)                                                              \
    X(conf_set)                                                                          \
    X(conf_set_dr_msg_cb)                                                                \
    X(conf_set_error_cb)                                                                 \
    X(conf_set_log_cb)                                                                   \
    X(conf_set_opaque)                                                                   \
    X(conf_set_rebalance_cb)                                                             \
    X(consumer_group_metadata_destroy)                                                   \
    X(consumer_group_metadata_new)                                                       \
    X(consumer_poll)                                                                     \
    X(destroy)                                                                           \
    X(destroy_flags)                                                                     \
    X(err2str)                                                                           \
    X(error_code)                                                                        \
    X(error_destroy)                                                                     \
    X(error_is_fatal)                                                                    \
    X(error_is_retriable)                                                                \
    X(error_txn_requires_abort)                                                          \
    X(event_CreateTopics_result)                                                         \
    X(event_DescribeConfigs_result)                                                      \
    X(event_DescribeConsumerGroups_result)                                               \
    X(event_ListConsumerGroupOffsets_result)                                             \
    X(event_ListConsumerGroups_result)                                                   \
    X(event_destroy)                                                                     \
    X(event_error)                                                                       \
    X(fatal_error)                                                                       \
    X(group_result_error)                                                                \
    X(group_result_partitions)                                                           \
    X(header_add)                                                                        \
    X(header_get_all)                                                                    \
    X(headers_destroy)                                                                   \
    X(headers_new)                                                                       \
    X(incremental_assign)                                                                \
    X(incremental_unassign)                                                              \
    X(init_transactions)                                                                 \
    X(mem_free)                                                                          \
    X(message_destroy)                                                                   \
    X(message_headers)                                                                   \
    X(message_timestamp)                                                                 \
    X(metadata)                                                                          \
    X(metadata_destroy)                                                                  \
    X(new)                                                                               \
    X(offsets_for_times)                                                                 \
    X(poll)                                                                              \
    X(poll_set_consumer)                                                                 \
    X(producev)                                                                          \
    X(queue_destroy)                                                                     \
    X(queue_get_consumer)                                                                \
    X(queue_io_event_enable)                                                             \
    X(queue_new)                                                                         \
    X(queue_poll)                                                                        \
    X(send_offsets_to_transaction)                                                       \
    X(subscribe)                                                                         \
    X(topic_name)                                                                        \
    X(topic_partition_list_add)                                                          \
    X(topic_partition_list_destroy)                                                      \
    X(topic_partition_list_new)                                                          \
    X(topic_result_error)                                                                \
    X(topic_result_name)                                                                 \
    X(version)                                                                           \
    X(version_str)

struct sk_rd {
#define SK_RD_MEMBER(name) typeof(rd_kafka_##name) *name;
    SK_RD_FUNCTIONS(SK_RD_MEMBER)
#undef SK_RD_MEMBER
};

extern struct sk_rd sk_rd;

/* Once a process; SK_FATAL "bus.library" says what to install. */
enum sk_verdict sk_rd_load(struct sk_error *err);

#endif

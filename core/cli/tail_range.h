/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_TAIL_RANGE_H
#define SK_CLI_TAIL_RANGE_H

#include "cli/command.h"

/*
 * From where to where, per partition. A point is a time ("2026-11-24T08:00", Brussels
 * time unless it says otherwise; "2026-11-24"), a time ago ("-2h"), a position ("1200"),
 * "first" or "last". `until` is not included.
 */
enum { SK_RANGE_PARTITIONS = 64 };

struct sk_range {
    struct sk_text topic;
    int32_t count; /* partitions */
    int64_t next[SK_RANGE_PARTITIONS];
    int64_t end[SK_RANGE_PARTITIONS];
    int64_t from_ms, until_ms; /* of points that are times; else the widest */
};

/* SK_FATAL "tail.topic" when there is no such topic. */
enum sk_verdict sk_range_init(struct sk_range *range, struct sk_cli *cli,
                              struct sk_text topic, struct sk_error *err);

/* SK_FATAL "tail.point" when it is none of the above. */
enum sk_verdict sk_range_from(struct sk_range *range, struct sk_cli *cli,
                              const char *point, struct sk_error *err);
enum sk_verdict sk_range_until(struct sk_range *range, struct sk_cli *cli,
                               const char *point, struct sk_error *err);

/* From where the last `count` positions of each partition begin; gaps of compaction only
 * make it fewer records, never other ones. */
enum sk_verdict sk_range_from_last(struct sk_range *range, struct sk_cli *cli,
                                   int64_t count, struct sk_error *err);

#endif

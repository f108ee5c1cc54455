/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_TOPICS_FILE_H
#define SK_BUS_TOPICS_FILE_H

#include "base/arena.h"
#include "bus/driver.h"

/* schemas/topics.json as a list of topics; names live in the arena. {0} is empty. */
struct sk_topics_file {
    struct sk_bus_topic_spec *specs;
    size_t count;
    size_t capacity;
    struct sk_arena arena;
};

/* Takes every topic of the file, and every pattern once for each process. SK_FATAL
 * "bus.topics" names file and topic. */
enum sk_verdict sk_topics_file_read(struct sk_topics_file *file, const char *path,
                                    const struct sk_text *processes, size_t count,
                                    struct sk_error *err);
void sk_topics_file_fini(struct sk_topics_file *file);

#endif

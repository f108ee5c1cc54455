/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_RECORD_H
#define SK_BUS_RECORD_H

#include "base/text.h"

/* What goes over the bus: messages to send, records as read, and their limits. */

enum {
    SK_BUS_VALUE_LIMIT = 1024 * 1024, /* bytes of a record's value */
    SK_BUS_KEY_LIMIT = 1024,
    SK_BUS_HEADERS_LIMIT = 64 * 1024, /* names and values together */
    SK_BUS_BATCH_RECORDS = 500,       /* of one poll, or 1 MiB, whichever comes first */
};

struct sk_bus_header {
    struct sk_text name;
    struct sk_text value; /* UTF-8 in ours; any bytes in foreign ones */
};

/* One record to send. A value with data == NULL is a tombstone: the key was erased. */
struct sk_bus_message {
    struct sk_text topic;
    struct sk_text key; /* never empty */
    struct sk_bytes value;
    const struct sk_bus_header *headers;
    size_t header_count;
};

/* One record as read. Everything it points at lives until the next poll of its handle (or
 * until the callback returns, for each and fetch). */
struct sk_bus_record {
    struct sk_text topic;
    int32_t partition;
    int64_t position;     /* grows within (topic, partition); gaps are normal */
    int64_t timestamp_ms; /* when it was sent */
    struct sk_text key;
    struct sk_bytes value;
    const struct sk_bus_header *headers;
    size_t header_count;
    int subscription; /* the number that subscribe gave */
};

struct sk_bus_batch {
    const struct sk_bus_record *records;
    size_t count;
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ADAPTER_XML_CHILD_H
#define SK_ADAPTER_XML_CHILD_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/verdict.h"

/*
 * A dropped .xml as lines of JSON, read by the confined child schakel-xml (core/xml): a
 * process that holds the bus open parses no XML itself. {0} is none.
 */
struct sk_xml_child {
    pid_t pid;     /* 0: not running */
    FILE *records; /* a file without a name: its lines are the records */
};

/* Starts it on the file, from its beginning; `record` as the option says, or NULL.
 * SK_RETRY "files.xml": it cannot be started. */
enum sk_verdict sk_xml_child_start(struct sk_xml_child *child, int file,
                                   const char *record, struct sk_error *err);

/* Waits a little; *ret_done: all of it stands in `records`. SK_REJECT "files.xml" with
 * the child's own words: it is no XML, or not one that is taken. */
enum sk_verdict sk_xml_child_wait(struct sk_xml_child *child, bool *ret_done,
                                  struct sk_error *err);

/* Kills it when it runs. */
void sk_xml_child_end(struct sk_xml_child *child);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Derived from what the connector declares and from what the runtime does with it: a
 * source compares with the newest event; everybody has dead letters and a waiting room.
 */
#include "runtime/access.h"

#include <jansson.h>
#include <stdio.h>

#include "base/alloc.h"
#include "events/schakel_positie.h"
#include "events/schakel_status.h"
#include "events/schakel_weigering.h"
#include "runtime/processor.h"
#include "runtime/sink.h"
#include "runtime/source.h"
#include "runtime/whole.h"

struct access {
    json_t *reads, *writes;
};

static void add(json_t *list, const char *topic)
{
    const json_t *known;
    size_t i;

    json_array_foreach(list, i, known)
    {
        if (strcmp(json_string_value(known), topic) == 0)
            return;
    }
    json_array_append_new(list, json_string(topic));
}

static void add_both(struct access *access, const char *topic)
{
    add(access->reads, topic);
    add(access->writes, topic);
}

static void add_own(struct access *access, const char *prefix, const char *process)
{
    sk_auto_free char *topic = sk_strf("%s.%s", prefix, process);

    add_both(access, topic);
}

static void add_list(json_t *list, const struct sk_event_type *const *types)
{
    for (; types && *types; types++)
        add(list, (*types)->topic);
}

void sk_access_print(const struct sk_process *process)
{
    const char *name = process->connector->name;
    const struct sk_processor *processor = process->connector->processor;
    struct access access = {json_array(), json_array()};
    json_auto_t *line = json_pack("{s:s, s:o, s:o}", "proces", name, "leest",
                                  access.reads, "schrijft", access.writes);

    add_own(&access, "dlq", name);
    add_own(&access, "wacht", name);
    add(access.writes, sk_schakel_status.topic);
    for (size_t i = 0; i < process->source_count; i++) {
        const struct sk_event_type *type = process->sources[i].source->event;
        const struct sk_field *toestand = NULL;
        add_both(&access, type->topic);
        if (sk_whole_gone(type, &toestand) >= 0) /* it may be read whole */
            add_both(&access, sk_schakel_weigering.topic);
    }
    if (process->source_count)
        add_both(&access, sk_schakel_positie.topic);
    for (size_t i = 0; i < process->sink_count; i++)
        add(access.reads, process->sinks[i].sink->event->topic);
    if (processor) {
        add_list(access.reads, processor->inputs);
        add_list(access.reads, processor->tables);
        add_list(access.reads, processor->outputs); /* an unchanged event is not sent */
        add_list(access.writes, processor->outputs);
    }
    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
}

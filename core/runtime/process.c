/* SPDX-License-Identifier: Apache-2.0 */
/* What the flows share, and where they stand. */
#include "runtime/process.h"

#include "base/log.h"
#include "runtime/processor.h"
#include "runtime/sink.h"
#include "runtime/source.h"

const struct sk_option sk_process_option_table[] = {
    // clang-format off
    SK_STRING(struct sk_process_options, instance, .name = "instance", .fallback = "1",
              .help = "Tells two instances of one process apart: one works, others stand by."),
    SK_STRING(struct sk_process_options, inbox_listen, .name = "inbox.listen",
              .optional = true, .help = "HOST:PORT on which POST /inbox/{source} is taken."),
    SK_STRING(struct sk_process_options, inbox_token, .name = "inbox.token",
              .optional = true, .secret = true,
              .help = "Bearer token that whoever pushes must send."),
    SK_STRING(struct sk_process_options, api_listen, .name = "api.listen",
              .fallback = "127.0.0.1:0",
              .help = "HOST:PORT on which the process answers people's tools, where it does; "
                      "port 0: a free one."),
    SK_STRING(struct sk_process_options, api_token, .name = "api.token",
              .optional = true, .secret = true,
              .help = "Bearer token for it; else a new one at each start, in the run folder."),
    // clang-format on
    SK_END_OF_OPTIONS,
};

size_t sk_process_flow_count(const struct sk_process *process)
{
    return process->source_count + process->sink_count + (process->processor != NULL);
}

struct sk_flow *sk_process_flow(const struct sk_process *process, size_t index)
{
    if (index < process->source_count)
        return &process->sources[index].flow;
    index -= process->source_count;
    if (index < process->sink_count)
        return &process->sinks[index].flow;
    return &process->processor->flow;
}

void sk_process_fail(struct sk_process *process, const struct sk_error *error)
{
    if (process->failed)
        return;
    process->failed = true;
    process->error = *error;
    sk_log_error("process.failed", SK_STR("cause", error->id), SK_ERROR(*error));
}

struct sk_text sk_process_topic(const struct sk_process *process, const char *prefix,
                                struct sk_arena *arena)
{
    return sk_arena_printf(arena, "%s.%s", prefix, process->connector->name);
}

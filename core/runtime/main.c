/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process from its first line to its last: configured, opened step by step (each step
 * is tried again until what it needs is there), run, closed in the opposite order.
 */
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "bus/admin.h"
#include "events/schakel_positie.h"
#include "events/schakel_status.h"
#include "events/schakel_wacht.h"
#include "events/schakel_weigering.h"
#include "runtime/access.h"
#include "runtime/configure.h"
#include "runtime/inbox.h"
#include "runtime/loop.h"
#include "runtime/memory.h"
#include "runtime/notify.h"
#include "runtime/processor.h"
#include "runtime/service.h"
#include "runtime/sink.h"
#include "runtime/source.h"
#include "runtime/status.h"

enum {
    EXIT_CONFIGURATION = 2,
    STEP_FIRST_MS = 50,
    STEP_MOST_MS = 2000,
    STANDBY_LOOK_MS = 200,
    PROCESS_UMASK = 0007, /* the processes share their files as a group, nobody else */
};

/* One step towards an open process; SK_RETRY: it is called again after a while. */
typedef enum sk_verdict step(struct sk_process *process, struct sk_error *err);

static enum sk_verdict open_bus(struct sk_process *process, struct sk_error *err)
{
    struct sk_bus_options options = {.identity = process->connector->name,
                                     .source_writes = process->source_count > 0,
                                     .max_bytes = process->common.max_bytes,
                                     .data_path = process->data};

    sk_bus_section_give(process->bus_section, &options);
    SK_TRY(sk_folder_make(process->data, err));
    return sk_bus_open(process->common.bus, &options, &process->bus, err);
}

static enum sk_verdict make_topics(struct sk_process *process, struct sk_error *err)
{
    struct sk_text name = sk_text(process->connector->name);
    char path[PATH_MAX];

    return sk_bus_topics_create(process->bus,
                                sk_common_topics(&process->common, path, sizeof(path)),
                                &name, 1, err);
}

static enum sk_verdict open_registry(struct sk_process *process, struct sk_error *err)
{
    char folder[PATH_MAX];

    snprintf(folder, sizeof(folder), "%s/schemas", process->common.data);
    SK_TRY(sk_registry_client_open(process->common.registry, folder, &process->registry,
                                   err));
    process->codec = sk_codec_new(process->registry);
    return SK_OK;
}

static enum sk_verdict register_type(struct sk_process *process,
                                     const struct sk_event_type *type,
                                     struct sk_error *err)
{
    int32_t id;

    return sk_registry_client_id(process->registry, type, &id, err);
}

static enum sk_verdict register_list(struct sk_process *process,
                                     const struct sk_event_type *const *types,
                                     struct sk_error *err)
{
    for (; types && *types; types++)
        SK_TRY(register_type(process, *types, err));
    return SK_OK;
}

/* Every schema this program was built with is known, or the process does not start. */
static enum sk_verdict register_types(struct sk_process *process, struct sk_error *err)
{
    static const struct sk_event_type *const own[] = {&sk_schakel_status,
                                                      &sk_schakel_positie, NULL};

    SK_TRY(register_list(process, own, err));
    for (size_t i = 0; i < process->source_count; i++) {
        SK_TRY(register_type(process, process->sources[i].source->event, err));
        if (process->sources[i].options.mode == SK_SOURCE_FULL)
            SK_TRY(register_type(process, &sk_schakel_weigering, err));
    }
    for (size_t i = 0; i < process->sink_count; i++)
        SK_TRY(register_type(process, process->sinks[i].sink->event, err));
    if (process->sink_count)
        SK_TRY(register_type(process, &sk_schakel_wacht, err));
    if (!process->processor)
        return SK_OK;
    SK_TRY(register_list(process, process->processor->processor->inputs, err));
    return register_list(process, process->processor->processor->tables, err);
}

static enum sk_verdict become_active(struct sk_process *process, struct sk_error *err)
{
    bool active = false;

    SK_TRY(sk_bus_activate(process->bus, STANDBY_LOOK_MS, &active, err));
    if (active)
        return SK_OK;
    process->at = SK_PROCESS_STANDBY;
    return sk_fail(err, SK_RETRY, "process.standby", "another instance of %s is active",
                   process->connector->name);
}

static enum sk_verdict open_client(struct sk_process *process, struct sk_error *err)
{
    if (!process->source_count && !process->sink_count)
        return SK_OK;
    return sk_http_client_open(&process->http_options, &process->http, err);
}

static enum sk_verdict open_flows(struct sk_process *process, struct sk_error *err)
{
    SK_TRY(sk_park_load(process, err));
    for (size_t i = 0; i < process->source_count; i++)
        SK_TRY(sk_source_open(&process->sources[i], err));
    return SK_OK;
}

static enum sk_verdict open_sinks(struct sk_process *process, struct sk_error *err)
{
    for (size_t i = 0; i < process->sink_count; i++)
        SK_TRY(sk_sink_open(&process->sinks[i], err));
    return SK_OK;
}

static enum sk_verdict open_processor(struct sk_process *process, struct sk_error *err)
{
    return process->processor ? sk_processor_open(process->processor, err) : SK_OK;
}

static enum sk_verdict open_inbox(struct sk_process *process, struct sk_error *err)
{
    if (!process->options.inbox_listen)
        return SK_OK;
    return sk_inbox_open(process, &process->inbox, err);
}

static enum sk_verdict open_service(struct sk_process *process, struct sk_error *err)
{
    if (!process->processor || !process->processor->processor->answer)
        return SK_OK;
    return sk_service_open(process, &process->service, err);
}

static bool stand_by(struct sk_process *process, const struct sk_error *err)
{
    return process->at == SK_PROCESS_STANDBY && strcmp(err->id, "process.standby") == 0;
}

/* Says once what it waits for, quietly goes on trying. False: stop. */
static bool wait_for_step(struct sk_process *process, const struct sk_error *err,
                          int64_t attempts)
{
    bool same = process->error.id && strcmp(process->error.id, err->id) == 0;

    process->error = *err;
    if (!same) {
        sk_log_info("process.waits", SK_STR("cause", err->id), SK_ERROR(*err));
        process->changed = true;
    }
    sk_status_pump(process);
    sk_notify_alive();
    if (stand_by(process, err))
        return !sk_loop_sleep(process, 0); /* activate has waited already */
    return !sk_loop_sleep(process, sk_backoff_ms(attempts, STEP_FIRST_MS, STEP_MOST_MS));
}

static bool take_step(struct sk_process *process, step *take)
{
    enum sk_verdict verdict;

    for (int64_t attempts = 1;; attempts++) {
        struct sk_error err = {0};
        verdict = take(process, &err);
        if (verdict == SK_OK)
            break;
        if (verdict != SK_RETRY) {
            sk_process_fail(process, &err);
            return false;
        }
        if (!wait_for_step(process, &err, attempts))
            return false;
    }
    process->error.id = NULL;
    return !sk_loop_sleep(process, 0);
}

static bool open_process(struct sk_process *process)
{
    static step *const steps[] = {open_bus,       make_topics,   open_registry,
                                  register_types, become_active, open_client,
                                  open_flows,     open_sinks,    open_processor,
                                  open_inbox,     open_service};

    for (size_t i = 0; i < SK_COUNT(steps); i++)
        if (!take_step(process, steps[i]))
            return false;
    return true;
}

static void close_process(struct sk_process *process)
{
    sk_inbox_close(process->inbox);
    sk_service_close(process->service);
    for (size_t i = 0; i < process->source_count; i++)
        sk_source_close(&process->sources[i]);
    for (size_t i = 0; i < process->sink_count; i++)
        sk_sink_close(&process->sinks[i]);
    if (process->processor)
        sk_processor_close(process->processor);
    sk_park_fini(&process->park);
    sk_http_client_close(process->http);
    sk_unit_fini(&process->unit);
    sk_bus_close(process->bus);
    sk_codec_free(process->codec);
    sk_registry_client_close(process->registry);
    if (process->opened && process->connector->close)
        process->connector->close(process->state);
    free(process->sources);
    free(process->sinks);
    free(process->processor);
    free(process->state);
    free(process->data);
    sk_bus_section_free(process->bus_section);
    sk_settings_free(process->settings);
}

static enum sk_verdict open_connector(struct sk_process *process, struct sk_error *err)
{
    process->opened = true;
    return process->connector->open ? process->connector->open(process->state, err)
                                    : SK_OK;
}

static void take_signals(struct sk_process *process)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    process->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int run(struct sk_process *process)
{
    take_signals(process);
    process->started_ms = sk_clock_now_ms();
    process->changed = true;
    sk_notify_ready();
    if (open_process(process)) {
        process->at = SK_PROCESS_ACTIVE;
        sk_log_info("process.ready",
                    SK_INT64("after_ms", sk_clock_now_ms() - process->started_ms));
        sk_status_write(process);
        sk_loop_run(process);
    }
    bool was_standby = process->at == SK_PROCESS_STANDBY;
    process->at = was_standby ? SK_PROCESS_STANDBY : SK_PROCESS_STOPPED;
    sk_status_write(process);
    close(process->signals);
    sk_log_info("process.ended", SK_INT64("units", process->units));
    return process->failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static bool asked(int count, char *const *arguments, const char *option)
{
    for (int i = 0; i < count; i++)
        if (strcmp(arguments[i], option) == 0)
            return true;
    return false;
}

/* What the program says of itself, without a configuration. */
static bool tell(struct sk_process *process, int count, char *const *arguments)
{
    static const struct {
        const char *option;
        void (*print)(const struct sk_process *process);
    } all[] = {{"--help", sk_configure_help},
               {"--flows", sk_configure_register},
               {"--access", sk_access_print}};

    for (size_t i = 0; i < SK_COUNT(all); i++) {
        if (!asked(count, arguments, all[i].option))
            continue;
        sk_configure_flows(process);
        all[i].print(process);
        return true;
    }
    return false;
}

static int start(struct sk_process *process, int count, char *const *arguments)
{
    struct sk_error err = {0};

    if (tell(process, count, arguments))
        return EXIT_SUCCESS;
    enum sk_verdict verdict = sk_configure(process, count, arguments, &err);
    if (verdict == SK_OK)
        verdict = open_connector(process, &err);
    if (verdict != SK_OK) {
        sk_log_error("process.configuration", SK_STR("cause", err.id), SK_ERROR(err));
        return EXIT_CONFIGURATION;
    }
    if (!asked(count, arguments, "--check"))
        return run(process);
    sk_configure_print(process);
    return EXIT_SUCCESS;
}

int sk_main(const struct sk_connector *connector, int argc, char **argv)
{
    struct sk_process process = {.connector = connector, .signals = -1};

    sk_memory_setup();
    umask(PROCESS_UMASK);
    sk_log_setup(connector->name, SK_LOG_INFO);
    int status = start(&process, argc - 1, argv + 1);
    close_process(&process);
    return status;
}

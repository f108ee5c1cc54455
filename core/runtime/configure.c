/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/configure.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/log.h"
#include "runtime/processor.h"
#include "runtime/sink.h"
#include "runtime/source.h"

static bool has_adapters(const struct sk_process *process)
{
    return process->connector->sources || process->connector->sinks;
}

static void flow_init(struct sk_process *process, struct sk_flow *flow, const char *name,
                      enum sk_flow_kind kind, const char *topic)
{
    flow->name = name;
    flow->kind = kind;
    flow->topic = topic;
    flow->changed = &process->changed;
    if (kind != SK_FLOW_SOURCE)
        flow->group = sk_strf("%s.%s", process->connector->name, name);
}

void sk_configure_flows(struct sk_process *process)
{
    const struct sk_connector *connector = process->connector;
    const struct sk_source *source = connector->sources;
    const struct sk_sink *sink = connector->sinks;

    while (source && source[process->source_count].name)
        process->source_count++;
    while (sink && sink[process->sink_count].name)
        process->sink_count++;
    process->sources =
        sk_alloc_zeroed((process->source_count + 1) * sizeof(*process->sources));
    process->sinks = sk_alloc_zeroed((process->sink_count + 1) * sizeof(*process->sinks));
    for (size_t i = 0; i < process->source_count; i++, source++) {
        process->sources[i].process = process;
        process->sources[i].source = source;
        flow_init(process, &process->sources[i].flow, source->name, SK_FLOW_SOURCE,
                  source->event->topic);
    }
    for (size_t i = 0; i < process->sink_count; i++, sink++) {
        process->sinks[i].process = process;
        process->sinks[i].sink = sink;
        process->sinks[i].subscription = -1;
        flow_init(process, &process->sinks[i].flow, sink->name, SK_FLOW_SINK,
                  sink->event->topic);
    }
    if (!connector->processor)
        return;
    process->processor = sk_alloc_zeroed(sizeof(*process->processor));
    process->processor->process = process;
    process->processor->inputs = process->processor->tables = -1;
    process->processor->processor = connector->processor;
    flow_init(process, &process->processor->flow, connector->processor->name,
              SK_FLOW_PROCESSOR, NULL);
}

/* An address that other machines reach is guarded by a token. */
static enum sk_verdict check_listen(const struct sk_process *process, const char *option,
                                    const char *listen, const char *token,
                                    struct sk_error *err)
{
    static const char *const local[] = {"127.", "localhost:", "[::1]:"};

    if (!listen || token)
        return SK_OK;
    for (size_t i = 0; i < SK_COUNT(local); i++)
        if (sk_text_starts_with(sk_text(listen), local[i]))
            return SK_OK;
    return sk_fail(err, SK_FATAL, "option.missing",
                   "[%s] %s.listen = %.80s can be reached from other machines: it "
                   "needs \"%s.token\" (file:PATH)",
                   process->connector->name, option, listen, option);
}

static enum sk_verdict configure_bus(struct sk_process *process, const char *file,
                                     struct sk_error *err)
{
    const char *url = process->common.bus;
    struct sk_bus_options options = {.identity = process->connector->name};

    SK_TRY(sk_bus_section_read(file, url, process->connector->name, &process->bus_section,
                               err));
    sk_bus_section_give(process->bus_section, &options);
    return sk_bus_check(url, &options, err);
}

static enum sk_verdict configure_all(struct sk_process *process, struct sk_error *err)
{
    const struct sk_connector *connector = process->connector;

    SK_TRY(sk_options_read(sk_process_option_table, NULL, process->settings,
                           &process->options, err));
    SK_TRY(check_listen(process, "inbox", process->options.inbox_listen,
                        process->options.inbox_token, err));
    SK_TRY(check_listen(process, "api", process->options.api_listen,
                        process->options.api_token, err));
    if (has_adapters(process))
        SK_TRY(sk_options_read(sk_http_client_option_table, NULL, process->settings,
                               &process->http_options, err));
    if (connector->options)
        SK_TRY(sk_options_read(connector->options, NULL, process->settings,
                               process->state, err));
    for (size_t i = 0; i < process->source_count; i++)
        SK_TRY(sk_source_configure(&process->sources[i], err));
    for (size_t i = 0; i < process->sink_count; i++)
        SK_TRY(sk_sink_configure(&process->sinks[i], err));
    SK_TRY(sk_settings_check_unknown(process->settings, err));
    const char *stray = sk_settings_argument(process->settings, 0);
    if (stray)
        return sk_fail(err, SK_FATAL, "option.argument",
                       "\"%.80s\" is no option: options begin with --", stray);
    return SK_OK;
}

enum sk_verdict sk_configure(struct sk_process *process, int count,
                             char *const *arguments, struct sk_error *err)
{
    static const char *const own[] = {"config", "check", "help", "flows", "access"};
    const char *name = process->connector->name;
    const char *file = sk_common_config(count, arguments);

    SK_TRY(sk_settings_load(name, file, count, arguments, &process->settings, err));
    for (size_t i = 0; i < SK_COUNT(own); i++)
        sk_settings_get(process->settings, own[i]);
    SK_TRY(sk_options_read(sk_common_options, NULL, process->settings, &process->common,
                           err));
    sk_log_setup(name, (enum sk_log_level)process->common.log);
    SK_TRY(configure_bus(process, file, err));
    process->data = sk_strf("%s/%s", process->common.data, name);
    process->state = sk_alloc_zeroed(process->connector->state_size + 1);
    sk_configure_flows(process);
    return configure_all(process, err);
}

void sk_configure_help(const struct sk_process *process)
{
    const struct sk_connector *connector = process->connector;

    printf(
        "schakel-%s - %s\n\n"
        "Usage: schakel-%s [--config FILE] [--check | --help | --flows | --access] "
        "[--OPTION VALUE ...]\n\n"
        "  --config FILE  the configuration ([schakel] and [%s]); else $SCHAKEL_CONFIG\n"
        "  --check        says what is in force, secrets hidden, and ends\n"
        "  --flows        the register of processing, JSON lines, and ends\n"
        "  --access       what it reads and writes on the bus, JSON, and ends\n\n"
        "Options, also as SCHAKEL_<SECTION>_<KEY>; those of flows also as "
        "<flow>.<option>:\n\n",
        connector->name, connector->summary, connector->name, connector->name);
    sk_options_help(sk_common_options, stdout);
    sk_options_help(sk_process_option_table, stdout);
    if (connector->options)
        sk_options_help(connector->options, stdout);
    if (connector->sources)
        sk_options_help(sk_source_option_table, stdout);
    if (connector->sinks)
        sk_options_help(sk_sink_option_table, stdout);
    if (!has_adapters(process))
        return;
    sk_options_help(sk_http_client_option_table, stdout);
    printf("\nReading by adapter = rest, files, odbc:\n");
    sk_options_help(sk_adapter_rest.read_options, stdout);
    sk_options_help(sk_adapter_files.read_options, stdout);
    sk_options_help(sk_adapter_odbc.read_options, stdout);
    printf("\nDelivering by adapter = rest, files, odbc:\n");
    sk_options_help(sk_adapter_rest.write_options, stdout);
    sk_options_help(sk_adapter_files.write_options, stdout);
    sk_options_help(sk_adapter_odbc.write_options, stdout);
}

static void print_source(const struct sk_source_flow *source)
{
    sk_options_print(sk_source_option_table, source->prefix, &source->options, stdout);
    if (source->adapter)
        sk_options_print(source->adapter->read_options, source->prefix, source->config,
                         stdout);
}

void sk_configure_print(const struct sk_process *process)
{
    printf("# schakel-%s %s: the configuration is valid\n", process->connector->name,
           SK_VERSION);
    if (strncmp(process->common.bus, "sqlite:", 7) == 0)
        printf("# sqlite: isolation between processes is none: who may open the bus file "
               "can read and write all "
               "of it; only the file's group keeps others out\n");
    sk_options_print(sk_common_options, NULL, &process->common, stdout);
    sk_bus_section_print(process->bus_section, stdout);
    sk_options_print(sk_process_option_table, NULL, &process->options, stdout);
    if (has_adapters(process))
        sk_options_print(sk_http_client_option_table, NULL, &process->http_options,
                         stdout);
    if (process->connector->options)
        sk_options_print(process->connector->options, NULL, process->state, stdout);
    for (size_t i = 0; i < process->source_count; i++)
        print_source(&process->sources[i]);
    for (size_t i = 0; i < process->sink_count; i++) {
        const struct sk_sink_flow *sink = &process->sinks[i];
        sk_options_print(sk_sink_option_table, sink->prefix, &sink->options, stdout);
        sk_options_print(sink->adapter->write_options, sink->prefix, sink->config,
                         stdout);
    }
}

/* Names of the fields that hold personal data, within those handed over: "klager.naam".
 */
static void add_tagged(json_t *out, const struct sk_record_type *record,
                       const char *prefix, const char *const *only)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct sk_field *field = &record->fields[i];
        bool named = !only;
        for (size_t j = 0; only && only[j]; j++)
            named = named || strcmp(only[j], field->name) == 0;
        if (!named)
            continue;
        sk_auto_free char *path = sk_strf("%s%s", prefix, field->name);
        if (field->tags)
            json_array_append_new(out, json_string(path));
        else if (field->kind == SK_FIELD_RECORD) {
            sk_auto_free char *inner = sk_strf("%s.", path);
            add_tagged(out, field->record, inner, NULL);
        }
    }
}

static void print_flow(const struct sk_process *process, const struct sk_flow *flow,
                       const char *direction, const struct sk_event_type *type,
                       const struct sk_sink *sink)
{
    json_auto_t *line = json_pack(
        "{s:s, s:s, s:s, s:s, s:[], s:[], s:s*}", "proces", process->connector->name,
        "flow", flow->name, "richting", direction, "topic", type->topic, "velden",
        "persoonsgegevens", "doel", sink ? sink->purpose : NULL);
    const char *const *fields = sink ? sink->fields : NULL;

    for (; fields && *fields; fields++)
        json_array_append_new(json_object_get(line, "velden"), json_string(*fields));
    add_tagged(json_object_get(line, "persoonsgegevens"), &type->record, "",
               sink ? sink->fields : NULL);
    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
}

void sk_configure_register(const struct sk_process *process)
{
    const struct sk_event_type *const *inputs = NULL;

    for (size_t i = 0; i < process->source_count; i++)
        print_flow(process, &process->sources[i].flow, "in",
                   process->sources[i].source->event, NULL);
    for (size_t i = 0; i < process->sink_count; i++)
        print_flow(process, &process->sinks[i].flow, "uit", process->sinks[i].sink->event,
                   process->sinks[i].sink);
    if (process->processor)
        inputs = process->processor->processor->inputs;
    for (; inputs && *inputs; inputs++)
        print_flow(process, &process->processor->flow, "verwerking", *inputs, NULL);
}

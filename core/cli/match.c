/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel match - the matcher over files, without a bus: a register in CSV and messages
 * in JSON lines in, one decision a line out. It is how the matcher is measured, and how
 * someone tries a register before he connects it.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/file.h"
#include "cli/command.h"
#include "cli/match_batch.h"
#include "match/snapshot.h"

enum { MODEL_BYTES = 64 << 20 };

struct match_options {
    const char *reg, *types, *places, *labels, *model, *without, *messages, *out,
        *timings;
    int64_t threads, rate, none_rate;
    bool explain;
};

static const struct sk_option match_options[] = {
    SK_STRING(struct match_options, reg, .name = "register",
              .help =
                  "Register (CSV): een rij per versie van een locatie of organisator."),
    SK_STRING(struct match_options, types, .name = "types", .optional = true,
              .help = "Woorden van opvangvormen: woord, tab, vorm."),
    SK_STRING(struct match_options, places, .name = "places", .optional = true,
              .help = "Delen van gemeenten: postcode, tab, namen met ; ertussen. De "
                      "Vlaamse zijn ingebouwd."),
    SK_STRING(struct match_options, labels, .name = "labels", .optional = true,
              .help =
                  "Berichten waarover mensen beslisten: daaruit wordt eerst geleerd."),
    SK_STRING(struct match_options, model, .name = "model", .optional = true,
              .help = "Momentopname van een model om mee te beslissen."),
    SK_INTEGER(struct match_options, rate, .name = "rate", .fallback = "1000", .min = 1,
               .max = 500000,
               .help = "Zoveel op een miljoen automatische koppelingen mogen fout zijn."),
    SK_INTEGER(struct match_options, none_rate, .name = "none-rate", .fallback = "50000",
               .min = 1, .max = 500000,
               .help = "Idem voor de beslissing dat geen opvang bedoeld is."),
    SK_STRING(struct match_options, without, .name = "without", .optional = true,
              .help = "Laat weg om te meten: type,aliases,frequency,calibration."),
    SK_STRING(struct match_options, messages, .name = "messages",
              .help = "Berichten (JSON, een per regel)."),
    SK_STRING(struct match_options, out, .name = "out",
              .help = "Hier komen de beslissingen, een per regel."),
    SK_STRING(struct match_options, timings, .name = "timings", .optional = true,
              .help = "Hier komt de duur per bericht, in microseconden."),
    SK_INTEGER(struct match_options, threads, .name = "threads", .fallback = "1",
               .min = 1, .max = 64, .help = "Aantal draden; de uitkomst is dezelfde."),
    SK_BOOL(struct match_options, explain, .name = "explain", .fallback = "false",
            .help = "Zet bij elke beslissing een zin die zegt waarom."),
    SK_END_OF_OPTIONS,
};

static enum sk_verdict open_file(const char *path, const char *mode, FILE **ret_file,
                                 struct sk_error *err)
{
    *ret_file = fopen(path, mode);
    if (!*ret_file)
        return sk_fail(err, SK_FATAL, "match.file", "cannot open %s: %s", path,
                       strerror(errno));
    return SK_OK;
}

static enum sk_verdict open_files(const struct match_options *options,
                                  struct sk_match_job *job, struct sk_error *err)
{
    SK_TRY(open_file(options->messages, "re", &job->messages, err));
    SK_TRY(open_file(options->out, "we", &job->decisions, err));
    if (options->timings)
        SK_TRY(open_file(options->timings, "we", &job->timings, err));
    return SK_OK;
}

static enum sk_verdict close_file(FILE *file, const char *path, struct sk_error *err)
{
    if (file && fclose(file) != 0)
        return sk_fail(err, SK_RETRY, "match.file", "cannot write %s: %s", path,
                       strerror(errno));
    return SK_OK;
}

static void print_statistics(const struct sk_match_register *reg,
                             const struct sk_match_result *result, size_t bad_rows)
{
    double seconds = result->seconds > 0 ? result->seconds : 1e-9;

    fprintf(stderr,
            "locations %zu, index %zu KiB, bad rows %zu\n"
            "messages %zu, bad %zu, auto %zu, review %zu, none %zu\n"
            "%.0f messages/s; us a message: p50 %.0f, p99 %.0f, longest %.0f\n",
            sk_match_register_locations(reg), sk_match_register_footprint(reg) / 1024,
            bad_rows, result->messages, result->bad, result->automatic, result->review,
            result->none, (double)result->messages / seconds, result->p50, result->p99,
            result->longest);
}

static enum sk_verdict read_without(const char *list, uint32_t *ret_without,
                                    struct sk_error *err)
{
    static const char *const names[] = {"type", "aliases", "frequency", "calibration"};
    struct sk_text rest = sk_text(list);

    while (rest.data) {
        struct sk_text name = sk_text_split(&rest, ',');
        size_t i = 0;

        while (i < SK_COUNT(names) && !sk_text_is(name, names[i]))
            i++;
        if (i == SK_COUNT(names))
            return sk_fail(err, SK_FATAL, "match.without",
                           "--without %.*s: not type, aliases, frequency or "
                           "calibration",
                           SK_TEXT_ARG(name));
        *ret_without |= 1u << i;
    }
    return SK_OK;
}

static enum sk_verdict read_model(const char *path, struct sk_match_model **ret_model,
                                  struct sk_error *err)
{
    sk_buffer_auto text = {0};

    SK_TRY(sk_file_read(path, MODEL_BYTES, &text, err));
    return sk_snapshot_read(sk_buffer_text(&text), ret_model, err);
}

/* By labels, a snapshot, or what is built in. */
static enum sk_verdict make_models(const struct match_options *options,
                                   const struct sk_match_register *reg, size_t *ret_bad,
                                   struct sk_match_models **ret_models,
                                   struct sk_error *err)
{
    struct sk_learning settings = {.rate = (uint32_t)options->rate,
                                   .none_rate = (uint32_t)options->none_rate};
    struct sk_match_model *model = NULL;

    if (options->without)
        SK_TRY(read_without(options->without, &settings.without, err));
    if (options->labels)
        return sk_match_models_read(reg, options->labels, &settings, ret_models, ret_bad,
                                    err);
    if (options->model)
        SK_TRY(read_model(options->model, &model, err));
    else
        model = sk_match_learn(reg, NULL, 0, &settings);
    *ret_models = sk_match_models_of(model);
    return SK_OK;
}

static enum sk_verdict match_files(const struct match_options *options,
                                   struct sk_match_register *reg, int *ret_exit,
                                   struct sk_error *err)
{
    struct sk_match_job job = {
        .reg = reg, .threads = (size_t)options->threads, .explain = options->explain};
    struct sk_match_result result = {0};
    size_t bad_rows = 0, bad_labels = 0;

    if (options->types)
        SK_TRY(sk_match_read_types(options->types, reg, err));
    if (options->places)
        SK_TRY(sk_match_read_places(options->places, reg, err));
    SK_TRY(sk_match_read_register(options->reg, reg, &bad_rows, err));
    SK_TRY(make_models(options, reg, &bad_labels, &job.models, err));
    enum sk_verdict verdict = open_files(options, &job, err);

    if (verdict == SK_OK)
        verdict = sk_match_run(&job, &result, err);
    if (job.messages)
        fclose(job.messages);
    enum sk_verdict closed[] = {close_file(job.decisions, options->out, err),
                                close_file(job.timings, options->timings, err)};

    for (size_t i = 0; i < SK_COUNT(closed) && verdict == SK_OK; i++)
        verdict = closed[i];
    if (verdict == SK_OK) {
        sk_match_models_report(job.models);
        print_statistics(reg, &result, bad_rows);
    }
    sk_match_models_free(job.models);
    if (result.bad || bad_rows || bad_labels)
        *ret_exit = SK_CLI_ATTENTION;
    return verdict;
}

static enum sk_verdict run_match(struct sk_cli *cli, const void *options, int *ret_exit,
                                 struct sk_error *err)
{
    struct sk_match_register *reg = sk_match_register_new();
    enum sk_verdict verdict = match_files(options, reg, ret_exit, err);

    (void)cli;
    sk_match_register_free(reg);
    return verdict;
}

const struct sk_command sk_command_match = {
    .name = "match",
    .usage = "--register R --messages M --out D",
    .example =
        "match --register opvang.csv --messages berichten.jsonl --out besluiten.jsonl",
    .help = "Koppelt berichten uit een bestand aan een register.",
    .standalone = true,
    .options = match_options,
    .options_size = sizeof(struct match_options),
    .run = run_match,
};

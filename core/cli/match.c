/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel match - the matcher over files, without a bus: a register in CSV and messages
 * in JSON lines in, one decision a line out. It is how the matcher is measured, and how
 * someone tries a register before he connects it.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/match_batch.h"

struct match_options {
    const char *reg, *types, *labels, *messages, *out, *timings;
    int64_t threads;
    bool explain;
};

static const struct sk_option match_options[] = {
    SK_STRING(struct match_options, reg, .name = "register",
              .help =
                  "Register (CSV): een rij per versie van een locatie of organisator."),
    SK_STRING(struct match_options, types, .name = "types", .optional = true,
              .help = "Woorden van opvangvormen: woord, tab, vorm."),
    SK_STRING(struct match_options, labels, .name = "labels", .optional = true,
              .help =
                  "Berichten waarover mensen beslisten: zegt hoe vaak automatisch fout "
                  "was. Verandert geen beslissing."),
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

/* The certificate: rate, sample and dates. */
static enum sk_verdict certify(const struct match_options *options,
                               const struct sk_match_register *reg, int *ret_exit,
                               struct sk_error *err)
{
    struct sk_match_certificate certificate;
    char first[SK_DATE_SIZE], last[SK_DATE_SIZE];

    SK_TRY(sk_match_certify(reg, options->labels, &certificate, err));
    if (certificate.bad)
        *ret_exit = SK_CLI_ATTENTION;
    fprintf(stderr,
            "certificate: model %s, labels %zu decided %s to %s, auto %zu, wrong %zu, at "
            "most "
            "%.3f %% wrong with 95 %% confidence\n",
            sk_match_model_builtin()->name, certificate.labels,
            sk_date_format(certificate.first, first),
            sk_date_format(certificate.last, last), certificate.automatic,
            certificate.wrong,
            100 * sk_match_upper_bound(certificate.wrong, certificate.automatic));
    return SK_OK;
}

static enum sk_verdict match_files(const struct match_options *options,
                                   struct sk_match_register *reg, int *ret_exit,
                                   struct sk_error *err)
{
    struct sk_match_job job = {
        .reg = reg, .threads = (size_t)options->threads, .explain = options->explain};
    struct sk_match_result result = {0};
    size_t bad_rows = 0;

    if (options->types)
        SK_TRY(sk_match_read_types(options->types, reg, err));
    SK_TRY(sk_match_read_register(options->reg, reg, &bad_rows, err));
    if (options->labels)
        SK_TRY(certify(options, reg, ret_exit, err));
    enum sk_verdict verdict = open_files(options, &job, err);

    if (verdict == SK_OK)
        verdict = sk_match_run(&job, &result, err);
    if (job.messages)
        fclose(job.messages);
    enum sk_verdict closed[] = {close_file(job.decisions, options->out, err),
                                close_file(job.timings, options->timings, err)};

    for (size_t i = 0; i < SK_COUNT(closed) && verdict == SK_OK; i++)
        verdict = closed[i];
    if (verdict == SK_OK)
        print_statistics(reg, &result, bad_rows);
    if (result.bad || bad_rows)
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
    .help = "Koppelt berichten uit een bestand aan een register.",
    .standalone = true,
    .options = match_options,
    .options_size = sizeof(struct match_options),
    .run = run_match,
};

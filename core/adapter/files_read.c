/* SPDX-License-Identifier: Apache-2.0 */
/* Dropped files as a source: the folder does the work (drop_folder.h). */
#include <stdlib.h>

#include "adapter/drop_folder.h"
#include "adapter/files.h"
#include "base/alloc.h"
#include "base/clock.h"

#define CONFIG struct sk_files_read_config

const struct sk_option sk_files_read_options[] = {
    // clang-format off
    SK_STRING(CONFIG, folder, .name = "folder", .optional = true,
              .help = "Folder in which the files (.json, .jsonl, .csv, .xml) are left."),
    SK_STRING(CONFIG, file, .name = "file", .optional = true,
              .help = "mode = full, in place of a folder: the one file that is written "
              "anew each time; it stays where it is."),
    SK_INTEGER(CONFIG, limit, .name = "limit", .fallback = "500", .min = 1, .max = 10000,
               .help = "Records taken at once."),
    SK_DURATION(CONFIG, settle_ms, .name = "settle", .fallback = "5s", .max = 3600000,
                .help = "A file that was not renamed in is complete when it is unchanged "
                "for so long."),
    SK_SIZE(CONFIG, max_size, .name = "max_file", .fallback = "4G", .min = 1024,
            .max = (int64_t)1 << 40, .help = "Largest file taken."),
    SK_CHOICE(CONFIG, separator, .name = "separator", .fallback = "auto",
              .choices = "auto|comma|semicolon|tab", .help = "Between fields of a .csv."),
    SK_CHOICE(CONFIG, encoding, .name = "charset", .fallback = "auto",
              .choices = "auto|utf-8|cp1252", .help = "Of a .csv."),
    SK_BOOL(CONFIG, unterminated, .name = "unterminated", .fallback = "false",
            .help = "mode = full: a .csv or .jsonl may end without a line break; else it "
            "is taken for cut off."),
    SK_STRING(CONFIG, record, .name = "record", .optional = true,
              .help = "Of a .xml: the name of the elements that are records; not set: the "
              "children of the root."),
    // clang-format on
    SK_END_OF_OPTIONS,
};

struct sk_reader {
    struct sk_drop_folder *folder;
    char *path, *only; /* of `file`: its folder and its name in it */
};

enum sk_verdict sk_files_read_check(const void *read_config, struct sk_error *err)
{
    const struct sk_files_read_config *config = read_config;

    if (!config->folder == !config->file)
        return sk_fail(
            err, SK_FATAL, "option.missing",
            "adapter = files needs \"folder\" (a folder), or \"file\" (one file, "
            "with mode = full)");
    return SK_OK;
}

/* "/srv/dump/permits.csv" to its folder and its name. */
static enum sk_verdict split_path(struct sk_reader *reader, const char *file,
                                  struct sk_error *err)
{
    const char *slash = strrchr(file, '/');

    if (slash && !slash[1])
        return sk_fail(err, SK_FATAL, "option.value", "file = %.120s names no file",
                       file);
    reader->path = slash ? sk_strndup(file, (size_t)(slash + 1 - file)) : sk_strdup(".");
    reader->only = sk_strdup(slash ? slash + 1 : file);
    return SK_OK;
}

enum sk_verdict sk_files_reader_open(const struct sk_adapter_setup *setup,
                                     struct sk_reader **ret_reader, struct sk_error *err)
{
    static const char separators[] = {0, ',', ';', '\t'};
    const struct sk_files_read_config *config = setup->config;
    struct sk_reader *reader = sk_alloc_zeroed(sizeof(*reader));
    enum sk_verdict verdict = SK_OK;

    if (config->file && !setup->whole)
        verdict =
            sk_fail(err, SK_FATAL, "option.mode",
                    "file = %.120s is read whole: it needs mode = full", config->file);
    else if (config->file)
        verdict = split_path(reader, config->file, err);
    const struct sk_drop_options options = {
        .path = reader->path ? reader->path : config->folder,
        .only = reader->only,
        .settle_ms = config->settle_ms,
        .batch_records = config->limit,
        .format = {.separator = separators[config->separator],
                   .encoding = config->encoding,
                   .max_size = config->max_size,
                   .xml_record = config->record,
                   .whole = setup->whole,
                   .unterminated = config->unterminated}};
    if (verdict == SK_OK)
        verdict = sk_drop_folder_open(&options, &reader->folder, err);
    if (verdict != SK_OK) {
        sk_files_reader_close(reader);
        return verdict;
    }
    *ret_reader = reader;
    return SK_OK;
}

void sk_files_reader_close(struct sk_reader *reader)
{
    if (!reader)
        return;
    sk_drop_folder_close(reader->folder);
    free(reader->path);
    free(reader->only);
    free(reader);
}

void sk_files_read(struct sk_reader *reader, struct sk_text after, sk_fetched *fetched,
                   void *context)
{
    struct sk_answer answer = {.outcome = SK_OUTCOME_DONE};
    struct sk_raw_batch batch = {0};

    enum sk_verdict verdict = sk_drop_folder_read(
        reader->folder, after, sk_clock_now_ms(), &batch, &answer.error);
    if (verdict != SK_OK)
        answer.outcome = verdict == SK_RETRY ? SK_OUTCOME_RETRY : SK_OUTCOME_TARGET;
    answer.broken = sk_drop_folder_broken(reader->folder, &answer.broken_error);
    fetched(context, &answer, &batch);
}

void sk_files_taken(struct sk_reader *reader, struct sk_text position)
{
    sk_drop_folder_taken(reader->folder, position);
}

bool sk_files_superseded(struct sk_reader *reader, const struct sk_error *why)
{
    return sk_drop_folder_superseded(reader->folder, sk_clock_now_ms(), why);
}

int sk_files_descriptor(struct sk_reader *reader)
{
    return sk_drop_folder_descriptor(reader->folder);
}

const struct sk_adapter sk_adapter_files = {
    .name = "files",
    .read_options = sk_files_read_options,
    .read_config_size = sizeof(struct sk_files_read_config),
    .read_check = sk_files_read_check,
    .reader_open = sk_files_reader_open,
    .reader_close = sk_files_reader_close,
    .read = sk_files_read,
    .taken = sk_files_taken,
    .superseded = sk_files_superseded,
    .descriptor = sk_files_descriptor,
    .write_options = sk_files_write_options,
    .write_config_size = sizeof(struct sk_files_write_config),
    .writer_open = sk_files_writer_open,
    .writer_close = sk_files_writer_close,
    .deliver = sk_files_deliver,
};

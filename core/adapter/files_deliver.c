/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file an event, <event id>.json, written aside and renamed. The other side answers
 * with <event id>.ok or <event id>.fout (its first line says why); until then the event
 * is offered. What was answered moves to done/ or error/, where it is found again should
 * the same event be offered twice.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapter/files.h"
#include "base/alloc.h"
#include "base/file.h"

enum { LARGEST_ANSWER = 64 * 1024 };

const struct sk_option sk_files_write_options[] = {
    // clang-format off
    SK_STRING(struct sk_files_write_config, folder, .name = "folder",
              .help = "Folder in which the files are left."),
    SK_BOOL(struct sk_files_write_config, answers, .name = "answers", .fallback = "true",
            .help = "The other side answers with <event id>.ok or .fout; false: a file "
            "that is written is delivered."),
    // clang-format on
    SK_END_OF_OPTIONS,
};

struct sk_writer {
    const struct sk_files_write_config *config;
};

/* The file of this event: "<folder>/<part><event id><suffix>". */
static const char *path_of(const struct sk_writer *writer,
                           const struct sk_delivery *delivery, const char *part,
                           const char *suffix, char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s/%s%.*s%s", writer->config->folder, part,
             SK_TEXT_ARG(delivery->event_id), suffix);
    return out;
}

static bool is_there(const struct sk_writer *writer, const struct sk_delivery *delivery,
                     const char *part, const char *suffix)
{
    char path[PATH_MAX];

    return access(path_of(writer, delivery, part, suffix, path), F_OK) == 0;
}

static enum sk_verdict make_folder(const char *folder, const char *part,
                                   struct sk_error *err)
{
    sk_auto_free char *path = sk_strf("%s/%s", folder, part);

    return sk_folder_make(path, err) == SK_OK ? SK_OK : SK_FATAL;
}

enum sk_verdict sk_files_writer_open(const struct sk_adapter_setup *setup,
                                     struct sk_writer **ret_writer, struct sk_error *err)
{
    const struct sk_files_write_config *config = setup->config;

    SK_TRY(make_folder(config->folder, "done", err));
    SK_TRY(make_folder(config->folder, "error", err));
    *ret_writer = sk_alloc_zeroed(sizeof(**ret_writer));
    (*ret_writer)->config = config;
    return SK_OK;
}

void sk_files_writer_close(struct sk_writer *writer)
{
    free(writer);
}

/* The event's file and its answer go aside; the answer last, for it is what is found. */
static void put_aside(const struct sk_writer *writer, const struct sk_delivery *delivery,
                      const char *part, const char *suffix)
{
    char from[PATH_MAX], to[PATH_MAX];
    const char *const suffixes[] = {".json", suffix};

    for (size_t i = 0; i < SK_COUNT(suffixes); i++)
        if (rename(path_of(writer, delivery, "", suffixes[i], from),
                   path_of(writer, delivery, part, suffixes[i], to)) != 0)
            continue; /* it was taken away, or moved before a crash */
}

/* The first line of the refusal, as far as it is text. */
static void refusal(const struct sk_writer *writer, const struct sk_delivery *delivery,
                    const char *part, struct sk_answer *answer)
{
    struct sk_error ignored = {0};
    sk_buffer_auto text = {0};
    char path[PATH_MAX];

    answer->outcome = SK_OUTCOME_REJECT;
    path_of(writer, delivery, part, ".fout", path);
    struct sk_text rest = SK_TEXT("");
    if (sk_file_read(path, LARGEST_ANSWER, &text, &ignored) == SK_OK)
        rest = sk_buffer_text(&text);
    struct sk_text line = sk_text_split(&rest, '\n');
    if (line.size > 160 || !sk_utf8_valid(line.data, line.size))
        line = SK_TEXT("");
    (void)!sk_fail(&answer->error, SK_REJECT, "files.refused", "%.*s.fout: %.*s",
                   SK_TEXT_ARG(delivery->event_id), SK_TEXT_ARG(line));
}

static bool answered(const struct sk_writer *writer, const struct sk_delivery *delivery,
                     struct sk_answer *answer)
{
    if (is_there(writer, delivery, "done/", ".ok"))
        return true;
    if (is_there(writer, delivery, "error/", ".fout")) {
        refusal(writer, delivery, "error/", answer);
        return true;
    }
    if (is_there(writer, delivery, "", ".ok")) {
        put_aside(writer, delivery, "done/", ".ok");
        return true;
    }
    if (!is_there(writer, delivery, "", ".fout"))
        return false;
    refusal(writer, delivery, "", answer);
    put_aside(writer, delivery, "error/", ".fout");
    return true;
}

static enum sk_verdict write_file(const struct sk_writer *writer,
                                  const struct sk_delivery *delivery,
                                  struct sk_error *err)
{
    json_auto_t *erased = NULL;
    const json_t *body = delivery->body;
    char path[PATH_MAX];

    if (!body)
        body = erased = json_pack("{s:s%, s:b}", "id", delivery->id.data,
                                  delivery->id.size, "verwijderd", 1);
    sk_auto_free char *text = json_dumps(body, JSON_INDENT(2));
    if (!text)
        return sk_fail(err, SK_REJECT, "files.body", "the event is no valid JSON");
    return sk_file_replace(path_of(writer, delivery, "", ".json", path), text,
                           strlen(text), err) == SK_OK
               ? SK_OK
               : SK_RETRY;
}

static void offer(const struct sk_writer *writer, const struct sk_delivery *delivery,
                  struct sk_answer *answer)
{
    if (!is_there(writer, delivery, "", ".json") && !delivery->offered) {
        enum sk_verdict verdict = write_file(writer, delivery, &answer->error);
        if (verdict != SK_OK) {
            answer->outcome = verdict == SK_REJECT ? SK_OUTCOME_REJECT : SK_OUTCOME_RETRY;
            return;
        }
    }
    if (!writer->config->answers)
        return;
    answer->outcome = SK_OUTCOME_OFFERED;
    (void)!sk_fail(&answer->error, SK_RETRY, "files.offered",
                   "waits for %.*s.ok or .fout", SK_TEXT_ARG(delivery->event_id));
}

void sk_files_deliver(struct sk_writer *writer, const struct sk_delivery *delivery,
                      sk_delivered *delivered, void *context, struct sk_call **ret_call)
{
    struct sk_answer answer = {.outcome = SK_OUTCOME_DONE};

    *ret_call = NULL;
    if (!answered(writer, delivery, &answer))
        offer(writer, delivery, &answer);
    delivered(context, &answer);
}

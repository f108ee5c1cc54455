/* SPDX-License-Identifier: Apache-2.0 */
/*
 * drop_file - four formats behind one "next record".
 *
 * A kind is an entry of `kinds`: how it begins and how it gives its next record. The
 * check hashes all of it, then reads to the end and goes back, so it can accept nothing
 * that the reading would refuse; both in slices, for a file may have gigabytes and its
 * reader has other work.
 */
#include "adapter/drop_file.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapter/csv.h"
#include "adapter/json_records.h"
#include "adapter/lines.h"
#include "adapter/xml_child.h"
#include "base/alloc.h"
#include "base/buffer.h"
#include "base/hash.h"

enum {
    CHUNK = 64 * 1024,
    SLICE = 4 * 1024 * 1024,
    LINE_MAX_BYTES = 1024 * 1024,
    JSON_MAX = 16 * 1024 * 1024,
};

/* How far the check is. */
enum phase { SURVEY, CONVERSION, RECORDS, CHECKED };

struct kind {
    const char *ending;
    bool lines; /* ends in a line break */
    enum sk_verdict (*begin)(struct sk_drop_file *file, struct sk_error *err);
    enum sk_verdict (*next)(struct sk_drop_file *file, struct sk_drop_item *item,
                            struct sk_error *err);
};

struct sk_drop_file {
    const struct kind *kind;
    struct sk_drop_format format;
    FILE *stream;
    struct stat status; /* when it was opened */
    enum phase phase;
    struct sha256_ctx hash;
    uint8_t tail[3]; /* surveyed: a character that the next chunk ends */
    size_t tail_size;
    bool utf8;    /* all of it, so far */
    uint8_t last; /* surveyed: its last byte */
    char sha256[SK_SHA256_HEX_SIZE];
    int64_t start_offset, start_line; /* of the first record */
    struct sk_csv *csv;
    struct sk_lines lines; /* .jsonl, .xml */
    struct sk_xml_child xml;
    struct sk_buffer text;        /* .json: all of it */
    struct sk_json_records items; /* .json: in `text` and the arena */
    struct sk_arena arena;
    int64_t offset, line; /* .json, .jsonl: where the next record begins */
};

/* .csv ------------------------------------------------------------------------------- */

static enum sk_verdict begin_csv(struct sk_drop_file *file, struct sk_error *err)
{
    rewind(file->stream);
    bool utf8 = file->format.encoding == 1 || (file->format.encoding == 0 && file->utf8);

    return sk_csv_open(file->stream, file->format.separator,
                       utf8 ? SK_CSV_UTF8 : SK_CSV_CP1252, &file->csv, err);
}

static enum sk_verdict next_csv(struct sk_drop_file *file, struct sk_drop_item *item,
                                struct sk_error *err)
{
    struct sk_csv_row row;

    SK_TRY(sk_csv_next(file->csv, &row, err));
    item->text = row.text;
    item->line = row.line;
    if (row.misfit) {
        item->bytes = row.raw;
        item->error = *err;
    }
    item->end = !row.text.data && !row.misfit;
    return SK_OK;
}

/* Some systems begin a UTF-8 file with one. */
static struct sk_text without_byte_order_mark(struct sk_text text)
{
    return sk_text_starts_with(text, "\xEF\xBB\xBF")
               ? (struct sk_text){text.data + 3, text.size - 3}
               : text;
}

/* .jsonl ----------------------------------------------------------------------------- */

static enum sk_verdict begin_jsonl(struct sk_drop_file *file, struct sk_error *err)
{
    (void)err;
    rewind(file->stream);
    file->lines.file = file->stream;
    return SK_OK;
}

static void misfit_line(struct sk_drop_item *item, struct sk_text line, size_t size)
{
    (void)sk_fail(&item->error, SK_REJECT, "files.large",
                  "line %lld has %zu bytes, more than 1 MiB%s", (long long)item->line,
                  size, size > SK_LINE_KEPT ? "; kept are its first 16 MiB" : "");
    item->bytes = line;
}

static enum sk_verdict next_jsonl(struct sk_drop_file *file, struct sk_drop_item *item,
                                  struct sk_error *err)
{
    struct sk_text line;
    size_t size = 0;

    do {
        item->line = file->line;
        SK_TRY(sk_lines_next(&file->lines, &line, &size, err));
        file->offset += (int64_t)size;
        file->line++;
        line = sk_text_trim(without_byte_order_mark(line));
    } while (size > 0 && line.size == 0);
    item->end = size == 0;
    if (size > LINE_MAX_BYTES)
        misfit_line(item, line, size);
    else if (!item->end)
        item->text = line;
    return SK_OK;
}

/* .json ------------------------------------------------------------------------------ */

static enum sk_verdict read_whole(struct sk_drop_file *file, struct sk_error *err)
{
    rewind(file->stream);
    file->text.size = 0;
    for (;;) {
        sk_buffer_reserve(&file->text, CHUNK);
        size_t got = fread(file->text.data + file->text.size, 1, CHUNK, file->stream);
        if (got == 0)
            break;
        file->text.size += got;
        if (file->text.size > JSON_MAX)
            return sk_fail(err, SK_REJECT, "files.large",
                           "a .json file may be 16 MiB; larger ones as .jsonl");
    }
    return ferror(file->stream)
               ? sk_fail(err, SK_RETRY, "files.io", "cannot read: %s", strerror(errno))
               : SK_OK;
}

static enum sk_verdict begin_json(struct sk_drop_file *file, struct sk_error *err)
{
    SK_TRY(read_whole(file, err));
    struct sk_text text = without_byte_order_mark(sk_buffer_text(&file->text));
    SK_TRY(sk_json_records_read(text, &file->arena, &file->items, err));
    if (file->items.shape != SK_JSON_NONE)
        return SK_OK;
    return sk_fail(err, SK_REJECT, "files.record",
                   "neither an object nor an array of objects");
}

static enum sk_verdict next_json(struct sk_drop_file *file, struct sk_drop_item *item,
                                 struct sk_error *err)
{
    (void)err;
    item->line = file->line;
    item->end = (size_t)file->offset >= file->items.count;
    if (item->end)
        return SK_OK;
    item->text = file->items.records[file->offset++];
    file->line++;
    return SK_OK;
}

/* .xml ------------------------------------------------------------------------------- */

static enum sk_verdict begin_xml(struct sk_drop_file *file, struct sk_error *err)
{
    SK_TRY(sk_xml_child_start(&file->xml, fileno(file->stream), file->format.xml_record,
                              err));
    file->lines.file = file->xml.records;
    return SK_OK;
}

/* The file --------------------------------------------------------------------------- */

static const struct kind kinds[] = {
    {".json", false, begin_json, next_json},
    {".jsonl", true, begin_jsonl, next_jsonl},
    {".csv", true, begin_csv, next_csv},
    {".xml", false, begin_xml, next_jsonl},
};

static const struct kind *kind_of(const char *name)
{
    const char *ending = strrchr(name, '.');

    for (size_t i = 0; ending && i < SK_COUNT(kinds); i++)
        if (strcasecmp(ending, kinds[i].ending) == 0)
            return &kinds[i];
    return NULL;
}

/* How many bytes at the end begin a character that the next chunk ends. */
static size_t incomplete_tail(const uint8_t *data, size_t size)
{
    for (size_t i = 1; i <= 3 && i <= size; i++) {
        uint8_t byte = data[size - i];

        if ((byte & 0xC0) == 0x80)
            continue;
        size_t need = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
        return i < need ? i : 0;
    }
    return 0;
}

/* Hash and encoding of one more slice of it; *ret_size less than a slice: of all. */
static enum sk_verdict survey(struct sk_drop_file *file, size_t *ret_size,
                              struct sk_error *err)
{
    uint8_t chunk[CHUNK], digest[SK_SHA256_SIZE];
    size_t got = 0, size = 0;

    while (size < SLICE) {
        memcpy(chunk, file->tail, file->tail_size);
        got = fread(chunk + file->tail_size, 1, CHUNK - sizeof(file->tail), file->stream);
        if (got == 0)
            break;
        sha256_update(&file->hash, got, chunk + file->tail_size);
        size += got;
        got += file->tail_size;
        file->last = chunk[got - 1];
        file->tail_size = incomplete_tail(chunk, got);
        got -= file->tail_size;
        file->utf8 = file->utf8 && sk_utf8_valid(chunk, got);
        memcpy(file->tail, chunk + got, file->tail_size);
    }
    if (ferror(file->stream))
        return sk_fail(err, SK_RETRY, "files.io", "cannot read: %s", strerror(errno));
    *ret_size = size;
    if (size >= SLICE)
        return SK_OK;
    file->utf8 = file->utf8 && file->tail_size == 0;
    sha256_digest(&file->hash, sizeof(digest), digest);
    sk_hex(digest, sizeof(digest), file->sha256);
    return SK_OK;
}

static enum sk_verdict open_stream(struct sk_drop_file *file, const char *path,
                                   struct sk_error *err)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    file->stream = descriptor < 0 ? NULL : fdopen(descriptor, "rb");
    if (!file->stream || fstat(descriptor, &file->status) != 0)
        return sk_fail(err, SK_RETRY, "files.io", "cannot open: %s", strerror(errno));
    if (file->status.st_size > file->format.max_size)
        return sk_fail(err, SK_REJECT, "files.large", "larger than %lld bytes",
                       (long long)file->format.max_size);
    return SK_OK;
}

/* A dump that does not end its last line may have been cut off, and who knows where. */
static enum sk_verdict check_end(const struct sk_drop_file *file, struct sk_error *err)
{
    if (!file->format.whole || file->format.unterminated || !file->kind->lines ||
        file->last == '\n')
        return SK_OK;
    return sk_fail(err, SK_REJECT, "files.truncated",
                   "its last line does not end: it may have been cut off (when this "
                   "system ends none: unterminated = true)");
}

/* Reads one more slice of records; at the end it goes back to the first. Of a .jsonl it
 * reads none: whatever stands in them, lines are lines. */
static enum sk_verdict check_records(struct sk_drop_file *file, struct sk_error *err)
{
    int64_t from = 0, at = 0, line = 0;
    struct sk_drop_item item = {.end = file->lines.file != NULL};

    sk_drop_file_place(file, &from, &line);
    for (at = from; at - from < SLICE && !item.end; sk_drop_file_place(file, &at, &line))
        SK_TRY(sk_drop_file_next(file, &item, err));
    if (!item.end)
        return SK_OK;
    SK_TRY(check_end(file, err));
    file->phase = CHECKED;
    return sk_drop_file_seek(file, file->start_offset, file->start_line, err);
}

enum sk_verdict sk_drop_file_check(struct sk_drop_file *file, bool *ret_checked,
                                   struct sk_error *err)
{
    size_t size = 0;

    if (file->phase == SURVEY) {
        SK_TRY(survey(file, &size, err));
        if (size < SLICE) {
            SK_TRY(file->kind->begin(file, err));
            sk_drop_file_place(file, &file->start_offset, &file->start_line);
            file->phase = file->xml.pid ? CONVERSION : RECORDS;
        }
    }
    if (file->phase == CONVERSION) {
        bool done = false;
        SK_TRY(sk_xml_child_wait(&file->xml, &done, err));
        if (!done)
            return SK_OK;
        file->phase = RECORDS;
    }
    if (file->phase == RECORDS && size < SLICE / 2)
        SK_TRY(check_records(file, err));
    *ret_checked = file->phase == CHECKED;
    return SK_OK;
}

enum sk_verdict sk_drop_file_open(const char *path, const struct sk_drop_format *format,
                                  struct sk_drop_file **ret_file, struct sk_error *err)
{
    struct sk_drop_file *file = sk_alloc_zeroed(sizeof(*file));

    file->kind = kind_of(path);
    file->format = *format;
    file->line = 1;
    file->utf8 = true;
    sha256_init(&file->hash);
    enum sk_verdict verdict = file->kind ? open_stream(file, path, err)
                                         : sk_fail(err, SK_REJECT, "files.kind",
                                                   "not .json, .jsonl, .csv or .xml");
    if (verdict != SK_OK) {
        sk_drop_file_close(file);
        return verdict;
    }
    *ret_file = file;
    return SK_OK;
}

void sk_drop_file_close(struct sk_drop_file *file)
{
    if (!file)
        return;
    sk_csv_close(file->csv);
    sk_lines_fini(&file->lines);
    sk_xml_child_end(&file->xml);
    sk_buffer_fini(&file->text);
    sk_arena_fini(&file->arena);
    if (file->stream)
        fclose(file->stream);
    free(file);
}

const char *sk_drop_file_sha256(const struct sk_drop_file *file)
{
    return file->sha256;
}

static bool is_what_was_opened(const struct sk_drop_file *file, const struct stat *now)
{
    const struct stat *was = &file->status;

    return now->st_ino == was->st_ino && now->st_size == was->st_size &&
           now->st_mtim.tv_sec == was->st_mtim.tv_sec &&
           now->st_mtim.tv_nsec == was->st_mtim.tv_nsec;
}

bool sk_drop_file_is_at(const struct sk_drop_file *file, int directory, const char *name)
{
    struct stat now;

    return fstatat(directory, name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
           is_what_was_opened(file, &now);
}

const struct stat *sk_drop_file_status(const struct sk_drop_file *file)
{
    return &file->status;
}

bool sk_drop_file_is_unchanged(const struct sk_drop_file *file)
{
    struct stat now;

    return fstat(fileno(file->stream), &now) == 0 && is_what_was_opened(file, &now);
}

enum sk_verdict sk_drop_file_next(struct sk_drop_file *file,
                                  struct sk_drop_item *ret_item, struct sk_error *err)
{
    struct sk_drop_item item = {0};

    SK_TRY(file->kind->next(file, &item, err));
    *ret_item = item;
    return SK_OK;
}

void sk_drop_file_place(const struct sk_drop_file *file, int64_t *ret_offset,
                        int64_t *ret_line)
{
    *ret_offset = file->csv ? sk_csv_offset(file->csv) : file->offset;
    *ret_line = file->csv ? sk_csv_line(file->csv) : file->line;
}

/* A position of before an upgrade may not fit what the XML becomes now: then all of it is
 * read again, which says nothing new. */
static bool is_place(const struct sk_drop_file *file, int64_t offset)
{
    char before = 0;

    return !file->xml.records || offset == 0 ||
           (pread(fileno(file->xml.records), &before, 1, offset - 1) == 1 &&
            before == '\n');
}

enum sk_verdict sk_drop_file_seek(struct sk_drop_file *file, int64_t offset, int64_t line,
                                  struct sk_error *err)
{
    if (file->csv)
        return sk_csv_seek(file->csv, offset, line, err);
    if (!is_place(file, offset)) {
        offset = file->start_offset;
        line = file->start_line;
    }
    if (file->lines.file)
        SK_TRY(sk_lines_seek(&file->lines, offset, err));
    file->offset = offset;
    file->line = line;
    return SK_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * drop_file - three formats behind one "next record".
 *
 * A kind is an entry of `kinds`: how it begins and how it gives its next record. The
 * check is nothing but reading to the end and going back, so it can accept nothing that
 * the reading would refuse.
 */
#include "adapter/drop_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapter/csv.h"
#include "base/alloc.h"
#include "base/buffer.h"
#include "base/hash.h"
#include "base/json.h"

enum { CHUNK = 64 * 1024, LINE_MAX_BYTES = 1024 * 1024, JSON_MAX = 16 * 1024 * 1024 };

struct kind {
    const char *ending;
    enum sk_verdict (*begin)(struct sk_drop_file *file, struct sk_error *err);
    enum sk_verdict (*next)(struct sk_drop_file *file, struct sk_drop_item *item,
                            struct sk_error *err);
};

struct sk_drop_file {
    const struct kind *kind;
    struct sk_drop_format format;
    FILE *stream;
    struct stat status; /* when it was opened */
    bool utf8;          /* all of it */
    char sha256[SK_SHA256_HEX_SIZE];
    struct sk_csv *csv;
    json_t *items;         /* .json: the records */
    int64_t offset, line;  /* .json, .jsonl: where the next record begins */
    struct sk_buffer text; /* the current line, or the whole .json */
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
    item->json = row.json;
    item->line = row.line;
    if (row.misfit) {
        item->bytes = row.raw;
        item->error = *err;
    }
    item->end = !row.json && !row.misfit;
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
    return SK_OK;
}

/* One line with its LF into `text`; empty at the end of the file. */
static enum sk_verdict read_line(struct sk_drop_file *file, struct sk_error *err)
{
    file->text.size = 0;
    for (int c = 0; c != '\n';) {
        c = getc_unlocked(file->stream);
        if (c == EOF && ferror(file->stream))
            return sk_fail(err, SK_RETRY, "files.io", "cannot read: %s", strerror(errno));
        if (c == EOF)
            return SK_OK;
        sk_buffer_append_byte(&file->text, (uint8_t)c);
        if (file->text.size > LINE_MAX_BYTES)
            return sk_fail(err, SK_REJECT, "files.large",
                           "line %lld is larger than 1 MiB", (long long)file->line);
    }
    return SK_OK;
}

static void parse_line(struct sk_drop_item *item, struct sk_text line)
{
    json_t *value = NULL;

    if (sk_json_parse(line.data, line.size, &value, &item->error) != SK_OK) {
        sk_error_prefix(&item->error, "line %lld", (long long)item->line);
    } else if (!json_is_object(value)) {
        (void)sk_fail(&item->error, SK_REJECT, "files.record",
                      "line %lld: the record is no object", (long long)item->line);
        json_decref(value);
    } else {
        item->json = value;
        return;
    }
    item->bytes = line;
}

static enum sk_verdict next_jsonl(struct sk_drop_file *file, struct sk_drop_item *item,
                                  struct sk_error *err)
{
    struct sk_text line;

    do {
        item->line = file->line;
        SK_TRY(read_line(file, err));
        file->offset += (int64_t)file->text.size;
        file->line++;
        line = sk_text_trim(without_byte_order_mark(sk_buffer_text(&file->text)));
    } while (file->text.size > 0 && line.size == 0);
    item->end = file->text.size == 0;
    if (!item->end)
        parse_line(item, line);
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
    json_auto_t *value = NULL;

    SK_TRY(read_whole(file, err));
    struct sk_text text = without_byte_order_mark(sk_buffer_text(&file->text));
    SK_TRY(sk_json_parse(text.data, text.size, &value, err));
    json_t *items = json_object_get(value, "items");
    if (json_is_array(value))
        file->items = json_incref(value);
    else if (json_is_array(items))
        file->items = json_incref(items);
    else if (json_is_object(value))
        file->items = json_pack("[O]", value);
    else
        return sk_fail(err, SK_REJECT, "files.record",
                       "neither an object nor an array of objects");
    sk_buffer_fini(&file->text);
    return SK_OK;
}

static enum sk_verdict next_json(struct sk_drop_file *file, struct sk_drop_item *item,
                                 struct sk_error *err)
{
    json_t *value = json_array_get(file->items, (size_t)file->offset);

    (void)err;
    item->end = !value;
    item->line = file->line;
    if (!value)
        return SK_OK;
    file->offset++;
    file->line++;
    if (json_is_object(value)) {
        item->json = json_incref(value);
        return SK_OK;
    }
    (void)sk_fail(&item->error, SK_REJECT, "files.record",
                  "item %lld: the record is no object", (long long)item->line);
    sk_auto_free char *dump = json_dumps(value, JSON_ENCODE_ANY);
    file->text.size = 0;
    sk_buffer_append_text(&file->text, sk_text(dump));
    item->bytes = sk_buffer_text(&file->text);
    return SK_OK;
}

/* The file --------------------------------------------------------------------------- */

static const struct kind kinds[] = {
    {".json", begin_json, next_json},
    {".jsonl", begin_jsonl, next_jsonl},
    {".csv", begin_csv, next_csv},
};

static const struct kind *kind_of(const char *name)
{
    const char *ending = strrchr(name, '.');

    for (size_t i = 0; ending && i < SK_COUNT(kinds); i++)
        if (strcasecmp(ending, kinds[i].ending) == 0)
            return &kinds[i];
    return NULL;
}

bool sk_drop_file_is_known(const char *name)
{
    return kind_of(name) != NULL;
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

/* Hash and encoding of all of it. */
static enum sk_verdict survey(struct sk_drop_file *file, struct sk_error *err)
{
    uint8_t chunk[CHUNK], digest[SK_SHA256_SIZE];
    SHA2_CTX hash;
    size_t kept = 0, got = 0;

    file->utf8 = true;
    SHA256Init(&hash);
    while ((got = fread(chunk + kept, 1, sizeof(chunk) - kept, file->stream)) > 0) {
        SHA256Update(&hash, chunk + kept, got);
        size_t tail = incomplete_tail(chunk, kept + got);
        size_t whole = kept + got - tail;
        file->utf8 = file->utf8 && sk_utf8_valid(chunk, whole);
        memmove(chunk, chunk + whole, tail);
        kept = tail;
    }
    file->utf8 = file->utf8 && kept == 0;
    if (ferror(file->stream))
        return sk_fail(err, SK_RETRY, "files.io", "cannot read: %s", strerror(errno));
    SHA256Final(digest, &hash);
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

/* Reads to the end and goes back to the first record. */
static enum sk_verdict check(struct sk_drop_file *file, struct sk_error *err)
{
    int64_t offset = 0, line = 0;
    struct sk_drop_item item = {0};

    SK_TRY(survey(file, err));
    SK_TRY(file->kind->begin(file, err));
    sk_drop_file_place(file, &offset, &line);
    while (!item.end) {
        SK_TRY(sk_drop_file_next(file, &item, err));
        json_decref(item.json);
    }
    return sk_drop_file_seek(file, offset, line, err);
}

enum sk_verdict sk_drop_file_open(const char *path, const struct sk_drop_format *format,
                                  struct sk_drop_file **ret_file, struct sk_error *err)
{
    struct sk_drop_file *file = sk_alloc_zeroed(sizeof(*file));

    file->kind = kind_of(path);
    file->format = *format;
    file->line = 1;
    enum sk_verdict verdict =
        file->kind ? open_stream(file, path, err)
                   : sk_fail(err, SK_REJECT, "files.kind", "not .json, .jsonl or .csv");
    if (verdict == SK_OK)
        verdict = check(file, err);
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
    json_decref(file->items);
    sk_buffer_fini(&file->text);
    if (file->stream)
        fclose(file->stream);
    free(file);
}

const char *sk_drop_file_sha256(const struct sk_drop_file *file)
{
    return file->sha256;
}

bool sk_drop_file_is_at(const struct sk_drop_file *file, int directory, const char *name)
{
    const struct stat *was = &file->status;
    struct stat now;

    return fstatat(directory, name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
           now.st_ino == was->st_ino && now.st_size == was->st_size &&
           now.st_mtim.tv_sec == was->st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == was->st_mtim.tv_nsec;
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

enum sk_verdict sk_drop_file_seek(struct sk_drop_file *file, int64_t offset, int64_t line,
                                  struct sk_error *err)
{
    if (file->csv)
        return sk_csv_seek(file->csv, offset, line, err);
    if (!file->items && fseeko(file->stream, offset, SEEK_SET) != 0)
        return sk_fail(err, SK_RETRY, "files.io", "cannot seek: %s", strerror(errno));
    file->offset = offset;
    file->line = line;
    return SK_OK;
}

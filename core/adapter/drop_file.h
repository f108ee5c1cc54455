/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ADAPTER_DROP_FILE_H
#define SK_ADAPTER_DROP_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "base/verdict.h"

/*
 * One dropped file, record by record: .json (one object, an array, or {"items":[…]}, at
 * most 16 MiB), .jsonl (one object a line, at most 1 MiB each) or .csv (see csv.h).
 * Opened, checked to its end, read.
 */
struct sk_drop_file;
struct stat;

struct sk_drop_format {
    char separator; /* of CSV; 0: detect */
    int encoding;   /* of CSV: 0 detect (UTF-8, else Windows-1252), 1 UTF-8, 2 cp1252 */
    const char
        *xml_record;   /* of XML: its elements are records; NULL: the root's children */
    int64_t max_size;  /* of a file, bytes */
    bool whole;        /* all there is in one file: one that was cut off is broken */
    bool unterminated; /* its last line need not end */
};

/* SK_REJECT: another kind, or larger than max_size. SK_RETRY: it cannot be read now. */
enum sk_verdict sk_drop_file_open(const char *path, const struct sk_drop_format *format,
                                  struct sk_drop_file **ret_file, struct sk_error *err);

/* Reads it through, some 4 MiB a call, until *ret_checked; nothing else may be asked of
 * it before. So a file that is broken anywhere (SK_REJECT, with line and column) gives no
 * record at all, and its contents are known by hash. SK_RETRY: open it again later. */
enum sk_verdict sk_drop_file_check(struct sk_drop_file *file, bool *ret_checked,
                                   struct sk_error *err);
void sk_drop_file_close(struct sk_drop_file *file); /* accepts NULL */

/* SHA-256 of the contents, 64 hexadecimal digits. */
const char *sk_drop_file_sha256(const struct sk_drop_file *file);

/* The name in the folder still stands for what was opened: same file, size and time. */
bool sk_drop_file_is_at(const struct sk_drop_file *file, int directory, const char *name);

/* What was opened, as it was then. */
const struct stat *sk_drop_file_status(const struct sk_drop_file *file);

/* What was opened has not been written since. */
bool sk_drop_file_is_unchanged(const struct sk_drop_file *file);

struct sk_drop_item {
    struct sk_text text;  /* JSON, not parsed; absent: see `error` and `end` */
    struct sk_text bytes; /* of an unreadable one, as it came */
    struct sk_error error;
    int64_t line; /* .csv, .jsonl: where it begins; .json: its number; from 1 */
    bool end;
};

/* The next record; its texts live until the call after it. One that cannot be read (a
 * line that is too large, a row with too many fields) has an error and no text; the next
 * ones are not touched by it. Of a line over 16 MiB `bytes` is the beginning. */
enum sk_verdict sk_drop_file_next(struct sk_drop_file *file,
                                  struct sk_drop_item *ret_item, struct sk_error *err);

/* Where the next record begins (bytes; .json: items) with its line, and back to there. */
void sk_drop_file_place(const struct sk_drop_file *file, int64_t *ret_offset,
                        int64_t *ret_line);
enum sk_verdict sk_drop_file_seek(struct sk_drop_file *file, int64_t offset, int64_t line,
                                  struct sk_error *err);

#endif

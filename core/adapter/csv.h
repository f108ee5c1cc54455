/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ADAPTER_CSV_H
#define SK_ADAPTER_CSV_H

#include <stdio.h>

#include "base/text.h"
#include "base/verdict.h"

/*
 * A CSV file (RFC 4180), row by row, in bounded memory: fields of 256 KiB, rows of 1 MiB,
 * 1,000 columns. The first row names the columns. LF or CRLF; blank rows are passed over;
 * a quote inside an unquoted field is a plain character.
 */
struct sk_csv;

enum sk_csv_encoding { SK_CSV_UTF8, SK_CSV_CP1252 };

/* Reads the header of `file` (borrowed, at its beginning, a byte order mark allowed).
 * `separator` 0: whichever of , ; and tab the header has most. SK_REJECT "csv.…" names
 * line and column of what is wrong, SK_RETRY "csv.io". */
enum sk_verdict sk_csv_open(FILE *file, char separator, enum sk_csv_encoding encoding,
                            struct sk_csv **ret_csv, struct sk_error *err);
void sk_csv_close(struct sk_csv *csv); /* not the file; accepts NULL */

struct sk_csv_row {
    struct sk_text text; /* a JSON object, column to text, until the next row; absent at
                            the end or on a misfit */
    struct sk_text raw;  /* of a misfit, as it stands in the file; until the next row */
    bool misfit;         /* not one field a column, or too large: this row, see `err` */
    int64_t line;        /* of its first character, from 1 */
};

/* The next row. At the end text is absent and misfit false. SK_REJECT: the rest of the
 * file cannot be read ("csv.quote", "csv.large" over 16 MiB, "csv.encoding", line,
 * column). */
enum sk_verdict sk_csv_next(struct sk_csv *csv, struct sk_csv_row *ret_row,
                            struct sk_error *err);

/* Where the next row begins, and back to there. */
int64_t sk_csv_offset(const struct sk_csv *csv);
int64_t sk_csv_line(const struct sk_csv *csv);
enum sk_verdict sk_csv_seek(struct sk_csv *csv, int64_t offset, int64_t line,
                            struct sk_error *err);

#endif

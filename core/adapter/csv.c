/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv - one state machine, one row at a time.
 *
 * A row is read as bytes first (its raw text is kept for dead letters) and its fields are
 * decoded only when the row is whole: separators and quotes are ASCII in both encodings.
 */
#include "adapter/csv.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/json_write.h"

enum {
    FIELD_MAX = 256 * 1024,
    ROW_MAX = 1024 * 1024,
    ROW_KEPT = 16 * 1024 * 1024, /* more is no row: a quote that is never closed */
    COLUMN_MAX = 1000,
};

struct sk_csv {
    FILE *file;
    char separator;
    iconv_t decoder; /* (iconv_t)-1: UTF-8 as it stands */
    char **names;
    size_t columns;
    int64_t offset, line;
    struct sk_buffer raw;     /* the row as it stands in the file */
    struct sk_buffer cells;   /* its fields without quotes, one after the other */
    size_t ends[COLUMN_MAX];  /* where each field ends in `cells` */
    size_t count;             /* fields, those over COLUMN_MAX too */
    struct sk_buffer decoded; /* one field */
    struct sk_buffer json;    /* the row as it is given */
};

/* Reading a row. --------------------------------------------------------------------- */

enum place { FIELD_START, PLAIN, QUOTED, AFTER_QUOTE };

static enum sk_verdict fail_at(const struct sk_csv *csv, int64_t line, const char *id,
                               const char *reason, struct sk_error *err)
{
    size_t column = csv->count;

    return sk_fail(err, SK_REJECT, id, "line %lld, column %zu%s%.60s%s: %s",
                   (long long)line, column + 1, column < csv->columns ? " (" : "",
                   column < csv->columns ? csv->names[column] : "",
                   column < csv->columns ? ")" : "", reason);
}

static void end_field(struct sk_csv *csv)
{
    if (csv->count < COLUMN_MAX)
        csv->ends[csv->count] = csv->cells.size;
    csv->count++;
}

/* What a byte outside quotes does; true: the row ends. */
static bool plain_byte(struct sk_csv *csv, char c, enum place *place)
{
    if (c == csv->separator) {
        end_field(csv);
        *place = FIELD_START;
    } else if (c == '\n') {
        if (*place == PLAIN && csv->cells.size > 0 &&
            csv->cells.data[csv->cells.size - 1] == '\r')
            csv->cells.size--;
        end_field(csv);
        return true;
    } else {
        sk_buffer_append_byte(&csv->cells, (uint8_t)c);
        *place = PLAIN;
    }
    return false;
}

static enum sk_verdict one_byte(struct sk_csv *csv, char c, enum place *place,
                                bool *ret_end, struct sk_error *err)
{
    *ret_end = false;
    if (c == '\0')
        return fail_at(csv, csv->line, "csv.encoding", "a NUL byte", err);
    if (*place == QUOTED) {
        if (c == '"')
            *place = AFTER_QUOTE;
        else
            sk_buffer_append_byte(&csv->cells, (uint8_t)c);
        return SK_OK;
    }
    if (c == '"' && *place != PLAIN) {
        if (*place == AFTER_QUOTE)
            sk_buffer_append_byte(&csv->cells, '"');
        *place = QUOTED;
        return SK_OK;
    }
    if (*place == AFTER_QUOTE && c == '\r')
        return SK_OK;
    if (*place == AFTER_QUOTE && c != csv->separator && c != '\n')
        return fail_at(csv, csv->line, "csv.quote",
                       "after a closing quote only a separator may stand", err);
    *ret_end = plain_byte(csv, c, place);
    return SK_OK;
}

static enum sk_verdict at_end_of_file(struct sk_csv *csv, enum place place,
                                      int64_t first_line, struct sk_error *err)
{
    if (ferror(csv->file))
        return sk_fail(err, SK_RETRY, "csv.io", "cannot read: %s", strerror(errno));
    if (place == QUOTED)
        return fail_at(csv, first_line, "csv.quote",
                       "a quote opened in this row is never closed", err);
    if (csv->raw.size > 0)
        end_field(csv);
    return SK_OK;
}

/* Fills raw, cells, ends and count; raw is empty at the end of the file. */
static enum sk_verdict read_row(struct sk_csv *csv, struct sk_error *err)
{
    enum place place = FIELD_START;
    int64_t first_line = csv->line;
    bool end = false;

    csv->raw.size = csv->cells.size = csv->count = 0;
    while (!end) {
        int c = getc_unlocked(csv->file);
        if (c == EOF)
            return at_end_of_file(csv, place, first_line, err);
        sk_buffer_append_byte(&csv->raw, (uint8_t)c);
        if (csv->raw.size > ROW_KEPT)
            return fail_at(csv, first_line, "csv.large", "the row is larger than 16 MiB",
                           err);
        SK_TRY(one_byte(csv, (char)c, &place, &end, err));
        csv->line += c == '\n';
    }
    return SK_OK;
}

static bool is_blank(const struct sk_csv *csv)
{
    return csv->count == 1 && csv->cells.size == 0 && csv->raw.size <= 2;
}

/* Passes over blank rows. */
static enum sk_verdict read_filled_row(struct sk_csv *csv, int64_t *ret_line,
                                       struct sk_error *err)
{
    do {
        *ret_line = csv->line;
        SK_TRY(read_row(csv, err));
        csv->offset += (int64_t)csv->raw.size;
    } while (is_blank(csv));
    return SK_OK;
}

/* Decoding. -------------------------------------------------------------------------- */

static struct sk_text cell(const struct sk_csv *csv, size_t index)
{
    size_t from = index ? csv->ends[index - 1] : 0;
    const char *cells = sk_buffer_text(&csv->cells).data; /* "" when all are empty */

    return (struct sk_text){cells + from, csv->ends[index] - from};
}

static bool convert(struct sk_csv *csv, struct sk_text text)
{
    char *in = (char *)(uintptr_t)text.data; /* iconv does not write there */
    size_t in_left = text.size;

    csv->decoded.size = 0;
    sk_buffer_reserve(&csv->decoded, 3 * text.size + 1);
    char *out = (char *)csv->decoded.data;
    size_t out_left = csv->decoded.capacity;
    iconv(csv->decoder, NULL, NULL, NULL, NULL);
    if (iconv(csv->decoder, &in, &in_left, &out, &out_left) == (size_t)-1)
        return false;
    csv->decoded.size = (size_t)(out - (char *)csv->decoded.data);
    return true;
}

/* As UTF-8, until the next one; absent: not in the file's encoding. */
static struct sk_text decode(struct sk_csv *csv, struct sk_text text)
{
    static const struct sk_text none = {0};

    if (text.size == 0)
        return SK_TEXT("");
    if (csv->decoder == (iconv_t)-1)
        return sk_utf8_valid(text.data, text.size) ? text : none;
    return convert(csv, text) ? sk_buffer_text(&csv->decoded) : none;
}

static enum sk_verdict row_to_json(struct sk_csv *csv, int64_t line,
                                   struct sk_text *ret_text, struct sk_error *err)
{
    csv->json.size = 0;
    sk_buffer_append_byte(&csv->json, '{');
    for (csv->count = 0; csv->count < csv->columns; csv->count++) {
        struct sk_text text = decode(csv, cell(csv, csv->count));

        if (!text.data)
            return fail_at(csv, line, "csv.encoding",
                           csv->decoder == (iconv_t)-1 ? "not UTF-8" : "not Windows-1252",
                           err);
        sk_json_put_member(&csv->json, sk_text(csv->names[csv->count]), text);
    }
    sk_buffer_append_byte(&csv->json, '}');
    *ret_text = sk_buffer_text(&csv->json);
    return SK_OK;
}

/* What concerns this row only; false: `err` says what. */
static bool fits(struct sk_csv *csv, int64_t line, struct sk_error *err)
{
    if (csv->raw.size > ROW_MAX) {
        csv->count = 0;
        (void)!fail_at(csv, line, "csv.large", "the row is larger than 1 MiB", err);
        return false;
    }
    if (csv->count != csv->columns) {
        (void)!sk_fail(err, SK_REJECT, "csv.columns",
                       "line %lld: %zu fields where the header has %zu columns",
                       (long long)line, csv->count, csv->columns);
        return false;
    }
    for (csv->count = 0; csv->count < csv->columns; csv->count++)
        if (cell(csv, csv->count).size > FIELD_MAX) {
            (void)!fail_at(csv, line, "csv.large", "the field is larger than 256 KiB",
                           err);
            return false;
        }
    return true;
}

enum sk_verdict sk_csv_next(struct sk_csv *csv, struct sk_csv_row *ret_row,
                            struct sk_error *err)
{
    struct sk_csv_row row = {0};

    SK_TRY(read_filled_row(csv, &row.line, err));
    row.raw = sk_buffer_text(&csv->raw);
    row.misfit = csv->raw.size > 0 && !fits(csv, row.line, err);
    if (csv->raw.size > 0 && !row.misfit)
        SK_TRY(row_to_json(csv, row.line, &row.text, err));
    *ret_row = row;
    return SK_OK;
}

/* Opening. --------------------------------------------------------------------------- */

/* The separator that the first row has most outside quotes; the file is then there again.
 */
static enum sk_verdict detect_separator(struct sk_csv *csv, struct sk_error *err)
{
    static const char candidates[] = {',', ';', '\t'};
    size_t found[sizeof(candidates)] = {0}, best = 0;
    off_t start = ftello(csv->file);
    bool quoted = false;
    int c = 0;

    for (size_t read = 0; read < ROW_MAX; read++) {
        c = getc_unlocked(csv->file);
        if (c == EOF || (c == '\n' && !quoted))
            break;
        quoted ^= c == '"';
        for (size_t i = 0; !quoted && i < sizeof(candidates); i++)
            found[i] += c == candidates[i];
    }
    for (size_t i = 1; i < sizeof(candidates); i++)
        if (found[i] > found[best])
            best = i;
    csv->separator = candidates[best];
    if (start < 0 || fseeko(csv->file, start, SEEK_SET) != 0)
        return sk_fail(err, SK_RETRY, "csv.io", "cannot seek: %s", strerror(errno));
    return SK_OK;
}

static void skip_byte_order_mark(struct sk_csv *csv)
{
    unsigned char start[3];

    if (fread(start, 1, 3, csv->file) == 3 && memcmp(start, "\xEF\xBB\xBF", 3) == 0)
        csv->offset = 3;
    else
        rewind(csv->file);
}

static bool named_before(const struct sk_csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->columns; i++)
        if (strcmp(csv->names[i], name) == 0)
            return true;
    return false;
}

static enum sk_verdict add_name(struct sk_csv *csv, struct sk_error *err)
{
    struct sk_text value = decode(csv, cell(csv, csv->columns));

    csv->count = csv->columns;
    if (!value.data)
        return fail_at(csv, 1, "csv.encoding", "the column's name is not in the encoding",
                       err);
    value = sk_text_trim(value);
    char *name = sk_strndup(value.data, value.size);
    if (name[0] == '\0') {
        free(name);
        name = sk_strf("kolom_%zu", csv->columns + 1);
    }
    bool twice = named_before(csv, name);
    csv->names[csv->columns++] = name;
    return twice ? sk_fail(err, SK_REJECT, "csv.header",
                           "line 1, column %zu: the name \"%.100s\" stands there twice",
                           csv->columns, name)
                 : SK_OK;
}

static enum sk_verdict read_header(struct sk_csv *csv, struct sk_error *err)
{
    int64_t line = 0;

    SK_TRY(read_filled_row(csv, &line, err));
    if (csv->raw.size == 0)
        return sk_fail(err, SK_REJECT, "csv.header", "line 1: there is no header row");
    if (csv->raw.size > ROW_MAX)
        return fail_at(csv, 1, "csv.large", "the header is larger than 1 MiB", err);
    if (csv->count > COLUMN_MAX)
        return sk_fail(err, SK_REJECT, "csv.header", "line 1: more than 1,000 columns");
    size_t count = csv->count;
    csv->names = sk_alloc_zeroed(count * sizeof(*csv->names));
    while (csv->columns < count)
        SK_TRY(add_name(csv, err));
    return SK_OK;
}

enum sk_verdict sk_csv_open(FILE *file, char separator, enum sk_csv_encoding encoding,
                            struct sk_csv **ret_csv, struct sk_error *err)
{
    struct sk_csv *csv = sk_alloc_zeroed(sizeof(*csv));

    csv->file = file;
    csv->separator = separator;
    csv->line = 1;
    csv->decoder =
        encoding == SK_CSV_CP1252 ? iconv_open("UTF-8", "CP1252") : (iconv_t)-1;
    skip_byte_order_mark(csv);
    enum sk_verdict verdict = separator ? SK_OK : detect_separator(csv, err);
    if (verdict == SK_OK)
        verdict = read_header(csv, err);
    if (verdict != SK_OK) {
        sk_csv_close(csv);
        return verdict;
    }
    *ret_csv = csv;
    return SK_OK;
}

void sk_csv_close(struct sk_csv *csv)
{
    if (!csv)
        return;
    for (size_t i = 0; i < csv->columns; i++)
        free(csv->names[i]);
    free(csv->names);
    if (csv->decoder != (iconv_t)-1)
        iconv_close(csv->decoder);
    sk_buffer_fini(&csv->raw);
    sk_buffer_fini(&csv->cells);
    sk_buffer_fini(&csv->decoded);
    sk_buffer_fini(&csv->json);
    free(csv);
}

int64_t sk_csv_offset(const struct sk_csv *csv)
{
    return csv->offset;
}

int64_t sk_csv_line(const struct sk_csv *csv)
{
    return csv->line;
}

enum sk_verdict sk_csv_seek(struct sk_csv *csv, int64_t offset, int64_t line,
                            struct sk_error *err)
{
    if (fseeko(csv->file, offset, SEEK_SET) != 0)
        return sk_fail(err, SK_RETRY, "csv.io", "cannot seek: %s", strerror(errno));
    csv->offset = offset;
    csv->line = line;
    return SK_OK;
}

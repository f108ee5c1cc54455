/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a CSV file: it is read to its end or refused with a place, in bounded
 * memory, and every row that was read is read the same again from where it began.
 */
#include <stdio.h>
#include <stdlib.h>

#include "adapter/csv.h"
#include "base/alloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void insist(bool condition)
{
    if (!condition)
        abort();
}

struct place {
    int64_t offset, line;
};

static struct place place_of(const struct sk_csv *csv)
{
    return (struct place){sk_csv_offset(csv), sk_csv_line(csv)};
}

static void read_again(struct sk_csv *csv, const struct sk_csv_row *row,
                       struct place before)
{
    struct place after = place_of(csv);
    struct sk_csv_row again;
    sk_auto_free char *text = sk_strndup(row->text.data, row->text.size);
    struct sk_error err = {0};

    insist(sk_csv_seek(csv, before.offset, before.line, &err) == SK_OK);
    insist(sk_csv_next(csv, &again, &err) == SK_OK);
    insist(sk_text_equal(sk_text(text), again.text));
    insist(again.line == row->line);
    insist(place_of(csv).offset == after.offset && place_of(csv).line == after.line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sk_csv *csv = NULL;
    struct sk_csv_row row = {.misfit = true};
    struct sk_error err = {0};

    if (size < 2)
        return 0;
    FILE *file = fmemopen((void *)(uintptr_t)(data + 1), size - 1, "rb");
    enum sk_verdict verdict =
        sk_csv_open(file, 0, data[0] & 1 ? SK_CSV_CP1252 : SK_CSV_UTF8, &csv, &err);
    while (verdict == SK_OK && (row.text.data || row.misfit)) {
        struct place before = place_of(csv);

        verdict = sk_csv_next(csv, &row, &err);
        if (verdict != SK_OK || !row.text.data)
            continue;
        read_again(csv, &row, before);
    }
    insist(verdict == SK_OK || (verdict == SK_REJECT && err.id && err.text[0]));
    sk_csv_close(csv);
    fclose(file);
    return 0;
}

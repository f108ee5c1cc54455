/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A register in CSV. Rows with one id are dated versions of one entry and may stand
 * anywhere, so all rows are kept, chained by id, before the entries are made; entries are
 * put in the order of their first rows.
 */
#include <errno.h>
#include <stdlib.h>

#include "adapter/csv.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/map.h"
#include "base/value.h"
#include "cli/match_batch.h"

enum column {
    ID,
    LEVEL,
    PARENT,
    NAME,
    ALIAS,
    TYPE,
    STREET,
    HOUSE_NUMBER,
    POSTCODE,
    MUNICIPALITY,
    PHONE,
    EMAIL,
    WEBSITE,
    KBO,
    VESTIGINGSNUMMER,
    DOSSIERNUMMER,
    VALID_FROM,
    VALID_TO,
    COLUMNS,
};

static const char *const column_names[COLUMNS] = {
    "id",
    "level",
    "parent_id",
    "name",
    "alias",
    "type",
    "street",
    "house_number",
    "postcode",
    "municipality",
    "phone",
    "email",
    "website",
    "kbo",
    "vestigingsnummer",
    "dossiernummer",
    "valid_from",
    "valid_to",
};

struct row {
    struct sk_text field[COLUMNS]; /* empty: unknown */
    int32_t from, to;
    struct row *next; /* of the same id */
};

struct rows {
    struct sk_arena arena;
    struct sk_map by_id; /* id to the first row */
    struct row **first;
    size_t count, capacity;
    size_t bad;
};

static enum sk_verdict read_dates(struct row *row, struct sk_error *err)
{
    row->from = SK_MATCH_ALWAYS;
    row->to = SK_MATCH_OPEN;
    if (row->field[VALID_FROM].size && !sk_date_parse(row->field[VALID_FROM], &row->from))
        return sk_fail(err, SK_REJECT, "match.date", "valid_from is no date: \"%.*s\"",
                       SK_TEXT_ARG(row->field[VALID_FROM]));
    if (row->field[VALID_TO].size && !sk_date_parse(row->field[VALID_TO], &row->to))
        return sk_fail(err, SK_REJECT, "match.date", "valid_to is no date: \"%.*s\"",
                       SK_TEXT_ARG(row->field[VALID_TO]));
    return SK_OK;
}

static bool is_organiser(const struct row *row)
{
    return sk_text_is(row->field[LEVEL], "organisator");
}

static enum sk_verdict check_row(const struct rows *self, struct row *row,
                                 struct sk_error *err)
{
    const struct row *first = sk_map_get(&self->by_id, row->field[ID]);

    if (row->field[ID].size == 0)
        return sk_fail(err, SK_REJECT, "match.id", "the row has no id");
    if (!is_organiser(row) && !sk_text_is(row->field[LEVEL], "locatie"))
        return sk_fail(err, SK_REJECT, "match.level",
                       "level is \"%.*s\", not locatie or organisator",
                       SK_TEXT_ARG(row->field[LEVEL]));
    if (first && is_organiser(first) != is_organiser(row))
        return sk_fail(err, SK_REJECT, "match.level",
                       "the id \"%.*s\" is both locatie and organisator",
                       SK_TEXT_ARG(row->field[ID]));
    return read_dates(row, err);
}

static enum sk_verdict add_row(struct rows *self, struct sk_text line,
                               struct sk_error *err)
{
    struct row *row = sk_arena_alloc_zeroed(&self->arena, sizeof *row);
    sk_arena_auto arena = {0};
    struct sk_value columns;

    SK_TRY(sk_value_parse(line, &arena, &columns, err));
    for (size_t i = 0; i < COLUMNS; i++) {
        struct sk_text text =
            sk_text_trim(sk_value_member_text(&columns, column_names[i]));

        if (text.size)
            row->field[i] = sk_arena_text(&self->arena, text);
    }
    SK_TRY(check_row(self, row, err));
    struct row *first = sk_map_get(&self->by_id, row->field[ID]);

    if (first) {
        while (first->next)
            first = first->next;
        first->next = row;
        return SK_OK;
    }
    sk_map_put(&self->by_id, row->field[ID], row);
    self->first =
        sk_grow(self->first, &self->capacity, self->count + 1, sizeof *self->first);
    self->first[self->count++] = row;
    return SK_OK;
}

static enum sk_verdict read_rows(struct rows *self, struct sk_csv *csv,
                                 struct sk_error *err)
{
    for (;;) {
        struct sk_csv_row row;
        struct sk_error problem = {0};

        SK_TRY(sk_csv_next(csv, &row, &problem) == SK_OK
                   ? SK_OK
                   : sk_fail(err, SK_FATAL, problem.id, "%s", problem.text));
        if (!row.text.data && !row.misfit)
            return SK_OK;
        enum sk_verdict verdict =
            row.misfit ? SK_REJECT : add_row(self, row.text, &problem);

        if (verdict == SK_OK)
            continue;
        self->bad++;
        fprintf(stderr, "register, line %lld is left out: %s\n", (long long)row.line,
                problem.text);
    }
}

/* The entry that is being made of its rows. */
struct maker {
    struct sk_match_entry entry;
    struct sk_match_fact facts[SK_MATCH_FACT_LIMIT];
    struct sk_match_address addresses[SK_MATCH_ADDRESS_LIMIT];
};

/* A value that goes on from one version to the next is one fact. */
static void add_fact(struct maker *self, enum sk_match_fact_kind kind,
                     struct sk_text value, int32_t from, int32_t to)
{
    if (value.size == 0 || self->entry.fact_count == SK_COUNT(self->facts))
        return;
    for (size_t i = 0; i < self->entry.fact_count; i++) {
        struct sk_match_fact *fact = &self->facts[i];

        if (fact->kind != kind || !sk_text_equal(fact->value, value) ||
            (fact->to != from && fact->from != to))
            continue;
        fact->from = from < fact->from ? from : fact->from;
        fact->to = to > fact->to ? to : fact->to;
        return;
    }
    self->facts[self->entry.fact_count++] = (struct sk_match_fact){kind, value, from, to};
}

static void add_aliases(struct maker *self, struct sk_text aliases)
{
    while (aliases.data)
        add_fact(self, SK_FACT_NAME, sk_text_trim(sk_text_split(&aliases, ';')),
                 SK_MATCH_ALWAYS, SK_MATCH_OPEN);
}

static void add_address(struct maker *self, const struct row *row)
{
    if (row->field[STREET].size + row->field[POSTCODE].size +
                row->field[MUNICIPALITY].size ==
            0 ||
        self->entry.address_count == SK_COUNT(self->addresses))
        return;
    self->addresses[self->entry.address_count++] = (struct sk_match_address){
        .street = row->field[STREET],
        .number = row->field[HOUSE_NUMBER],
        .postcode = row->field[POSTCODE],
        .municipality = row->field[MUNICIPALITY],
        .from = row->from,
        .to = row->to,
    };
}

static const struct {
    enum column column;
    enum sk_match_fact_kind kind;
} facts_of_column[] = {
    {NAME, SK_FACT_NAME},
    {PHONE, SK_FACT_PHONE},
    {EMAIL, SK_FACT_EMAIL},
    {WEBSITE, SK_FACT_WEBSITE},
    {KBO, SK_FACT_ENTERPRISE},
    {VESTIGINGSNUMMER, SK_FACT_ESTABLISHMENT},
    {DOSSIERNUMMER, SK_FACT_DOSSIER},
    {PARENT, SK_FACT_ORGANISER},
    {TYPE, SK_FACT_TYPE},
};

static void put_entry(struct maker *self, const struct row *first,
                      struct sk_match_register *reg)
{
    self->entry = (struct sk_match_entry){
        .kind = is_organiser(first) ? SK_MATCH_ORGANISATOR : SK_MATCH_LOCATIE,
        .id = first->field[ID],
        .version = 1,
        .from = first->from,
        .to = first->to,
        .facts = self->facts,
        .addresses = self->addresses,
    };
    for (const struct row *row = first; row; row = row->next) {
        self->entry.from = row->from < self->entry.from ? row->from : self->entry.from;
        self->entry.to = row->to > self->entry.to ? row->to : self->entry.to;
        for (size_t i = 0; i < SK_COUNT(facts_of_column); i++)
            add_fact(self, facts_of_column[i].kind, row->field[facts_of_column[i].column],
                     row->from, row->to);
        add_aliases(self, row->field[ALIAS]);
        add_address(self, row);
    }
    sk_match_register_put(reg, &self->entry);
}

static enum sk_verdict read_file(FILE *file, struct rows *rows, struct sk_error *err)
{
    struct sk_csv *csv = NULL;

    if (sk_csv_open(file, ',', SK_CSV_UTF8, &csv, err) != SK_OK)
        return SK_FATAL;
    enum sk_verdict verdict = read_rows(rows, csv, err);

    sk_csv_close(csv);
    return verdict;
}

enum sk_verdict sk_match_read_register(const char *path, struct sk_match_register *reg,
                                       size_t *ret_bad, struct sk_error *err)
{
    FILE *file = fopen(path, "re");
    sk_auto_free struct maker *maker = sk_alloc(sizeof *maker);
    struct rows rows = {.count = 0};

    if (!file)
        return sk_fail(err, SK_FATAL, "match.file", "cannot open %s: %s", path,
                       strerror(errno));
    enum sk_verdict verdict = read_file(file, &rows, err);

    if (verdict != SK_OK)
        sk_error_prefix(err, "%s: ", path);
    for (size_t i = 0; verdict == SK_OK && i < rows.count; i++)
        put_entry(maker, rows.first[i], reg);
    *ret_bad = rows.bad;
    free(rows.first);
    sk_map_fini(&rows.by_id);
    sk_arena_fini(&rows.arena);
    fclose(file);
    return verdict;
}

enum { TYPES_LIMIT = 1 << 20 };

static enum sk_verdict read_type(struct sk_text line, struct sk_match_register *reg,
                                 struct sk_error *err)
{
    struct sk_text type = line, word = sk_text_split(&type, '\t');

    if (sk_text_trim(line).size && !sk_match_register_type(reg, word, type))
        return sk_fail(err, SK_FATAL, "match.types",
                       "\"%.*s\" is no word, tab, type (at most 31 types, 47 bytes)",
                       SK_TEXT_ARG(line));
    return SK_OK;
}

enum sk_verdict sk_match_read_types(const char *path, struct sk_match_register *reg,
                                    struct sk_error *err)
{
    sk_buffer_auto data = {0};
    enum sk_verdict verdict =
        sk_file_read(path, TYPES_LIMIT, &data, err) == SK_OK ? SK_OK : SK_FATAL;
    struct sk_text rest = sk_buffer_text(&data);

    while (verdict == SK_OK && rest.data)
        verdict = read_type(sk_text_trim(sk_text_split(&rest, '\n')), reg, err);
    return verdict;
}

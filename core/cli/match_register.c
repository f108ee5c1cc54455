/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A register in CSV. Rows with one id are dated versions of one entry and may stand
 * anywhere, so all rows are kept, chained by id in the order of time, before the entries
 * are made; entries are put in the order of their postcodes.
 */
#include <errno.h>
#include <stdlib.h>

#include "adapter/csv.h"
#include "base/alloc.h"
#include "base/clock.h"
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

/* A row, its fields one behind the other: a million of them stand in memory at once. */
struct row {
    struct row *next; /* of the same id */
    int32_t from, to;
    uint16_t end[COLUMNS];
    char text[];
};

struct rows {
    struct sk_arena arena, scratch;
    struct sk_map by_id; /* id to the first row */
    struct row ***first; /* of each id, where its chain begins */
    size_t count, capacity;
    size_t bad;
};

/* Empty: unknown. */
static struct sk_text field(const struct row *row, enum column column)
{
    size_t begin = column ? row->end[column - 1] : 0;

    return (struct sk_text){row->text + begin, row->end[column] - begin};
}

static enum sk_verdict read_dates(struct row *row, struct sk_error *err)
{
    row->from = SK_MATCH_ALWAYS;
    row->to = SK_MATCH_OPEN;
    if (field(row, VALID_FROM).size && !sk_date_parse(field(row, VALID_FROM), &row->from))
        return sk_fail(err, SK_REJECT, "match.date", "valid_from is no date: \"%.*s\"",
                       SK_TEXT_ARG(field(row, VALID_FROM)));
    if (field(row, VALID_TO).size && !sk_date_parse(field(row, VALID_TO), &row->to))
        return sk_fail(err, SK_REJECT, "match.date", "valid_to is no date: \"%.*s\"",
                       SK_TEXT_ARG(field(row, VALID_TO)));
    return SK_OK;
}

static bool is_organiser(const struct row *row)
{
    return sk_text_is(field(row, LEVEL), "organisator");
}

static enum sk_verdict check_row(const struct rows *self, struct row *row,
                                 struct sk_error *err)
{
    struct row *const *chained = sk_map_get(&self->by_id, field(row, ID));

    if (field(row, ID).size == 0)
        return sk_fail(err, SK_REJECT, "match.id", "the row has no id");
    if (!is_organiser(row) && !sk_text_is(field(row, LEVEL), "locatie"))
        return sk_fail(err, SK_REJECT, "match.level",
                       "level is \"%.*s\", not locatie or organisator",
                       SK_TEXT_ARG(field(row, LEVEL)));
    if (chained && is_organiser(*chained) != is_organiser(row))
        return sk_fail(err, SK_REJECT, "match.level",
                       "the id \"%.*s\" is both locatie and organisator",
                       SK_TEXT_ARG(field(row, ID)));
    return read_dates(row, err);
}

enum { FIELD_LIMIT = 3000 }; /* bytes of a field: eighteen fit into 16 bits */

static struct row *copy_row(struct sk_arena *arena, const struct sk_value *columns)
{
    struct sk_text fields[COLUMNS];
    size_t size = 0;

    for (size_t i = 0; i < COLUMNS; i++) {
        fields[i] = sk_text_trim(sk_value_member_text(columns, column_names[i]));
        if (fields[i].size > FIELD_LIMIT)
            fields[i].size = FIELD_LIMIT;
        size += fields[i].size;
    }
    struct row *row = sk_arena_alloc(arena, sizeof *row + size);

    row->next = NULL;
    size = 0;
    for (size_t i = 0; i < COLUMNS; i++) {
        if (fields[i].size)
            memcpy(row->text + size, fields[i].data, fields[i].size);
        size += fields[i].size;
        row->end[i] = (uint16_t)size;
    }
    return row;
}

/* The order of versions: by time, then by what they say, whatever the order in the file.
 */
static bool goes_before(const struct row *a, const struct row *b)
{
    if (a->from != b->from)
        return a->from < b->from;
    if (a->to != b->to)
        return a->to < b->to;
    return sk_text_compare((struct sk_text){a->text, a->end[COLUMNS - 1]},
                           (struct sk_text){b->text, b->end[COLUMNS - 1]}) < 0;
}

/* Puts the row in its place among those of its id; `first` stays the first in memory. */
static void chain(struct row **first, struct row *row)
{
    while (*first && !goes_before(row, *first))
        first = &(*first)->next;
    row->next = *first;
    *first = row;
}

static enum sk_verdict add_row(struct rows *self, struct sk_text line,
                               struct sk_error *err)
{
    struct sk_value columns;

    SK_TRY(sk_value_parse(line, &self->scratch, &columns, err));
    struct row *row = copy_row(&self->arena, &columns);

    SK_TRY(check_row(self, row, err));
    struct row **first = sk_map_get(&self->by_id, field(row, ID));

    if (!first) {
        first = sk_arena_alloc(&self->arena, sizeof *first);
        *first = NULL;
        sk_map_put(&self->by_id, field(row, ID), first);
        self->first =
            sk_grow(self->first, &self->capacity, self->count + 1, sizeof *self->first);
        self->first[self->count++] = first;
    }
    chain(first, row);
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

        sk_arena_reset(&self->scratch);
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
    if (field(row, STREET).size + field(row, POSTCODE).size +
                field(row, MUNICIPALITY).size ==
            0 ||
        self->entry.address_count == SK_COUNT(self->addresses))
        return;
    self->addresses[self->entry.address_count++] = (struct sk_match_address){
        .street = field(row, STREET),
        .number = field(row, HOUSE_NUMBER),
        .postcode = field(row, POSTCODE),
        .municipality = field(row, MUNICIPALITY),
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
        .id = field(first, ID),
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
            add_fact(self, facts_of_column[i].kind, field(row, facts_of_column[i].column),
                     row->from, row->to);
        add_aliases(self, field(row, ALIAS));
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

/* Entries of one town get numbers close together, which makes them quick to find; what is
 * decided does not depend on it. */
struct ordered {
    uint64_t town; /* the first letters of the postcode, as a number */
    const struct row *first;
};

static int by_town(const void *a, const void *b)
{
    const struct ordered *left = a, *right = b;

    return (left->town > right->town) - (left->town < right->town);
}

static void put_entries(struct rows *rows, struct maker *maker,
                        struct sk_match_register *reg)
{
    struct ordered *order = sk_alloc((rows->count + 1) * sizeof *order);

    for (size_t i = 0; i < rows->count; i++) {
        struct sk_text postcode = field(*rows->first[i], POSTCODE);
        uint64_t town = 0;

        for (size_t k = 0; k < sizeof town; k++)
            town = town << 8 | (k < postcode.size ? (uint8_t)postcode.data[k] : 0);
        order[i] = (struct ordered){town, *rows->first[i]};
    }
    free(rows->first);
    rows->first = NULL;
    qsort(order, rows->count, sizeof *order, by_town);
    for (size_t i = 0; i < rows->count; i++)
        put_entry(maker, order[i].first, reg);
    free(order);
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
    sk_map_fini(&rows.by_id);
    if (verdict == SK_OK)
        put_entries(&rows, maker, reg);
    *ret_bad = rows.bad;
    free(rows.first);
    sk_arena_fini(&rows.arena);
    sk_arena_fini(&rows.scratch);
    fclose(file);
    return verdict;
}

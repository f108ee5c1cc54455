/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evaluate SET OUT - runs the matcher over a set in the batch contract (register.csv,
 * messages.jsonl) and writes a decision a line, for shared/match-eval/score.py. The same
 * register rows by id are dated versions of one entry.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/map.h"
#include "match/decide.h"

enum { COLUMNS = 32, FIELD_LIMIT = 4096, FILE_LIMIT = 1 << 30 };

struct csv {
    struct sk_text rest;
    struct sk_arena *arena;
};

/* The next field; *ret_last says that the line ends after it. */
static struct sk_text csv_field(struct csv *self, bool *ret_last)
{
    const char *at = self->rest.data, *end = at + self->rest.size;
    char out[FIELD_LIMIT];
    size_t size = 0;
    bool quoted = at < end && *at == '"';

    at += quoted;
    while (at < end && size < FIELD_LIMIT) {
        if (quoted && *at == '"' && at + 1 < end && at[1] == '"')
            at++;
        else if (quoted && *at == '"') {
            at++;
            quoted = false;
            continue;
        } else if (!quoted && (*at == ',' || *at == '\n' || *at == '\r'))
            break;
        out[size++] = *at++;
    }
    while (at < end && *at == '\r')
        at++;
    *ret_last = at >= end || *at == '\n';
    at += at < end;
    self->rest = (struct sk_text){at, (size_t)(end - at)};
    return sk_arena_text(self->arena, (struct sk_text){out, size});
}

static size_t csv_line(struct csv *self, struct sk_text fields[COLUMNS])
{
    bool last = false;
    size_t count = 0;

    while (!last && count < COLUMNS)
        fields[count++] = csv_field(self, &last);
    return count;
}

struct row_set {
    struct sk_match_entry entry;
    struct sk_match_fact facts[200];
    struct sk_match_address addresses[40];
};

struct table {
    struct sk_text names[COLUMNS];
    size_t count;
    struct sk_map entries;
    struct sk_map organiser_kbo;
};

static struct sk_text column(const struct table *table, const struct sk_text *fields,
                             const char *name)
{
    for (size_t i = 0; i < table->count; i++) {
        if (sk_text_is(table->names[i], name))
            return fields[i];
    }
    return (struct sk_text){0};
}

static void add_fact(struct row_set *set, enum sk_match_fact_kind kind,
                     struct sk_text value, const int32_t period[2])
{
    if (value.size == 0 || set->entry.fact_count == SK_COUNT(set->facts))
        return;
    for (size_t i = 0; i < set->entry.fact_count; i++) {
        struct sk_match_fact *fact = &set->facts[i];

        if (fact->kind == kind && sk_text_equal(fact->value, value)) {
            fact->from = period[0] < fact->from ? period[0] : fact->from;
            fact->to = period[1] > fact->to ? period[1] : fact->to;
            return;
        }
    }
    set->facts[set->entry.fact_count++] =
        (struct sk_match_fact){kind, value, period[0], period[1]};
}

static const struct {
    const char *column;
    enum sk_match_fact_kind kind;
} fact_columns[] = {
    {"name", SK_FACT_NAME},
    {"phone", SK_FACT_PHONE},
    {"email", SK_FACT_EMAIL},
    {"website", SK_FACT_WEBSITE},
    {"kbo", SK_FACT_ENTERPRISE},
    {"vestigingsnummer", SK_FACT_ESTABLISHMENT},
    {"dossiernummer", SK_FACT_DOSSIER},
    {"parent_id", SK_FACT_ORGANISER},
    {"type", SK_FACT_TYPE},
};

static void add_row(struct table *table, const struct sk_text *fields)
{
    struct sk_text id = column(table, fields, "id"),
                   alias = column(table, fields, "alias");
    struct row_set *set = sk_map_get(&table->entries, id);
    int32_t period[2] = {SK_MATCH_ALWAYS, SK_MATCH_OPEN};

    (void)!sk_date_parse(column(table, fields, "valid_from"), &period[0]);
    (void)!sk_date_parse(column(table, fields, "valid_to"), &period[1]);
    if (!set) {
        set = sk_alloc_zeroed(sizeof *set);
        set->entry = (struct sk_match_entry){
            .kind = sk_text_is(column(table, fields, "level"), "organisator")
                        ? SK_MATCH_ORGANISATOR
                        : SK_MATCH_LOCATIE,
            .id = id,
            .version = 1,
            .from = period[0],
            .to = period[1],
            .facts = set->facts,
            .addresses = set->addresses,
        };
        sk_map_put(&table->entries, id, set);
    }
    set->entry.from = period[0] < set->entry.from ? period[0] : set->entry.from;
    set->entry.to = period[1] > set->entry.to ? period[1] : set->entry.to;
    for (size_t i = 0; i < SK_COUNT(fact_columns); i++)
        add_fact(set, fact_columns[i].kind, column(table, fields, fact_columns[i].column),
                 period);
    while (alias.data && alias.size) {
        const int32_t ever[2] = {SK_MATCH_ALWAYS, SK_MATCH_OPEN};

        add_fact(set, SK_FACT_NAME, sk_text_trim(sk_text_split(&alias, ';')), ever);
    }
    if (set->entry.address_count < SK_COUNT(set->addresses))
        set->addresses[set->entry.address_count++] = (struct sk_match_address){
            .street = column(table, fields, "street"),
            .number = column(table, fields, "house_number"),
            .postcode = column(table, fields, "postcode"),
            .municipality = column(table, fields, "municipality"),
            .from = period[0],
            .to = period[1],
        };
}

static void read_register(const char *folder, struct sk_match_register *reg,
                          struct sk_arena *arena)
{
    struct sk_buffer data = {0};
    struct sk_error err;
    struct table *table = sk_alloc_zeroed(sizeof *table);
    struct sk_text fields[COLUMNS];
    struct sk_map_slot *slot;
    size_t at = 0;

    if (sk_file_read(sk_strf("%s/register.csv", folder), FILE_LIMIT, &data, &err) !=
        SK_OK) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    struct csv csv = {sk_buffer_text(&data), arena};

    table->count = csv_line(&csv, table->names);
    while (csv.rest.size) {
        if (csv_line(&csv, fields) >= table->count)
            add_row(table, fields);
    }
    while ((slot = sk_map_next(&table->entries, &at)))
        sk_match_register_put(reg, &((struct row_set *)slot->value)->entry);
}

static const char *const message_fields[SK_MATCH_FIELDS] = {
    [SK_MENTION_NAAM] = "facility_name",
    [SK_MENTION_OPVANGVORM] = "facility_type",
    [SK_MENTION_STRAAT] = "street",
    [SK_MENTION_HUISNUMMER] = "house_number",
    [SK_MENTION_POSTCODE] = "postcode",
    [SK_MENTION_GEMEENTE] = "municipality",
    [SK_MENTION_TELEFOON] = "phone",
    [SK_MENTION_EMAIL_ADRES] = "email",
    [SK_MENTION_WEBSITE] = "website",
    [SK_MENTION_ONDERNEMINGSNUMMER] = "kbo",
    [SK_MENTION_VESTIGINGSNUMMER] = "vestigingsnummer",
    [SK_MENTION_DOSSIERNUMMER] = "dossiernummer",
    [SK_MENTION_ORGANISATOR_NAAM] = "organiser_name",
    [SK_MENTION_VERANTWOORDELIJKE] = "verantwoordelijke",
};

static void print_decision(FILE *out, const json_t *id, const struct sk_match_decision *d)
{
    static const char *const words[] = {"auto", "review", "none"};
    static const char *const levels[] = {"locatie", "adres", "organisator", "adres",
                                         "organisator"};
    json_t *candidates = json_array(), *evidence = json_array(), *reasons = json_array();
    json_t *line;

    for (size_t i = 0; i < d->kandidaat_count; i++)
        json_array_append_new(candidates, json_pack("{s:s%,s:f}", "id",
                                                    d->kandidaten[i].target.id.data,
                                                    d->kandidaten[i].target.id.size, "p",
                                                    (double)d->kandidaten[i].p / 1e6));
    for (size_t i = 0; i < d->bewijs_count; i++)
        json_array_append_new(
            evidence,
            json_pack("{s:s,s:s,s:f,s:s%}", "f", d->bewijs[i].feature, "level",
                      d->bewijs[i].level, "bits", d->bewijs[i].bits / 1024.0, "reg",
                      d->bewijs[i].location.data, d->bewijs[i].location.size));
    for (size_t i = 0; i < d->reden_count; i++)
        json_array_append_new(reasons, json_string(d->redenen[i]));
    line =
        json_pack("{s:O,s:s,s:s?,s:o,s:f,s:o,s:f,s:s?,s:o,s:o}", "id", id, "decision",
                  words[d->besluit], "level",
                  d->doel_count ? levels[d->doelen[0].level] : NULL, "facility",
                  d->doel_count ? json_stringn(d->doelen[0].id.data, d->doelen[0].id.size)
                                : json_null(),
                  "p", (double)d->p / 1e6, "candidates", candidates, "p_none",
                  (double)d->p_geen / 1e6, "why_not_deeper", d->waarom_niet_dieper,
                  "reasons", reasons, "evidence", evidence);
    json_dumpf(line, out, JSON_COMPACT);
    fputc('\n', out);
    json_decref(line);
}

/* Time of this process on its core, so that other programs do not count. */
static int64_t cpu_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int64_t decide_ns; /* spent in deciding only */

static void decide_line(const struct sk_match_register *reg, const json_t *json,
                        struct sk_arena *arena, FILE *out)
{
    const json_t *fields = json_object_get(json, "fields");
    struct sk_text channel = sk_json_text_or_absent(json, "channel");
    struct sk_match_mention mention = {0};
    struct sk_match_message message = {
        .channel = sk_text_is(channel, "mail")      ? SK_MATCH_MAIL
                   : sk_text_is(channel, "melding") ? SK_MATCH_MELDING
                   : sk_text_is(channel, "verslag") ? SK_MATCH_VERSLAG
                                                    : SK_MATCH_KLACHT,
        .subject = sk_json_text_or_absent(json, "subject"),
        .text = sk_json_text_or_absent(json, "text"),
    };
    struct sk_match_decision decision;

    (void)!sk_date_parse(sk_json_text_or_absent(json, "received"), &message.day);
    for (size_t i = 0; i < SK_MATCH_FIELDS; i++)
        mention.field[i] = sk_json_text_or_absent(fields, message_fields[i]);
    if (json_object_size(fields)) {
        message.mentions = &mention;
        message.mention_count = 1;
    }
    int64_t begin = cpu_ns();

    sk_match_decide(reg, &message, arena, &decision);
    decide_ns += cpu_ns() - begin;
    print_decision(out, json_object_get(json, "id"), &decision);
}

int main(int argc, char **argv)
{
    sk_arena_auto arena = {0}, scratch = {0};
    struct sk_match_register *reg = sk_match_register_new();
    char *line = NULL;
    size_t capacity = 0, count = 0;
    int64_t begin;

    if (argc != 3) {
        fprintf(stderr, "usage: match_evaluate SET DECISIONS\n");
        return 2;
    }
    begin = sk_clock_monotonic_ms();
    read_register(argv[1], reg, &arena);
    fprintf(stderr, "locations %zu, index %zu KB, built in %lld ms\n",
            sk_match_register_locations(reg), sk_match_register_footprint(reg) / 1024,
            (long long)(sk_clock_monotonic_ms() - begin));
    FILE *in = fopen(sk_strf("%s/messages.jsonl", argv[1]), "r");
    FILE *out = fopen(argv[2], "w");

    while (in && out && getline(&line, &capacity, in) > 0) {
        json_auto_t *json = json_loads(line, 0, NULL);

        decide_line(reg, json, &scratch, out);
        sk_arena_reset(&scratch);
        count++;
    }
    fprintf(stderr, "messages %zu, %lld us each to decide\n", count,
            (long long)(decide_ns / 1000 / (int64_t)(count ? count : 1)));
    free(line);
    sk_match_register_free(reg);
    return in && out && fclose(out) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_REGISTER_H
#define SK_MATCH_REGISTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

/*
 * The register of childcare as the matcher knows it: locations and organisers, each with
 * its dated history. It is an index that is changed in place: putting an entry replaces
 * the one of that id, and every count that weighs evidence is exact at once, so what it
 * decides depends on what it holds and not on the order in which it came.
 *
 * One thread at a time changes it; while none does, any number may decide. Texts are
 * copied; every text is cut at 120 bytes.
 */
struct sk_match_register;

enum sk_match_kind { SK_MATCH_LOCATIE, SK_MATCH_ORGANISATOR };

/* Days since 1970-01-01; a period holds `from` and not `to`. */
enum { SK_MATCH_ALWAYS = INT32_MIN, SK_MATCH_OPEN = INT32_MAX };

enum sk_match_fact_kind {
    SK_FACT_NAME,
    SK_FACT_PHONE,
    SK_FACT_EMAIL,
    SK_FACT_WEBSITE,
    SK_FACT_ENTERPRISE,    /* KBO number; on an organiser, or on a location itself */
    SK_FACT_ESTABLISHMENT, /* vestigingsnummer */
    SK_FACT_DOSSIER,       /* a number by which the location is known; often its id */
    SK_FACT_ORGANISER,     /* id of the location's organiser */
    SK_FACT_PERSON,        /* verantwoordelijke */
    SK_FACT_TYPE,          /* words that say the type: "groepsopvang baby's en peuters" */
    SK_FACT_FACILITY,      /* voorziening_id */
    SK_FACT_SUBSIDY_GROUP, /* subsidiegroep_id */
    SK_FACT_SUCCESSOR,     /* id of the location that goes on with this one */
};

struct sk_match_fact {
    enum sk_match_fact_kind kind;
    struct sk_text value;
    int32_t from, to;
};

struct sk_match_address {
    struct sk_text street, number, postcode, municipality, submunicipality;
    int32_t from, to;
};

/* One location or organiser as it stands now, with its history. */
struct sk_match_entry {
    enum sk_match_kind kind;
    struct sk_text id;
    int64_t version;
    int32_t from, to; /* the days it is open */
    const struct sk_match_fact *facts;
    size_t fact_count;
    const struct sk_match_address *addresses;
    size_t address_count;
};

enum { SK_MATCH_FACT_LIMIT = 400, SK_MATCH_ADDRESS_LIMIT = 200 };

struct sk_match_register *sk_match_register_new(void);
void sk_match_register_free(struct sk_match_register *self);

/* Says that the word (or some words) names that type of childcare; once one is given, the
 * built-in words of types no longer hold. Before the first put. False: see words.h. */
bool sk_match_register_type(struct sk_match_register *self, struct sk_text word,
                            struct sk_text type);

/* Says that this part of a municipality lies in that postcode. The parts of the Flemish
 * ones are built in. */
void sk_match_register_district(struct sk_match_register *self, struct sk_text name,
                                struct sk_text postcode);

/* Adds the entry or replaces the one of that kind and id. Facts and addresses beyond the
 * limits are left out, the earliest given first kept. */
void sk_match_register_put(struct sk_match_register *self,
                           const struct sk_match_entry *entry);

/* False when there is none. */
bool sk_match_register_remove(struct sk_match_register *self, enum sk_match_kind kind,
                              struct sk_text id);

bool sk_match_register_has(const struct sk_match_register *self, enum sk_match_kind kind,
                           struct sk_text id);

size_t sk_match_register_locations(const struct sk_match_register *self);

/* The highest version put so far: what a decision names as its register version. */
int64_t sk_match_register_version(const struct sk_match_register *self);

/* The organiser of a location on that day; absent when unknown. The text lives until the
 * next put. */
struct sk_text sk_match_register_organiser(const struct sk_match_register *self,
                                           struct sk_text location, int32_t day);

/* The locations that the organiser has on that day and that are open then, sorted; copies
 * in the arena. Returns how many. */
size_t sk_match_register_of_organiser(const struct sk_match_register *self,
                                      struct sk_text organiser, int32_t day,
                                      struct sk_arena *arena,
                                      struct sk_text **ret_locations);

/* Bytes in use: what the register costs. */
size_t sk_match_register_footprint(const struct sk_match_register *self);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ADAPTER_MAPPING_H
#define SK_ADAPTER_MAPPING_H

#include "base/settings.h"
#include "base/value.h"
#include "base/verdict.h"

/*
 * Their field names to ours, without code: `map.<our path> = <their field>`.
 *
 *   map.dossiernummer        = LRK nummer
 *   map.adressen.0.straat    = opvanglocatie_adres
 *   map.genoemd.0.naam       = fields.facility_name
 *   map.contacten.0.soort    = "TELEFOON"
 *
 * Left: members and array indexes (0 to 99) by dots, made on the way. Right: a member of
 * their record by its whole name, else a path by dots; or a literal between double
 * quotes. A value that is missing, null or "" sets nothing. A member of theirs that a
 * rule names moves: it does not also stay under its own name; all others stay.
 */
struct sk_mapping;

/* Rules of the section and, before them, those with the flow's prefix ("klachten.", as in
 * klachten.map.x). SK_FATAL "option.map" names the key and where it stands. The caller
 * frees. */
enum sk_verdict sk_mapping_load(struct sk_settings *settings, const char *prefix,
                                struct sk_mapping **ret_mapping, struct sk_error *err);
void sk_mapping_free(struct sk_mapping *mapping);

/* Changes the record to our names; nothing when it is no object. */
void sk_mapping_apply(const struct sk_mapping *mapping, struct sk_value *record,
                      struct sk_arena *arena);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_IDENTIFIER_H
#define SK_BASE_IDENTIFIER_H

#include <regex.h>
#include <stdbool.h>

#include "base/text.h"
#include "base/verdict.h"

/*
 * Numbers by which people and registers name a place: brought to one spelling and
 * checked, so that "BE 0421.722.346" and "421722346" are the same. Which scheme holds is
 * an option of the installation, so that registers outside Flanders run through Schakel
 * too.
 */
enum { SK_IDENTIFIER_SIZE = 65 }; /* longest spelling, with the NUL */

/* The option `onderneming`: SK_CHOICE(…, .choices = SK_ENTERPRISE_CHOICES). */
enum sk_enterprise_scheme {
    SK_ENTERPRISE_KBO,  /* Belgium: 10 digits, the last two 97 - (first eight mod 97) */
    SK_ENTERPRISE_KVK,  /* Netherlands: 8 digits, establishments 12; no check digit */
    SK_ENTERPRISE_VRIJ, /* any text without control characters, as written */
};
#define SK_ENTERPRISE_CHOICES "kbo|kvk|vrij"

/* Enterprise and establishment number in their one spelling. False when `raw` is no such
 * number; `out` is then untouched. The KBO accepts "BE", dots, blanks and a missing
 * leading zero; enterprises begin with 0 or 1, establishments with 2 to 8. */
bool sk_enterprise_number(enum sk_enterprise_scheme scheme, struct sk_text raw,
                          char out[SK_IDENTIFIER_SIZE]);
bool sk_establishment_number(enum sk_enterprise_scheme scheme, struct sk_text raw,
                             char out[SK_IDENTIFIER_SIZE]);

/* Ten digits whose last two are the check on the first eight. */
bool sk_mod97_valid(struct sk_text ten_digits);

/* A Belgian national number (INSZ, also a BIS number) however written: 11 digits that
 * begin with a date and end with its check, for both centuries. */
bool sk_is_insz(struct sk_text raw);

/* The option `dossiernummer.patroon`: a POSIX extended expression for the whole number.
 * Compiles it; the caller regfrees. SK_FATAL "option.pattern" says what is wrong. */
#define SK_DOSSIER_NUMBER_PATTERN "[0-9]{9,10}"
enum sk_verdict sk_dossier_pattern_init(regex_t *pattern, const char *expression,
                                        struct sk_error *err);

/* The number as it matches the pattern: trimmed, or else with its digits only ("91 000
 * 0001," is 910000001). False when neither does; `out` is then untouched. */
bool sk_dossier_number(const regex_t *pattern, struct sk_text raw,
                       char out[SK_IDENTIFIER_SIZE]);

#endif

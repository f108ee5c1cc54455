/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_INTAKE_SHAPE_H
#define SK_INTAKE_SHAPE_H

#include "intake/intake.h"

/*
 * Brings the short ways in which old systems write a value to the event's one shape:
 *   ""                          not there
 *   one value for an array      an array of one
 *   a text for a record         its first member that is no enum: a Naam's naam, a
 * Contact's waarde, a Doel's id a text for a Code           {lijst: "<system>.<field>",
 * code: text} "adres": "Kerkstraat 1"     straat, huisnummer, bus (postcode, gemeente
 * after a comma) "J", "nee", 1               booleans "in onderzoek" IN_ONDERZOEK, for an
 * enum that has it a date where an instant is  its midnight in Brussels; the reverse: its
 * Brussels day 9999-12-31, 1900-01-01      not there (open, unknown) A `tot` before its
 * `van` is refused. What fits already is left as it is.
 */
void sk_shape(struct sk_intake *intake);

/* 1: yes, 0: no, -1: neither. Takes true, "J", "ja", "true", "1", 1 and the reverse. */
int sk_shape_boolean(const struct sk_value *value);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_INTAKE_ADDRESS_H
#define SK_INTAKE_ADDRESS_H

#include "base/text.h"

/* An address written in one piece, cut up; parts point into the text, absent = not there.
 */
struct sk_address {
    struct sk_text straat, huisnummer, bus, postcode, gemeente;
};

/* "Kraijenhoffstraat 32", "2e Laan 101A bus 3, 9200 Dendermonde": the number is the first
 * word after the street that begins with a digit. Without one, all of it is the street.
 */
struct sk_address sk_address_split(struct sk_text text);

#endif

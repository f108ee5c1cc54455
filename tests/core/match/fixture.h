/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_TESTS_MATCH_FIXTURE_H
#define SK_TESTS_MATCH_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "match/decide.h"

/* A location in few words; what is NULL is not known. Dates are days, 0 for open ends. */
struct place {
    const char *id, *organiser, *name, *type;
    const char *street, *number, *postcode, *town;
    const char *phone, *email, *establishment, *person, *facility, *successor;
    int32_t from, to;
    const char *former_name; /* until `changed` */
    const char *former_street, *former_number;
    const char *former_organiser;
    int32_t changed;
};

/* A complaint in few words. */
struct complaint {
    const char *name, *type, *street, *number, *postcode, *town, *phone, *email,
        *enterprise, *establishment, *dossier, *organiser;
    const char *subject, *text;
    int32_t day; /* of the facts; 0: TODAY, as arrival */
    enum sk_match_channel channel;
};

enum { TODAY = 20000 };

void fixture_put(struct sk_match_register *reg, const struct place *place);
void fixture_organiser(struct sk_match_register *reg, const char *id, const char *name,
                       const char *enterprise, const char *phone);

struct sk_match_mention fixture_mention(const struct complaint *complaint);
struct sk_match_decision fixture_decide(const struct sk_match_register *reg,
                                        const struct complaint *complaint,
                                        struct sk_arena *arena);

bool fixture_has_reason(const struct sk_match_decision *decision, const char *reason);

/* The register that the tests of the rules share; the caller frees it. */
struct sk_match_register *fixture_register(void);

/* All of a decision as one text, to compare byte by byte. */
struct sk_text fixture_print(const struct sk_match_decision *decision,
                             struct sk_arena *arena);

#define assert_text(text, expected)                                                      \
    do {                                                                                 \
        struct sk_text text_ = (text);                                                   \
        assert_int_equal(text_.size, strlen(expected));                                  \
        assert_memory_equal(text_.data, expected, text_.size);                           \
    } while (0)

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_DECIDE_H
#define SK_MATCH_DECIDE_H

#include "base/arena.h"
#include "match/message.h"
#include "match/model.h"
#include "match/register.h"

/* Where a message belongs, why, and how sure that is. */

enum sk_match_besluit { SK_BESLUIT_AUTO, SK_BESLUIT_BEOORDELEN, SK_BESLUIT_GEEN };

/* From deep to wide; the order of the rules. */
enum sk_match_level {
    SK_LEVEL_LOCATIE,
    SK_LEVEL_VOORZIENING,
    SK_LEVEL_SUBSIDIEGROEP,
    SK_LEVEL_ADRES,
    SK_LEVEL_ORGANISATOR,
    SK_MATCH_LEVELS,
};

/* An address is named by the smallest id that stands there. */
struct sk_match_target {
    enum sk_match_level level;
    struct sk_text id;
    struct sk_text *locations; /* ids of the locations it spans, sorted */
    size_t location_count;
    bool also; /* beside the first: OOK_BETROKKEN */
};

struct sk_match_candidate {
    struct sk_match_target target;
    int64_t p; /* millionths */
};

/* One piece of evidence for or against one location. */
struct sk_match_evidence {
    struct sk_text location;
    const char *feature; /* "naam", "adres", … */
    const char *level;   /* "gelijk", "gelijkend", "anders", … */
    int32_t bits;        /* 1/1024 bit; negative speaks against */
    enum sk_match_field field;
    uint32_t begin, end; /* bytes in that field; both 0 when no place can be shown */
    enum sk_match_level target_level; /* what it points at: LOCATIE or ORGANISATOR */
    int64_t register_version;         /* of the entry it was compared with */
    enum sk_feature_level id;         /* whose share is learnt, or SK_LEVEL_NOT_LEARNT */
    enum sk_feature_source source;
};

enum { SK_MATCH_CANDIDATE_LIMIT = 10, SK_MATCH_REASON_LIMIT = 8 };

struct sk_match_decision {
    enum sk_match_besluit besluit;
    struct sk_match_target
        *doelen; /* AUTO: where it goes; BEOORDELEN: the preselection */
    size_t doel_count;
    struct sk_match_candidate *kandidaten; /* likeliest first, at most the limit */
    size_t kandidaat_count;
    int64_t p;      /* millionths: that the stated answer is right */
    int64_t p_geen; /* millionths: that no registered facility is meant */
    const char *redenen[SK_MATCH_REASON_LIMIT]; /* fixed codes, README.md */
    size_t reden_count;
    const char *waarom_niet_dieper; /* fixed code or NULL */
    struct sk_match_evidence *bewijs;
    size_t bewijs_count;
    struct sk_text
        groep; /* equal for look-alikes: what was named, normalised; may be "" */
    int64_t register_version;
    struct sk_confidence confidence[SK_QUESTIONS]; /* of the least certain mention */
    int32_t trust[SK_QUESTIONS];
};

/* Decides about one message. Pure: equal register, model and message give an equal
 * decision. It and its texts live in the arena; it refers to nothing of the others. */
void sk_match_decide(const struct sk_match_register *self,
                     const struct sk_match_model *model,
                     const struct sk_match_message *message, struct sk_arena *arena,
                     struct sk_match_decision *ret_decision);

#endif

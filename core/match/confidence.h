/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_CONFIDENCE_H
#define SK_MATCH_CONFIDENCE_H

#include <stddef.h>
#include <stdint.h>

/*
 * How an answer was come by, as far as it says how likely it is to be right: the marks of
 * the case, and how far it is ahead. A model gives each mark a weight; their sum is the
 * trust, log2 of the odds that the answer is right, and a table says what p that was
 * worth among answers that people checked.
 */
enum sk_question {
    SK_QUESTION_LINK, /* is the stated answer right? */
    SK_QUESTION_NONE, /* is no registered facility meant? */
    SK_QUESTIONS,
};

/* Marks: bits 0 to 23 are enum sk_support of the likeliest location, bits 24 to 39 its
 * enum sk_conflict, and then: */
enum sk_mark {
    SK_MARK_CONFLICTS = 24,
    SK_MARK_RULES = 40,      /* the rules of judge.c call it supported */
    SK_MARK_AGAINST,         /* something stated speaks against it */
    SK_MARK_NAMES_ANOTHER,   /* the text names another in its own right */
    SK_MARK_RIVALLED,        /* the text marks another name, known or not */
    SK_MARK_UNKNOWN_NUMBER,  /* a dossier number that nobody bears */
    SK_MARK_CLOSED,          /* on the day */
    SK_MARK_ADDRESS_LEVEL,   /* the answer is wider than a location … */
    SK_MARK_ORGANISER_LEVEL, /* … or than an address */
    SK_MARK_TIED,            /* another outside the answer is within reach */
    SK_MARK_NAME_STATED,     /* in a field */
    SK_MARK_ADDRESS_STATED,  /* a street in a field */
    SK_MARK_NO_CANDIDATE,
    SK_MARK_EMPTY,     /* nothing that could tell facilities apart */
    SK_MARK_TWO_KINDS, /* at least two independent kinds of evidence … */
    SK_MARK_THREE_KINDS,
    SK_MARK_REMEMBERED,        /* people linked this name or sender there before */
    SK_MARK_ORGANISER_GUESSED, /* the answer is an organiser that nothing states as one */
    SK_MARK_OTHER_NUMBER,      /* its street, and another house number is stated */
    SK_MARK_VAGUE_PLACE,       /* the place fits, and fits nearly all others too */
    SK_MARK_ONE_PIECE,         /* one piece of evidence tells it apart … */
    SK_MARK_THREE_PIECES,      /* … or at least three do */
    SK_MARK_TWO_ENOUGH,        /* two kinds of evidence, as AUTO asks: settle.c */
    SK_MARK_VERBATIM, /* a field holds its name to the last word, no other one's … */
    SK_MARK_NAME_OF_FIRM, /* … and its organiser is called so too */
    SK_MARKS = 64,
};

struct sk_confidence {
    uint64_t marks;
    int32_t odds;   /* log2 of the posterior odds of the answer, 1/1024 bit */
    int32_t margin; /* ahead of the best outside the answer, 1/1024 bit, not below 0 */
};

/* The weights of one question in 1/1024 bit; slopes in 1/1024 of the bits they take. */
struct sk_trust {
    int32_t base;
    int32_t near_slope; /* of the odds up to 8 bits … */
    int32_t far_slope;  /* … and beyond */
    int32_t margin_slope;
    int32_t supported; /* at least this, when the rules support it and nothing differs */
    int32_t mark[SK_MARKS];
};

/* p in millionths at the middle of each step of half a bit of trust, from -16 to +16
 * bits; never falling. */
enum { SK_STEPS = 64, SK_STEP = 512, SK_STEPS_BEGIN = -SK_STEPS / 2 * SK_STEP };
struct sk_calibration {
    int32_t p[SK_STEPS];
};

/* Trust of the case. */
int32_t sk_trust_sum(const struct sk_trust *self, const struct sk_confidence *confidence);

/* The trust as AUTO weighs it: a link that the rules do not support must be surer, and
 * surer still one by a name alone, its place being that of nearly all. */
int32_t sk_trust_to_link(const struct sk_confidence *confidence, int32_t trust);

/* The step of that trust, the first and last ones being open. */
size_t sk_step_of(int32_t trust);

/* p in millionths, between the steps in a straight line; never 0 nor a million. */
int64_t sk_calibration_p(const struct sk_calibration *self, int32_t trust);

/* The table that takes trust at its word. */
void sk_calibration_identity(struct sk_calibration *self);

#endif

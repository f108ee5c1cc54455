/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_MODEL_H
#define SK_MATCH_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "match/certify.h"
#include "match/confidence.h"
#include "match/memory.h"
#include "match/message.h"

/*
 * What the matcher cannot count from the register and so must be told: how senders
 * distort the truth (m of Fellegi and Sunter), how often they mean no registered place,
 * what a score is worth, and from where on a machine may decide. It is data: built in,
 * conservative, or learnt from people's decisions (learn.h) as a numbered snapshot.
 */

/* How one feature of the right location agrees with the message. Of each feature one
 * level holds in a comparison, or none when the message does not state it. */
enum sk_feature_level {
    SK_LEVEL_NUMBER_EQUAL, /* dossier or establishment number */
    SK_LEVEL_NUMBER_LOOSE, /* a number in the text that nothing announces */
    SK_LEVEL_NUMBER_OTHER, /* the number of another location */
    SK_LEVEL_ENTERPRISE_EQUAL,
    SK_LEVEL_ENTERPRISE_OTHER,
    SK_LEVEL_CONTACT_EQUAL,  /* its own phone or e-mail address */
    SK_LEVEL_CONTACT_SHARED, /* its organiser's, or its host */
    SK_LEVEL_CONTACT_OTHER,
    SK_LEVEL_NAME_EXACT,
    SK_LEVEL_NAME_TYPO,
    SK_LEVEL_NAME_PART,
    SK_LEVEL_NAME_SIMILAR,
    SK_LEVEL_NAME_OTHER,
    SK_LEVEL_NAME_OPERATOR, /* named by its organiser */
    SK_LEVEL_OPERATOR_EQUAL,
    SK_LEVEL_OPERATOR_OTHER,
    SK_LEVEL_PLACE_ADDRESS, /* street, number and town */
    SK_LEVEL_PLACE_NO_TOWN, /* street and number */
    SK_LEVEL_PLACE_SIMILAR, /* one of street and number but for a slip, and the town */
    SK_LEVEL_PLACE_STREET,  /* street, no number stated */
    SK_LEVEL_PLACE_NUMBER_OTHER, /* street, another number */
    SK_LEVEL_PLACE_TOWN,         /* no street stated */
    SK_LEVEL_PLACE_STREET_OTHER, /* the town, another street */
    SK_LEVEL_PLACE_OTHER,        /* another town */
    SK_LEVEL_PERSON_EQUAL,
    SK_LEVEL_TYPE_FITS,
    SK_LEVEL_TYPE_OTHER,
    SK_LEVEL_TIME_LATE,  /* closed less than 400 days before */
    SK_LEVEL_TIME_PAST,  /* closed longer */
    SK_LEVEL_TIME_EARLY, /* not yet open */
    SK_FEATURE_LEVELS,
    SK_LEVEL_NOT_LEARNT = SK_FEATURE_LEVELS, /* evidence no share is counted of */
};

/* Values in fields of their own are distorted otherwise than those in running text. */
enum sk_feature_source { SK_SOURCE_FIELD, SK_SOURCE_TEXT, SK_FEATURE_SOURCES };

enum { SK_MATCH_CHANNELS = SK_MATCH_MAIL + 1 };

/* What is left out, to measure what it is worth. */
enum sk_ablation {
    SK_WITHOUT_TYPE = 1,
    SK_WITHOUT_ALIASES = 2, /* former names, aliases and what is remembered */
    SK_WITHOUT_TERM_FREQUENCY = 4,
    SK_WITHOUT_CALIBRATION = 8,
};

struct sk_match_model {
    uint32_t number;  /* labels it has seen; 0: built in */
    char name[32];    /* what a decision names: "basis-2", "m17-0a1b2c3d" */
    uint32_t without; /* of enum sk_ablation */

    /* m: of a hundred thousand right locations, how many agree so. */
    uint32_t m[SK_MATCH_CHANNELS][SK_FEATURE_SOURCES][SK_FEATURE_LEVELS];
    uint32_t none[SK_MATCH_CHANNELS]; /* of 100,000 messages, about no registered one */

    /* What the marks of a case say about the answer, and what that trust is worth. */
    struct sk_trust trust[SK_QUESTIONS];
    struct sk_calibration calibration[SK_MATCH_CHANNELS][SK_QUESTIONS];
    /* The trust from which on a machine decides, and what was proved of it. */
    struct sk_certificate certificate[SK_MATCH_CHANNELS][SK_QUESTIONS];

    struct sk_memories memories[SK_MEMORY_KINDS]; /* of names and senders: memory.h */
};

/* The built-in one; static, never freed. */
const struct sk_match_model *sk_match_model_builtin(void);

/* Frees a model that was learnt or read; NULL and the built-in one are left alone. */
void sk_match_model_free(struct sk_match_model *self);

#endif

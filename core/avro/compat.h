/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_COMPAT_H
#define SK_AVRO_COMPAT_H

#include "avro/schema.h"
#include "base/arena.h"

/*
 * Whether data written with one schema can be read with another, and if not, everything
 * that stands in the way. A schema that passes resolves every value (resolve.h).
 */

/* Which of the two reads. */
enum sk_compat_direction {
    SK_COMPAT_BACKWARD = 1, /* the candidate reads what the earlier one wrote */
    SK_COMPAT_FORWARD = 2,  /* the earlier one reads what the candidate writes */
    SK_COMPAT_FULL = SK_COMPAT_BACKWARD | SK_COMPAT_FORWARD,
};

/* The names are those of Java's SchemaCompatibility, which clients show and test for. */
enum sk_compat_rule {
    SK_COMPAT_NAME_MISMATCH,
    SK_COMPAT_FIXED_SIZE_MISMATCH,
    SK_COMPAT_MISSING_ENUM_SYMBOLS,
    SK_COMPAT_READER_FIELD_MISSING_DEFAULT_VALUE,
    SK_COMPAT_TYPE_MISMATCH,
    SK_COMPAT_MISSING_UNION_BRANCH,
    SK_COMPAT_DECIMAL_MISMATCH, /* ours: Java lets a change of scale pass */
};

const char *sk_compat_rule_name(enum sk_compat_rule rule); /* "TYPE_MISMATCH" */

struct sk_compat_finding {
    enum sk_compat_rule rule;
    enum sk_compat_direction direction; /* the one it was found in */
    const char *path;     /* in the reader, for people: "Klacht.genoemd[].naam" */
    const char *location; /* in the reader, as Java gives it: "/fields/3/type/items" */
    const char *reader;   /* its type: "int", "record a.B", "union [null, string]" */
    const char *writer;
    const char *message; /* one English sentence with path and both types */
};

enum { SK_COMPAT_FINDINGS_MAX = 100 };

struct sk_compat_report {
    struct sk_compat_finding *findings; /* the first ones; in the arena */
    size_t count;                       /* ≤ SK_COMPAT_FINDINGS_MAX */
    size_t found;                       /* all; 0: compatible */
    struct sk_arena arena;
};

void sk_compat_report_fini(struct sk_compat_report *report);
#define sk_compat_report_auto SK_CLEANUP(sk_compat_report_fini) struct sk_compat_report

/* Adds what stands in the way to the report ({0} is an empty one). SK_REJECT
 * "avro.compat" when the schemas are too large to compare. */
enum sk_verdict sk_compat_check(const struct sk_schema *candidate,
                                const struct sk_schema *earlier,
                                enum sk_compat_direction direction,
                                struct sk_compat_report *report, struct sk_error *err);

#endif

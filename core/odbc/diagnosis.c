/* SPDX-License-Identifier: Apache-2.0 */
#include "odbc/diagnosis.h"

#include <stdarg.h>
#include <stdio.h>

/* The longest prefix that fits decides; what stands nowhere may work later. */
static const struct meaning {
    const char *state;
    enum sk_outcome outcome;
    bool lost, undone;
    const char *id;
} meanings[] = {
    {"08", SK_OUTCOME_RETRY, true, false, "odbc.connection"},
    {"57P", SK_OUTCOME_RETRY, true, false, "odbc.connection"}, /* it shuts down, starts */
    {"53300", SK_OUTCOME_RETRY, true, false,
     "odbc.connection"},                                  /* too many connections */
    {"HYT", SK_OUTCOME_RETRY, false, false, "odbc.busy"}, /* time-outs */
    {"57", SK_OUTCOME_RETRY, false, false, "odbc.busy"},  /* cancelled */
    {"55", SK_OUTCOME_RETRY, false, false, "odbc.busy"},  /* locked */
    {"53", SK_OUTCOME_RETRY, false, false, "odbc.busy"},  /* disk, memory */
    {"40", SK_OUTCOME_RETRY, false, true, "odbc.busy"},   /* deadlock, serialization */
    {"25P02", SK_OUTCOME_RETRY, false, true, "odbc.busy"},
    {"25S03", SK_OUTCOME_RETRY, false, true, "odbc.busy"},
    {"22", SK_OUTCOME_REJECT, false, false, "odbc.refused"},    /* data */
    {"23", SK_OUTCOME_REJECT, false, false, "odbc.refused"},    /* constraints */
    {"44", SK_OUTCOME_REJECT, false, false, "odbc.refused"},    /* WITH CHECK OPTION */
    {"21", SK_OUTCOME_REJECT, false, false, "odbc.refused"},    /* cardinality */
    {"09", SK_OUTCOME_REJECT, false, false, "odbc.refused"},    /* a trigger refused */
    {"P0001", SK_OUTCOME_REJECT, false, false, "odbc.refused"}, /* PL/pgSQL's RAISE */
    {"28", SK_OUTCOME_TARGET, true, false, "odbc.target"},      /* who we are */
    {"3D", SK_OUTCOME_TARGET, true, false, "odbc.target"},      /* no such database */
    {"3F", SK_OUTCOME_TARGET, false, false, "odbc.target"},
    {"42", SK_OUTCOME_TARGET, false, false, "odbc.target"}, /* no such table, no right */
    {"S0", SK_OUTCOME_TARGET, false, false, "odbc.target"}, /* the same, of ODBC 2 */
    {"37", SK_OUTCOME_TARGET, false, false, "odbc.target"},
    {"07", SK_OUTCOME_TARGET, false, false, "odbc.target"},
    {"0A", SK_OUTCOME_TARGET, false, false, "odbc.target"},
    {"25", SK_OUTCOME_TARGET, false, false, "odbc.target"},   /* read-only */
    {"IM", SK_OUTCOME_TARGET, true, false, "odbc.driver"},    /* the driver manager's */
    {"01000", SK_OUTCOME_TARGET, true, false, "odbc.driver"}, /* it cannot be loaded */
};

struct diagnosis diagnosis_of_state(const char *state)
{
    const struct meaning *best = NULL;

    for (size_t i = 0; i < SK_COUNT(meanings); i++)
        if (strncmp(state, meanings[i].state, strlen(meanings[i].state)) == 0 &&
            (!best || strlen(meanings[i].state) > strlen(best->state)))
            best = &meanings[i];
    if (!best)
        return (struct diagnosis){.outcome = SK_OUTCOME_RETRY, .error.id = "odbc.failed"};
    return (struct diagnosis){.outcome = best->outcome,
                              .lost = best->lost,
                              .undone = best->undone,
                              .error.id = best->id};
}

/* Drivers write over several lines. */
static void one_line(char *text)
{
    for (char *at = text; *at; at++)
        if ((unsigned char)*at < ' ')
            *at = ' ';
}

struct diagnosis diagnosis_of(SQLSMALLINT kind, SQLHANDLE handle, const char *what)
{
    SQLCHAR state[8] = "HY000", message[512] = "the driver says nothing";
    SQLINTEGER native = 0;
    SQLSMALLINT size;

    SQLGetDiagRec(kind, handle, 1, state, &native, message, sizeof(message), &size);
    struct diagnosis diagnosis = diagnosis_of_state((const char *)state);
    const char *id = diagnosis.error.id;
    one_line((char *)message);
    (void)!sk_fail(&diagnosis.error, SK_RETRY, id, "%s: [%s, %d] %s", what, state,
                   (int)native, message);
    return diagnosis;
}

struct diagnosis diagnosis_say(enum sk_outcome outcome, const char *id,
                               const char *format, ...)
{
    struct diagnosis diagnosis = {.outcome = outcome, .error.id = id};
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(diagnosis.error.text, sizeof(diagnosis.error.text), format, arguments);
    va_end(arguments);
    return diagnosis;
}

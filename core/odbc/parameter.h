/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ODBC_PARAMETER_H
#define SK_ODBC_PARAMETER_H

#include "base/buffer.h"
#include "odbc/session.h"

/*
 * The values of a statement's markers. All are passed as text, and the database makes of
 * it what the place asks for: the one rule that every driver keeps alike. Only a limit is
 * a number, as no place for one takes a text. The values live here until the statement
 * has run.
 */
struct parameters {
    struct sk_buffer bytes;
    struct parameter {
        size_t at, size; /* in bytes */
        SQLLEN length;   /* as ODBC wants it: bytes, or SQL_NULL_DATA */
        SQLINTEGER number;
        bool is_number;
    } * items;
    size_t count, capacity;
};

void parameters_clear(struct parameters *parameters);
void parameters_fini(struct parameters *parameters);

/* The next marker's value; absent: NULL. */
void parameters_add(struct parameters *parameters, bool wide, struct sk_text value);

void parameters_add_number(struct parameters *parameters, int32_t value);

/* After the last one, before the statement runs. */
bool parameters_bind(struct parameters *parameters, bool wide, SQLHSTMT statement);

#endif

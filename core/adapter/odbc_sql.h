/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ADAPTER_ODBC_SQL_H
#define SK_ADAPTER_ODBC_SQL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "base/verdict.h"

/*
 * A statement with named parameters (:after, :doel.niveau) as ODBC takes it: a ? for
 * each, and their names in order. Pure.
 *
 * A colon inside '…', E'…', $tag$…$tag$, "…", `…`, [a name], -- and / * comments begins
 * no parameter, nor does :: or := or one right after a letter or digit. A [ right after a
 * name, ) or ] is a subscript, where parameters count.
 */
enum { SK_ODBC_SQL_LARGEST = 64 * 1024, SK_ODBC_PARAMETERS_MOST = 256 };

struct sk_odbc_sql {
    char *text;
    char **names;
    size_t count;
};

/* SK_FATAL "odbc.sql" says at which character: too large, something not closed, a ? of
 * one's own, too many parameters. The caller finis. */
enum sk_verdict sk_odbc_sql_parse(struct sk_text sql, struct sk_odbc_sql *ret_sql,
                                  struct sk_error *err);
void sk_odbc_sql_fini(struct sk_odbc_sql *sql);

bool sk_odbc_sql_has(const struct sk_odbc_sql *sql, const char *name);

#endif

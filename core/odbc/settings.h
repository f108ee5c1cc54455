/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ODBC_SETTINGS_H
#define SK_ODBC_SETTINGS_H

#include <jansson.h>

#include "adapter/odbc_sql.h"

/* What the process told this child to do: its first frame. Texts are NULL when not set.
 */
struct settings {
    json_t *frame; /* owns the texts */
    const char *connection, *password, *session, *dialect;
    const char *zone, *position, *begin, *json, *no_row;
    bool wide, lower;
    int64_t login_seconds, query_seconds, limit;
    struct sk_odbc_sql query, statement, erase; /* text NULL: not set */
};

/* SK_FATAL "odbc.settings" or "odbc.sql"; fini copes. */
enum sk_verdict settings_init(struct settings *settings, struct sk_text frame,
                              struct sk_error *err);
void settings_fini(struct settings *settings);

#endif

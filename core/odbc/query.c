/* SPDX-License-Identifier: Apache-2.0 */
#include "odbc/query.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"

enum {
    PART_BYTES = 1024 * 1024, /* a part ends when it has so many */
    LIMIT_MOST = 1000000,     /* rows of one position */
    GROUP_BYTES = 2 * ROW_LARGEST,
    PLACE_SIZE = 32,
};

/* The part under way. */
struct part {
    struct query *query;
    struct channel *channel;
    struct diagnosis *why;
    int64_t limit;
    bool limited;    /* the query itself gives no more than asked for */
    int64_t fetched; /* rows of this result */
    int64_t rows;    /* handed over, with their bytes */
    size_t bytes;
    char *position; /* of the rows in `group`, which may not all be here yet */
    char *reached;  /* of the rows handed over */
    struct sk_buffer group;
    int64_t group_rows;
};

enum step {
    STEP_ROW,    /* one was taken */
    STEP_END,    /* the result has no more */
    STEP_CUT,    /* there is more than this part takes */
    STEP_FAILED, /* see part->why */
};

/* What stands for a position in a result that is read from one end to the other. */
static void place_of(int64_t passed, char out[PLACE_SIZE])
{
    snprintf(out, PLACE_SIZE, "row %" PRId64, passed);
}

void query_init(struct query *query, struct session *session)
{
    query->session = session;
    query->settings = session->settings;
    query->position = SIZE_MAX;
}

void query_close(struct query *query)
{
    if (query->statement)
        SQLFreeHandle(SQL_HANDLE_STMT, query->statement);
    query->statement = NULL;
    query->open = query->described = false;
}

void query_fini(struct query *query)
{
    query_close(query);
    columns_fini(&query->columns);
    parameters_fini(&query->parameters);
}

static bool fail(struct part *part, const char *id, const char *text)
{
    const char *position = part->query->settings->position;

    *part->why = diagnosis_say(SK_OUTCOME_TARGET, id, "column %.60s: %s",
                               position ? position : "", text);
    return false;
}

static bool describe(struct part *part)
{
    struct query *query = part->query;
    const char *position = query->settings->position;

    if (query->described)
        return true;
    if (!columns_describe(&query->columns, query->session, query->statement, part->why))
        return false;
    query->position = position ? columns_find(&query->columns, position) : SIZE_MAX;
    if (position && query->position == SIZE_MAX)
        return fail(part, "odbc.position", "the query gives no such column");
    query->described = true;
    return true;
}

static bool execute(struct part *part, const char *after)
{
    struct query *query = part->query;
    const struct sk_odbc_sql *sql = &query->settings->query;
    bool wide = query->settings->wide;

    if (!query->statement &&
        !session_prepare(query->session, sql->text, &query->statement, part->why))
        return false;
    parameters_clear(&query->parameters);
    for (size_t i = 0; i < sql->count; i++)
        if (strcmp(sql->names[i], "limit") == 0)
            parameters_add_number(&query->parameters, (int32_t)part->limit + 1);
        else
            parameters_add(&query->parameters, wide,
                           sk_text(after ? after : query->settings->begin));
    SQLFreeStmt(query->statement, SQL_CLOSE);
    if (!parameters_bind(&query->parameters, wide, query->statement) ||
        !SQL_SUCCEEDED(SQLExecute(query->statement))) {
        *part->why = session_why(query->session, query->statement, "query");
        return false;
    }
    query->open = true;
    query->passed = 0;
    return describe(part);
}

/* All rows of `position` are here: they may go. */
static bool hand_over(struct part *part)
{
    part->rows += part->group_rows;
    part->bytes += part->group.size;
    sk_buffer_append_text(&part->channel->out, sk_buffer_text(&part->group));
    part->group.size = 0;
    part->group_rows = 0;
    free(part->reached);
    part->reached = part->position;
    part->position = NULL;
    return channel_flush(part->channel);
}

static bool is_full(const struct part *part)
{
    return part->rows >= part->limit || part->bytes >= PART_BYTES;
}

/* Where that can be seen: a query without ORDER BY would lose rows. */
static bool is_before(const struct part *part, const char *position, const char *other)
{
    const struct query *query = part->query;
    int64_t a, b;

    switch (query->columns.items[query->position].kind) {
    case COLUMN_NUMBER:
        return sk_text_to_int64(sk_text(position), &a) &&
               sk_text_to_int64(sk_text(other), &b) && a < b;
    case COLUMN_DATE:
    case COLUMN_LOCAL:
    case COLUMN_UTC:
        return strcmp(position, other) < 0;
    default:
        return false;
    }
}

/* A row whose position differs from the one before it ends that one's group. */
static enum step change_position(struct part *part, const char *position)
{
    if (part->position && strcmp(part->position, position) == 0)
        return STEP_ROW;
    if (part->position && is_before(part, position, part->position)) {
        fail(part, "odbc.order", "goes back: the query needs ORDER BY it");
        return STEP_FAILED;
    }
    if (part->position && !hand_over(part))
        return STEP_FAILED;
    part->position = sk_strdup(position);
    return is_full(part) ? STEP_CUT : STEP_ROW;
}

static void put_row(struct part *part, const struct record *record, const char *position)
{
    record_put(record, position, &part->group);
    part->group_rows++;
}

/* From one open result: the place in it is the position. */
static enum step add_in_place(struct part *part, const struct record *record)
{
    char place[PLACE_SIZE];

    place_of(++part->query->passed, place);
    put_row(part, record, place);
    part->position = sk_strdup(place);
    if (!hand_over(part))
        return STEP_FAILED;
    return is_full(part) ? STEP_CUT : STEP_ROW;
}

static enum step add_row(struct part *part, struct record *record)
{
    if (part->query->position == SIZE_MAX)
        return add_in_place(part, record);
    if (!record->position) {
        fail(part, "odbc.position", "a row has no position (NULL)");
        return STEP_FAILED;
    }
    enum step step = change_position(part, record->position);
    if (step != STEP_ROW)
        return step;
    put_row(part, record, part->position);
    if (part->group.size <= GROUP_BYTES)
        return STEP_ROW;
    fail(part, "odbc.ties", "too many rows have one position");
    return STEP_FAILED;
}

static enum step next_row(struct part *part)
{
    struct query *query = part->query;
    struct record record = {0};
    enum step step = STEP_FAILED;
    SQLRETURN got = SQLFetch(query->statement);

    if (got == SQL_NO_DATA)
        return STEP_END;
    if (!SQL_SUCCEEDED(got)) {
        *part->why = session_why(query->session, query->statement, "fetch");
        return STEP_FAILED;
    }
    part->fetched++;
    if (record_read(&record, &query->columns, query->position, query->session,
                    query->statement, part->why))
        step = add_row(part, &record);
    record_fini(&record);
    return step;
}

/* The result is at its end. When the query itself gave no more than it was asked for, the
 * last position may have more rows. */
static enum step last_group(struct part *part)
{
    if (part->limited && part->fetched > part->limit)
        return STEP_CUT;
    return !part->position || hand_over(part) ? STEP_END : STEP_FAILED;
}

static void reset(struct part *part)
{
    free(part->position);
    free(part->reached);
    part->position = part->reached = NULL;
    part->fetched = part->rows = part->group_rows = 0;
    part->bytes = part->group.size = 0;
}

static enum step read_part(struct part *part, const char *after, bool go_on)
{
    enum step step = STEP_ROW;

    if (!go_on && !execute(part, after))
        return STEP_FAILED;
    while (step == STEP_ROW)
        step = next_row(part);
    if (step == STEP_END)
        step = last_group(part);
    return step;
}

/* Nothing but one position's rows came: how many more there are, only a larger part says.
 */
static bool is_stuck(const struct part *part, const char *after, enum step step)
{
    return step == STEP_CUT && part->query->position != SIZE_MAX &&
           (!part->reached || (after && strcmp(part->reached, after) == 0));
}

static enum step read_parts(struct part *part, const char *after, bool go_on)
{
    enum step step = read_part(part, after, go_on);

    while (is_stuck(part, after, step) && part->limit < LIMIT_MOST) {
        reset(part);
        part->limit *= 8;
        step = read_part(part, after, false);
    }
    if (!is_stuck(part, after, step))
        return step;
    fail(part, "odbc.ties", "more rows than can be taken at once have one position");
    return STEP_FAILED;
}

bool query_read(struct query *query, const char *after, struct channel *channel,
                struct sk_arena *arena, struct sk_odbc_reply *ret_reply,
                struct diagnosis *why)
{
    const struct settings *settings = query->settings;
    struct part part = {.query = query,
                        .channel = channel,
                        .why = why,
                        .limit = settings->limit,
                        .limited = sk_odbc_sql_has(&settings->query, "limit")};
    char place[PLACE_SIZE];

    place_of(query->passed, place);
    bool go_on = !settings->position && query->open && after && strcmp(after, place) == 0;
    enum step step = read_parts(&part, after, go_on);
    if (settings->position || step != STEP_CUT) {
        if (query->statement)
            SQLFreeStmt(query->statement, SQL_CLOSE);
        query->open = false;
    }
    ret_reply->more = step == STEP_CUT;
    if (part.reached)
        ret_reply->next = sk_arena_text(arena, sk_text(part.reached));
    if (!settings->position && step == STEP_END)
        ret_reply->next = SK_TEXT(""); /* the next time, from the beginning */
    reset(&part);
    sk_buffer_fini(&part.group);
    return step != STEP_FAILED;
}

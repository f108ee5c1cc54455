/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel-odbc: the child of one flow, in which a database's driver does its work. It
 * takes questions from its standard input, answers them one by one and ends when that is
 * closed. Nobody starts it by hand.
 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "base/alloc.h"
#include "base/json.h"
#include "odbc/channel.h"
#include "odbc/deliver.h"
#include "odbc/query.h"

struct child {
    struct channel channel;
    struct settings settings;
    struct session session;
    struct query query;
    struct deliver deliver;
    struct row rows[ROWS_MOST];
    size_t row_count;
    bool configured;
    struct diagnosis broken; /* the settings; outcome DONE: they are good */
};

static struct sk_answer answer_of(const struct diagnosis *why)
{
    return (struct sk_answer){.outcome = why->outcome, .error = why->error};
}

/* What cannot be reached now is reached anew the next time. */
static void disconnect(struct child *child)
{
    query_close(&child->query);
    deliver_close(&child->deliver);
    session_close(&child->session);
}

static void configure(struct child *child, struct sk_text frame)
{
    struct sk_error err = {0};

    child->broken = (struct diagnosis){.outcome = SK_OUTCOME_DONE};
    if (settings_init(&child->settings, frame, &err) != SK_OK)
        child->broken = (struct diagnosis){.outcome = SK_OUTCOME_TARGET, .error = err};
    else
        session_init(&child->session, &child->settings, &child->broken);
    query_init(&child->query, &child->session);
    deliver_init(&child->deliver, &child->session, &child->channel);
    child->configured = true;
}

/* Reading has no bad record of its own: what the database refuses, the query is to blame
 * for. */
static bool read_once(struct child *child, const char *after, struct sk_arena *arena,
                      struct sk_odbc_reply *ret_reply, struct diagnosis *why)
{
    if (session_open(&child->session, false, why) &&
        query_read(&child->query, after, &child->channel, arena, ret_reply, why))
        return true;
    if (why->outcome == SK_OUTCOME_REJECT)
        why->outcome = SK_OUTCOME_TARGET;
    return false;
}

/* A connection that was cut while nothing happened is made anew at once. */
static bool read_twice(struct child *child, const char *after, struct sk_arena *arena,
                       struct sk_odbc_reply *ret_reply, struct diagnosis *why)
{
    bool was_connected = child->session.connected;

    child->channel.spoken = false;
    if (read_once(child, after, arena, ret_reply, why))
        return true;
    if (why->lost)
        disconnect(child);
    else
        query_close(&child->query);
    if (!why->lost || !was_connected || child->channel.spoken)
        return false;
    *ret_reply = (struct sk_odbc_reply){0};
    return read_once(child, after, arena, ret_reply, why);
}

static void answer_read(struct child *child, struct sk_text frame)
{
    struct sk_odbc_reply reply = {0};
    struct diagnosis why = child->broken;
    json_auto_t *question = NULL;
    sk_arena_auto arena = {0};
    struct sk_error err = {0};

    if (sk_json_parse(frame.data, frame.size, &question, &err) != SK_OK)
        why = (struct diagnosis){.outcome = SK_OUTCOME_TARGET, .error = err};
    const char *after = json_string_value(json_object_get(question, "after"));
    if (why.outcome != SK_OUTCOME_DONE || !read_twice(child, after, &arena, &reply, &why))
        reply = (struct sk_odbc_reply){.answer = answer_of(&why)};
    sk_odbc_reply_put(&child->channel.out, SK_ODBC_ANSWER, &reply);
}

static void answer_all(struct child *child, const struct diagnosis *why)
{
    for (size_t i = 0; i < child->row_count; i++)
        child->rows[i].answer = *why;
}

static bool all_lost(const struct child *child)
{
    for (size_t i = 0; i < child->row_count; i++)
        if (child->rows[i].answer.outcome != SK_OUTCOME_RETRY)
            return false;
    return true;
}

static void deliver_once(struct child *child)
{
    struct diagnosis why = child->broken;

    if (why.outcome != SK_OUTCOME_DONE || !session_open(&child->session, true, &why)) {
        why.outcome = SK_OUTCOME_TARGET; /* none of these rows is to blame */
        answer_all(child, &why);
        return;
    }
    if (!deliver_rows(&child->deliver, child->rows, child->row_count))
        disconnect(child);
}

static void answer_rows(struct child *child)
{
    bool was_connected = child->session.connected;

    deliver_once(child);
    if (was_connected && !child->session.connected && all_lost(child))
        deliver_once(child);
    for (size_t i = 0; i < child->row_count; i++) {
        const struct sk_odbc_reply reply = {.answer = answer_of(&child->rows[i].answer)};
        sk_odbc_reply_put(&child->channel.out, SK_ODBC_ANSWER, &reply);
        json_decref(child->rows[i].frame);
    }
    child->row_count = 0;
}

static bool take_row(struct child *child, struct sk_text frame)
{
    struct sk_error ignored = {0};

    if (child->row_count == ROWS_MOST)
        return false;
    struct row *row = &child->rows[child->row_count];
    if (sk_json_parse(frame.data, frame.size, &row->frame, &ignored) != SK_OK)
        return false;
    child->row_count++;
    return true;
}

static bool answer(struct child *child, const struct sk_odbc_frame *frame)
{
    if (frame->kind == SK_ODBC_CONFIGURE && !child->configured) {
        configure(child, frame->body);
        return true;
    }
    if (!child->configured)
        return false;
    switch (frame->kind) {
    case SK_ODBC_READ:
        answer_read(child, frame->body);
        return channel_flush(&child->channel);
    case SK_ODBC_DELIVER:
        return take_row(child, frame->body);
    case SK_ODBC_GO:
        answer_rows(child);
        return channel_flush(&child->channel);
    default:
        return false;
    }
}

static void close_child(struct child *child)
{
    disconnect(child);
    query_fini(&child->query);
    deliver_fini(&child->deliver);
    session_fini(&child->session);
    settings_fini(&child->settings);
    channel_fini(&child->channel);
}

int main(void)
{
    static struct child child;
    struct sk_odbc_frame frame;

    /* What it does serves a process that is there to take the answer. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setlocale(LC_CTYPE, "C.UTF-8");
    while (channel_take(&child.channel, &frame))
        if (!answer(&child, &frame))
            break;
    for (size_t i = 0; i < child.row_count; i++)
        json_decref(child.rows[i].frame);
    if (child.configured)
        close_child(&child);
    return EXIT_SUCCESS;
}

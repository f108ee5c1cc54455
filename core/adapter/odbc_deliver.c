/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deliveries gather while the child is in a transaction; then they are its next one. The
 * batch goes out at the end of the loop's turn, when all that may be delivered is there.
 */
#include <stdlib.h>

#include "adapter/odbc.h"
#include "base/alloc.h"
#include "base/json.h"

struct sk_call {
    struct sk_call *next;
    struct sk_writer *writer;
    sk_delivered *delivered; /* NULL: cancelled */
    void *context;
    char *row; /* what the child is told; NULL: it was */
};

struct sk_writer {
    const struct sk_odbc_write_config *config;
    struct sk_odbc_child child;
    struct sk_watch turn;          /* a batch waits to go out */
    struct sk_call *asked;         /* in order; the child answers them so */
    struct sk_call *first, **last; /* waiting */
};

static struct sk_call *pop(struct sk_call **list)
{
    struct sk_call *call = *list;

    *list = call->next;
    return call;
}

/* Tells who waits, unless he no longer does. */
static void settle(struct sk_call *call, const struct sk_answer *answer)
{
    sk_delivered *delivered = call->delivered;
    void *context = call->context;

    free(call->row);
    free(call);
    if (delivered)
        delivered(context, answer);
}

static void go_soon(struct sk_writer *writer)
{
    bool now = writer->first && !writer->child.asking;

    writer->turn.deadline_ms = now ? 1 : 0; /* long ago: at the next turn */
}

static void go(void *context)
{
    struct sk_writer *writer = context;
    struct sk_call **tail = &writer->asked;
    size_t rows = 0;

    writer->turn.deadline_ms = 0;
    if (writer->child.asking || !writer->first)
        return;
    while (writer->first && rows < (size_t)writer->config->batch) {
        struct sk_call *call = pop(&writer->first);
        sk_odbc_child_say(&writer->child, SK_ODBC_DELIVER, sk_text(call->row));
        free(call->row);
        call->row = NULL;
        call->next = NULL;
        *tail = call;
        tail = &call->next;
        rows++;
    }
    if (!writer->first)
        writer->last = &writer->first;
    sk_odbc_child_say(&writer->child, SK_ODBC_GO, SK_TEXT(""));
    sk_odbc_child_ask(&writer->child, sk_odbc_limit_ms(&writer->config->database));
}

static void on_lost(void *context, const struct sk_error *error)
{
    struct sk_writer *writer = context;
    const struct sk_answer answer = {.outcome = SK_OUTCOME_RETRY, .error = *error};

    while (writer->asked)
        settle(pop(&writer->asked), &answer);
    go_soon(writer);
}

static void on_said(void *context, const struct sk_odbc_frame *frame)
{
    struct sk_writer *writer = context;
    struct sk_odbc_reply reply = {0};
    sk_arena_auto arena = {0};
    struct sk_error err = {0};

    if (frame->kind == SK_ODBC_ALIVE)
        return;
    if (sk_odbc_reply_get(frame->body, &arena, &reply, &err) != SK_OK)
        reply.answer = (struct sk_answer){.outcome = SK_OUTCOME_RETRY, .error = err};
    if (!writer->asked)
        return;
    struct sk_call *call = pop(&writer->asked);
    if (!writer->asked)
        sk_odbc_child_answered(&writer->child);
    settle(call, &reply.answer);
    go_soon(writer);
}

static json_t *settings_of(const struct sk_odbc_write_config *config,
                           struct sk_text statement, struct sk_text erase)
{
    static const char *const meanings[] = {"done", "newer", "reject"};
    json_t *settings = sk_odbc_settings(&config->database);

    json_object_set_new(settings, "statement", sk_json_from_text(statement));
    json_object_set_new(settings, "erase", sk_json_from_text(erase));
    json_object_set_new(settings, "no_row", json_string(meanings[config->no_row]));
    return settings;
}

enum sk_verdict sk_odbc_writer_open(const struct sk_adapter_setup *setup,
                                    struct sk_writer **ret_writer, struct sk_error *err)
{
    const struct sk_odbc_write_config *config = setup->config;
    sk_buffer_auto statement = {0}, erase = {0};

    SK_TRY(sk_odbc_statement(config->statement, &statement, err));
    SK_TRY(sk_odbc_statement(config->erase, &erase, err));
    struct sk_writer *writer = sk_alloc_zeroed(sizeof(*writer));
    writer->config = config;
    writer->last = &writer->first;
    sk_odbc_child_init(
        &writer->child, setup->watches,
        settings_of(config, sk_buffer_text(&statement), sk_buffer_text(&erase)));
    writer->child.said = on_said;
    writer->child.lost = on_lost;
    writer->child.context = writer;
    writer->turn = (struct sk_watch){.descriptor = -1, .ready = go, .context = writer};
    sk_watches_add(setup->watches, &writer->turn);
    *ret_writer = writer;
    return SK_OK;
}

void sk_odbc_writer_close(struct sk_writer *writer)
{
    struct sk_watches *watches = writer->child.watches;

    sk_odbc_child_fini(&writer->child);
    sk_watches_remove(watches, &writer->turn);
    while (writer->asked)
        settle(pop(&writer->asked), NULL);
    while (writer->first)
        settle(pop(&writer->first), NULL);
    free(writer);
}

static char *row_of(const struct sk_delivery *delivery)
{
    json_auto_t *row = json_object();

    json_object_set_new(row, "key", sk_json_from_text(delivery->id));
    json_object_set_new(row, "event_id", sk_json_from_text(delivery->event_id));
    json_object_set_new(row, "trace", sk_json_from_text(delivery->trace));
    if (delivery->body)
        json_object_set_new(row, "payload", json_incref((json_t *)delivery->body));
    return json_dumps(row, JSON_COMPACT);
}

void sk_odbc_deliver(struct sk_writer *writer, const struct sk_delivery *delivery,
                     sk_delivered *delivered, void *context, struct sk_call **ret_call)
{
    struct sk_call *call = sk_alloc_zeroed(sizeof(*call));

    call->writer = writer;
    call->delivered = delivered;
    call->context = context;
    call->row = row_of(delivery);
    *writer->last = call;
    writer->last = &call->next;
    *ret_call = call;
    go_soon(writer);
}

/* One that the child has may still be applied: it is not done, and comes again. */
void sk_odbc_cancel(struct sk_call *call)
{
    call->delivered = NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the child for what comes after a position, and gathers its rows into a batch. */
#include <stdlib.h>

#include "adapter/odbc.h"
#include "base/alloc.h"
#include "base/json.h"

struct sk_reader {
    const struct sk_odbc_read_config *config;
    const char *resource;
    struct sk_odbc_child child;
    bool whole;  /* it says when it came to the end */
    char *after; /* of the read under way; NULL: from the beginning */
    struct sk_raw_batch batch;
    sk_fetched *fetched;
    void *context;
};

/* The batch is the callee's from here on. */
static void finish(struct sk_reader *reader, const struct sk_answer *answer)
{
    struct sk_raw_batch batch = reader->batch;

    reader->batch = (struct sk_raw_batch){0};
    if (answer->outcome != SK_OUTCOME_DONE)
        sk_raw_batch_fini(&batch);
    reader->fetched(reader->context, answer, &batch);
}

static void on_lost(void *context, const struct sk_error *error)
{
    const struct sk_answer answer = {.outcome = SK_OUTCOME_RETRY, .error = *error};

    finish(context, &answer);
}

/* "position NUL json" */
static void add_row(struct sk_reader *reader, struct sk_text body)
{
    struct sk_arena *arena = &reader->batch.arena;
    struct sk_raw *raw = sk_raw_batch_add(&reader->batch);
    struct sk_text position = sk_text_split(&body, 0);

    raw->position = sk_arena_text(arena, position);
    raw->origin = sk_arena_printf(arena, "%s after %s, row %zu", reader->resource,
                                  reader->after ? reader->after : "the beginning",
                                  reader->batch.count);
    raw->text = sk_arena_text(arena, body);
}

/* The row before it could not be read whole: what there is of it is kept with the cause.
 */
static void set_unreadable(struct sk_reader *reader, const struct sk_error *error)
{
    struct sk_raw *raw = &reader->batch.records[reader->batch.count - 1];

    raw->bytes = raw->text;
    raw->text = (struct sk_text){0};
    raw->error = *error;
}

static void on_said(void *context, const struct sk_odbc_frame *frame)
{
    struct sk_reader *reader = context;
    struct sk_odbc_reply reply = {0};
    struct sk_error err = {0};

    if (frame->kind == SK_ODBC_ROW) {
        add_row(reader, frame->body);
        return;
    }
    if (sk_odbc_reply_get(frame->body, &reader->batch.arena, &reply, &err) != SK_OK)
        reply.answer = (struct sk_answer){.outcome = SK_OUTCOME_RETRY, .error = err};
    if (frame->kind == SK_ODBC_UNREADABLE && reader->batch.count) {
        set_unreadable(reader, &reply.answer.error);
        return;
    }
    sk_odbc_child_answered(&reader->child);
    reader->batch.next = reply.next;
    reader->batch.more = reply.more;
    reader->batch.end = reader->whole && !reply.more;
    finish(reader, &reply.answer);
}

static json_t *settings_of(const struct sk_odbc_read_config *config, struct sk_text query)
{
    json_t *settings = sk_odbc_settings(&config->database);

    json_object_set_new(settings, "query", sk_json_from_text(query));
    json_object_set_new(settings, "position",
                        sk_json_from_text(sk_text(config->position)));
    json_object_set_new(settings, "begin", sk_json_from_text(sk_text(config->begin)));
    json_object_set_new(settings, "json", sk_json_from_text(sk_text(config->json)));
    json_object_set_new(settings, "lower", json_boolean(config->lower));
    json_object_set_new(settings, "limit", json_integer(config->limit));
    return settings;
}

enum sk_verdict sk_odbc_reader_open(const struct sk_adapter_setup *setup,
                                    struct sk_reader **ret_reader, struct sk_error *err)
{
    const struct sk_odbc_read_config *config = setup->config;
    sk_buffer_auto query = {0};

    SK_TRY(sk_odbc_statement(config->query, &query, err));
    struct sk_reader *reader = sk_alloc_zeroed(sizeof(*reader));
    reader->config = config;
    reader->resource = setup->resource;
    reader->whole = setup->whole;
    sk_odbc_child_init(&reader->child, setup->watches,
                       settings_of(config, sk_buffer_text(&query)));
    reader->child.said = on_said;
    reader->child.lost = on_lost;
    reader->child.context = reader;
    *ret_reader = reader;
    return SK_OK;
}

void sk_odbc_reader_close(struct sk_reader *reader)
{
    if (!reader)
        return;
    sk_odbc_child_fini(&reader->child);
    sk_raw_batch_fini(&reader->batch);
    free(reader->after);
    free(reader);
}

void sk_odbc_read(struct sk_reader *reader, struct sk_text after, sk_fetched *fetched,
                  void *context)
{
    json_auto_t *question = json_object();

    free(reader->after);
    reader->after = sk_text_filled(after) ? sk_strndup(after.data, after.size) : NULL;
    reader->fetched = fetched;
    reader->context = context;
    json_object_set_new(question, "after", sk_json_from_text(sk_text(reader->after)));
    sk_auto_free char *text = json_dumps(question, JSON_COMPACT);
    sk_odbc_child_say(&reader->child, SK_ODBC_READ, sk_text(text));
    sk_odbc_child_ask(&reader->child, sk_odbc_limit_ms(&reader->config->database));
}

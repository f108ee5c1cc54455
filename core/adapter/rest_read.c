/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET {url}/{resource}?after={position}&limit={n} gives {"items": […], "next": "…"}.
 * Without "next" the position stays. There is more as long as items come and the position
 * moves. An answer that is too large is asked for in halves; one record alone may be
 * larger, since only its answer says what comes after it.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "adapter/json_records.h"
#include "adapter/rest.h"
#include "base/alloc.h"

enum { ALONE_LIMIT = 16 * 1024 * 1024 }; /* bytes: an answer of one record */

const struct sk_option sk_rest_read_options[] = {
    // clang-format off
    SK_STRING(struct sk_rest_read_config, url, .name = "url",
              .help = "Base URL of the system."),
    SK_INTEGER(struct sk_rest_read_config, limit, .name = "limit", .fallback = "500",
               .min = 1, .max = 10000, .help = "Records asked for at once."),
    // clang-format on
    SK_END_OF_OPTIONS,
};

struct sk_reader {
    const struct sk_rest_read_config *config;
    bool whole; /* it says when it came to the end */
    const char *resource;
    struct sk_http_client *client;
    struct sk_http_call *call;
    int64_t limit; /* smaller than configured after an answer that was too large */
    bool alone;    /* one record was too large: it may have ALONE_LIMIT */
    char *after;   /* of the read under way, as is url */
    struct sk_buffer url;
    sk_fetched *fetched;
    void *context;
};

enum sk_verdict sk_rest_reader_open(const struct sk_adapter_setup *setup,
                                    struct sk_reader **ret_reader, struct sk_error *)
{
    struct sk_reader *reader = sk_alloc_zeroed(sizeof(*reader));

    reader->config = setup->config;
    reader->whole = setup->whole;
    reader->resource = setup->resource;
    reader->client = setup->client;
    reader->limit = reader->config->limit;
    *ret_reader = reader;
    return SK_OK;
}

void sk_rest_reader_close(struct sk_reader *reader)
{
    if (!reader)
        return;
    if (reader->call)
        sk_http_client_cancel(reader->call);
    sk_buffer_fini(&reader->url);
    free(reader->after);
    free(reader);
}

/* A position is the system's own text; one that it gives as a number is taken as digits.
 */
static struct sk_text position_of(const struct sk_value *next, struct sk_arena *arena)
{
    if (next->kind == SK_VALUE_INTEGER)
        return sk_arena_printf(arena, "%" PRId64, next->integer);
    return sk_arena_text(arena, sk_value_text(next));
}

static enum sk_verdict fill(struct sk_reader *reader, struct sk_text body,
                            struct sk_raw_batch *batch, struct sk_error *err)
{
    const char *url = sk_buffer_string(&reader->url);
    struct sk_json_records page;

    SK_TRY(sk_json_records_read(body, &batch->arena, &page, err));
    if (page.shape != SK_JSON_PAGE)
        return sk_fail(err, SK_RETRY, "rest.items",
                       "%.120s: the answer has no array \"items\"", url);
    batch->next = position_of(&page.next, &batch->arena);
    for (size_t i = 0; i < page.count; i++) {
        struct sk_raw *raw = sk_raw_batch_add(batch);
        raw->text = sk_arena_text(&batch->arena, page.records[i]);
        raw->origin = sk_arena_printf(&batch->arena, "%s#%zu", url, i + 1);
        raw->position = batch->next;
    }
    batch->more =
        batch->count > 0 && batch->next.data && !sk_text_is(batch->next, reader->after);
    batch->end = reader->whole && !batch->more;
    return SK_OK;
}

static void on_response(void *context, const struct sk_http_response *response);

static void ask(struct sk_reader *reader)
{
    static const struct sk_http_header accept = {"Accept", "application/json"};

    reader->url.size = 0;
    sk_rest_url(&reader->url, reader->config->url, reader->resource);
    sk_buffer_printf(&reader->url, "?after=");
    sk_http_escape(sk_text(reader->after), &reader->url);
    sk_buffer_printf(&reader->url, "&limit=%" PRId64, reader->limit);
    const struct sk_http_client_request request = {.method = "GET",
                                                   .url = sk_buffer_string(&reader->url),
                                                   .headers = &accept,
                                                   .header_count = 1,
                                                   .response_limit =
                                                       reader->alone ? ALONE_LIMIT : 0};
    reader->call = sk_http_client_start(reader->client, &request, on_response, reader);
}

/* Too much for one answer: fewer records are asked for at once, in the end one alone.
 * False: it is one record that is too large even so. */
static bool ask_for_fewer(struct sk_reader *reader)
{
    if (reader->alone)
        return false;
    if (reader->limit == 1)
        reader->alone = true;
    reader->limit = reader->limit == 1 ? 1 : reader->limit / 2;
    ask(reader);
    return true;
}

/* There is no way past it: only its answer would say what comes after it. */
static void stop_at_large(const struct sk_reader *reader, struct sk_answer *answer)
{
    answer->outcome = SK_OUTCOME_TARGET;
    (void)!sk_fail(&answer->error, SK_RETRY, "rest.large",
                   "the record of %.80s after position \"%.120s\" is larger than %d "
                   "bytes: make it smaller there, or raise response_limit",
                   reader->resource, reader->after, ALONE_LIMIT);
}

static void on_response(void *context, const struct sk_http_response *response)
{
    struct sk_reader *reader = context;
    const struct sk_http_client_request request = {.method = "GET",
                                                   .url = sk_buffer_string(&reader->url)};
    struct sk_answer answer = sk_rest_answer(&request, response);
    struct sk_raw_batch batch = {0};

    reader->call = NULL;
    if (response->failure == SK_HTTP_LARGE && ask_for_fewer(reader))
        return;
    if (response->failure == SK_HTTP_LARGE)
        stop_at_large(reader, &answer);
    reader->alone = false;
    if (answer.outcome == SK_OUTCOME_DONE) {
        struct sk_text body = {(const char *)response->body.data, response->body.size};

        enum sk_verdict verdict = fill(reader, body, &batch, &answer.error);
        if (verdict != SK_OK)
            answer.outcome = SK_OUTCOME_RETRY;
        if (verdict == SK_OK && reader->limit < reader->config->limit)
            reader->limit++;
    }
    reader->fetched(reader->context, &answer, &batch);
}

void sk_rest_read(struct sk_reader *reader, struct sk_text after, sk_fetched *fetched,
                  void *context)
{
    free(reader->after);
    reader->after = sk_strndup(after.data ? after.data : "", after.size);
    reader->fetched = fetched;
    reader->context = context;
    ask(reader);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * follower - one request at a time, every second. What the leader had when its contents
 * were last taken is in memory only: after a start they are taken once more.
 */
#include "registry/follower.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "net/http_client.h"
#include "registry/dump.h"

enum { EVERY_MS = 1000, TIMEOUT_MS = 60000 };

struct sk_follower {
    struct sk_registry *registry;
    struct sk_http_client_options options;
    struct sk_http_client *client;
    char revision[96]; /* of the leader, as last taken */
    int64_t due_ms;    /* monotonic */
    bool asked, away;
};

enum sk_verdict sk_follower_open(struct sk_registry *registry,
                                 struct sk_follower **ret_follower, struct sk_error *err)
{
    struct sk_follower *follower = sk_alloc_zeroed(sizeof(*follower));

    follower->registry = registry;
    follower->options = (struct sk_http_client_options){
        .timeout_ms = TIMEOUT_MS,
        .auth = registry->options.follow_token ? SK_HTTP_AUTH_BEARER : SK_HTTP_AUTH_NONE,
        .token = registry->options.follow_token,
        .response_limit = registry->options.follow_limit,
        .tls_authority = registry->options.follow_authority,
    };
    sk_store_make_read_only(registry->store);
    enum sk_verdict verdict =
        sk_http_client_open(&follower->options, &follower->client, err);
    if (verdict != SK_OK) {
        free(follower);
        return verdict;
    }
    *ret_follower = follower;
    return SK_OK;
}

void sk_follower_close(struct sk_follower *follower)
{
    if (!follower)
        return;
    sk_http_client_close(follower->client);
    free(follower);
}

/* The revision of the export's first line; "" when it has none. */
static void remember_revision(struct sk_follower *follower, struct sk_text lines)
{
    struct sk_text first = sk_text_split(&lines, '\n');
    json_auto_t *line = NULL;
    struct sk_error ignored;

    follower->revision[0] = '\0';
    if (sk_json_parse(first.data, first.size, &line, &ignored) == SK_OK)
        snprintf(follower->revision, sizeof(follower->revision), "%.*s",
                 SK_TEXT_ARG(sk_json_text_or_absent(line, "revision")));
}

static void take(struct sk_follower *follower, struct sk_bytes body)
{
    struct sk_text lines = {(const char *)body.data, body.size};
    struct sk_store *store = follower->registry->store;
    struct sk_error err = {0};

    sk_store_audit_next(store, SK_TEXT("follower"),
                        sk_text(follower->registry->options.follow));
    if (sk_dump_load(store, lines, true, &err) != SK_OK) {
        sk_log_error(err.id, SK_ERROR(err));
        return;
    }
    sk_answers_clear(&follower->registry->answers);
    remember_revision(follower, lines);
}

static void say_away(struct sk_follower *follower, const char *why, int status)
{
    if (!follower->away)
        sk_log_warn("registry.leader_away",
                    SK_STR("url", follower->registry->options.follow),
                    SK_INT64("status", status), SK_STR("text", why));
    follower->away = true;
}

static void answered(void *context, const struct sk_http_response *response)
{
    struct sk_follower *follower = context;

    follower->asked = false;
    follower->due_ms = sk_clock_monotonic_ms() + EVERY_MS;
    if (response->status != 200 && response->status != 304) {
        say_away(follower, response->failure_text, response->status);
        return;
    }
    if (follower->away)
        sk_log_info("registry.leader_back",
                    SK_STR("url", follower->registry->options.follow));
    follower->away = false;
    if (response->status == 200)
        take(follower, response->body);
}

static void ask(struct sk_follower *follower)
{
    sk_buffer_auto url = {0};

    sk_buffer_printf(&url, "%s/v1/export?unless=", follower->registry->options.follow);
    sk_http_escape(sk_text(follower->revision), &url);
    struct sk_http_client_request request = {.method = "GET",
                                             .url = sk_buffer_string(&url)};
    sk_http_client_start(follower->client, &request, answered, follower);
    follower->asked = true;
}

void sk_follower_wait(struct sk_follower *follower, struct pollfd *polled, size_t count,
                      int timeout_ms)
{
    int64_t left_ms = follower->due_ms - sk_clock_monotonic_ms();

    if (!follower->asked && left_ms <= 0)
        ask(follower);
    if (!follower->asked && (timeout_ms < 0 || timeout_ms > left_ms))
        timeout_ms = (int)left_ms;
    sk_http_client_wait(follower->client, polled, count, timeout_ms);
    sk_http_client_run(follower->client);
}

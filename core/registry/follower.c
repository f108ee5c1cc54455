/* SPDX-License-Identifier: Apache-2.0 */
/*
 * follower - one request at a time, every second: what changed since the revision that
 * the store itself remembers. Changes that do not fit are answered by asking everything.
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
    bool afresh;    /* its changes did not fit: everything is asked */
    int64_t due_ms; /* monotonic */
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

static void take(struct sk_follower *follower, struct sk_bytes body)
{
    struct sk_text lines = {(const char *)body.data, body.size};
    struct sk_store *store = follower->registry->store;
    struct sk_error err = {0};

    sk_store_audit_next(store, SK_TEXT("follower"),
                        sk_text(follower->registry->options.follow));
    follower->afresh = sk_dump_load(store, lines, SK_DUMP_LEADER, &err) != SK_OK;
    if (follower->afresh)
        sk_log_error(err.id, SK_ERROR(err));
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
    sk_arena_auto scratch = {0};
    sk_buffer_auto url = {0};
    struct sk_text revision = SK_TEXT("");
    struct sk_error err = {0};

    if (!follower->afresh &&
        sk_dump_leader(follower->registry->store, &scratch, &revision, &err) != SK_OK)
        sk_log_error(err.id, SK_ERROR(err));
    sk_buffer_printf(&url, "%s/v1/export?since=", follower->registry->options.follow);
    sk_http_escape(revision, &url);
    struct sk_http_client_request request = {.method = "GET",
                                             .url = sk_buffer_string(&url)};
    sk_http_client_start(follower->client, &request, answered, follower);
    follower->asked = true;
}

int sk_follower_pump(struct sk_follower *follower)
{
    sk_http_client_run(follower->client);
    if (follower->asked)
        return -1;
    int64_t left_ms = follower->due_ms - sk_clock_monotonic_ms();
    if (left_ms > 0)
        return (int)left_ms;
    ask(follower);
    return -1;
}

struct sk_http_client *sk_follower_client(struct sk_follower *follower)
{
    return follower->client;
}

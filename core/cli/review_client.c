/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/review_client.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/json.h"
#include "net/http.h"
#include "runtime/service.h"

enum { LARGEST_FILE = 4096, TIMEOUT_MS = 15000, ANSWER_LIMIT = 16 << 20 };

static enum sk_verdict away(struct sk_error *err, const char *why)
{
    return sk_fail(err, SK_RETRY, "review.away",
                   "schakel-correlation antwoordt niet (%s); zie schakel status", why);
}

void review_client_close(struct review_client *client)
{
    sk_http_client_close(client->http);
    free(client->path);
    free(client->url);
    free(client->authorization);
    *client = (struct review_client){0};
}

enum sk_verdict review_client_open(struct sk_cli *cli, const char *user, const char *team,
                                   struct review_client *ret_client, struct sk_error *err)
{
    const struct sk_http_client_options options = {.timeout_ms = TIMEOUT_MS,
                                                   .response_limit = ANSWER_LIMIT};

    ret_client->path = sk_service_path(&cli->common, "correlation");
    ret_client->user = user ? user : sk_cli_user();
    ret_client->team = team;
    return sk_http_client_open(&options, &ret_client->http, err);
}

/* Where it is now: after a restart it has another port and another token. */
static enum sk_verdict locate(struct review_client *client, struct sk_error *err)
{
    sk_buffer_auto text = {0};
    json_auto_t *json = NULL;
    struct sk_text url, token;

    if (sk_file_read(client->path, LARGEST_FILE, &text, err) != SK_OK)
        return away(err, client->path);
    SK_TRY(sk_json_parse(text.data, text.size, &json, err));
    SK_TRY(sk_json_text(json, "url", &url, err));
    SK_TRY(sk_json_text(json, "token", &token, err));
    free(client->url);
    free(client->authorization);
    client->url = sk_strndup(url.data, url.size);
    client->authorization = sk_strf("Bearer %.*s", SK_TEXT_ARG(token));
    return SK_OK;
}

void review_append_path(struct sk_buffer *path, struct sk_text onderwerp)
{
    struct sk_text id = onderwerp, soort = sk_text_split(&id, '/');

    sk_buffer_append_text(path, SK_TEXT("/review/"));
    sk_http_escape(soort, path);
    sk_buffer_append_byte(path, '/');
    sk_http_escape(id, path);
}

/* The body with who asks; NULL stays NULL. */
static char *body_of(const struct review_client *client, const json_t *body)
{
    if (!body)
        return NULL;
    json_auto_t *copy = json_copy((json_t *)body);

    json_object_set_new(copy, "door",
                        json_pack("{s:s, s:s, s:s, s:s*}", "gebruiker_id", client->user,
                                  "rol", "toewijzer", "via", "CLI", "team",
                                  client->team));
    return json_dumps(copy, JSON_COMPACT);
}

/* What the answer says, as a verdict. */
static enum sk_verdict judge(const struct sk_http_response *response, json_t *answer,
                             struct sk_error *err)
{
    struct sk_text text = sk_json_text_or_absent(answer, "text");

    if (response->status >= 200 && response->status < 300)
        return SK_OK;
    if (response->status == 503)
        return away(err, "ze leest nog in of kan nu niets opslaan; probeer opnieuw");
    return sk_fail(err, SK_REJECT, "review.refused", "%.*s",
                   SK_TEXT_ARG(text.data ? text : SK_TEXT("geweigerd")));
}

enum sk_verdict review_ask(struct review_client *client,
                           const struct review_question *question, json_t **ret_answer,
                           struct sk_error *err)
{
    SK_TRY(locate(client, err));
    sk_auto_free char *url = sk_strf("%s%s", client->url, question->path);
    sk_auto_free char *body = body_of(client, question->body);
    sk_auto_free char *match = sk_strf("\"%lld\"", (long long)question->version);
    const struct sk_http_header headers[] = {{"Authorization", client->authorization},
                                             {"If-Match", match}};
    const struct sk_http_client_request request = {
        .method = question->method,
        .url = url,
        .content_type = body ? "application/json" : NULL,
        .body = {(const uint8_t *)body, body ? strlen(body) : 0},
        .headers = headers,
        .header_count = question->version ? 2 : 1};
    const struct sk_http_response *response =
        sk_http_client_perform(client->http, &request);
    json_t *answer = NULL;

    if (response->failure != SK_HTTP_ANSWERED)
        return away(err, response->failure_text);
    if (response->body.size)
        SK_TRY(sk_json_parse(response->body.data, response->body.size, &answer, err));
    enum sk_verdict verdict = judge(response, answer, err);

    if (verdict == SK_OK)
        *ret_answer = answer;
    else
        json_decref(answer);
    return verdict;
}

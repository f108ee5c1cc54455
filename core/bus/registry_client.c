/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry_client - the registry when it is needed, the disk otherwise.
 *
 * Before the first question the registry must say who it is. With the registry away,
 * everything that was ever used comes from the disk; a question that only the registry
 * can answer is SK_RETRY. Questions block, so a registry that hangs costs one time-out:
 * after it nothing is asked for a while. The connection is closed after each question:
 * they are rare, and an idle process should not hold libcurl's memory for them.
 */
#include "bus/registry_client.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/map.h"
#include "base/uuid.h"
#include "bus/registry_cache.h"
#include "net/http_client.h"

enum {
    CONNECT_TIMEOUT_MS = 1000,
    READ_TIMEOUT_MS = 1500,
    WRITE_TIMEOUT_MS = 10000, /* only at start: compatibility with every version */
    SILENCE_MS = 15000,       /* after a time-out; a refusal costs nothing */
    NO_SUCH_SCHEMA = 40403,   /* any other 404 is a wrong URL, not a wrong event */
};

static const char level[] = "FULL_TRANSITIVE"; /* of our own subjects, design.md §3 */

struct sk_registry_client {
    char *url; /* without a slash at the end */
    struct sk_registry_cache cache;
    bool verified;       /* the registry said its name, and it is the cache's */
    int64_t ask_at_ms;   /* monotonic: it hung, not before this */
    struct sk_map ids;   /* subject → its id + 1 as a pointer */
    struct sk_map texts; /* id → its schema's text */
};

/* A question and what came back. */
struct question {
    const char *method;
    const char *path;
    struct sk_text body; /* JSON; absent: none */
    int status;
    json_t *answer; /* an object, or NULL; the asker decrefs */
};

enum sk_verdict sk_registry_client_open(const char *url, const char *folder,
                                        struct sk_registry_client **ret_client,
                                        struct sk_error *err)
{
    struct sk_registry_cache cache;
    size_t size = strlen(url);

    SK_TRY(sk_registry_cache_init(&cache, folder, err));
    struct sk_registry_client *client = sk_alloc_zeroed(sizeof(*client));
    client->cache = cache;
    client->url = sk_strndup(url, size > 0 && url[size - 1] == '/' ? size - 1 : size);
    *ret_client = client;
    return SK_OK;
}

void sk_registry_client_close(struct sk_registry_client *client)
{
    struct sk_map_slot *slot;

    if (!client)
        return;
    for (size_t at = 0; (slot = sk_map_next(&client->texts, &at));)
        free(slot->value);
    sk_map_fini(&client->texts);
    sk_map_fini(&client->ids);
    sk_registry_cache_fini(&client->cache);
    free(client->url);
    free(client);
}

/* Asking. ---------------------------------------------------------------------------- */

/* What an answer that is no 200 means. */
static enum sk_verdict judge(const struct question *question,
                             const struct sk_http_client_request *request,
                             const struct sk_http_response *response,
                             struct sk_error *err)
{
    struct sk_text reason = sk_json_text_or_absent(question->answer, "message");
    json_int_t code = json_integer_value(json_object_get(question->answer, "error_code"));
    int status = response->status;
    char what[200];

    sk_http_describe(request, response, what, sizeof(what));
    if (response->failure != SK_HTTP_ANSWERED || status >= 500 || status == 408 ||
        status == 429)
        return sk_fail(err, SK_RETRY, "registry.away", "%s", what);
    if (code == NO_SUCH_SCHEMA)
        return sk_fail(err, SK_REJECT, "registry.unknown", "%s: %.*s", what,
                       SK_TEXT_ARG(reason));
    if (status == 409)
        return sk_fail(err, SK_FATAL, "registry.incompatible", "%.*s",
                       SK_TEXT_ARG(reason));
    return sk_fail(err, SK_FATAL, "registry.refused", "%s: %.*s", what,
                   SK_TEXT_ARG(reason));
}

static enum sk_verdict receive(struct question *question,
                               const struct sk_http_client_request *request,
                               const struct sk_http_response *response,
                               struct sk_error *err)
{
    struct sk_error ignored;

    question->status = response->status;
    question->answer = NULL;
    if (response->body.size > 0 && sk_json_parse(response->body.data, response->body.size,
                                                 &question->answer, &ignored) != SK_OK)
        question->answer = NULL;
    if (response->status != 200)
        return judge(question, request, response, err);
    if (json_is_object(question->answer))
        return SK_OK;
    return sk_fail(err, SK_RETRY, "registry.away", "%s answers no JSON object",
                   request->url);
}

/* One question. On SK_OK question->answer is an object; the caller decrefs it always. */
static enum sk_verdict ask(struct sk_registry_client *client, struct question *question,
                           struct sk_error *err)
{
    struct sk_http_client_options options = {
        .connect_timeout_ms = CONNECT_TIMEOUT_MS,
        .timeout_ms = question->body.data ? WRITE_TIMEOUT_MS : READ_TIMEOUT_MS};
    struct sk_http_client *http;
    sk_auto_free char *url = sk_strf("%s%s", client->url, question->path);
    struct sk_http_client_request request = {
        .method = question->method,
        .url = url,
        .content_type =
            question->body.data ? "application/vnd.schemaregistry.v1+json" : NULL,
        .body = {(const uint8_t *)question->body.data, question->body.size},
        .headers =
            &(struct sk_http_header){"Accept", "application/vnd.schemaregistry.v1+json, "
                                               "application/json"},
        .header_count = 1,
    };

    if (client->ask_at_ms > sk_clock_monotonic_ms())
        return sk_fail(err, SK_RETRY, "registry.away",
                       "%s did not answer in time; it is not asked for a while",
                       client->url);
    SK_TRY(sk_http_client_open(&options, &http, err));
    const struct sk_http_response *response = sk_http_client_perform(http, &request);
    if (response->failure == SK_HTTP_TIMEOUT)
        client->ask_at_ms = sk_clock_monotonic_ms() + SILENCE_MS;
    enum sk_verdict verdict = receive(question, &request, response, err);
    sk_http_client_close(http);
    return verdict;
}

/* The name a registry goes by here: its UUID, else one made from its scope or its URL,
 * for registries that do not tell. */
static void name_of(const struct sk_registry_client *client, const json_t *answer,
                    char out[SK_REGISTRY_NAME_SIZE])
{
    struct sk_text id = sk_json_text_or_absent(answer, "id");
    sk_auto_free char *scope =
        json_dumps(json_object_get(answer, "scope"), JSON_COMPACT | JSON_SORT_KEYS);

    if (sk_text_filled(id) && id.size < SK_REGISTRY_NAME_SIZE)
        snprintf(out, SK_REGISTRY_NAME_SIZE, "%.*s", SK_TEXT_ARG(id));
    else
        sk_uuid_v5(&(struct sk_text){scope ? scope : client->url,
                                     strlen(scope ? scope : client->url)},
                   1, out);
}

/* A server that does not tell who it is must at least answer as a registry does. */
static enum sk_verdict check_registry(struct sk_registry_client *client,
                                      struct sk_error *err)
{
    struct question question = {.method = "GET", .path = "/config"};

    enum sk_verdict verdict = ask(client, &question, err);
    json_auto_t *answer = question.answer;
    SK_TRY(verdict);
    if (json_object_get(answer, "compatibilityLevel"))
        return SK_OK;
    return sk_fail(err, SK_FATAL, "registry.refused",
                   "%s does not answer as a schema registry", client->url);
}

static enum sk_verdict verify(struct sk_registry_client *client, struct sk_error *err)
{
    struct question question = {.method = "GET", .path = "/v1/metadata/id"};
    char name[SK_REGISTRY_NAME_SIZE];

    if (client->verified)
        return SK_OK;
    enum sk_verdict verdict = ask(client, &question, err);
    json_auto_t *answer = question.answer;
    if (question.status == 404)
        verdict = check_registry(client, err);
    SK_TRY(verdict);
    name_of(client, answer, name);
    SK_TRY(sk_registry_cache_bind(&client->cache, name, err));
    client->verified = true;
    return SK_OK;
}

/* Schemas by id. --------------------------------------------------------------------- */

static const char *remember(struct sk_registry_client *client, const char *key,
                            struct sk_text schema)
{
    char *text = sk_strndup(schema.data, schema.size);

    free(sk_map_put(&client->texts, sk_text(key), text));
    return text;
}

static enum sk_verdict fetch_schema(struct sk_registry_client *client, int32_t id,
                                    const char *key, const char **ret_schema,
                                    struct sk_error *err)
{
    sk_auto_free char *path = sk_strf("/schemas/ids/%s", key);
    struct question question = {.method = "GET", .path = path};
    struct sk_text schema;

    SK_TRY(verify(client, err));
    enum sk_verdict verdict = ask(client, &question, err);
    json_auto_t *answer = question.answer;
    SK_TRY(verdict);
    SK_TRY(sk_json_text(answer, "schema", &schema, err));
    SK_TRY(sk_registry_cache_keep_schema(&client->cache, id, schema, err));
    *ret_schema = remember(client, key, schema);
    return SK_OK;
}

enum sk_verdict sk_registry_client_schema(struct sk_registry_client *client, int32_t id,
                                          const char **ret_schema, struct sk_error *err)
{
    sk_buffer_auto kept = {0};
    char key[16];

    snprintf(key, sizeof(key), "%" PRId32, id);
    *ret_schema = sk_map_get(&client->texts, sk_text(key));
    if (*ret_schema)
        return SK_OK;
    if (id < 0)
        return sk_fail(err, SK_REJECT, "registry.unknown", "schema id %s is negative",
                       key);
    if (!sk_registry_cache_schema(&client->cache, id, &kept))
        return fetch_schema(client, id, key, ret_schema, err);
    *ret_schema = remember(client, key, sk_buffer_text(&kept));
    return SK_OK;
}

/* Own schemas. ----------------------------------------------------------------------- */

/* An own subject without a level of its own gets ours, before its first version. */
static enum sk_verdict set_level(struct sk_registry_client *client, const char *subject,
                                 struct sk_error *err)
{
    sk_auto_free char *path = sk_strf("/config/%s", subject);
    sk_auto_free char *body = sk_strf("{\"compatibility\":\"%s\"}", level);
    struct question get = {.method = "GET", .path = path};
    struct question put = {.method = "PUT", .path = path, .body = sk_text(body)};

    enum sk_verdict verdict = ask(client, &get, err);
    json_decref(get.answer);
    if (get.status != 404)
        return verdict;
    verdict = ask(client, &put, err);
    json_decref(put.answer);
    return verdict;
}

static enum sk_verdict post_schema(struct sk_registry_client *client, const char *subject,
                                   const char *schema, int32_t *ret_id,
                                   struct sk_error *err)
{
    sk_auto_free char *path = sk_strf("/subjects/%s/versions", subject);
    json_auto_t *request = json_pack("{ss}", "schema", schema);
    sk_auto_free char *body = json_dumps(request, JSON_COMPACT);
    struct question question = {.method = "POST", .path = path, .body = sk_text(body)};
    int64_t id;

    enum sk_verdict verdict = ask(client, &question, err);
    json_auto_t *answer = question.answer;
    if (verdict != SK_OK)
        sk_error_prefix(err, "%s", subject);
    SK_TRY(verdict);
    SK_TRY(sk_json_int64(answer, "id", &id, err));
    if (id < 0 || id > INT32_MAX)
        return sk_fail(err, SK_FATAL, "registry.refused", "%s: id %" PRId64 " is no id",
                       subject, id);
    *ret_id = (int32_t)id;
    return SK_OK;
}

static enum sk_verdict register_schema(struct sk_registry_client *client,
                                       const char *subject, const char *schema,
                                       int32_t *ret_id, struct sk_error *err)
{
    SK_TRY(verify(client, err));
    SK_TRY(set_level(client, subject, err));
    SK_TRY(post_schema(client, subject, schema, ret_id, err));
    return sk_registry_cache_keep_schema(&client->cache, *ret_id, sk_text(schema), err);
}

/* Are the two texts the same JSON? White space and the order of members do not count. */
static bool same_schema(struct sk_text a, const char *b)
{
    struct sk_error ignored;
    json_auto_t *one = NULL;
    json_auto_t *other = NULL;

    if (sk_text_is(a, b))
        return true;
    return sk_json_parse(a.data, a.size, &one, &ignored) == SK_OK &&
           sk_json_parse(b, strlen(b), &other, &ignored) == SK_OK &&
           json_equal(one, other);
}

/* The id on the disk, when both the fingerprint and the text are those of the type. */
static bool kept_id(const struct sk_registry_client *client,
                    const struct sk_event_type *type, const char *subject,
                    const char *fingerprint, int32_t *ret_id)
{
    sk_buffer_auto text = {0};

    return sk_registry_cache_subject(&client->cache, subject, fingerprint, ret_id) &&
           sk_registry_cache_schema(&client->cache, *ret_id, &text) &&
           same_schema(sk_buffer_text(&text), type->schema);
}

enum sk_verdict sk_registry_client_id(struct sk_registry_client *client,
                                      const struct sk_event_type *type, int32_t *ret_id,
                                      struct sk_error *err)
{
    sk_auto_free char *subject = sk_strf("%s-value", type->topic);
    char fingerprint[SK_SHA256_HEX_SIZE];
    int32_t id;

    uintptr_t known = (uintptr_t)sk_map_get(&client->ids, sk_text(subject));
    if (known) {
        *ret_id = (int32_t)(known - 1);
        return SK_OK;
    }
    enum sk_verdict verdict = verify(client, err);
    if (verdict != SK_OK && verdict != SK_RETRY) /* away: the disk may do */
        return verdict;
    sk_hex(type->fingerprint, sizeof(type->fingerprint), fingerprint);
    if (!kept_id(client, type, subject, fingerprint, &id)) {
        SK_TRY(register_schema(client, subject, type->schema, &id, err));
        SK_TRY(sk_registry_cache_keep_subject(&client->cache, subject, fingerprint, id,
                                              err));
    }
    sk_map_put(&client->ids, sk_text(subject), (void *)((uintptr_t)id + 1));
    *ret_id = id;
    return SK_OK;
}

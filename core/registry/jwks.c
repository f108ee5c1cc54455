/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/jwks.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "registry/jwt.h"

enum {
    LARGEST_JWKS = 256 * 1024,
    DEADLINE_MS = 5000,
    AGAIN_MS = 30000,                 /* after trouble, or for a key that is not there */
    TRUSTED_MS = 24 * 60 * 60 * 1000, /* how long keys are good that cannot be asked */
};

struct sk_jwks {
    const char *source; /* path or URL */
    struct sk_jwt_rules *rules;
    struct sk_http_client_options options;
    struct sk_http_client *client; /* NULL: a file */
    int64_t refresh_ms;
    int64_t asked_ms, due_ms, taken_ms; /* monotonic */
    bool asking;
};

static bool begins_with(const char *source, const char *const *starts)
{
    while (*starts && strncmp(source, *starts, strlen(*starts)) != 0)
        starts++;
    return *starts != NULL;
}

/* Keys that anybody on the way can change are none: plain HTTP is for this machine. */
static bool is_safe_url(const char *source)
{
    static const char *const safe[] = {"https://",          "http://127.",
                                       "http://localhost:", "http://localhost/",
                                       "http://[::1]",      NULL};

    return begins_with(source, safe);
}

static bool is_url(const char *source)
{
    static const char *const urls[] = {"http://", "https://", NULL};

    return begins_with(source, urls);
}

static enum sk_verdict read_file(struct sk_jwks *jwks, struct sk_error *err)
{
    sk_buffer_auto text = {0};
    struct sk_error cause = {0};

    if (sk_file_read(jwks->source, LARGEST_JWKS, &text, &cause) == SK_OK &&
        sk_jwt_take_keys(jwks->rules, sk_buffer_text(&text), &cause) == SK_OK)
        return SK_OK;
    return sk_fail(err, SK_FATAL, "jwt.keys", "%s: %s", jwks->source, cause.text);
}

/* Asking a URL. -----------------------------------------------------------------------
 */

static void take(struct sk_jwks *jwks, const struct sk_http_client_request *request,
                 const struct sk_http_response *response)
{
    struct sk_text body = {(const char *)response->body.data, response->body.size};
    struct sk_error err = {0};
    char described[200];

    jwks->asking = false;
    jwks->asked_ms = sk_clock_monotonic_ms();
    if (response->status == 200 && sk_jwt_take_keys(jwks->rules, body, &err) == SK_OK) {
        jwks->taken_ms = jwks->asked_ms;
        jwks->due_ms = jwks->asked_ms + jwks->refresh_ms;
        return;
    }
    jwks->due_ms = jwks->asked_ms + AGAIN_MS;
    sk_http_describe(request, response, described, sizeof(described));
    sk_log_warn("jwt.away", SK_STR("text", err.id ? err.text : described),
                SK_STR("url", jwks->source));
}

static struct sk_http_client_request request_of(const struct sk_jwks *jwks)
{
    return (struct sk_http_client_request){.method = "GET", .url = jwks->source};
}

static void answered(void *context, const struct sk_http_response *response)
{
    struct sk_jwks *jwks = context;
    struct sk_http_client_request request = request_of(jwks);

    take(jwks, &request, response);
}

static enum sk_verdict open_url(struct sk_jwks *jwks, struct sk_error *err)
{
    struct sk_http_client_request request = request_of(jwks);

    SK_TRY(sk_http_client_open(&jwks->options, &jwks->client, err));
    take(jwks, &request, sk_http_client_perform(jwks->client, &request));
    return SK_OK;
}

enum sk_verdict sk_jwks_open(struct sk_registry *registry, struct sk_jwks **ret_jwks,
                             struct sk_error *err)
{
    const struct sk_registry_options *options = &registry->options;

    if (!options->jwks || !options->jwt_issuer || !options->jwt_audience)
        return sk_fail(err, SK_FATAL, "jwt.keys",
                       "jwks, jwt_issuer and jwt_audience are given together");
    if (is_url(options->jwks) && !is_safe_url(options->jwks))
        return sk_fail(err, SK_FATAL, "jwt.keys",
                       "%s: anybody on the way could change the keys: use https",
                       options->jwks);
    struct sk_jwks *jwks = sk_alloc_zeroed(sizeof(*jwks));
    jwks->source = options->jwks;
    jwks->refresh_ms = options->jwks_refresh_ms;
    jwks->options = (struct sk_http_client_options){
        .connect_timeout_ms = DEADLINE_MS,
        .timeout_ms = DEADLINE_MS,
        .response_limit = LARGEST_JWKS,
        .tls_authority = options->jwks_authority,
    };
    jwks->rules = sk_jwt_new(options->jwt_issuer, options->jwt_audience);
    *ret_jwks = jwks;
    registry->tokens = jwks->rules;
    return is_url(jwks->source) ? open_url(jwks, err) : read_file(jwks, err);
}

void sk_jwks_close(struct sk_jwks *jwks)
{
    if (!jwks)
        return;
    sk_http_client_close(jwks->client);
    sk_jwt_free(jwks->rules);
    free(jwks);
}

void sk_jwks_reload(struct sk_jwks *jwks, bool asked)
{
    struct sk_error err = {0};

    if (jwks->client)
        jwks->due_ms = asked ? 0 : jwks->due_ms;
    else if (read_file(jwks, &err) != SK_OK)
        sk_log_error(err.id, SK_ERROR(err));
}

int sk_jwks_pump(struct sk_jwks *jwks)
{
    struct sk_http_client_request request = request_of(jwks);
    int64_t now_ms = sk_clock_monotonic_ms();

    if (!jwks->client)
        return -1;
    if (jwks->asking) {
        sk_http_client_run(jwks->client);
        return -1;
    }
    if (now_ms - jwks->taken_ms > TRUSTED_MS)
        sk_jwt_forget_keys(jwks->rules);
    if (sk_jwt_missed_key(jwks->rules) && jwks->due_ms > jwks->asked_ms + AGAIN_MS)
        jwks->due_ms = jwks->asked_ms + AGAIN_MS;
    if (jwks->due_ms > now_ms)
        return (int)(jwks->due_ms - now_ms);
    jwks->asking = true;
    sk_http_client_start(jwks->client, &request, answered, jwks);
    return 0;
}

struct sk_http_client *sk_jwks_client(struct sk_jwks *jwks)
{
    return jwks && jwks->asking ? jwks->client : NULL;
}

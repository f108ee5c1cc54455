/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_NET_HTTP_CALL_H
#define SK_NET_HTTP_CALL_H

#include "net/http_client.h"
#include "net/http_library.h"

/* Inside net only: what client, call and OAuth2 share. */

enum sk_http_call_state {
    SK_CALL_WAITS,     /* for a token */
    SK_CALL_UNDER_WAY, /* with libcurl */
    SK_CALL_FAILED,    /* without libcurl; run calls back */
};

struct sk_http_call {
    struct sk_http_client *client;
    struct sk_http_call *previous, *next;
    enum sk_http_call_state state;
    bool unauthorised; /* the token request itself */
    sk_http_done *done;
    void *context;

    CURL *easy; /* NULL: there is no libcurl */
    struct curl_slist *headers;
    struct sk_buffer body;     /* of the request */
    struct sk_buffer received; /* of the answer */
    int64_t response_limit;
    bool too_large;
    char failure_text[CURL_ERROR_SIZE];
    enum sk_http_failure failure; /* when FAILED */
};

struct sk_http_client {
    struct sk_http_client_options options;
    CURLM *multi; /* NULL until the first request */
    struct sk_http_call *calls;
    size_t count;
    size_t failed; /* of them, in state FAILED */

    char *access_token;     /* OAuth2; NULL: none */
    int64_t token_until_ms; /* monotonic */
    bool token_under_way;

    struct sk_http_response performed; /* the answer of perform, until the next */
    struct sk_buffer performed_body;
    char performed_type[128];
    char performed_failure[CURL_ERROR_SIZE];
    bool performed_done;
};

/* As sk_http_client_start; `unauthorised` for the request for a token itself. */
struct sk_http_call *sk_http_call_start(struct sk_http_client *client,
                                        const struct sk_http_client_request *request,
                                        sk_http_done *done, void *context,
                                        bool unauthorised);

/* Out of the client's list, and away from libcurl; then freed. */
void sk_http_call_unlink(struct sk_http_call *call);
void sk_http_call_free(struct sk_http_call *call);

/* What the call that ended so brought; texts live as long as the call. */
void sk_http_call_read(struct sk_http_call *call, CURLcode code,
                       struct sk_http_response *response);

/* Before the first request; may be called again. SK_RETRY "http.library". */
enum sk_verdict sk_http_client_start_curl(struct sk_http_client *client,
                                          struct sk_error *err);

/* Hands a call to libcurl, with the token where there is one. */
void sk_http_call_launch(struct sk_http_call *call);

/* Ends a call without an answer; run calls back. */
void sk_http_call_fail(struct sk_http_call *call, enum sk_http_failure failure,
                       const char *format, ...) SK_PRINTF(3, 4);

/* OAuth2 (http_oauth2.c): the call goes on when there is a token, else fails. */
void sk_http_oauth2_launch(struct sk_http_call *call);
void sk_http_oauth2_forget(struct sk_http_client *client); /* the target refused it */

/* The client assertion of private_key_jwt (RFC 7523), RS256. A new string. SK_REJECT
 * "http.key" says what is wrong with the key. */
enum sk_verdict sk_http_assertion(const struct sk_http_client_options *options,
                                  char **ret_assertion, struct sk_error *err);

#endif

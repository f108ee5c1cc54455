/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_REVIEW_CLIENT_H
#define SK_CLI_REVIEW_CLIENT_H

#include <jansson.h>

#include "base/buffer.h"
#include "cli/command.h"
#include "net/http_client.h"

/*
 * Asks the correlation, over its interface for people's tools (core/correlation/
 * openapi.json). Where it is, and with which token, stands in its file in the run folder.
 */
struct review_client {
    struct sk_http_client *http;
    char *path; /* of the file that says where it is */
    char *url, *authorization;
    const char *user, *team; /* who decides; team may be NULL */
};

/* Asks nothing yet. */
enum sk_verdict review_client_open(struct sk_cli *cli, const char *user, const char *team,
                                   struct review_client *ret_client,
                                   struct sk_error *err);
void review_client_close(struct review_client *client);

struct review_question {
    const char *method;
    const char *path;   /* escaped, with its query */
    int64_t version;    /* If-Match; 0: none */
    const json_t *body; /* borrowed; NULL: none. `door` is added to a copy */
};

/* *ret_answer is a new reference, or NULL when nothing was answered. Anything but 2xx is
 * an error with the answer's own text: SK_RETRY for 503, else SK_REJECT. SK_RETRY
 * "review.away" when the correlation does not run. */
enum sk_verdict review_ask(struct review_client *client,
                           const struct review_question *question, json_t **ret_answer,
                           struct sk_error *err);

/* Appends "/review/klacht/K-1" for "klacht/K-1". */
void review_append_path(struct sk_buffer *path, struct sk_text onderwerp);

#endif

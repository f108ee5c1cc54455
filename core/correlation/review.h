/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CORRELATION_REVIEW_H
#define SK_CORRELATION_REVIEW_H

#include "correlation/correlation.h"
#include "events/koppeling_oordeel.h"
#include "runtime/connector.h"

/*
 * What people do with the worklist, over HTTP (openapi.json): look, claim, decide, undo.
 * A decision is carried out within the request, so that its answer says what stands, and
 * nobody decides about a version that he has not seen.
 */
enum sk_verdict review_answer(struct correlation *self, const struct sk_request *request,
                              struct sk_emitter *out, struct sk_reply *reply,
                              struct sk_error *err);

/* For the files review*.c: one request on its way. */
struct review_call {
    struct correlation *self;
    const struct sk_request *request;
    struct sk_emitter *out;
    struct sk_arena *arena;
    struct sk_reply *reply;
    struct sk_text soort, id, key; /* of the item in the path: "klacht/K-1" */
    struct sk_text group;          /* or the group */
    const struct sk_value *body;   /* an object; NULL: none was sent */
    int64_t now_ms;
};

/* SK_REJECT with that status. */
enum sk_verdict review_refuse(const struct review_call *call, unsigned status,
                              struct sk_error *err, const char *id, const char *format,
                              ...) SK_PRINTF(5, 6);

/* The decision that stands about the item; 404 when there is none. */
enum sk_verdict review_standing(const struct review_call *call, struct sk_text key,
                                const struct koppeling **ret_standing,
                                struct sk_error *err);

/* Who does it: `door` of the body, complete; 422 when it does not say. */
enum sk_verdict review_user(const struct review_call *call, struct gebruiker *ret_user,
                            struct sk_error *err);

/* review_view.c: what is shown. New references. */
json_t *review_line(const struct review_call *call, const struct koppeling *standing);
enum sk_verdict review_show(const struct review_call *call,
                            const struct koppeling *standing, bool unmasked,
                            json_t **ret_item, struct sk_error *err);

/* The operations; each fills reply->body. */
enum sk_verdict review_get_queue(struct review_call *call, struct sk_error *err);
enum sk_verdict review_get_item(struct review_call *call, struct sk_error *err);
enum sk_verdict review_unmask(struct review_call *call, struct sk_error *err);
enum sk_verdict review_claim(struct review_call *call, struct sk_error *err);
enum sk_verdict review_release(struct review_call *call, struct sk_error *err);
enum sk_verdict review_decide(struct review_call *call, struct sk_error *err);
enum sk_verdict review_revoke(struct review_call *call, struct sk_error *err);
enum sk_verdict review_decide_group(struct review_call *call, struct sk_error *err);
enum sk_verdict review_openapi(struct review_call *call, struct sk_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* From a request to the operation that it names; and the operations that only look. */
#include "correlation/review.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/json.h"
#include "base/uuid.h"
#include "correlation/queue.h"
#include "correlation/subject.h"
#include "events/schakel_inzage.h"
#include "net/http.h"

enum { LIST_FALLBACK = 50, USER_LIMIT = 64, REASON_LIMIT = 500, PARTS = 5 };

typedef enum sk_verdict operation(struct review_call *call, struct sk_error *err);

/* "*" stands for one part of the path; {soort}/{id} or {groep} come first. */
static const struct {
    const char *method, *path;
    operation *run;
} routes[] = {
    {"GET", "review", review_get_queue},
    {"GET", "review/*/*", review_get_item},
    {"POST", "review/*/*/inzage", review_unmask},
    {"POST", "review/*/*/oordeel", review_decide},
    {"POST", "review/*/*/herroepen", review_revoke},
    {"POST", "review/*/*/in-behandeling", review_claim},
    {"DELETE", "review/*/*/in-behandeling", review_release},
    {"POST", "groepen/*/oordeel", review_decide_group},
    {"GET", "openapi.json", review_openapi},
};

enum sk_verdict review_refuse(const struct review_call *call, unsigned status,
                              struct sk_error *err, const char *id, const char *format,
                              ...)
{
    va_list arguments;
    char text[sizeof(err->text)];

    call->reply->status = status;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return sk_fail(err, SK_REJECT, id, "%s", text);
}

enum sk_verdict review_standing(const struct review_call *call, struct sk_text key,
                                const struct koppeling **ret_standing,
                                struct sk_error *err)
{
    const void *standing = NULL;

    SK_TRY(sk_latest(call->out, &sk_koppeling, key, &standing, err));
    if (!standing)
        return review_refuse(call, 404, err, "review.unknown",
                             "er is geen beslissing over %.*s", SK_TEXT_ARG(key));
    *ret_standing = standing;
    return SK_OK;
}

enum sk_verdict review_user(const struct review_call *call, struct gebruiker *ret_user,
                            struct sk_error *err)
{
    const struct sk_value *door = sk_value_member(call->body, "door");
    struct sk_text user = sk_value_member_text(door, "gebruiker_id");

    if (!sk_text_filled(user) || user.size > USER_LIMIT)
        return review_refuse(call, 422, err, "review.user",
                             "door.gebruiker_id moet zeggen wie dit doet (ten hoogste "
                             "%d tekens)",
                             USER_LIMIT);
    struct sk_text role = sk_value_member_text(door, "rol");

    *ret_user = (struct gebruiker){
        .gebruiker_id = user,
        .rol = sk_text_filled(role) ? role : SK_TEXT("toewijzer"),
        .team = sk_value_member_text(door, "team"),
        .via =
            sk_text_is(sk_value_member_text(door, "via"), "CLI") ? VIA_CLI : VIA_CONSOLE,
    };
    return SK_OK;
}

/* Looking. ----------------------------------------------------------------------------
 */

static struct sk_text query_value(const struct review_call *call, const char *name)
{
    return sk_http_query_value(call->request->query, name, call->arena);
}

static enum sk_verdict read_limit(const struct review_call *call, size_t *ret_limit,
                                  struct sk_error *err)
{
    struct sk_text text = query_value(call, "limit");
    int64_t limit = LIST_FALLBACK;

    if (text.data &&
        (!sk_text_to_int64(text, &limit) || limit < 0 || limit > QUEUE_LIMIT))
        return review_refuse(call, 422, err, "review.limit",
                             "limit is een getal van 0 tot %d", QUEUE_LIMIT);
    *ret_limit = (size_t)limit;
    return SK_OK;
}

enum sk_verdict review_get_queue(struct review_call *call, struct sk_error *err)
{
    const struct queue_filter filter = {
        .now_ms = call->now_ms,
        .group = query_value(call, "groep"),
        .by = query_value(call, "voor"),
        .after = query_value(call, "na"),
        .audits = sk_text_is(query_value(call, "alleen"), "steekproef")};
    struct work_item *items[QUEUE_LIMIT];
    struct queue_counts counts;
    size_t limit = 0;

    SK_TRY(read_limit(call, &limit, err));
    size_t count = queue_first(&call->self->worklist, &filter, limit, items, &counts);
    json_t *lines = json_array();

    call->reply->body =
        json_pack("{s:o, s:I, s:I, s:I, s:I, s:I}", "items", lines, "open",
                  (json_int_t)counts.open, "gevaar", (json_int_t)counts.danger, "te_laat",
                  (json_int_t)counts.late, "voorstellen", (json_int_t)counts.proposals,
                  "steekproef", (json_int_t)counts.audits);
    for (size_t i = 0; i < count; i++) {
        const void *standing = NULL;

        SK_TRY(
            sk_latest(call->out, &sk_koppeling, work_item_key(items[i]), &standing, err));
        if (standing)
            json_array_append_new(lines, review_line(call, standing));
    }
    return SK_OK;
}

enum sk_verdict review_get_item(struct review_call *call, struct sk_error *err)
{
    const struct koppeling *standing = NULL;

    SK_TRY(review_standing(call, call->key, &standing, err));
    return review_show(call, standing, false, &call->reply->body, err);
}

/* The trace that personal data was read, in the same unit of work as the reading. */
static enum sk_verdict leave_trace(const struct review_call *call, struct sk_text reason,
                                   struct sk_error *err)
{
    static struct sk_text fields[] = {
        {"onderwerp", 9}, {"tekst", 5}, {"genoemd", 7}, {"kandidaten", 10}};
    struct schakel_inzage trace = {.velden = fields, .velden_count = SK_COUNT(fields)};
    char id[SK_UUID_SIZE];

    SK_TRY(review_user(call, &trace.door, err));
    trace.inzage_id = sk_text(sk_uuid_v4(id));
    trace.has_op = true;
    trace.op = call->now_ms;
    trace.topic = call->soort;
    trace.sleutel = call->id;
    trace.aantal = 1;
    trace.reden = reason;
    return sk_emit(call->out, &sk_schakel_inzage, &trace, err);
}

enum sk_verdict review_unmask(struct review_call *call, struct sk_error *err)
{
    struct sk_text reason = sk_text_trim(sk_value_member_text(call->body, "reden"));
    const struct koppeling *standing = NULL;

    if (!sk_text_filled(reason) || reason.size > REASON_LIMIT)
        return review_refuse(call, 422, err, "review.reason",
                             "reden moet zeggen waarom persoonsgegevens ingekeken worden "
                             "(ten hoogste %d bytes)",
                             REASON_LIMIT);
    SK_TRY(review_standing(call, call->key, &standing, err));
    SK_TRY(leave_trace(call, reason, err));
    return review_show(call, standing, true, &call->reply->body, err);
}

/* Claims. -----------------------------------------------------------------------------
 */

static enum sk_verdict find_item(const struct review_call *call,
                                 struct work_item **ret_item, struct sk_error *err)
{
    *ret_item = worklist_find(&call->self->worklist, call->key);
    if (*ret_item)
        return SK_OK;
    return review_refuse(call, 404, err, "review.done",
                         "%.*s wacht niet (meer) op een medewerker",
                         SK_TEXT_ARG(call->key));
}

enum sk_verdict review_claim(struct review_call *call, struct sk_error *err)
{
    struct gebruiker user;
    struct work_item *item = NULL;
    bool take_over = sk_value_is(sk_value_member(call->body, "overnemen"), SK_VALUE_TRUE);

    SK_TRY(review_user(call, &user, err));
    SK_TRY(find_item(call, &item, err));
    if (!queue_claim(item, user.gebruiker_id, take_over, call->now_ms))
        return review_refuse(call, 409, err, "review.claimed", "in behandeling bij %s",
                             item->claimed_by);
    char until[SK_INSTANT_SIZE];

    call->reply->body = json_pack("{s:s, s:s}", "bij", item->claimed_by, "tot",
                                  sk_instant_format(item->claim_until_ms, until));
    return SK_OK;
}

enum sk_verdict review_release(struct review_call *call, struct sk_error *err)
{
    struct work_item *item = worklist_find(&call->self->worklist, call->key);

    (void)err;
    if (item)
        queue_release(item, query_value(call, "voor"));
    call->reply->status = 204;
    return SK_OK;
}

/* Routing. ----------------------------------------------------------------------------
 */

/* The parts of the path, unescaped; false when there are too many. */
static bool split_path(const struct review_call *call, struct sk_text parts[PARTS],
                       size_t *ret_count)
{
    struct sk_text rest = call->request->path;
    size_t count = 0;

    (void)sk_text_split(&rest, '/'); /* before the first slash there is nothing */
    while (rest.data) {
        if (count == PARTS)
            return false;
        parts[count++] = sk_http_unescape(sk_text_split(&rest, '/'), false, call->arena);
    }
    *ret_count = count;
    return true;
}

/* Does the path fit the pattern? Then what its stars stand for. */
static bool fits(const char *pattern, const struct sk_text *parts, size_t count,
                 struct sk_text stars[2])
{
    struct sk_text rest = sk_text(pattern);
    size_t star = 0;

    for (size_t i = 0; i < count; i++) {
        if (!rest.data)
            return false;
        struct sk_text expected = sk_text_split(&rest, '/');

        if (sk_text_is(expected, "*"))
            stars[star++] = parts[i];
        else if (!sk_text_equal(expected, parts[i]))
            return false;
    }
    return !rest.data;
}

static operation *find_operation(struct review_call *call)
{
    struct sk_text parts[PARTS], stars[2] = {{0}, {0}};
    size_t count;
    bool known = false;

    call->reply->status = 404;
    if (!split_path(call, parts, &count))
        return NULL;
    for (size_t i = 0; i < SK_COUNT(routes); i++) {
        if (!fits(routes[i].path, parts, count, stars))
            continue;
        known = true;
        if (!sk_text_is(call->request->method, routes[i].method))
            continue;
        call->reply->status = 0;
        call->soort = stars[0];
        call->id = stars[1];
        call->group = stars[0];
        if (stars[1].data)
            call->key = subject_key(call->soort, call->id, call->arena);
        return routes[i].run;
    }
    if (known)
        call->reply->status = 405;
    return NULL;
}

enum sk_verdict review_answer(struct correlation *self, const struct sk_request *request,
                              struct sk_emitter *out, struct sk_reply *reply,
                              struct sk_error *err)
{
    struct review_call call = {.self = self,
                               .request = request,
                               .out = out,
                               .arena = sk_emitter_arena(out),
                               .reply = reply,
                               .now_ms = sk_emitter_now_ms(out)};
    operation *run = find_operation(&call);
    struct sk_text text = {(const char *)request->body.data, request->body.size};
    struct sk_value body;

    SK_TRY(recent_refresh(&self->recent, &self->worklist, out, err));
    if (!run)
        return sk_fail(err, SK_REJECT, "review.path",
                       "niets op dit pad of met deze methode; zie GET /openapi.json");
    if (request->body.size) {
        reply->status = 400;
        SK_TRY(sk_value_parse(text, call.arena, &body, err));
        reply->status = 0;
        call.body = &body;
    }
    return run(&call, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/review_session.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/json.h"

enum { MEMBERS = 200 };

void review_session_init(struct review_session *self, struct review_client *client)
{
    *self = (struct review_session){.client = client, .decided = json_array()};
}

void review_session_fini(struct review_session *self)
{
    json_decref(self->queue);
    json_decref(self->item);
    json_decref(self->decided);
    free(self->after);
    free(self->wanted);
}

void review_session_say(struct review_session *self, const char *text)
{
    snprintf(self->message, sizeof self->message, "%s", text);
}

static struct sk_text onderwerp_of(const struct review_session *self)
{
    return sk_json_text_or_absent(self->item, "onderwerp");
}

static void remember(char **place, struct sk_text text)
{
    free(*place);
    *place = text.data ? sk_strndup(text.data, text.size) : NULL;
}

/* Asking. -----------------------------------------------------------------------------
 */

/* About the item: `verb` is "", "/oordeel", … */
static enum sk_verdict ask_about(struct review_session *self, struct sk_text onderwerp,
                                 const char *verb, struct review_question *question,
                                 json_t **ret_answer, struct sk_error *err)
{
    sk_buffer_auto path = {0};

    review_append_path(&path, onderwerp);
    sk_buffer_append_text(&path, sk_text(verb));
    question->path = sk_buffer_string(&path);
    return review_ask(self->client, question, ret_answer, err);
}

static enum sk_verdict ask_queue(struct review_session *self, const char *group,
                                 size_t limit, json_t **ret_queue, struct sk_error *err)
{
    sk_buffer_auto path = {0};

    sk_buffer_printf(&path, "/review?limit=%zu&voor=", limit);
    sk_http_escape(sk_text(self->client->user), &path);
    if (group) {
        sk_buffer_append_text(&path, SK_TEXT("&groep="));
        sk_http_escape(sk_text(group), &path);
    } else if (self->after) {
        sk_buffer_append_text(&path, SK_TEXT("&na="));
        sk_http_escape(sk_text(self->after), &path);
    }
    return review_ask(
        self->client,
        &(struct review_question){.method = "GET", .path = sk_buffer_string(&path)},
        ret_queue, err);
}

/* Which one comes now; after the last, from the first again. Absent: none. */
static enum sk_verdict choose_next(struct review_session *self,
                                   struct sk_text *ret_onderwerp, struct sk_error *err)
{
    json_decref(self->queue);
    self->queue = NULL;
    SK_TRY(ask_queue(self, NULL, 1, &self->queue, err));
    const json_t *first = json_array_get(json_object_get(self->queue, "items"), 0);

    if (!first && self->after) {
        remember(&self->after, (struct sk_text){0});
        return choose_next(self, ret_onderwerp, err);
    }
    *ret_onderwerp =
        self->wanted ? sk_text(self->wanted) : sk_json_text_or_absent(first, "onderwerp");
    return SK_OK;
}

/* The item, unmasked when there is a reason for it. */
static enum sk_verdict read_item(struct review_session *self, struct sk_text onderwerp,
                                 struct sk_error *err)
{
    bool unmasked = self->reason[0] != '\0';
    json_auto_t *body = unmasked ? json_pack("{s:s}", "reden", self->reason) : NULL;
    struct review_question question = {.method = unmasked ? "POST" : "GET", .body = body};
    json_t *item = NULL;

    SK_TRY(ask_about(self, onderwerp, unmasked ? "/inzage" : "", &question, &item, err));
    json_decref(self->item);
    self->item = item;
    return SK_OK;
}

/* That it is being worked on; when somebody else was just ahead, the item shows it. */
static void claim(struct review_session *self, struct sk_text onderwerp)
{
    json_auto_t *body = json_object(), *answer = NULL;
    struct review_question question = {.method = "POST", .body = body};
    struct sk_error ignored = {0};

    (void)!ask_about(self, onderwerp, "/in-behandeling", &question, &answer, &ignored);
}

enum sk_verdict review_session_fetch(struct review_session *self, struct sk_error *err)
{
    struct sk_text onderwerp = {0};

    self->group = false;
    SK_TRY(choose_next(self, &onderwerp, err));
    if (!onderwerp.data) {
        json_decref(self->item);
        self->item = NULL;
        return SK_OK;
    }
    claim(self, onderwerp);
    SK_TRY(read_item(self, onderwerp, err));
    remember(&self->wanted, (struct sk_text){0});
    return SK_OK;
}

void review_session_release(struct review_session *self)
{
    sk_buffer_auto verb = {0};
    json_auto_t *answer = NULL;
    struct review_question question = {.method = "DELETE"};
    struct sk_error ignored = {0};

    if (!self->item)
        return;
    sk_buffer_append_text(&verb, SK_TEXT("/in-behandeling?voor="));
    sk_http_escape(sk_text(self->client->user), &verb);
    (void)!ask_about(self, onderwerp_of(self), sk_buffer_string(&verb), &question,
                     &answer, &ignored);
}

enum sk_verdict review_session_read(struct review_session *self, struct sk_error *err)
{
    return read_item(self, onderwerp_of(self), err);
}

enum sk_verdict review_session_go_on(struct review_session *self, bool first,
                                     struct sk_error *err)
{
    review_session_release(self);
    remember(&self->after, first ? (struct sk_text){0} : onderwerp_of(self));
    return review_session_fetch(self, err);
}

/* Deciding. -----------------------------------------------------------------------------
 */

/* What was decided, for `o`; `rows` is taken over. */
static void push_decided(struct review_session *self, json_t *rows)
{
    json_array_append_new(self->decided, rows);
}

static json_t *undo_row(const json_t *answer)
{
    return json_pack("{s:O, s:O}", "onderwerp", json_object_get(answer, "onderwerp"),
                     "versie", json_object_get(answer, "versie"));
}

static enum sk_verdict decide_one(struct review_session *self, const json_t *body,
                                  struct sk_error *err)
{
    int64_t started = sk_clock_monotonic_ms();
    json_auto_t *answer = NULL;
    struct review_question question = {
        .method = "POST",
        .version = json_integer_value(json_object_get(self->item, "versie")),
        .body = body};

    SK_TRY(ask_about(self, onderwerp_of(self), "/oordeel", &question, &answer, err));
    push_decided(self, json_pack("[o]", undo_row(answer)));
    snprintf(self->message, sizeof self->message, "%.*s %.*s (%lld ms; o = terug)",
             SK_TEXT_ARG(onderwerp_of(self)),
             SK_TEXT_ARG(sk_json_text_or_absent(answer, "uitleg")),
             (long long)(sk_clock_monotonic_ms() - started));
    return SK_OK;
}

/* The members as they stand now, with their versions. */
static enum sk_verdict read_members(struct review_session *self, const char *group,
                                    json_t **ret_members, struct sk_error *err)
{
    json_auto_t *queue = NULL;
    const json_t *item;
    size_t i;

    SK_TRY(ask_queue(self, group, MEMBERS, &queue, err));
    json_t *members = json_array();

    json_array_foreach(json_object_get(queue, "items"), i, item)
        json_array_append_new(members, undo_row(item));
    *ret_members = members;
    return SK_OK;
}

static enum sk_verdict decide_group(struct review_session *self, json_t *body,
                                    struct sk_error *err)
{
    const char *group = json_string_value(json_object_get(self->item, "groep_id"));
    sk_buffer_auto path = {0};
    json_auto_t *answer = NULL;
    json_t *members = NULL, *line, *rows = json_array();
    size_t i, done = 0;

    SK_TRY(read_members(self, group, &members, err));
    json_object_set_new(body, "leden", members);
    sk_buffer_append_text(&path, SK_TEXT("/groepen/"));
    sk_http_escape(sk_text(group), &path);
    sk_buffer_append_text(&path, SK_TEXT("/oordeel"));
    enum sk_verdict verdict =
        review_ask(self->client,
                   &(struct review_question){
                       .method = "POST", .path = sk_buffer_string(&path), .body = body},
                   &answer, err);
    json_array_foreach(json_object_get(answer, "leden"), i, line)
    {
        if (!json_is_true(json_object_get(line, "beslist")))
            continue;
        json_array_append_new(rows, undo_row(line));
        done++;
    }
    push_decided(self, rows);
    snprintf(self->message, sizeof self->message,
             "%zu van %zu in de groep beslist (o = terug)", done,
             json_array_size(members));
    return verdict;
}

/* Carries out and goes on; what is refused stays on the screen with the reason. */
enum sk_verdict review_session_decide(struct review_session *self, json_t *body,
                                      struct sk_error *err)
{
    enum sk_verdict verdict =
        self->group ? decide_group(self, body, err) : decide_one(self, body, err);

    json_decref(body);
    if (verdict == SK_REJECT) { /* somebody else decided meanwhile, or it cannot be */
        review_session_say(self, err->text);
        remember(&self->wanted, onderwerp_of(self));
        verdict = SK_OK;
    }
    return verdict == SK_OK ? review_session_fetch(self, err) : verdict;
}

/* It is the complaint that is proposed once more: in the same dossier, and it says so. */
enum sk_verdict review_session_double(struct review_session *self, struct sk_error *err)
{
    const json_t *proposal =
        json_array_get(json_object_get(self->item, "voorstellen"), 0);
    json_auto_t *other = NULL;
    struct review_question question = {.method = "GET"};

    if (!proposal) {
        review_session_say(self, "Er is geen voorstel.");
        return SK_OK;
    }
    sk_buffer_auto key = {0};

    sk_buffer_printf(&key, "%s/%s", json_string_value(json_object_get(proposal, "soort")),
                     json_string_value(json_object_get(proposal, "id")));
    SK_TRY(ask_about(self, sk_buffer_text(&key), "", &question, &other, err));
    json_t *targets = json_object_get(other, "doelen");

    if (!json_array_size(targets)) {
        review_session_say(self,
                           "Het andere is zelf nog niet gekoppeld: beslis dat eerst.");
        return SK_OK;
    }
    return review_session_decide(
        self,
        json_pack("{s:s, s:O, s:[{s:O, s:O, s:s}]}", "handeling", "KOPPELEN", "doelen",
                  targets, "verwijzingen", "soort", json_object_get(proposal, "soort"),
                  "id", json_object_get(proposal, "id"), "relatie", "DUBBEL_VAN"),
        err);
}

/* Undoing. ----------------------------------------------------------------------------
 */

static enum sk_verdict undo_rows(struct review_session *self, const json_t *rows,
                                 struct sk_error *err)
{
    const json_t *row;
    size_t i;

    json_array_foreach(rows, i, row)
    {
        json_auto_t *body = json_object(), *answer = NULL;
        struct review_question question = {
            .method = "POST",
            .version = json_integer_value(json_object_get(row, "versie")),
            .body = body};
        struct sk_text onderwerp = sk_json_text_or_absent(row, "onderwerp");

        remember(&self->wanted, onderwerp);
        SK_TRY(ask_about(self, onderwerp, "/herroepen", &question, &answer, err));
    }
    return SK_OK;
}

enum sk_verdict review_session_undo(struct review_session *self, struct sk_error *err)
{
    size_t last = json_array_size(self->decided);

    if (!last) {
        review_session_say(self, "Er is hier nog niets beslist.");
        return SK_OK;
    }
    json_auto_t *rows = json_incref(json_array_get(self->decided, last - 1));

    json_array_remove(self->decided, last - 1);
    review_session_say(self, "De laatste beslissing is ongedaan gemaakt.");
    enum sk_verdict verdict = undo_rows(self, rows, err);

    if (verdict == SK_REJECT)
        review_session_say(self, err->text);
    else if (verdict != SK_OK)
        return verdict;
    return review_session_fetch(self, err);
}

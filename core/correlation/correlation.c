/* SPDX-License-Identifier: Apache-2.0 */
/*
 * correlation - brings complaints (later mails, notifications, reports) into the dossier
 * of the right location or organiser.
 *
 * The register is read whole into the matcher before the first complaint; open items are
 * known from the koppeling table, which holds what was committed. Everything else it
 * needs it asks of the bus, so it keeps little and forgets nothing in a crash.
 */
#include "correlation/correlation.h"

#include <malloc.h>

#include "base/compiler.h"
#include "base/log.h"
#include "correlation/oordeel.h"
#include "correlation/place.h"
#include "correlation/register_rows.h"
#include "correlation/review.h"
#include "events/dossier_stuk.h"
#include "events/schakel_inzage.h"

enum { MATCHED_AGAIN = 50 }; /* open items a tick, so that a tick stays short */

static const struct sk_option options[] = {
    SK_INTEGER(struct correlation, minimum, .name = "register.minimum", .fallback = "1",
               .min = 1, .max = 10000000,
               .help = "decide nothing while the register has fewer locations than this"),
    SK_DURATION(struct correlation, danger_ms, .name = "gevaar.binnen", .fallback = "30m",
                .help = "how long an item with danger may wait for a person"),
    SK_INTEGER(struct correlation, sample_percent, .name = "steekproef", .fallback = "2",
               .min = 0, .max = 100,
               .help = "percentage of automatic links that a person checks afterwards"),
    SK_INTEGER(struct correlation, leren.every, .name = "leren.elke", .fallback = "20",
               .min = 1, .max = 10000,
               .help = "decisions of people after which the matcher learns from them"),
    SK_INTEGER(struct correlation, leren.error_rate, .name = "fouten.per_miljoen",
               .fallback = "1000", .min = 1, .max = 500000,
               .help = "wrong automatic links in a million that a threshold learnt from "
                       "checks may give"),
    SK_STRING(struct correlation, calendar_path, .name = "kalender", .optional = true,
              .help = "file of closing days beside weekends and holidays, a date a line"),
    SK_END_OF_OPTIONS,
};

static enum sk_verdict correlation_open(void *state, struct sk_error *err)
{
    struct correlation *self = state;

    self->reg = sk_match_register_new();
    self->model = sk_match_model_builtin();
    return calendar_init(&self->calendar, self->calendar_path, err);
}

static void correlation_close(void *state)
{
    struct correlation *self = state;

    sk_match_register_free(self->reg);
    calendar_fini(&self->calendar);
    worklist_fini(&self->worklist);
    twins_fini(&self->twins);
    recent_fini(&self->recent);
    leren_fini(&self->leren);
}

static void take_register(struct correlation *self, const struct sk_event *event)
{
    bool location = event->type == &sk_opvang_locatie;

    self->register_changes++;
    if (!event->value)
        sk_match_register_remove(
            self->reg, location ? SK_MATCH_LOCATIE : SK_MATCH_ORGANISATOR, event->key);
    else if (location)
        register_put_location(self->reg, event->value);
    else
        register_put_organiser(self->reg, event->value);
}

static void take_decision(struct correlation *self, const struct sk_event *event)
{
    leren_note(&self->leren, event->key, event->value);
    if (event->value) {
        worklist_note(&self->worklist, event->key, event->value);
        twins_note(&self->twins, event->key, event->value);
    } else {
        worklist_forget(&self->worklist, event->key);
        twins_forget(&self->twins, event->key);
    }
}

static enum sk_verdict correlation_table(void *state, const struct sk_event *event,
                                         struct sk_emitter *, struct sk_error *)
{
    struct correlation *self = state;

    if (event->type == &sk_koppeling)
        take_decision(self, event);
    else
        take_register(self, event);
    return SK_OK;
}

static enum sk_verdict correlation_loaded(void *state, struct sk_emitter *out,
                                          struct sk_error *err)
{
    struct correlation *self = state;
    size_t locations = sk_match_register_locations(self->reg);

    if (!self->key.known)
        SK_TRY(pseudonym_key_open(&self->key, sk_emitter_folder(out), err));
    if ((int64_t)locations < self->minimum)
        return sk_fail(err, SK_RETRY, "register.small",
                       "the register has %zu locations and register.minimum is %lld: "
                       "nothing is decided yet",
                       locations, (long long)self->minimum);
    return SK_OK;
}

static enum sk_verdict correlation_handle(void *state, const struct sk_event *event,
                                          struct sk_emitter *out, struct sk_error *err)
{
    struct correlation *self = state;
    struct subject subject;
    bool changed;

    if (event->type == &sk_koppeling_oordeel)
        return event->value ? oordeel_apply(self, event->value, out, err) : SK_OK;
    if (!event->value)
        return place_erase(sk_text(event->type->topic), event->key, out, err);
    subject_read(&subject, event->type, event->value, sk_emitter_arena(out));
    return place_subject(self, &subject, out, &changed, err);
}

static enum sk_verdict correlation_answer(void *state, const struct sk_request *request,
                                          struct sk_emitter *out, struct sk_reply *reply,
                                          struct sk_error *err)
{
    return review_answer(state, request, out, reply, err);
}

static void report_danger(struct correlation *self, struct sk_emitter *out,
                          int64_t now_ms)
{
    struct work_item *item;
    int64_t since_ms;

    while ((item = worklist_overdue(&self->worklist, now_ms))) {
        item->alarmed = true;
        sk_log_warn("correlation.danger_waits",
                    SK_SLICE("onderwerp", ((struct sk_text){item->key, item->key_size})),
                    SK_INT64("since_due_ms", now_ms - item->due_ms));
    }
    size_t late = worklist_late_danger(&self->worklist, now_ms, &since_ms);

    sk_alarm(out, "correlation.danger_waits",
             "gevaar wacht langer dan toegestaan op een medewerker: schakel review",
             (int64_t)late, since_ms);
}

/* Loading a register leaves behind as much memory as the register takes; it goes back
 * when the register has been quiet for a tick. */
static void give_back_memory(struct correlation *self)
{
    bool quiet = self->register_changes == self->changes_at_tick;

    if (quiet && self->changes_at_trim != self->register_changes) {
        malloc_trim(0);
        self->changes_at_trim = self->register_changes;
    }
    self->changes_at_tick = self->register_changes;
}

/* With a new model all that is open is matched again. */
static enum sk_verdict learn(struct correlation *self, struct sk_emitter *out,
                             struct sk_error *err)
{
    bool new_model;

    SK_TRY(leren_tick(self, out, &new_model, err));
    self->register_changes += new_model;
    return SK_OK;
}

/* Open items that the register's changes may concern. One whose decision changes is
 * looked at once more in a later round, so that a unit of work that fails loses nothing.
 */
static enum sk_verdict match_again(struct correlation *self, struct sk_emitter *out,
                                   struct sk_error *err)
{
    worklist_begin_round(&self->worklist);
    for (int i = 0; i < MATCHED_AGAIN; i++) {
        struct work_item *item = worklist_stale(&self->worklist, self->register_changes);
        bool changed;

        if (!item)
            break;
        SK_TRY(place_again(self, (struct sk_text){item->key, item->key_size}, out,
                           &changed, err));
        if (!changed)
            item->matched_at = self->register_changes;
    }
    return SK_OK;
}

static enum sk_verdict correlation_tick(void *state, int64_t now_ms,
                                        struct sk_emitter *out, struct sk_error *err)
{
    struct correlation *self = state;

    SK_TRY(recent_refresh(&self->recent, &self->worklist, out, err));
    report_danger(self, out, now_ms);
    give_back_memory(self);
    SK_TRY(learn(self, out, err));
    return match_again(self, out, err);
}

static const struct sk_event_type *const inputs[] = {&sk_klacht, &sk_koppeling_oordeel,
                                                     NULL};

static const struct sk_event_type *const tables[] = {
    &sk_opvang_locatie, &sk_opvang_organisator, &sk_koppeling, NULL};

static const struct sk_event_type *const outputs[] = {
    &sk_koppeling, &sk_koppeling_oordeel, &sk_dossier_stuk, &sk_schakel_inzage, NULL};

static const struct sk_processor processor = {
    .name = "koppelen",
    .inputs = inputs,
    .tables = tables,
    .outputs = outputs,
    .table = correlation_table,
    .loaded = correlation_loaded,
    .handle = correlation_handle,
    .tick = correlation_tick,
    .answer = correlation_answer,
};

const struct sk_connector correlation = {
    .name = "correlation",
    .summary = "links complaints to the dossiers of locations and organisers",
    .state_size = sizeof(struct correlation),
    .options = options,
    .processor = &processor,
    .open = correlation_open,
    .close = correlation_close,
};

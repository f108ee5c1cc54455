/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model is made of the first so many oordelen in their own order (when, then id), so a
 * process that starts anew makes the model that stood. The step grows with their number:
 * the work stays a small part of the whole.
 */
#include "correlation/leren.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "correlation/decision.h"
#include "correlation/place.h"
#include "events/koppeling_oordeel.h"
#include "match/learn.h"
#include "match/snapshot.h"

enum {
    NEWEST = 3000,     /* oordelen that a model is made of */
    STEPS = 16,        /* a model is due when one in 16 is new */
    NONE_RATE = 50000, /* of "none": a person looks at complaints all the same */
};

/* A person's decision that stands. */
struct les {
    int64_t op;
    size_t key_size, id_size;
    char text[]; /* key, then oordeel_id */
};

static struct sk_text key_of(const struct les *les)
{
    return (struct sk_text){les->text, les->key_size};
}

static struct sk_text id_of(const struct les *les)
{
    return (struct sk_text){les->text + les->key_size, les->id_size};
}

void leren_fini(struct leren *self)
{
    const struct sk_map_slot *slot;
    size_t at = 0;

    while ((slot = sk_map_next(&self->items, &at)))
        free(slot->value);
    sk_map_fini(&self->items);
    sk_match_model_free(self->model);
}

static struct les *les_new(struct sk_text key, const struct koppeling *event)
{
    struct sk_text id = event->oordeel_id;
    struct les *les = sk_alloc(sizeof *les + key.size + id.size);

    les->op = event->besloten_op;
    les->key_size = key.size;
    les->id_size = id.size;
    memcpy(les->text, key.data, key.size);
    memcpy(les->text + key.size, id.data, id.size);
    return les;
}

void leren_note(struct leren *self, struct sk_text key, const struct koppeling *event)
{
    bool human = event && event->besloten_door == BESLOTEN_DOOR_MENS &&
                 sk_text_filled(event->oordeel_id);
    struct les *known = sk_map_get(&self->items, key);

    if (!human && !known)
        return;
    if (human && known && sk_text_equal(id_of(known), event->oordeel_id))
        return;
    self->stale |= known != NULL;
    free(human ? sk_map_put(&self->items, key, les_new(key, event))
               : sk_map_remove(&self->items, key));
}

static int by_time(const void *a, const void *b)
{
    const struct les *left = *(struct les *const *)a, *right = *(struct les *const *)b;

    if (left->op != right->op)
        return left->op < right->op ? -1 : 1;
    return sk_text_compare(id_of(left), id_of(right));
}

/* How many oordelen the model is made of, of so many. */
static size_t cut_of(const struct leren *self, size_t count)
{
    size_t step = (size_t)self->every;

    while (step * STEPS < count)
        step *= 2;
    return count / step * step;
}

static struct les **sorted(const struct leren *self, struct sk_arena *arena)
{
    struct les **items = sk_arena_alloc(arena, (self->items.count + 1) * sizeof *items);
    const struct sk_map_slot *slot;
    size_t at = 0, count = 0;

    while ((slot = sk_map_next(&self->items, &at)))
        items[count++] = slot->value;
    qsort(items, count, sizeof *items, by_time);
    return items;
}

/* What the decision says about the register; false: nothing. A duplicate or a complaint
 * without data is no word about whether the place is registered. */
static bool read_facility(const struct koppeling *decision,
                          const struct koppeling_oordeel *oordeel,
                          struct sk_text *ret_facility)
{
    *ret_facility = (struct sk_text){0};
    if (decision->besluit == KOPPELING_BESLUIT_GEEN)
        return oordeel->reden && (sk_text_is(oordeel->reden->code, "NIET_VERGUND") ||
                                  sk_text_is(oordeel->reden->code, "BUITEN_BEVOEGDHEID"));
    if (decision->doelen_count == 0 || (decision->doelen[0].niveau != NIVEAU_LOCATIE &&
                                        decision->doelen[0].niveau != NIVEAU_ORGANISATOR))
        return false;
    *ret_facility = decision->doelen[0].id;
    return true;
}

/* Whether a machine's link stood there, which was drawn for a check: the only decisions
 * that say without bias how often a machine is wrong. */
static bool is_audit(const struct correlation *correlation,
                     const struct koppeling *decision, const struct subject *subject)
{
    for (size_t i = 0; i < decision->vorige_count; i++) {
        const struct vorig_besluit *previous = &decision->vorige[i];

        if (previous->besloten_door == BESLOTEN_DOOR_MACHINE)
            return previous->besluit == KOPPELING_BESLUIT_AUTO &&
                   decision_is_sampled(correlation, subject);
    }
    return false;
}

/* The label of one oordeel as things stand now; false when it teaches nothing. */
static enum sk_verdict read_label(struct correlation *correlation, const struct les *les,
                                  struct sk_emitter *out, struct sk_label *label,
                                  bool *ret_teaches, struct sk_error *err)
{
    struct sk_text id = key_of(les), soort = sk_text_split(&id, '/');
    const void *event = NULL;
    struct subject subject;
    bool found;

    *ret_teaches = false;
    SK_TRY(sk_latest(out, &sk_koppeling, key_of(les), &event, err));
    const struct koppeling *decision = event;

    SK_TRY(sk_latest(out, &sk_koppeling_oordeel, id_of(les), &event, err));
    const struct koppeling_oordeel *oordeel = event;

    SK_TRY(place_find(soort, id, out, &subject, &found, err));
    if (!decision || !oordeel || !found || !oordeel->leren || subject.about_government ||
        !read_facility(decision, oordeel, &label->facility))
        return SK_OK;
    label->message = decision_message(correlation, &subject, sk_emitter_arena(out));
    label->reviewer = oordeel->door.gebruiker_id;
    label->day = sk_brussels_date(les->op);
    label->sampled = is_audit(correlation, decision, &subject);
    *ret_teaches = true;
    return SK_OK;
}

static enum sk_verdict read_labels(struct correlation *correlation, size_t cut,
                                   struct sk_emitter *out, struct sk_label *labels,
                                   size_t *ret_count, struct sk_error *err)
{
    struct les **items = sorted(&correlation->leren, sk_emitter_arena(out));
    size_t first = cut > NEWEST ? cut - NEWEST : 0, count = 0;

    for (size_t i = first; i < cut; i++) {
        bool teaches;

        SK_TRY(read_label(correlation, items[i], out, &labels[count], &teaches, err));
        count += teaches;
    }
    *ret_count = count;
    return SK_OK;
}

static void report(const struct sk_match_model *model)
{
    const struct sk_certificate *certificate =
        &model->certificate[SK_MATCH_KLACHT][SK_QUESTION_LINK];
    char first[SK_DATE_SIZE], last[SK_DATE_SIZE];

    sk_log_info("correlation.model", SK_STR("model", model->name),
                SK_INT64("oordelen", model->number),
                SK_STR("first", sk_date_format(certificate->first, first)),
                SK_STR("last", sk_date_format(certificate->last, last)),
                SK_INT64("checked", certificate->sample),
                SK_INT64("wrong", certificate->errors),
                SK_INT64("at_most_per_million", certificate->bound),
                SK_INT64("asked_per_million", certificate->rate),
                SK_INT64("threshold_1024", certificate->from),
                SK_INT64("proved", certificate->proved));
}

static enum sk_verdict keep(const struct sk_match_model *model, const char *folder,
                            struct sk_error *err)
{
    sk_buffer_auto text = {0};
    char path[4096];

    sk_snapshot_write(model, &text);
    snprintf(path, sizeof path, "%s/modellen", folder);
    SK_TRY(sk_folder_make(path, err));
    snprintf(path, sizeof path, "%s/modellen/%s", folder, model->name);
    return sk_file_replace_private(path, text.data, text.size, err);
}

enum sk_verdict leren_tick(struct correlation *correlation, struct sk_emitter *out,
                           bool *ret_new, struct sk_error *err)
{
    struct leren *self = &correlation->leren;
    const struct sk_learning settings = {.rate = (uint32_t)self->error_rate,
                                         .none_rate = NONE_RATE};
    size_t cut = cut_of(self, self->items.count), count;
    struct sk_label *labels;
    struct sk_match_model *model;

    *ret_new = false;
    if (self->cut == cut && !self->stale)
        return SK_OK;
    labels = sk_arena_alloc_zeroed(sk_emitter_arena(out),
                                   (cut < NEWEST ? cut + 1 : NEWEST) * sizeof *labels);
    SK_TRY(read_labels(correlation, cut, out, labels, &count, err));
    model = sk_match_learn(correlation->reg, labels, count, &settings);
    enum sk_verdict verdict = keep(model, sk_emitter_folder(out), err);

    if (verdict != SK_OK) {
        sk_match_model_free(model);
        return verdict;
    }
    sk_match_model_free(self->model);
    correlation->model = self->model = model;
    self->cut = cut;
    self->stale = false;
    *ret_new = true;
    report(model);
    return SK_OK;
}

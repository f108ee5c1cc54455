/* SPDX-License-Identifier: Apache-2.0 */
/* Labels of a file, and the models that are learnt from those before a day. */
#include "cli/match_learn.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "cli/match_batch.h"

enum {
    LABELS = 200000,
    CUTS = 24, /* models at most; with more days, a label counts a little later */
};

/* The model of the labels decided before `from`. */
struct cut {
    int32_t from;
    size_t labels;
    struct sk_match_model *model; /* NULL: not needed yet */
};

struct sk_match_models {
    const struct sk_match_register *reg;
    struct sk_learning settings;
    struct sk_label *labels; /* by day */
    size_t count, capacity;
    struct sk_arena texts; /* the labels' messages */
    struct cut cuts[CUTS + 1];
    size_t cut_count;
    pthread_mutex_t mutex; /* of the cuts' models */
};

static struct sk_match_models *models_new(void)
{
    struct sk_match_models *self = sk_alloc_zeroed(sizeof *self);

    pthread_mutex_init(&self->mutex, NULL);
    self->cuts[self->cut_count++].from = INT32_MIN;
    return self;
}

struct sk_match_models *sk_match_models_of(struct sk_match_model *model)
{
    struct sk_match_models *self = models_new();

    self->cuts[0].model = model;
    return self;
}

void sk_match_models_free(struct sk_match_models *self)
{
    if (!self)
        return;
    for (size_t i = 0; i < self->cut_count; i++)
        sk_match_model_free(self->cuts[i].model);
    free(self->labels);
    sk_arena_fini(&self->texts);
    pthread_mutex_destroy(&self->mutex);
    free(self);
}

/* Texts of the JSON do not outlive it. */
static void keep_texts(struct sk_label *label, struct sk_match_mention *mention,
                       struct sk_arena *arena)
{
    struct sk_match_message *message = &label->message;
    struct sk_text *texts[] = {&message->subject, &message->text,   &message->from,
                               &message->sender,  &label->facility, &label->reviewer};
    struct sk_text *attachments =
        sk_arena_alloc(arena, message->attachment_count * sizeof *attachments);

    for (size_t i = 0; i < SK_COUNT(texts); i++)
        *texts[i] = sk_arena_text(arena, *texts[i]);
    for (size_t i = 0; i < message->attachment_count; i++)
        attachments[i] = sk_arena_text(arena, message->attachments[i]);
    message->attachments = attachments;
    for (size_t i = 0; i < SK_MATCH_FIELDS; i++)
        mention->field[i] = sk_arena_text(arena, mention->field[i]);
}

static enum sk_verdict read_label(struct sk_match_models *self, struct sk_text line,
                                  struct sk_error *err)
{
    sk_arena_auto arena = {0};
    struct sk_value json;
    struct sk_match_mention *mention = sk_arena_alloc(&self->texts, sizeof *mention);
    struct sk_label label = {.sampled = true};
    struct sk_text decided;

    SK_TRY(sk_value_parse(line, &arena, &json, err));
    SK_TRY(sk_match_message_read(sk_value_member(&json, "message"), &arena, mention,
                                 &label.message, err));
    SK_TRY(sk_value_require_text(&json, "decided", &decided, err));
    if (!sk_date_parse(decided, &label.day))
        return sk_fail(err, SK_REJECT, "match.label", "decided is no date: \"%.*s\"",
                       SK_TEXT_ARG(decided));
    if (self->count == LABELS)
        return sk_fail(err, SK_REJECT, "match.label", "more than %d labels", LABELS);
    label.facility = sk_value_member_text(&json, "facility");
    label.reviewer = sk_value_member_text(&json, "reviewer");
    keep_texts(&label, mention, &self->texts);
    self->labels =
        sk_grow(self->labels, &self->capacity, self->count + 1, sizeof *self->labels);
    self->labels[self->count++] = label;
    return SK_OK;
}

static int by_day(const void *a, const void *b)
{
    const struct sk_label *left = a, *right = b;

    return (left->day > right->day) - (left->day < right->day);
}

/* Cuts after days on which labels were decided, spread evenly over the labels; the last
 * one holds them all. */
static void make_cuts(struct sk_match_models *self)
{
    size_t step = self->count / CUTS + 1;

    if (self->count)
        qsort(self->labels, self->count, sizeof *self->labels, by_day);
    for (size_t i = 1; i <= self->count; i++) {
        bool last = i == self->count;
        bool day_ends = last || self->labels[i].day != self->labels[i - 1].day;

        if (!day_ends || (!last && i < self->cuts[self->cut_count - 1].labels + step))
            continue;
        self->cuts[self->cut_count++] =
            (struct cut){.from = self->labels[i - 1].day + 1, .labels = i};
    }
}

enum sk_verdict sk_match_models_read(const struct sk_match_register *reg,
                                     const char *path, const struct sk_learning *settings,
                                     struct sk_match_models **ret_models, size_t *ret_bad,
                                     struct sk_error *err)
{
    FILE *file = fopen(path, "re");
    struct sk_match_models *self;
    char *line = NULL;
    size_t capacity = 0, number = 0;
    ssize_t size;

    if (!file)
        return sk_fail(err, SK_FATAL, "match.file", "cannot open %s: %s", path,
                       strerror(errno));
    self = models_new();
    self->reg = reg;
    self->settings = *settings;
    while ((size = getline(&line, &capacity, file)) >= 0) {
        struct sk_text text = sk_text_trim((struct sk_text){line, (size_t)size});
        struct sk_error problem = {0};

        number++;
        if (text.size && read_label(self, text, &problem) != SK_OK) {
            ++*ret_bad;
            fprintf(stderr, "labels, line %zu is left out: %s\n", number, problem.text);
        }
    }
    free(line);
    fclose(file);
    make_cuts(self);
    *ret_models = self;
    return SK_OK;
}

static const struct sk_match_model *model_of(struct sk_match_models *self,
                                             struct cut *cut)
{
    pthread_mutex_lock(&self->mutex);
    if (!cut->model)
        cut->model =
            sk_match_learn(self->reg, self->labels, cut->labels, &self->settings);
    pthread_mutex_unlock(&self->mutex);
    return cut->model;
}

const struct sk_match_model *sk_match_models_for(struct sk_match_models *self,
                                                 int32_t received)
{
    size_t at = self->cut_count - 1;

    while (at > 0 && self->cuts[at].from > received)
        at--;
    return model_of(self, &self->cuts[at]);
}

static void report(const char *channel, const char *question,
                   const struct sk_certificate *certificate)
{
    char first[SK_DATE_SIZE], last[SK_DATE_SIZE];

    if (certificate->from == INT32_MAX)
        fprintf(stderr, "certificate: %s, %s: never; ", channel, question);
    else
        fprintf(stderr, "certificate: %s, %s: from %.1f bits of trust; ", channel,
                question, certificate->from / 1024.0);
    fprintf(stderr,
            "labels decided %s to %s, %u of them automatic, %u wrong: at most %.3f %% "
            "wrong with 95 %% confidence, asked %.3f %%: %s\n",
            sk_date_format(certificate->first, first),
            sk_date_format(certificate->last, last), certificate->sample,
            certificate->errors, certificate->bound / 1e4, certificate->rate / 1e4,
            certificate->proved ? "proved"
                                : "not proved, so the built-in threshold or a stricter");
}

void sk_match_models_report(struct sk_match_models *self)
{
    static const char *const questions[] = {
        [SK_QUESTION_LINK] = "link", [SK_QUESTION_NONE] = "none"};
    const struct sk_match_model *model = model_of(self, &self->cuts[self->cut_count - 1]);

    fprintf(stderr, "model %s\n", model->name);
    for (size_t channel = 0; model->number && channel < SK_MATCH_CHANNELS; channel++) {
        for (size_t question = 0; question < SK_QUESTIONS; question++)
            report(sk_match_channel_name((enum sk_match_channel)channel),
                   questions[question], &model->certificate[channel][question]);
    }
}

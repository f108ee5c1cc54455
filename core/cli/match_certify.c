/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often AUTO is wrong, on messages that people have decided: counted, with the
 * one-sided 95 % upper bound of Clopper and Pearson. Thresholds stay as built in; a
 * certificate says what they are worth on this register and these messages.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "cli/match_batch.h"

enum { HALVINGS = 60 };

/* P(at most `wrong` of `count`) when each is wrong with probability p. */
static double at_most(size_t wrong, size_t count, double p)
{
    double n = (double)count, sum = 0;

    for (size_t i = 0; i <= wrong; i++) {
        double k = (double)i;

        sum += exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) +
                   (n - k) * log1p(-p));
    }
    return sum;
}

double sk_match_upper_bound(size_t wrong, size_t count)
{
    double low = 0, high = 1;

    if (wrong >= count)
        return 1;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2;

        if (at_most(wrong, count, middle) > 0.05)
            low = middle;
        else
            high = middle;
    }
    return high;
}

/* Whether the answer spans the facility that people chose. */
static bool is_right(const struct sk_match_register *reg,
                     const struct sk_match_target *target, struct sk_text facility,
                     int32_t day)
{
    if (sk_text_equal(target->id, facility))
        return true;
    if (target->level == SK_LEVEL_ORGANISATOR)
        return sk_text_equal(target->id, sk_match_register_organiser(reg, facility, day));
    for (size_t i = 0; target->level == SK_LEVEL_ADRES && i < target->location_count;
         i++) {
        if (sk_text_equal(target->locations[i], facility))
            return true;
    }
    return false;
}

static enum sk_verdict certify_line(const struct sk_match_register *reg,
                                    struct sk_text line, struct sk_arena *arena,
                                    struct sk_match_certificate *certificate,
                                    struct sk_error *err)
{
    json_auto_t *json = NULL;
    struct sk_match_mention mention;
    struct sk_match_message message;
    struct sk_match_decision decision;
    struct sk_text decided;
    int32_t day;

    SK_TRY(sk_json_parse(line.data, line.size, &json, err));
    SK_TRY(
        sk_match_message_read(json_object_get(json, "message"), &mention, &message, err));
    SK_TRY(sk_json_text(json, "decided", &decided, err));
    if (!sk_date_parse(decided, &day))
        return sk_fail(err, SK_REJECT, "match.label", "decided is no date: \"%.*s\"",
                       SK_TEXT_ARG(decided));
    sk_match_decide(reg, sk_match_model_builtin(), &message, arena, &decision);
    if (certificate->labels++ == 0 || day < certificate->first)
        certificate->first = day;
    if (certificate->labels == 1 || day > certificate->last)
        certificate->last = day;
    if (decision.besluit != SK_BESLUIT_AUTO)
        return SK_OK;
    certificate->automatic++;
    certificate->wrong += !is_right(
        reg, &decision.doelen[0], sk_json_text_or_absent(json, "facility"), message.day);
    return SK_OK;
}

enum sk_verdict sk_match_certify(const struct sk_match_register *reg, const char *path,
                                 struct sk_match_certificate *ret_certificate,
                                 struct sk_error *err)
{
    FILE *file = fopen(path, "re");
    sk_arena_auto arena = {0};
    char *line = NULL;
    size_t capacity = 0, number = 0;
    ssize_t size;

    *ret_certificate = (struct sk_match_certificate){0};
    if (!file)
        return sk_fail(err, SK_FATAL, "match.file", "cannot open %s: %s", path,
                       strerror(errno));
    while ((size = getline(&line, &capacity, file)) >= 0) {
        struct sk_text text = sk_text_trim((struct sk_text){line, (size_t)size});
        struct sk_error problem = {0};

        number++;
        if (text.size &&
            certify_line(reg, text, &arena, ret_certificate, &problem) != SK_OK) {
            ret_certificate->bad++;
            fprintf(stderr, "labels, line %zu is left out: %s\n", number, problem.text);
        }
        sk_arena_reset(&arena);
    }
    free(line);
    fclose(file);
    return SK_OK;
}

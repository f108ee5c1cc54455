/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tails of the binomial distribution in whole numbers. They reach far below what 64 bits
 * hold, so each is a 63-bit mantissa and a power of two; what is cut off is far less than
 * anybody decides by, and the same everywhere.
 */
#include "match/certify.h"

enum { MILLION = 1000000, ONE_IN = 20 }; /* 95 % confidence: one in twenty fails */

/* mantissa * 2^exponent; the mantissa has its 63rd bit set, or is 0. */
struct scaled {
    uint64_t mantissa;
    int32_t exponent;
};

static struct scaled normalised(unsigned __int128 mantissa, int32_t exponent)
{
    if (mantissa == 0)
        return (struct scaled){0, 0};
    while (mantissa >> 63) {
        mantissa >>= 1;
        exponent++;
    }
    while (!(mantissa >> 62)) {
        mantissa <<= 1;
        exponent--;
    }
    return (struct scaled){(uint64_t)mantissa, exponent};
}

static struct scaled ratio(uint64_t numerator, uint64_t denominator)
{
    return normalised(((unsigned __int128)numerator << 64) / denominator, -64);
}

static struct scaled times(struct scaled a, struct scaled b)
{
    return normalised((unsigned __int128)a.mantissa * b.mantissa,
                      a.exponent + b.exponent);
}

static struct scaled plus(struct scaled a, struct scaled b)
{
    if (a.mantissa == 0 || (b.mantissa && b.exponent > a.exponent)) {
        struct scaled other = a;

        a = b;
        b = other;
    }
    int32_t apart = a.exponent - b.exponent;

    return normalised((unsigned __int128)a.mantissa +
                          (apart < 63 ? b.mantissa >> apart : 0),
                      a.exponent);
}

static struct scaled power(struct scaled base, uint32_t exponent)
{
    struct scaled result = ratio(1, 1);

    for (; exponent; exponent >>= 1) {
        if (exponent & 1)
            result = times(result, base);
        base = times(base, base);
    }
    return result;
}

static bool is_at_most(struct scaled a, struct scaled b)
{
    if (a.mantissa == 0 || b.mantissa == 0)
        return a.mantissa == 0;
    return a.exponent != b.exponent ? a.exponent < b.exponent : a.mantissa <= b.mantissa;
}

/* P(at most `count` of `sample`) when each has probability rate / million, 0 < rate < 1.
 */
static struct scaled lower_tail(uint32_t count, uint32_t sample, uint32_t rate)
{
    struct scaled term = power(ratio(MILLION - rate, MILLION), sample);
    struct scaled odds = ratio(rate, MILLION - rate);
    struct scaled sum = term;

    for (uint32_t i = 0; i < count; i++) {
        term = times(times(term, odds), ratio(sample - i, i + 1));
        sum = plus(sum, term);
    }
    return sum;
}

bool sk_certify_holds(uint32_t errors, uint32_t sample, uint32_t rate)
{
    if (rate >= MILLION)
        return true;
    if (rate == 0 || errors >= sample)
        return false;
    return is_at_most(lower_tail(errors, sample, rate), ratio(1, ONE_IN));
}

uint32_t sk_certify_bound(uint32_t errors, uint32_t sample)
{
    uint32_t low = 0, high = MILLION;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (sk_certify_holds(errors, sample, middle))
            high = middle;
        else
            low = middle;
    }
    return high;
}

/* Whether so many errors are a proof that more than `rate` is wrong. */
static bool is_refuted(uint32_t errors, uint32_t sample, uint32_t rate)
{
    if (errors == 0 || rate == 0 || rate >= MILLION)
        return false;
    return is_at_most(ratio(ONE_IN - 1, ONE_IN), lower_tail(errors - 1, sample, rate));
}

struct walk {
    const struct sk_outcomes *outcomes;
    size_t step; /* the loosest one taken in; SK_STEPS: none */
    uint32_t sample, errors;
};

static void loosen(struct walk *self)
{
    self->step--;
    self->sample += self->outcomes->right[self->step] + self->outcomes->wrong[self->step];
    self->errors += self->outcomes->wrong[self->step];
}

/* From strict to loose; false when not even the first with enough labels holds. */
static bool walk_certified(struct walk *self, uint32_t rate)
{
    while (self->step > 0 && !sk_certify_holds(0, self->sample, rate))
        loosen(self);
    if (!sk_certify_holds(self->errors, self->sample, rate))
        return false;
    while (self->step > 0) {
        struct walk next = *self;

        loosen(&next);
        if (!sk_certify_holds(next.errors, next.sample, rate))
            break;
        *self = next;
    }
    return true;
}

/* The built-in threshold, or the loosest stricter one that no label refutes. */
static void walk_unproved(struct walk *self, uint32_t rate, size_t builtin)
{
    struct walk at = {self->outcomes, SK_STEPS, 0, 0};

    *self = at;
    while (at.step > builtin) {
        loosen(&at);
        if (!is_refuted(at.errors, at.sample, rate))
            *self = at;
    }
}

void sk_certify(const struct sk_outcomes *outcomes, uint32_t rate, int32_t builtin,
                struct sk_certificate *ret_certificate)
{
    struct walk walk = {outcomes, SK_STEPS, 0, 0};
    bool proved = walk_certified(&walk, rate);

    if (!proved)
        walk_unproved(&walk, rate, sk_step_of(builtin));
    *ret_certificate = (struct sk_certificate){
        .rate = rate,
        .sample = walk.sample,
        .errors = walk.errors,
        .bound = sk_certify_bound(walk.errors, walk.sample),
        .from = walk.step == SK_STEPS ? INT32_MAX
                                      : SK_STEPS_BEGIN + (int32_t)walk.step * SK_STEP,
        .proved = proved,
    };
}

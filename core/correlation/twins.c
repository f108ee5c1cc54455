/* SPDX-License-Identifier: Apache-2.0 */
#include "correlation/twins.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/hash.h"
#include "match/normalise.h"

enum {
    SKETCH = 16,
    SKETCH_IN_COMMON = 3, /* fewer: not worth reading; misses 1 of 1,000 that are alike */
    LEAST_PAIRS = 8,
    PLACES = 3,
    REMEMBERED_DAYS = 2 * TWINS_WITHIN_DAYS,
};

static const int64_t day_ms = 24 * 3600 * 1000LL;

struct twin {
    int64_t since_ms; /* first decided about */
    int32_t day;      /* received; known with the sketch */
    bool sketched;
    uint32_t sketch[SKETCH];
    struct twin_place *places[PLACES];
    size_t place_count;
    size_t key_size;
    char key[];
};

struct twin_place {
    struct twin *twins[TWINS_AT_PLACE]; /* oldest first */
    size_t count;
    size_t name_size;
    char name[];
};

/* Texts. ------------------------------------------------------------------------------
 */

struct pairs {
    uint64_t *items; /* hashes of two words, sorted, each once */
    size_t count;
};

static int by_value(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return left < right ? -1 : left > right;
}

static struct pairs pairs_of(struct sk_text text, struct sk_arena *arena)
{
    struct sk_words words = sk_words_of(text, arena);
    struct pairs pairs = {0};

    if (words.count < 2)
        return pairs;
    pairs.items = sk_arena_alloc(arena, words.count * sizeof *pairs.items);
    for (size_t i = 0; i + 1 < words.count; i++) {
        struct sk_text pair = sk_words_join(words, i, 2, " ", arena);
        pairs.items[i] = sk_hash64(pair.data, pair.size);
    }
    qsort(pairs.items, words.count - 1, sizeof *pairs.items, by_value);
    for (size_t i = 0; i + 1 < words.count; i++) {
        if (i == 0 || pairs.items[i] != pairs.items[i - 1])
            pairs.items[pairs.count++] = pairs.items[i];
    }
    return pairs;
}

static int64_t likeness(struct pairs a, struct pairs b)
{
    size_t common = 0;

    if (a.count < LEAST_PAIRS || b.count < LEAST_PAIRS)
        return 0;
    for (size_t i = 0, k = 0; i < a.count && k < b.count;) {
        common += a.items[i] == b.items[k];
        if (a.items[i] <= b.items[k])
            i++;
        else
            k++;
    }
    return (int64_t)(common * 1000000 / (a.count + b.count - common));
}

static void make_sketch(struct pairs pairs, uint32_t sketch[SKETCH])
{
    memset(sketch, 0xff, SKETCH * sizeof *sketch);
    for (size_t i = 0; i < pairs.count; i++) {
        for (uint64_t k = 0; k < SKETCH; k++) {
            uint64_t mixed = (pairs.items[i] ^ (k << 56)) * (0x9E3779B97F4A7C15u + 2 * k);
            uint32_t value = (uint32_t)(mixed >> 32);

            if (value < sketch[k])
                sketch[k] = value;
        }
    }
}

static int in_common(const uint32_t a[SKETCH], const uint32_t b[SKETCH])
{
    int count = 0;

    for (size_t i = 0; i < SKETCH; i++)
        count += a[i] == b[i];
    return count;
}

static struct pairs pairs_of_subject(const struct subject *subject,
                                     struct sk_arena *arena)
{
    return pairs_of(sk_arena_printf(arena, "%.*s %.*s",
                                    SK_TEXT_ARG(subject->message.subject),
                                    SK_TEXT_ARG(subject->message.text)),
                    arena);
}

/* Places. -----------------------------------------------------------------------------
 */

/* Where it stands or may stand: the targets, else the likeliest locations. */
static size_t places_of(const struct koppeling *event, const struct doel *places[PLACES])
{
    size_t count = 0;

    for (size_t i = 0; i < event->doelen_count && count < PLACES; i++)
        places[count++] = &event->doelen[i];
    for (size_t i = 0;
         !event->doelen_count && i < event->kandidaten_count && count < PLACES; i++) {
        if (event->kandidaten[i].doel.niveau == NIVEAU_LOCATIE)
            places[count++] = &event->kandidaten[i].doel;
    }
    return count;
}

static const char *name_of(const struct doel *doel, char *out, size_t size)
{
    snprintf(out, size, "%s/%.*s", niveau_symbols[doel->niveau], SK_TEXT_ARG(doel->id));
    return out;
}

static void leave_place(struct twins *self, struct twin_place *place,
                        const struct twin *twin)
{
    size_t kept = 0;

    for (size_t i = 0; i < place->count; i++) {
        if (place->twins[i] != twin)
            place->twins[kept++] = place->twins[i];
    }
    place->count = kept;
    if (kept == 0)
        free(sk_map_remove(&self->places,
                           (struct sk_text){place->name, place->name_size}));
}

static void leave_places(struct twins *self, struct twin *twin)
{
    for (size_t i = 0; i < twin->place_count; i++)
        leave_place(self, twin->places[i], twin);
    twin->place_count = 0;
}

static void forget_place(struct twin *twin, const struct twin_place *place)
{
    for (size_t i = 0; i < twin->place_count; i++) {
        if (twin->places[i] == place)
            twin->places[i--] = twin->places[--twin->place_count];
    }
}

/* At a full place the oldest makes room. */
static void join_place(struct twins *self, struct twin *twin, const struct doel *doel)
{
    char name[160];
    struct sk_text key = sk_text(name_of(doel, name, sizeof name));
    struct twin_place *place = sk_map_get(&self->places, key);

    if (!place) {
        place = sk_alloc_zeroed(sizeof *place + key.size);
        memcpy(place->name, key.data, key.size);
        place->name_size = key.size;
        sk_map_put(&self->places, key, place);
    }
    if (place->count == TWINS_AT_PLACE) {
        forget_place(place->twins[0], place);
        memmove(place->twins, place->twins + 1, --place->count * sizeof *place->twins);
    }
    place->twins[place->count++] = twin;
    twin->places[twin->place_count++] = place;
}

/* Subjects. ---------------------------------------------------------------------------
 */

int64_t twins_since_ms(const struct koppeling *decision)
{
    const struct vorig_besluit *first =
        decision->vorige_count ? &decision->vorige[decision->vorige_count - 1] : NULL;

    return first ? first->op : decision->besloten_op;
}

void twins_forget(struct twins *self, struct sk_text key)
{
    struct twin *twin = sk_map_remove(&self->subjects, key);

    if (!twin)
        return;
    leave_places(self, twin);
    free(twin);
}

/* Once a day the old ones go. */
static void sweep(struct twins *self)
{
    int64_t before = self->newest_ms - REMEMBERED_DAYS * day_ms;
    struct sk_map_slot *slot;

    if (self->newest_ms - self->swept_ms < day_ms)
        return;
    self->swept_ms = self->newest_ms;
    for (size_t at = 0; (slot = sk_map_next(&self->subjects, &at));) {
        const struct twin *twin = slot->value;

        if (twin->since_ms >= before)
            continue;
        twins_forget(self, (struct sk_text){slot->key, slot->key_size});
        at = 0; /* the map has changed */
    }
}

static struct twin *twin_of(struct twins *self, struct sk_text key)
{
    struct twin *twin = sk_map_get(&self->subjects, key);

    if (twin || self->subjects.count >= TWINS_LIMIT)
        return twin;
    twin = sk_alloc_zeroed(sizeof *twin + key.size);
    memcpy(twin->key, key.data, key.size);
    twin->key_size = key.size;
    sk_map_put(&self->subjects, key, twin);
    return twin;
}

void twins_note(struct twins *self, struct sk_text key, const struct koppeling *event)
{
    const struct doel *places[PLACES];
    size_t count = places_of(event, places);
    int64_t since = twins_since_ms(event);

    if (since > self->newest_ms)
        self->newest_ms = since;
    sweep(self);
    if (!count || since < self->newest_ms - REMEMBERED_DAYS * day_ms)
        return twins_forget(self, key);
    struct twin *twin = twin_of(self, key);

    if (!twin)
        return;
    leave_places(self, twin);
    twin->since_ms = since;
    twin->sketched = false; /* its text may have changed */
    for (size_t i = 0; i < count; i++)
        join_place(self, twin, places[i]);
}

void twins_fini(struct twins *self)
{
    struct sk_map_slot *slot;

    for (size_t at = 0; (slot = sk_map_next(&self->subjects, &at));)
        free(slot->value);
    for (size_t at = 0; (slot = sk_map_next(&self->places, &at));)
        free(slot->value);
    sk_map_fini(&self->subjects);
    sk_map_fini(&self->places);
    *self = (struct twins){0};
}

/* Proposing. --------------------------------------------------------------------------
 */

/* The subject that looks for its twins. */
struct search {
    const struct subject *subject;
    int64_t since_ms;
    struct sk_emitter *out;
    struct sk_arena *arena;
    struct pairs pairs;
    uint32_t sketch[SKETCH];
    struct voorstel found[TWINS_PROPOSED]; /* likest first */
    size_t count;
};

static enum sk_verdict read_other(const struct search *search, const struct twin *twin,
                                  struct subject *ret_other, bool *ret_found,
                                  struct sk_error *err)
{
    struct sk_text id = {twin->key, twin->key_size}, soort = sk_text_split(&id, '/');
    const struct sk_event_type *type = subject_type(soort);
    const void *event = NULL;

    *ret_found = false;
    if (!type)
        return SK_OK;
    SK_TRY(sk_latest(search->out, type, id, &event, err));
    if (!event)
        return SK_OK;
    subject_read(ret_other, type, event, search->arena);
    *ret_found = true;
    return SK_OK;
}

static void keep(struct search *search, const struct subject *other, int64_t alike)
{
    size_t at = search->count;
    const struct voorstel found = {.soort = other->soort,
                                   .id = other->id,
                                   .relatie = RELATIE_DUBBEL_VAN,
                                   .gelijkenis = alike};

    for (size_t i = 0; i < search->count; i++) {
        if (sk_text_equal(search->found[i].id, other->id))
            return; /* met at another place already */
    }
    while (at > 0 && search->found[at - 1].gelijkenis < alike)
        at--;
    if (at == TWINS_PROPOSED)
        return;
    if (search->count < TWINS_PROPOSED)
        search->count++;
    memmove(search->found + at + 1, search->found + at,
            (search->count - 1 - at) * sizeof *search->found);
    search->found[at] = found;
}

/* Worth reading: by its sketch, once it has one. */
static bool may_be_alike(const struct search *search, const struct twin *twin)
{
    int32_t apart = search->subject->day_received - twin->day;

    return !twin->sketched ||
           (apart <= TWINS_WITHIN_DAYS && apart >= -TWINS_WITHIN_DAYS &&
            in_common(search->sketch, twin->sketch) >= SKETCH_IN_COMMON);
}

static enum sk_verdict compare(struct search *search, struct twin *twin,
                               struct sk_error *err)
{
    struct subject other;
    bool found;

    if (twin->since_ms >= search->since_ms || !may_be_alike(search, twin) ||
        sk_text_equal((struct sk_text){twin->key, twin->key_size}, search->subject->key))
        return SK_OK;
    SK_TRY(read_other(search, twin, &other, &found, err));
    if (!found)
        return SK_OK;
    struct pairs pairs = pairs_of_subject(&other, search->arena);

    make_sketch(pairs, twin->sketch);
    twin->day = other.day_received;
    twin->sketched = true;
    int64_t alike = may_be_alike(search, twin) ? likeness(search->pairs, pairs) : 0;

    if (alike >= TWINS_ALIKE)
        keep(search, &other, alike);
    return SK_OK;
}

/* Those of its places where others stand. */
static size_t known_places(const struct twins *self, const struct koppeling *event,
                           const struct twin_place *ret_places[PLACES])
{
    const struct doel *places[PLACES];
    size_t count = places_of(event, places), known = 0;
    char name[160];

    for (size_t i = 0; i < count; i++) {
        ret_places[known] =
            sk_map_get(&self->places, sk_text(name_of(places[i], name, sizeof name)));
        known += ret_places[known] != NULL;
    }
    return known;
}

enum sk_verdict twins_propose(const struct twins *self, const struct subject *subject,
                              int64_t since_ms, struct sk_emitter *out,
                              struct koppeling *next, struct sk_error *err)
{
    struct search search = {.subject = subject,
                            .since_ms = since_ms,
                            .out = out,
                            .arena = sk_emitter_arena(out)};
    const struct twin_place *places[PLACES];
    size_t count = known_places(self, next, places);

    if (count) {
        search.pairs = pairs_of_subject(subject, search.arena);
        make_sketch(search.pairs, search.sketch);
    }
    if (search.pairs.count < LEAST_PAIRS)
        count = 0; /* too short to tell */
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < places[i]->count; k++)
            SK_TRY(compare(&search, places[i]->twins[k], err));
    }
    next->voorstellen_count = search.count;
    next->voorstellen =
        sk_arena_alloc(search.arena, search.count * sizeof *next->voorstellen);
    memcpy(next->voorstellen, search.found, search.count * sizeof *search.found);
    return SK_OK;
}

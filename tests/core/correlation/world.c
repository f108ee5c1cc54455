/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/settings.h"

extern const struct sk_connector correlation;

enum { MESSAGES = 4096 };

/* One event on the bus, in order; value.data NULL: erased. */
struct message {
    const struct sk_event_type *type;
    struct sk_text key;
    struct sk_bytes value;
};

struct world {
    struct sk_arena arena;
    struct sk_settings *settings;
    void *state;
    struct message bus[MESSAGES];
    size_t bus_count;
    struct message unit[64]; /* of the call that is going on */
    size_t unit_count;
    size_t sent;
    int64_t now_ms;
    bool loaded;
    char folder[64];
    int64_t alarm;
    bool tables_late;
};

/* The emitter is the world: one at a time, so a pointer to it will do. */
struct sk_emitter {
    struct world *world;
};

static const struct message *newest(const struct world *world,
                                    const struct sk_event_type *type, struct sk_text key)
{
    for (size_t i = world->unit_count; i-- > 0;) {
        if (world->unit[i].type == type && sk_text_equal(world->unit[i].key, key))
            return &world->unit[i];
    }
    for (size_t i = world->bus_count; i-- > 0;) {
        if (world->bus[i].type == type && sk_text_equal(world->bus[i].key, key))
            return &world->bus[i];
    }
    return NULL;
}

static void *decode(struct world *world, const struct message *message)
{
    struct sk_error err = {0};

    if (!message || !message->value.data)
        return NULL;
    void *event = sk_arena_alloc_zeroed(&world->arena, message->type->record.size);

    if (message->type->decode(event, message->value, &world->arena, &err) != SK_OK)
        fail_msg("%s", err.text);
    return event;
}

static struct message encode(struct world *world, const struct sk_event_type *type,
                             const void *event)
{
    struct message message = {.type = type};
    struct sk_error err = {0};
    sk_buffer_auto value = {0};

    if (sk_event_key(type, event, &world->arena, &message.key, &err) != SK_OK ||
        type->encode(event, &value, &err) != SK_OK)
        fail_msg("%s", err.text);
    struct sk_text copy = sk_arena_text(&world->arena, sk_buffer_text(&value));

    message.key = sk_arena_text(&world->arena, message.key);
    message.value = (struct sk_bytes){(const uint8_t *)copy.data, copy.size};
    return message;
}

/* What the runtime offers. ------------------------------------------------------------
 */

enum sk_verdict sk_emit(struct sk_emitter *out, const struct sk_event_type *type,
                        const void *event, struct sk_error *err)
{
    struct world *world = out->world;
    struct sk_text key;
    void *copy = sk_arena_alloc(&world->arena, type->record.size);
    const void *previous;

    SK_TRY(sk_event_key(type, event, &world->arena, &key, err));
    previous = decode(world, newest(world, type, key));
    memcpy(copy, event, type->record.size);
    int64_t before = previous ? sk_event_versie(type, previous) : 0;

    sk_event_set_versie(type, copy, before);
    if (previous && type->equal(previous, copy))
        return SK_OK;
    sk_event_set_versie(type, copy,
                        before + 1 > world->now_ms ? before + 1 : world->now_ms);
    world->unit[world->unit_count++] = encode(world, type, copy);
    return SK_OK;
}

enum sk_verdict sk_emit_erased(struct sk_emitter *out, const struct sk_event_type *type,
                               struct sk_text key, struct sk_error *)
{
    struct world *world = out->world;
    const struct message *last = newest(world, type, key);

    if (last && last->value.data)
        world->unit[world->unit_count++] =
            (struct message){.type = type, .key = sk_arena_text(&world->arena, key)};
    return SK_OK;
}

enum sk_verdict sk_latest(struct sk_emitter *out, const struct sk_event_type *type,
                          struct sk_text key, const void **ret_event, struct sk_error *)
{
    *ret_event = decode(out->world, newest(out->world, type, key));
    return SK_OK;
}

struct sk_arena *sk_emitter_arena(struct sk_emitter *out)
{
    return &out->world->arena;
}

const char *world_folder(const struct world *world)
{
    return world->folder;
}

const char *sk_emitter_folder(const struct sk_emitter *out)
{
    return out->world->folder;
}

int64_t sk_emitter_now_ms(const struct sk_emitter *out)
{
    return out->world->now_ms;
}

void sk_alarm(struct sk_emitter *out, const char *, const char *, int64_t count, int64_t)
{
    out->world->alarm = count;
}

/* The process. -------------------------------------------------------------------------
 */

static bool is_table(const struct sk_event_type *type)
{
    for (size_t i = 0; correlation.processor->tables[i]; i++) {
        if (correlation.processor->tables[i] == type)
            return true;
    }
    return false;
}

static enum sk_verdict hand_over(struct world *world, const struct message *message,
                                 struct sk_error *err)
{
    struct sk_emitter out = {world};
    struct sk_event event = {.type = message->type,
                             .key = message->key,
                             .value = decode(world, message),
                             .whole = true};

    if (is_table(message->type))
        return correlation.processor->table(world->state, &event,
                                            world->loaded ? &out : NULL, err);
    return correlation.processor->handle(world->state, &event, &out, err);
}

static void commit(struct world *world)
{
    size_t count = world->unit_count;
    struct sk_error err = {0};

    world->unit_count = 0;
    for (size_t i = 0; i < count; i++) {
        assert_true(world->bus_count < MESSAGES);
        world->bus[world->bus_count++] = world->unit[i];
        world->sent++;
        if (is_table(world->unit[i].type) && !world->tables_late)
            assert_int_equal(hand_over(world, &world->unit[i], &err), SK_OK);
    }
}

static void open_state(struct world *world)
{
    struct sk_error err = {0};

    world->state = sk_alloc_zeroed(correlation.state_size);
    assert_int_equal(
        sk_options_read(correlation.options, NULL, world->settings, world->state, &err),
        SK_OK);
    assert_int_equal(correlation.open(world->state, &err), SK_OK);
}

/* Every world has the same key, so that equal decisions are equal in every byte. */
static void make_folder(struct world *world)
{
    static const char key[SK_SHA256_SIZE] = "the key of every world of tests";
    char path[96];
    struct sk_error err = {0};

    strcpy(world->folder, "/tmp/schakel-world-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    snprintf(path, sizeof path, "%s/pseudoniem.sleutel", world->folder);
    assert_ok(sk_file_replace_private(path, key, sizeof key, &err));
}

struct world *world_new(void)
{
    struct world *world = sk_alloc_zeroed(sizeof *world);

    struct sk_error err = {0};

    world->now_ms = TUESDAY_NOON;
    make_folder(world);
    assert_ok(sk_settings_load("correlation", NULL, 0, NULL, &world->settings, &err));
    open_state(world);
    return world;
}

static void close_state(struct world *world)
{
    correlation.close(world->state);
    free(world->state);
}

static void remove_models(const struct world *world)
{
    char path[512];
    const struct dirent *entry;

    snprintf(path, sizeof path, "%s/modellen", world->folder);
    DIR *folder = opendir(path);

    while (folder && (entry = readdir(folder))) {
        snprintf(path, sizeof path, "%s/modellen/%s", world->folder, entry->d_name);
        unlink(path); /* not . and .. */
    }
    if (!folder)
        return;
    closedir(folder);
    snprintf(path, sizeof path, "%s/modellen", world->folder);
    assert_int_equal(rmdir(path), 0);
}

static void remove_folder(const struct world *world)
{
    char path[96];

    remove_models(world);

    snprintf(path, sizeof path, "%s/pseudoniem.sleutel", world->folder);
    unlink(path);
    assert_int_equal(rmdir(world->folder), 0);
}

void world_free(struct world *world)
{
    close_state(world);
    sk_settings_free(world->settings);
    remove_folder(world);
    sk_arena_fini(&world->arena);
    free(world);
}

void world_restart(struct world *world)
{
    struct sk_error err = {0};

    close_state(world);
    open_state(world);
    world->loaded = false;
    for (size_t i = 0; i < world->bus_count; i++) {
        if (is_table(world->bus[i].type))
            assert_int_equal(hand_over(world, &world->bus[i], &err), SK_OK);
    }
    assert_ok(world_loaded(world, &err));
}

void world_set_time(struct world *world, int64_t now_ms)
{
    world->now_ms = now_ms;
}

enum sk_verdict world_loaded(struct world *world, struct sk_error *err)
{
    struct sk_emitter out = {world};
    enum sk_verdict verdict = correlation.processor->loaded(world->state, &out, err);

    world->loaded = verdict == SK_OK;
    return verdict;
}

static enum sk_verdict deliver(struct world *world, struct message message,
                               struct sk_error *err)
{
    assert_true(world->bus_count < MESSAGES);
    world->bus[world->bus_count++] = message;
    enum sk_verdict verdict = hand_over(world, &message, err);

    if (verdict == SK_OK)
        commit(world);
    world->unit_count = 0;
    return verdict;
}

enum sk_verdict world_send(struct world *world, const struct sk_event_type *type,
                           const void *event, struct sk_error *err)
{
    void *copy = sk_arena_alloc(&world->arena, type->record.size);

    memcpy(copy, event, type->record.size);
    if (sk_event_versie(type, copy) == 0)
        sk_event_set_versie(type, copy, world->now_ms);
    return deliver(world, encode(world, type, copy), err);
}

enum sk_verdict world_replay(struct world *world, const struct sk_event_type *type,
                             const void *event, struct sk_error *err)
{
    struct message message = encode(world, type, event);
    enum sk_verdict verdict = hand_over(world, &message, err);

    if (verdict == SK_OK)
        commit(world);
    return verdict;
}

enum sk_verdict world_erase(struct world *world, const struct sk_event_type *type,
                            const char *key, struct sk_error *err)
{
    return deliver(world, (struct message){.type = type, .key = sk_text(key)}, err);
}

void world_tick(struct world *world)
{
    struct sk_emitter out = {world};
    struct sk_error err = {0};

    assert_int_equal(correlation.processor->tick(world->state, world->now_ms, &out, &err),
                     SK_OK);
    commit(world);
}

json_t *world_ask(struct world *world, const char *method, const char *path,
                  int64_t version, const json_t *body, unsigned *ret_status)
{
    struct sk_emitter out = {world};
    struct sk_reply reply = {0};
    struct sk_error err = {0};
    char match[32];
    char *text = body ? json_dumps(body, 0) : NULL;
    struct sk_request request = {.method = sk_text(method), .path = sk_text(path)};

    request.query = request.path;
    request.path = sk_text_split(&request.query, '?');
    if (text)
        request.body = (struct sk_bytes){(const uint8_t *)text, strlen(text)};
    snprintf(match, sizeof match, "\"%lld\"", (long long)version);
    request.if_match = sk_text(version ? match : NULL);
    enum sk_verdict verdict =
        correlation.processor->answer(world->state, &request, &out, &reply, &err);

    free(text);
    if (verdict == SK_OK) {
        commit(world);
        *ret_status = reply.status ? reply.status : 200;
        return reply.body;
    }
    world->unit_count = 0;
    json_decref(reply.body);
    assert_int_equal(verdict, SK_REJECT);
    *ret_status = reply.status ? reply.status : 422;
    return json_pack("{s:s, s:s}", "error", err.id, "text", err.text);
}

/* What stands on the bus. --------------------------------------------------------------
 */

const void *world_get(struct world *world, const struct sk_event_type *type,
                      const char *key)
{
    return decode(world, newest(world, type, sk_text(key)));
}

const struct koppeling *world_koppeling(struct world *world, const char *klacht_id)
{
    struct sk_text key = sk_arena_printf(&world->arena, "klacht/%s", klacht_id);

    return decode(world, newest(world, &sk_koppeling, key));
}

const struct dossier_stuk *world_stuk(struct world *world, const char *stuk_id)
{
    return world_get(world, &sk_dossier_stuk, stuk_id);
}

void world_destroy_key(struct world *world)
{
    char path[96];

    snprintf(path, sizeof path, "%s/pseudoniem.sleutel", world->folder);
    assert_int_equal(unlink(path), 0);
}

void world_delay_tables(struct world *world)
{
    world->tables_late = true;
}

int64_t world_alarm(const struct world *world)
{
    return world->alarm;
}

size_t world_sent(const struct world *world)
{
    return world->sent;
}

struct sk_arena *world_arena(struct world *world)
{
    return &world->arena;
}

/* Makers. ------------------------------------------------------------------------------
 */

#define NEW(world, type)                                                                 \
    ((struct type *)sk_arena_alloc_zeroed(&(world)->arena, sizeof(struct type)))

struct opvang_locatie *world_location(struct world *world, const char *number,
                                      const char *name, const char *street,
                                      const char *organiser)
{
    struct opvang_locatie *event = NEW(world, opvang_locatie);

    opvang_locatie_init(event);
    event->dossiernummer = sk_text(number);
    event->toestand = LOCATIE_TOESTAND_ACTIEF;
    event->namen = NEW(world, naam);
    event->namen_count = 1;
    event->namen[0].naam = sk_text(name);
    event->adressen = NEW(world, adres);
    event->adressen_count = 1;
    event->adressen[0] = (struct adres){.soort = ADRES_SOORT_OPVANG,
                                        .straat = sk_text(street),
                                        .huisnummer = SK_TEXT("12"),
                                        .postcode = SK_TEXT("9000"),
                                        .gemeente = SK_TEXT("Gent")};
    event->organisatoren = NEW(world, locatie_organisator);
    event->organisatoren_count = 1;
    event->organisatoren[0].organisator_id = sk_text(organiser);
    event->klantenbeheer = NEW(world, behandelaar);
    event->klantenbeheer_count = 1;
    event->klantenbeheer[0].team = SK_TEXT("Team Gent");
    return event;
}

struct opvang_organisator *world_organiser(struct world *world, const char *id,
                                           const char *name)
{
    struct opvang_organisator *event = NEW(world, opvang_organisator);

    opvang_organisator_init(event);
    event->organisator_id = sk_text(id);
    event->toestand = ORGANISATOR_TOESTAND_ACTIEF;
    event->namen = NEW(world, naam);
    event->namen_count = 1;
    event->namen[0].naam = sk_text(name);
    return event;
}

struct klacht *world_klacht(struct world *world, const char *id, const char *name,
                            const char *dossiernummer)
{
    struct klacht *event = NEW(world, klacht);

    klacht_init(event);
    event->klacht_id = sk_text(id);
    event->versie = TUESDAY_NOON;
    event->regime = REGIME_OPVANG;
    event->gevaar = GEVAAR_NEE;
    event->status = KLACHT_STATUS_ONTVANGEN;
    event->has_ontvangen_op = true;
    event->ontvangen_op = TUESDAY_NOON;
    event->genoemd = NEW(world, genoemde_opvang);
    event->genoemd_count = 1;
    event->genoemd[0].naam = sk_text(name);
    event->genoemd[0].gemeente = SK_TEXT("Gent");
    event->genoemd[0].dossiernummer = sk_text(dossiernummer);
    event->klager = NEW(world, klager);
    event->klager->naam = SK_TEXT("Geheime Melder");
    event->klager->email = SK_TEXT("geheim@voorbeeld.example");
    event->tekst = SK_TEXT("Geheime tekst van de klager.");
    return event;
}

struct koppeling_oordeel *world_oordeel(struct world *world, const char *id,
                                        const char *klacht_id, int32_t handeling)
{
    struct koppeling_oordeel *event = NEW(world, koppeling_oordeel);

    koppeling_oordeel_init(event);
    event->oordeel_id = sk_text(id);
    event->onderwerp = (struct onderwerp){SK_TEXT("klacht"), sk_text(klacht_id)};
    event->handeling = handeling;
    event->door.gebruiker_id = SK_TEXT("ann");
    event->door.via = VIA_CLI;
    event->has_op = true;
    event->op = world->now_ms;
    return event;
}

void world_oordeel_target(struct world *world, struct koppeling_oordeel *oordeel,
                          int32_t niveau, const char *target)
{
    oordeel->doelen = NEW(world, doel);
    oordeel->doelen_count = 1;
    oordeel->doelen[0].niveau = niveau;
    oordeel->doelen[0].id = sk_text(target);
}

static void send_others(struct world *world)
{
    struct sk_error err = {0};
    char number[32], name[32];

    for (int i = 0; i < 150; i++) {
        snprintf(number, sizeof number, "920000%03d", i);
        snprintf(name, sizeof name, "Vuurtoren %c%c", 'a' + i % 26, 'b' + i / 26);
        struct opvang_locatie *event =
            world_location(world, number, name, "Zandweg", "O9");

        event->adressen[0].postcode = SK_TEXT("5000");
        event->adressen[0].gemeente = SK_TEXT("Elders");
        assert_ok(world_send(world, &sk_opvang_locatie, event, &err));
    }
}

struct world *world_with_register(void)
{
    struct world *world = world_new();
    struct sk_error err = {0};
    const struct {
        const char *number, *name, *street, *organiser;
    } places[] = {
        {"910000001", "De Zonnebloem", "Kerkstraat", "O1"},
        {"910000002", "Speelvogel", "Molenstraat", "O1"},
        {"910000003", "Bever", "Dorpsplein", "O2"},
    };

    assert_ok(world_send(world, &sk_opvang_organisator,
                         world_organiser(world, "O1", "Bloemen vzw"), &err));
    assert_ok(world_send(world, &sk_opvang_organisator,
                         world_organiser(world, "O2", "Water bv"), &err));
    for (size_t i = 0; i < SK_COUNT(places); i++)
        assert_ok(world_send(world, &sk_opvang_locatie,
                             world_location(world, places[i].number, places[i].name,
                                            places[i].street, places[i].organiser),
                             &err));
    send_others(world);
    assert_ok(world_loaded(world, &err));
    return world;
}

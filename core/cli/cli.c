/* SPDX-License-Identifier: Apache-2.0 */
/* What several commands share: reading and writing single events, and the trace of
 * reading personal data. */
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "cli/command.h"
#include "events/schakel_inzage.h"

enum sk_verdict sk_cli_open_codec(struct sk_cli *cli, struct sk_error *err)
{
    sk_auto_free char *folder = sk_strf("%s/schemas", cli->common.data);

    if (cli->codec)
        return SK_OK;
    SK_TRY(sk_registry_client_open(cli->common.registry, folder, &cli->registry, err));
    cli->codec = sk_codec_new(cli->registry);
    return SK_OK;
}

enum sk_verdict sk_cli_latest(struct sk_cli *cli, const struct sk_event_type *type,
                              struct sk_text key, struct sk_arena *arena,
                              void **ret_event, struct sk_error *err)
{
    struct sk_bus_record record;
    bool found, whole;

    *ret_event = NULL;
    SK_TRY(sk_cli_open_codec(cli, err));
    SK_TRY(sk_bus_latest(cli->bus, sk_text(type->topic), key, &record, &found, err));
    if (!found || !record.value.data)
        return SK_OK;
    void *event = sk_arena_alloc_zeroed(arena, type->record.size);
    struct sk_text value = sk_arena_text(
        arena, (struct sk_text){(const char *)record.value.data, record.value.size});
    SK_TRY(sk_codec_decode(cli->codec, type,
                           (struct sk_bytes){(const uint8_t *)value.data, value.size},
                           arena, event, &whole, err));
    *ret_event = event;
    return SK_OK;
}

/* max(newest + 1, now), as the runtime assigns it. */
static enum sk_verdict assign_versie(struct sk_cli *cli, const struct sk_event_type *type,
                                     void *event, struct sk_text key,
                                     struct sk_error *err)
{
    sk_arena_auto arena = {0};
    int64_t versie = sk_clock_now_ms();
    void *newest = NULL;

    SK_TRY(sk_cli_latest(cli, type, key, &arena, &newest, err));
    int64_t standing = newest ? sk_event_versie(type, newest) : 0;
    sk_event_set_versie(type, event, versie > standing ? versie : standing + 1);
    return SK_OK;
}

enum sk_verdict sk_cli_publish(struct sk_cli *cli, const struct sk_event_type *type,
                               void *event, char ret_id[37], struct sk_error *err)
{
    sk_arena_auto arena = {0};
    sk_buffer_auto value = {0};
    struct sk_bus_header headers[SK_EVENT_HEADER_COUNT];
    struct sk_event_headers about = {.source = SK_TEXT("/cli"),
                                     .time_ms = sk_clock_now_ms()};
    struct sk_text key;

    SK_TRY(sk_cli_open_codec(cli, err));
    SK_TRY(sk_event_key(type, event, &arena, &key, err));
    if (type->versie)
        SK_TRY(assign_versie(cli, type, event, key, err));
    SK_TRY(sk_codec_encode(cli->codec, type, event, &value, err));
    sk_uuid_v5((struct sk_text[]){SK_TEXT("cli"), sk_text(type->topic), key,
                                  sk_buffer_text(&value)},
               4, about.id);
    struct sk_bus_message message = {
        .topic = sk_text(type->topic),
        .key = key,
        .value = sk_buffer_bytes(&value),
        .headers = headers,
        .header_count = sk_event_headers_make(type, &about, &arena, headers),
    };
    SK_TRY(sk_bus_publish(cli->bus, &message, err));
    if (ret_id)
        memcpy(ret_id, about.id, sizeof(about.id));
    return SK_OK;
}

const char *sk_cli_user(void)
{
    const struct passwd *entry = getpwuid(getuid());

    return entry ? entry->pw_name : "onbekend";
}

enum sk_verdict sk_cli_record_inspection(struct sk_cli *cli,
                                         const struct sk_inspection *inspection,
                                         struct sk_error *err)
{
    struct schakel_inzage inzage;
    struct sk_text fields[32];
    char id[SK_UUID_SIZE];

    sk_schakel_inzage.init(&inzage);
    inzage.inzage_id = sk_text(sk_uuid_v4(id));
    inzage.door.gebruiker_id = sk_text(sk_cli_user());
    inzage.door.rol = SK_TEXT("beheerder");
    inzage.door.via = VIA_CLI;
    inzage.has_op = true;
    inzage.op = sk_clock_now_ms();
    inzage.topic = sk_text(inspection->topic);
    inzage.sleutel = inspection->key;
    inzage.velden = fields;
    for (const char *const *field = inspection->fields;
         *field && inzage.velden_count < SK_COUNT(fields); field++)
        fields[inzage.velden_count++] = sk_text(*field);
    inzage.aantal = inspection->count;
    inzage.reden = sk_text(inspection->reason);
    return sk_cli_publish(cli, &sk_schakel_inzage, &inzage, NULL, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * users - the statuses are decoded with the schemas of this very registry: the codec of
 * the processes would ask for them over HTTP, and so wait for itself.
 */
#include "registry/users.h"

#include <endian.h>
#include <stdlib.h>
#include <unistd.h>

#include "avro/json_view.h"
#include "avro/schema.h"
#include "base/alloc.h"
#include "base/json.h"
#include "bus/bus.h"
#include "registry/subject.h"

enum { FRAME_SIZE = 5 }; /* 0 and the id, big-endian */

struct search {
    struct sk_registry_call *call;
    const struct sk_store_versions *versions;
    struct sk_text topic;
    json_t *messages;
};

/* The topic whose values a subject describes; absent: none. */
static struct sk_text topic_of(struct sk_text subject)
{
    static const char end[] = "-value";
    const size_t size = sizeof(end) - 1;

    if (subject.size <= size ||
        memcmp(subject.data + subject.size - size, end, size) != 0)
        return (struct sk_text){0};
    return (struct sk_text){subject.data, subject.size - size};
}

static void compare(struct search *search, const json_t *status, int64_t id)
{
    for (size_t i = 0; i < search->versions->count; i++) {
        const struct sk_store_version *version = &search->versions->items[i];
        if (version->schema.id != id)
            continue;
        sk_auto_free char *text =
            sk_strf("%.*s (%.*s) last read version %d, schema %d: it would break",
                    SK_TEXT_ARG(sk_json_text_or_absent(status, "proces")),
                    SK_TEXT_ARG(sk_json_text_or_absent(status, "instantie")),
                    version->version, version->schema.id);
        json_array_append_new(search->messages, json_string(text));
        return;
    }
}

/* A framed status as JSON; NULL: it is none of ours, and passed over. */
static json_t *decode(struct sk_registry_call *call, struct sk_bytes value)
{
    sk_schema_document_auto *document = NULL;
    struct sk_store_schema schema;
    struct sk_error ignored;
    uint32_t id;
    json_t *json;

    if (value.size < FRAME_SIZE || value.data[0] != 0)
        return NULL;
    memcpy(&id, value.data + 1, sizeof(id));
    struct sk_bytes payload = {value.data + FRAME_SIZE, value.size - FRAME_SIZE};
    if (sk_store_schema(call->registry->store, SK_TEXT("."), (int32_t)be32toh(id),
                        call->arena, &schema, &ignored) != SK_OK ||
        schema.id == 0 ||
        sk_schema_parse(schema.text.data, schema.text.size, &document, &ignored) !=
            SK_OK ||
        sk_avro_to_json(sk_schema_root(document), payload, SK_JSON_PLAIN, &json,
                        &ignored) != SK_OK)
        return NULL;
    return json;
}

static enum sk_verdict visit(void *context, const struct sk_bus_record *record,
                             struct sk_error *)
{
    struct search *search = context;
    json_auto_t *status = decode(search->call, record->value);
    const json_t *read;
    size_t i;

    json_array_foreach(json_object_get(status, "gelezen_schemas"), i, read)
    {
        if (sk_text_equal(sk_json_text_or_absent(read, "topic"), search->topic))
            compare(search, status, json_integer_value(json_object_get(read, "id")));
    }
    return SK_OK;
}

static enum sk_verdict search_bus(const char *url, struct search *search,
                                  struct sk_error *err)
{
    struct sk_bus *bus = NULL;

    /* Opening the embedded bus makes its file; who only asks must not. */
    if (strncmp(url, "sqlite:", 7) == 0 && access(url + 7, R_OK) != 0)
        return sk_fail(err, SK_RETRY, "bus.away", "there is no %s", url + 7);
    SK_TRY(sk_bus_open(url, &(struct sk_bus_options){0}, &bus, err));
    enum sk_verdict verdict =
        sk_bus_each(bus, SK_TEXT("schakel.status"), visit, search, err);
    sk_bus_close(bus);
    return verdict;
}

void sk_users_add(struct sk_registry_call *call, const struct sk_store_versions *versions,
                  json_t *messages)
{
    const char *url = call->registry->options.bus;
    struct search search = {.call = call, .versions = versions, .messages = messages};
    struct sk_error err = {0};

    if (!url || versions->count == 0)
        return;
    call->fleeting = true;
    search.topic = topic_of(versions->items[0].subject);
    if (!search.topic.data || search_bus(url, &search, &err) == SK_OK)
        return;
    sk_auto_free char *text =
        sk_strf("which processes would break is not known: %s", err.text);
    json_array_append_new(messages, json_string(text));
}

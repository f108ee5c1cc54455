/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proef - the smallest connector that has everything: a source, a sink, a processor, an
 * option without a default and an open that can be made to fail. The conformance set runs
 * it as it runs the real ones.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "events/koppeling_oordeel.h"
#include "events/schakel_inzage.h"
#include "runtime/connector.h"

struct proef {
    const char *name;
    bool fail;
    char *opened;
};

static const struct sk_option options[] = {
    SK_STRING(struct proef, name, .name = "naam", .help = "any text"),
    SK_BOOL(struct proef, fail, .name = "faal", .fallback = "false",
            .help = "open fails half-way"),
    SK_END_OF_OPTIONS,
};

/* {"id": "I-1", "rol": "…", "topic": "…"}; "reden": "wacht" cannot be translated now. */
static enum sk_verdict inzage_translate(const void *, const struct sk_translation *job,
                                        struct sk_error *err)
{
    const struct sk_value *json = job->record->json;
    struct schakel_inzage inzage;
    struct sk_text id;

    schakel_inzage_init(&inzage);
    SK_TRY(sk_value_require_text(json, "id", &id, err));
    if (sk_value_is(sk_value_member(json, "verwijderd"), SK_VALUE_TRUE))
        return sk_emit_erased(job->out, &sk_schakel_inzage, id, err);
    if (sk_text_is(sk_value_member_text(json, "reden"), "wacht"))
        return sk_fail(err, SK_RETRY, "proef.wacht", "this one must wait");
    inzage.inzage_id = id;
    inzage.topic = sk_value_member_text(json, "topic");
    if (!inzage.topic.data)
        inzage.topic = SK_TEXT("");
    inzage.reden = sk_value_member_text(json, "reden");
    if (!inzage.reden.data)
        inzage.reden = SK_TEXT("");
    return sk_emit(job->out, &sk_schakel_inzage, &inzage, err);
}

static const struct sk_source sources[] = {
    {.name = "inzagen", .event = &sk_schakel_inzage, .translate = inzage_translate},
    {0},
};

static const char *const fields[] = {"inzage_id", "topic", NULL};
static const char *const oordeel_fields[] = {"oordeel_id", NULL};

static const struct sk_sink sinks[] = {
    {.name = "uit",
     .event = &sk_schakel_inzage,
     .fields = fields,
     .purpose = "de proef op de som"},
    {.name = "moet",
     .event = &sk_koppeling_oordeel,
     .fields = oordeel_fields,
     .purpose = "wat moet aankomen",
     .must_arrive = true},
    {0},
};

/* Each reading of a topic "kopie" becomes an oordeel; topic "weiger" is refused. */
static enum sk_verdict inzage_handle(void *, const struct sk_event *event,
                                     struct sk_emitter *out, struct sk_error *err)
{
    const struct schakel_inzage *inzage = event->value;
    struct koppeling_oordeel oordeel;

    if (!inzage || !sk_text_starts_with(inzage->topic, "kopie"))
        return inzage && sk_text_is(inzage->topic, "weiger")
                   ? sk_fail(err, SK_REJECT, "proef.weiger", "this one is refused")
                   : SK_OK;
    koppeling_oordeel_init(&oordeel);
    oordeel.oordeel_id = inzage->inzage_id;
    return sk_emit(out, &sk_koppeling_oordeel, &oordeel, err);
}

static const struct sk_event_type *const inputs[] = {&sk_schakel_inzage, NULL};

static const struct sk_processor processor = {
    .name = "kopieer", .inputs = inputs, .handle = inzage_handle};

static enum sk_verdict proef_open(void *state, struct sk_error *err)
{
    struct proef *self = state;

    self->opened = sk_strdup(self->name);
    if (self->fail)
        return sk_fail(err, SK_FATAL, "proef.faal", "asked to fail");
    return SK_OK;
}

static void proef_close(void *state)
{
    struct proef *self = state;

    free(self->opened);
    fputs("proef closed\n", stderr);
}

static const struct sk_connector proef = {
    .name = "proef",
    .summary = "the smallest connector that has everything",
    .state_size = sizeof(struct proef),
    .options = options,
    .sources = sources,
    .sinks = sinks,
    .processor = &processor,
    .open = proef_open,
    .close = proef_close,
};

int main(int argc, char **argv)
{
    return sk_main(&proef, argc, argv);
}

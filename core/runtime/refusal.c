/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/refusal.h"

#include <stdio.h>

#include "base/clock.h"
#include "events/schakel_weigering.h"
#include "runtime/emitter.h"

int64_t sk_refusal_limit(int64_t known)
{
    int64_t share = known * SK_REFUSAL_PERCENT / 100;

    return share > SK_REFUSAL_LEAST ? share : SK_REFUSAL_LEAST;
}

static enum sk_verdict send(struct sk_process *process,
                            const struct schakel_weigering *weigering,
                            struct sk_arena *arena, struct sk_error *err)
{
    struct sk_bus_message message;

    SK_TRY(sk_emitter_message(process, sk_text(sk_schakel_weigering.topic),
                              &sk_schakel_weigering, weigering, arena, &message, err));
    return sk_unit_send(&process->unit, &message, err);
}

/* What a walk over the open refusals of one flow is for. */
struct walk {
    struct sk_process *process;
    const char *flow;
    enum sk_verdict (*visit)(struct walk *walk, struct schakel_weigering *weigering,
                             struct sk_arena *arena, struct sk_error *err);
    const struct sk_refusal *refusal; /* sought */
    char *id;                         /* found */
    bool accepted;
    const char *used;
};

static enum sk_verdict visit_record(void *context, const struct sk_bus_record *record,
                                    struct sk_error *err)
{
    struct walk *walk = context;
    struct sk_process *process = walk->process;
    struct schakel_weigering weigering = {0};
    sk_arena_auto arena = {0};
    bool whole;

    enum sk_verdict verdict =
        sk_codec_decode(process->codec, &sk_schakel_weigering, record->value, &arena,
                        &weigering, &whole, err);
    if (verdict == SK_REJECT)
        return SK_OK; /* nobody's refusal */
    SK_TRY(verdict);
    if (!sk_text_is(weigering.proces, process->connector->name) ||
        !sk_text_is(weigering.flow, walk->flow) || weigering.has_gebruikt_op ||
        weigering.has_vervallen_op)
        return SK_OK;
    return walk->visit(walk, &weigering, &arena, err);
}

static enum sk_verdict walk_open(struct walk *walk, struct sk_error *err)
{
    return sk_bus_each(walk->process->bus, sk_text(sk_schakel_weigering.topic),
                       visit_record, walk, err);
}

/* An acceptance holds for what was shown to who accepted: that dump, that many rows. */
static enum sk_verdict find_same(struct walk *walk, struct schakel_weigering *weigering,
                                 struct sk_arena *, struct sk_error *)
{
    const struct sk_refusal *refusal = walk->refusal;
    bool covers = weigering->aanvaard && refusal->missing <= weigering->ontbrekend;

    if (walk->accepted || !sk_text_equal(weigering->lezing, refusal->dump) ||
        (!covers && refusal->missing != weigering->ontbrekend))
        return SK_OK;
    walk->accepted = covers;
    snprintf(walk->id, SK_UUID_SIZE, "%.*s", SK_TEXT_ARG(weigering->weigering_id));
    return SK_OK;
}

enum sk_verdict sk_refusal_find(struct sk_process *process,
                                const struct sk_refusal *refusal, char id[SK_UUID_SIZE],
                                bool *ret_accepted, struct sk_error *err)
{
    struct walk walk = {.process = process,
                        .flow = refusal->flow,
                        .visit = find_same,
                        .refusal = refusal,
                        .id = id};

    id[0] = '\0';
    SK_TRY(walk_open(&walk, err));
    *ret_accepted = walk.accepted;
    return SK_OK;
}

enum sk_verdict sk_refusal_say(struct sk_process *process,
                               const struct sk_refusal *refusal, char id[SK_UUID_SIZE],
                               struct sk_error *err)
{
    struct schakel_weigering weigering;
    sk_arena_auto arena = {0};

    schakel_weigering_init(&weigering);
    weigering.weigering_id = sk_text(sk_uuid_v4(id));
    weigering.proces = sk_text(process->connector->name);
    weigering.flow = sk_text(refusal->flow);
    if (refusal->dump.data)
        weigering.lezing = refusal->dump;
    weigering.has_geweigerd_op = true;
    weigering.geweigerd_op = sk_clock_now_ms();
    weigering.gelezen = refusal->rows;
    weigering.bekend = refusal->known;
    weigering.ontbrekend = refusal->missing;
    weigering.grens = refusal->limit;
    weigering.voorbeelden = (struct sk_text *)refusal->examples;
    weigering.voorbeelden_count = refusal->example_count;
    return send(process, &weigering, &arena, err);
}

enum sk_verdict sk_refusal_accepted(struct sk_process *process, const char *id,
                                    bool *ret_accepted, struct sk_error *err)
{
    struct schakel_weigering weigering = {0};
    struct sk_bus_record record = {0};
    sk_arena_auto arena = {0};
    bool found = false, whole;

    *ret_accepted = false;
    SK_TRY(sk_bus_latest(process->bus, sk_text(sk_schakel_weigering.topic), sk_text(id),
                         &record, &found, err));
    if (!found || !record.value.data)
        return SK_OK;
    SK_TRY(sk_codec_decode(process->codec, &sk_schakel_weigering, record.value, &arena,
                           &weigering, &whole, err));
    *ret_accepted = weigering.aanvaard != NULL;
    return SK_OK;
}

static enum sk_verdict close_one(struct walk *walk, struct schakel_weigering *weigering,
                                 struct sk_arena *arena, struct sk_error *err)
{
    bool used = walk->used && sk_text_is(weigering->weigering_id, walk->used);

    weigering->has_gebruikt_op = used;
    weigering->has_vervallen_op = !used;
    weigering->gebruikt_op = weigering->vervallen_op = sk_clock_now_ms();
    return send(walk->process, weigering, arena, err);
}

enum sk_verdict sk_refusal_close(struct sk_process *process, const char *flow,
                                 const char *used, struct sk_error *err)
{
    struct walk walk = {
        .process = process, .flow = flow, .visit = close_one, .used = used};

    return walk_open(&walk, err);
}

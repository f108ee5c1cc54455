/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel accept - a whole read that was refused because too many rows were missing is
 * taken over all the same. The acceptance is for that read alone and holds once; who gave
 * it, when and why stays in schakel.weigering.
 */
#include <inttypes.h>
#include <stdio.h>

#include "avro/event_json.h"
#include "base/clock.h"
#include "cli/command.h"
#include "events/schakel_weigering.h"

struct accept_options {
    const char *reason;
};

static const struct sk_option options[] = {
    SK_STRING(struct accept_options, reason, .name = "reason", .optional = true,
              .help = "Waarom de lezing juist is; blijft bewaard."),
    SK_END_OF_OPTIONS,
};

/* A walk over the refusals that stand open; with a flow: finds its newest. */
struct walk {
    struct sk_cli *cli;
    const char *flow; /* "edison/locaties", or "locaties"; NULL: all are shown */
    struct sk_arena arena;
    struct schakel_weigering *found;
    size_t shown;
};

static bool is_of(const struct schakel_weigering *weigering, const char *flow)
{
    struct sk_text rest = sk_text(flow), process = {0};

    if (strchr(flow, '/'))
        process = sk_text_split(&rest, '/');
    return sk_text_equal(rest, weigering->flow) &&
           (!process.data || sk_text_equal(process, weigering->proces));
}

static void show_json(const struct schakel_weigering *weigering)
{
    const struct sk_event_view all = {.mask = true};
    sk_buffer_auto line = {0};

    sk_event_put_json(&line, &sk_schakel_weigering, weigering, &all);
    printf("%.*s\n", SK_TEXT_ARG(sk_buffer_text(&line)));
}

static void show(const struct schakel_weigering *weigering, bool json)
{
    char when[SK_INSTANT_SIZE];

    if (json) {
        show_json(weigering);
        return;
    }

    sk_instant_format(weigering->geweigerd_op, when);
    printf("%.*s/%.*s  %s  %.*s: %" PRId64 " van %" PRId64
           " bekende ontbreken in %" PRId64 " rijen (hoogstens %" PRId64 ")%s\n",
           SK_TEXT_ARG(weigering->proces), SK_TEXT_ARG(weigering->flow), when,
           SK_TEXT_ARG(weigering->lezing), weigering->ontbrekend, weigering->bekend,
           weigering->gelezen, weigering->grens, weigering->aanvaard ? ", aanvaard" : "");
    for (size_t i = 0; i < weigering->voorbeelden_count; i++)
        printf("    ontbreekt: %.*s\n", SK_TEXT_ARG(weigering->voorbeelden[i]));
}

static enum sk_verdict visit(void *context, const struct sk_bus_record *record,
                             struct sk_error *err)
{
    struct walk *walk = context;
    struct sk_text copy =
        sk_arena_text(&walk->arena, (struct sk_text){(const char *)record->value.data,
                                                     record->value.size});
    struct schakel_weigering *weigering =
        sk_arena_alloc_zeroed(&walk->arena, sizeof(*weigering));
    bool whole;

    SK_TRY(sk_codec_decode(walk->cli->codec, &sk_schakel_weigering,
                           (struct sk_bytes){(const uint8_t *)copy.data, copy.size},
                           &walk->arena, weigering, &whole, err));
    if (weigering->has_gebruikt_op || weigering->has_vervallen_op)
        return SK_OK;
    if (!walk->flow) {
        show(weigering, walk->cli->json);
        walk->shown++;
        return SK_OK;
    }
    if (!is_of(weigering, walk->flow))
        return SK_OK;
    if (walk->found && !sk_text_equal(walk->found->proces, weigering->proces))
        return sk_fail(err, SK_FATAL, "accept.flow",
                       "meer dan een proces heeft een flow %s: noem PROCES/FLOW",
                       walk->flow);
    if (!walk->found || walk->found->geweigerd_op <= weigering->geweigerd_op)
        walk->found = weigering;
    return SK_OK;
}

static enum sk_verdict accept_it(struct sk_cli *cli, struct schakel_weigering *weigering,
                                 const char *reason, struct sk_error *err)
{
    struct aanvaarding aanvaarding;

    aanvaarding_init(&aanvaarding);
    aanvaarding.door.gebruiker_id = sk_text(sk_cli_user());
    aanvaarding.door.rol = SK_TEXT("beheerder");
    aanvaarding.door.via = VIA_CLI;
    aanvaarding.has_op = true;
    aanvaarding.op = sk_clock_now_ms();
    aanvaarding.reden = sk_text(reason);
    weigering->aanvaard = &aanvaarding;
    SK_TRY(sk_cli_publish(cli, &sk_schakel_weigering, weigering, NULL, err));
    show(weigering, cli->json);
    return SK_OK;
}

static enum sk_verdict accept_flow(struct walk *walk, const char *reason,
                                   struct sk_error *err)
{
    if (!reason || !*reason)
        return sk_fail(err, SK_FATAL, "accept.reason",
                       "zeg waarom de lezing juist is: --reason \"...\"");
    if (!walk->found)
        return sk_fail(err, SK_REJECT, "accept.none",
                       "van %s is geen lezing geweigerd (schakel accept toont ze alle)",
                       walk->flow);
    return accept_it(walk->cli, walk->found, reason, err);
}

static enum sk_verdict run_accept(struct sk_cli *cli, const void *given, int *ret_exit,
                                  struct sk_error *err)
{
    const struct accept_options *chosen = given;
    struct walk walk = {.cli = cli, .flow = sk_settings_argument(cli->settings, 1)};

    SK_TRY(sk_cli_open_codec(cli, err));
    enum sk_verdict verdict =
        sk_bus_each(cli->bus, sk_text(sk_schakel_weigering.topic), visit, &walk, err);
    if (verdict == SK_OK && walk.flow)
        verdict = accept_flow(&walk, chosen->reason, err);
    if (verdict == SK_OK && !walk.flow && walk.shown == 0 && !cli->json)
        puts("geen enkele lezing is geweigerd");
    *ret_exit = walk.shown ? SK_CLI_ATTENTION : SK_CLI_WELL;
    sk_arena_fini(&walk.arena);
    return verdict;
}

const struct sk_command sk_command_accept = {
    .name = "accept",
    .usage = "[PROCES/FLOW --reason \"…\"]",
    .example = "accept",
    .help = "aanvaardt een volledige lezing waarin te veel rijen ontbraken, of toont ze",
    .needs_bus = true,
    .options = options,
    .options_size = sizeof(struct accept_options),
    .run = run_accept,
};

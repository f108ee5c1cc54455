/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel groups - who reads what, and how far: list, positions, and reset, which makes a
 * group read again or skip. A reset changes what is delivered, so it needs a reason, goes
 * to the system log, and is refused while the process that owns the group runs.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <syslog.h>

#include "base/alloc.h"
#include "cli/command.h"
#include "cli/position.h"

struct groups_options {
    const char *topic;
    const char *to;
    const char *reason;
};

static const struct sk_option groups_options[] = {
    SK_STRING(struct groups_options, topic, .name = "topic", .optional = true,
              .help = "reset: welk topic; mag weg als de groep er maar een leest."),
    SK_STRING(struct groups_options, to, .name = "to", .optional = true,
              .help = "reset: first, last of een positie (in elke partitie)."),
    SK_STRING(struct groups_options, reason, .name = "reason", .optional = true,
              .help = "reset: waarom; komt in het systeemlogboek."),
    SK_END_OF_OPTIONS,
};

/* list. ------------------------------------------------------------------------------ */

/* Of one group over all it reads. */
struct group {
    struct sk_text name, topics;
    int64_t partitions, lag, oldest_ms;
};

struct listing {
    struct sk_arena arena;
    struct group *groups;
    size_t count, capacity;
};

static void listing_fini(struct listing *listing)
{
    free(listing->groups);
    sk_arena_fini(&listing->arena);
}

static struct group *group_of(struct listing *listing, struct sk_text name)
{
    for (size_t i = 0; i < listing->count; i++)
        if (sk_text_equal(listing->groups[i].name, name))
            return &listing->groups[i];
    listing->groups = sk_grow(listing->groups, &listing->capacity, listing->count + 1,
                              sizeof(*listing->groups));
    struct group *group = &listing->groups[listing->count++];
    *group = (struct group){.name = sk_arena_text(&listing->arena, name)};
    return group;
}

static bool has_topic(struct sk_text topics, struct sk_text topic)
{
    while (topics.data)
        if (sk_text_equal(sk_text_split(&topics, ' '), topic))
            return true;
    return false;
}

static enum sk_verdict add_to_group(void *context,
                                    const struct sk_bus_group_position *position,
                                    struct sk_error *)
{
    struct listing *listing = context;
    struct group *group = group_of(listing, position->group);

    if (!has_topic(group->topics, position->topic))
        group->topics =
            sk_arena_printf(&listing->arena, "%.*s%s%.*s", SK_TEXT_ARG(group->topics),
                            group->topics.size ? " " : "", SK_TEXT_ARG(position->topic));
    group->partitions++;
    group->lag += position->lag;
    if (position->lag > 0 &&
        (group->oldest_ms == 0 || position->oldest_ms < group->oldest_ms))
        group->oldest_ms = position->oldest_ms;
    return SK_OK;
}

static enum sk_verdict list(struct sk_cli *cli, const struct groups_options *,
                            struct sk_error *err)
{
    SK_CLEANUP(listing_fini) struct listing listing = {0};
    sk_table_auto table = {0};

    SK_TRY(sk_bus_groups(cli->bus, add_to_group, &listing, err));
    sk_table_init(&table, (const char *const[]){"groep", "topics", ">partities",
                                                ">achter", ">oudste", NULL});
    for (size_t i = 0; i < listing.count; i++) {
        const struct group *group = &listing.groups[i];
        sk_table_add(&table, group->name);
        sk_table_add(&table, group->topics);
        sk_table_add_number(&table, group->partitions);
        sk_table_add_number(&table, group->lag);
        sk_table_add_instant(&table, group->oldest_ms);
    }
    sk_table_show(&table, cli->json);
    return SK_OK;
}

/* positions. ------------------------------------------------------------------------- */

static enum sk_verdict add_position(void *context,
                                    const struct sk_bus_group_position *position,
                                    struct sk_error *)
{
    struct sk_table *table = context;

    sk_position_add(table, position);
    return SK_OK;
}

static enum sk_verdict no_group(const char *group, struct sk_error *err)
{
    if (!group)
        return sk_fail(err, SK_FATAL, "groups.group",
                       "noem een groep: schakel groups positions edison.stukken");
    return sk_fail(err, SK_REJECT, "groups.group",
                   "er is geen groep \"%s\"; schakel groups toont ze", group);
}

static enum sk_verdict show_positions(struct sk_cli *cli, const char *group,
                                      struct sk_error *err)
{
    sk_table_auto table;

    sk_table_init(&table, (const char *const[]){SK_POSITION_COLUMNS, NULL});
    SK_TRY(sk_bus_group(cli->bus, sk_text(group), add_position, &table, err));
    if (table.cell_count == table.columns)
        return no_group(group, err);
    sk_table_show(&table, cli->json);
    return SK_OK;
}

static enum sk_verdict positions(struct sk_cli *cli, const struct groups_options *,
                                 struct sk_error *err)
{
    const char *group = sk_settings_argument(cli->settings, 2);

    return group ? show_positions(cli, group, err) : no_group(group, err);
}

/* reset. ----------------------------------------------------------------------------- */

static enum sk_verdict read_position(const char *to, int64_t *ret_position,
                                     struct sk_error *err)
{
    enum { FIRST = -1, LAST = -2 };
    struct sk_text text = sk_text(to);

    *ret_position = sk_text_is(text, "first") ? FIRST : LAST;
    if (sk_text_is(text, "first") || sk_text_is(text, "last") ||
        (sk_text_to_int64(text, ret_position) && *ret_position >= 0))
        return SK_OK;
    return sk_fail(err, SK_FATAL, "groups.to",
                   "zeg waarheen: --to first, --to last of --to POSITIE");
}

/* The topic named, which the group must read, or the only one it reads. */
static enum sk_verdict find_topic(struct sk_cli *cli, const char *name, const char *named,
                                  struct sk_arena *arena, struct sk_text *ret_topic,
                                  struct sk_error *err)
{
    SK_CLEANUP(listing_fini) struct listing listing = {0};

    SK_TRY(sk_bus_group(cli->bus, sk_text(name), add_to_group, &listing, err));
    if (listing.count == 0)
        return no_group(name, err);
    struct sk_text topics = listing.groups[0].topics;
    struct sk_text topic = named ? sk_text(named) : topics;
    if (named ? !has_topic(topics, topic) : strchr(topics.data, ' ') != NULL)
        return sk_fail(err, SK_FATAL, "groups.topic",
                       "zeg welk topic met --topic: de groep leest %.*s",
                       SK_TEXT_ARG(topics));
    *ret_topic = sk_arena_text(arena, topic);
    return SK_OK;
}

static enum sk_verdict reset(struct sk_cli *cli, const struct groups_options *wanted,
                             struct sk_error *err)
{
    const char *group = sk_settings_argument(cli->settings, 2);
    sk_arena_auto arena = {0};
    struct sk_text topic;
    int64_t position;

    if (!group)
        return no_group(group, err);
    SK_TRY(read_position(wanted->to, &position, err));
    if (!wanted->reason || !*wanted->reason)
        return sk_fail(err, SK_FATAL, "groups.reason",
                       "zeg waarom: --reason \"levering aan Edison herhalen\"");
    SK_TRY(find_topic(cli, group, wanted->topic, &arena, &topic, err));
    SK_TRY(sk_bus_group_reset(cli->bus, sk_text(group), topic, position, err));
    syslog(LOG_NOTICE, "schakel groups reset %s %.*s to %s by %s: %s", group,
           SK_TEXT_ARG(topic), wanted->to, sk_cli_user(), wanted->reason);
    return show_positions(cli, group, err);
}

static enum sk_verdict groups(struct sk_cli *cli, const void *options, int *,
                              struct sk_error *err)
{
    static const struct {
        const char *name;
        enum sk_verdict (*run)(struct sk_cli *, const struct groups_options *,
                               struct sk_error *);
    } verbs[] = {{"list", list}, {"positions", positions}, {"reset", reset}};
    const char *verb = sk_settings_argument(cli->settings, 1);

    for (size_t i = 0; i < SK_COUNT(verbs); i++)
        if (strcmp(verb ? verb : "list", verbs[i].name) == 0)
            return verbs[i].run(cli, options, err);
    return sk_fail(err, SK_FATAL, "groups.verb",
                   "\"%s\" is geen list, positions of reset", verb);
}

const struct sk_command sk_command_groups = {
    .name = "groups",
    .usage = "[list | positions GROEP | reset GROEP --to PUNT --reason \"…\"]",
    .help = "toont wie wat leest en hoe ver, en zet een groep terug of vooruit",
    .example = "groups list",
    .needs_bus = true,
    .options = groups_options,
    .options_size = sizeof(struct groups_options),
    .run = groups,
};

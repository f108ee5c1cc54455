/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The positions of the groups. Positions differ between buses, so a group reads its
 * topics in the target as its process would, and says done to each record that it had
 * read in the source: what it finds next is then what it had not read.
 */
#include "cli/migrate.h"

enum { ACTIVATE_MS = 20000, POLL_MS = 200, GROUP_TOPICS = 32 };

struct group {
    struct sk_migrate *migrate;
    struct sk_text name;
    struct sk_bus *bus;
};

static bool was_read(const struct group *group, const struct sk_bus_record *record)
{
    const struct sk_migrate *migrate = group->migrate;
    int64_t origin;

    if (!sk_migrate_origin(record, &origin))
        return false;
    for (size_t i = 0; i < migrate->position_count; i++) {
        const struct sk_migrate_position *one = &migrate->positions[i];
        if (one->partition == record->partition &&
            sk_text_equal(one->group, group->name) &&
            sk_text_equal(one->topic, record->topic))
            return origin < one->position;
    }
    return false;
}

static enum sk_verdict read_on(struct group *group, struct sk_error *err)
{
    bool caught_up = false;

    while (true) {
        struct sk_bus_batch batch;
        SK_TRY(sk_bus_poll(group->bus, POLL_MS, &batch, err));
        if (batch.count == 0 && caught_up)
            return SK_OK;
        SK_TRY(sk_bus_begin(group->bus, err));
        for (size_t i = 0; i < batch.count; i++)
            if (was_read(group, &batch.records[i]))
                SK_TRY(sk_bus_done(group->bus, &batch.records[i], err));
        SK_TRY(sk_bus_commit(group->bus, err));
        SK_TRY(sk_bus_caught_up(group->bus, 0, &caught_up, err));
        sk_migrate_progress(group->migrate, group->name);
    }
}

static enum sk_verdict subscribe(struct group *group, struct sk_error *err)
{
    const struct sk_migrate *migrate = group->migrate;
    struct sk_text topics[GROUP_TOPICS];
    size_t count = 0;
    int subscription;

    for (size_t i = 0; i < migrate->position_count; i++) {
        const struct sk_migrate_position *one = &migrate->positions[i];
        bool known = !sk_text_equal(one->group, group->name) || count == GROUP_TOPICS;
        for (size_t k = 0; k < count && !known; k++)
            known = sk_text_equal(topics[k], one->topic);
        if (!known)
            topics[count++] = one->topic;
    }
    return sk_bus_subscribe(group->bus,
                            sk_arena_string(&group->migrate->arena, group->name), topics,
                            count, SK_BUS_EARLIEST, &subscription, err);
}

static enum sk_verdict move(struct group *group, struct sk_error *err)
{
    struct sk_text rest = group->name;
    const char *process =
        sk_arena_string(&group->migrate->arena, sk_text_split(&rest, '.'));
    struct sk_bus_section *section = NULL;
    bool active = false;
    enum sk_verdict verdict = sk_migrate_open(group->migrate, group->migrate->to_url,
                                              process, &section, &group->bus, err);

    if (verdict == SK_OK)
        verdict = sk_bus_activate(group->bus, ACTIVATE_MS, &active, err);
    if (verdict == SK_OK && !active)
        verdict = sk_fail(err, SK_REJECT, "migrate.active",
                          "schakel-%s draait al op %s: stop het eerst", process,
                          group->migrate->to_url);
    if (verdict == SK_OK)
        verdict = subscribe(group, err);
    if (verdict == SK_OK)
        verdict = read_on(group, err);
    sk_bus_close(group->bus);
    sk_bus_section_free(section);
    return verdict;
}

enum sk_verdict sk_migrate_groups(struct sk_migrate *migrate, struct sk_error *err)
{
    for (size_t i = 0; i < migrate->position_count; i++) {
        struct group group = {.migrate = migrate, .name = migrate->positions[i].group};
        bool moved = false;
        for (size_t k = 0; k < i && !moved; k++)
            moved = sk_text_equal(migrate->positions[k].group, group.name);
        if (!moved)
            SK_TRY(move(&group, err));
    }
    return SK_OK;
}

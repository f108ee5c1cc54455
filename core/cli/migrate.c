/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel migrate FROM TO - from the embedded bus to Kafka, back, or to another file.
 * While nothing runs; afterwards the processes start on the new bus and go on where they
 * were. May be interrupted at any moment and started again.
 */
#include "cli/migrate.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json_write.h"

enum sk_verdict sk_migrate_open(const struct sk_migrate *migrate, const char *url,
                                const char *identity, struct sk_bus_section **ret_section,
                                struct sk_bus **ret_bus, struct sk_error *err)
{
    sk_auto_free char *data = sk_strf("%s/migrate", migrate->cli->common.data);
    struct sk_bus_options options = {.identity = identity, .data_path = data};

    SK_TRY(sk_folder_make(data, err));
    SK_TRY(sk_bus_section_read(migrate->cli->config, url, identity ? identity : "schakel",
                               ret_section, err));
    sk_bus_section_give(*ret_section, &options);
    return sk_bus_open(url, &options, ret_bus, err);
}

bool sk_migrate_origin(const struct sk_bus_record *record, int64_t *ret_position)
{
    struct sk_text value = sk_bus_header_value(record, SK_MIGRATED);

    return value.data && sk_text_to_int64(value, ret_position);
}

void sk_migrate_progress(const struct sk_migrate *migrate, struct sk_text what)
{
    int64_t took_ms = sk_clock_monotonic_ms() - migrate->begun_ms;

    if (took_ms > 1000 && isatty(STDERR_FILENO))
        fprintf(stderr, "\r%" PRId64 " records in %" PRId64 " s, %.*s\033[K",
                migrate->copied, took_ms / 1000, SK_TEXT_ARG(what));
}

/* What there is. --------------------------------------------------------------------- */

static enum sk_verdict keep_topic(void *context, const struct sk_bus_topic *topic,
                                  struct sk_error *err)
{
    struct sk_migrate *migrate = context;

    if (migrate->topic_count == SK_MIGRATE_TOPICS ||
        topic->partitions > SK_MIGRATE_PARTITIONS)
        return sk_fail(err, SK_FATAL, "migrate.topics",
                       "more than %d topics, or more than %d partitions of one",
                       SK_MIGRATE_TOPICS, SK_MIGRATE_PARTITIONS);
    migrate->topics[migrate->topic_count++] = (struct sk_migrate_topic){
        sk_arena_text(&migrate->arena, topic->name), topic->partitions};
    return SK_OK;
}

static enum sk_verdict keep_position(void *context,
                                     const struct sk_bus_group_position *position,
                                     struct sk_error *)
{
    struct sk_migrate *migrate = context;

    migrate->positions =
        sk_grow(migrate->positions, &migrate->position_capacity,
                migrate->position_count + 1, sizeof(*migrate->positions));
    migrate->positions[migrate->position_count++] =
        (struct sk_migrate_position){sk_arena_text(&migrate->arena, position->group),
                                     sk_arena_text(&migrate->arena, position->topic),
                                     position->partition, position->position};
    return SK_OK;
}

/* The processes that the source was made for: each has its dead letters. */
static size_t find_processes(const struct sk_migrate *migrate,
                             struct sk_text names[SK_MIGRATE_TOPICS])
{
    size_t count = 0;

    for (size_t i = 0; i < migrate->topic_count; i++) {
        struct sk_text name = migrate->topics[i].name;
        if (sk_text_starts_with(name, "dlq."))
            names[count++] = (struct sk_text){name.data + 4, name.size - 4};
    }
    return count;
}

/* Refuses while one of them runs on the source. */
static enum sk_verdict check_stopped(const struct sk_migrate *migrate,
                                     const char *identity, struct sk_error *err)
{
    struct sk_bus_section *section = NULL;
    struct sk_bus *bus = NULL;
    bool active = false;
    enum { WAIT_MS = 10000 };
    int wait_ms = strncmp(migrate->from_url, "kafka:", 6) == 0 ? WAIT_MS : 0;
    enum sk_verdict verdict =
        sk_migrate_open(migrate, migrate->from_url, identity, &section, &bus, err);

    if (verdict == SK_OK)
        verdict = sk_bus_activate(bus, wait_ms, &active, err);
    sk_bus_close(bus);
    sk_bus_section_free(section);
    if (verdict == SK_OK && !active)
        return sk_fail(err, SK_REJECT, "migrate.active",
                       "schakel-%s draait nog op %s: stop eerst alle processen", identity,
                       migrate->from_url);
    return verdict;
}

static enum sk_verdict prepare(struct sk_migrate *migrate,
                               struct sk_bus_section **ret_section, struct sk_error *err)
{
    struct sk_text processes[SK_MIGRATE_TOPICS];
    char path[PATH_MAX];

    SK_TRY(sk_bus_topics(migrate->from, keep_topic, migrate, err));
    SK_TRY(sk_bus_groups(migrate->from, keep_position, migrate, err));
    size_t count = find_processes(migrate, processes);
    if (count == 0)
        return sk_fail(err, SK_REJECT, "migrate.source",
                       "%s is leeg: er is niets om te verhuizen", migrate->from_url);
    for (size_t i = 0; i < count; i++)
        SK_TRY(
            check_stopped(migrate, sk_arena_string(&migrate->arena, processes[i]), err));
    SK_TRY(sk_migrate_open(migrate, migrate->to_url,
                           sk_arena_string(&migrate->arena, processes[0]), ret_section,
                           &migrate->to, err));
    return sk_bus_topics_create(
        migrate->to, sk_common_topics(&migrate->cli->common, path, sizeof(path)),
        processes, count, err);
}

static enum sk_verdict do_it(struct sk_migrate *migrate,
                             struct sk_bus_section *sections[2], struct sk_error *err)
{
    SK_TRY(sk_migrate_open(migrate, migrate->from_url, NULL, &sections[0], &migrate->from,
                           err));
    SK_TRY(prepare(migrate, &sections[1], err));
    SK_TRY(sk_migrate_copy(migrate, err));
    sk_bus_close(migrate->to); /* its identity is one of those of the groups */
    migrate->to = NULL;
    SK_TRY(sk_migrate_groups(migrate, err));
    sk_bus_section_free(sections[1]);
    sections[1] = NULL;
    SK_TRY(
        sk_migrate_open(migrate, migrate->to_url, NULL, &sections[1], &migrate->to, err));
    return sk_migrate_verify(migrate, err);
}

static void say(const struct sk_migrate *migrate)
{
    if (migrate->cli->json)
        printf("{\"topics\":%zu,\"records\":%" PRId64 ",\"posities\":%zu}\n",
               migrate->topic_count, migrate->copied, migrate->position_count);
    else
        printf(
            "%zu topics, %" PRId64 " records overgezet, %zu groepsposities; beide "
            "bussen zijn gelijk.\nZet nu bus = %s in [schakel] en start de processen.\n",
            migrate->topic_count, migrate->copied, migrate->position_count,
            migrate->to_url);
}

static enum sk_verdict run_migrate(struct sk_cli *cli, const void *, int *,
                                   struct sk_error *err)
{
    struct sk_bus_section *sections[2] = {NULL, NULL};
    struct sk_migrate migrate = {.cli = cli,
                                 .from_url = sk_settings_argument(cli->settings, 1),
                                 .to_url = sk_settings_argument(cli->settings, 2),
                                 .begun_ms = sk_clock_monotonic_ms()};

    if (!migrate.to_url)
        return sk_fail(err, SK_FATAL, "migrate.urls",
                       "zeg van waar naar waar: schakel migrate sqlite:BESTAND "
                       "kafka:HOST:POORT");
    if (strcmp(migrate.from_url, migrate.to_url) == 0)
        return sk_fail(err, SK_FATAL, "migrate.urls", "van en naar zijn dezelfde bus");
    enum sk_verdict verdict = do_it(&migrate, sections, err);
    if (verdict == SK_OK)
        say(&migrate);
    sk_bus_close(migrate.from);
    sk_bus_close(migrate.to);
    sk_bus_section_free(sections[0]);
    sk_bus_section_free(sections[1]);
    free(migrate.positions);
    sk_arena_fini(&migrate.arena);
    return verdict;
}

const struct sk_command sk_command_migrate = {
    .name = "migrate",
    .usage = "VAN NAAR",
    .help = "verhuist alles van de ene bus naar een lege andere; hervatbaar",
    .example =
        "migrate sqlite:/var/lib/schakel/bus/schakel.db kafka:kafka1:9092,kafka2:9092",
    .run = run_migrate,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* The conformance set over the embedded bus, and what only a file can do wrong. */
#include "conformance.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/alloc.h"

static char folder[64];
static bool mounted;

static void make(char url[256])
{
    strcpy(folder, "/tmp/sk-bus-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(url, 256, "sqlite:%s/bus.db", folder);
}

static void destroy(void)
{
    sk_auto_free char *remove_all = sk_strf("rm -r %s", folder);

    if (mounted)
        umount2(folder, MNT_DETACH);
    mounted = false;
    if (folder[0])
        assert_int_equal(system(remove_all), 0);
    folder[0] = 0;
}

static bool make_on_small_disk(char url[256])
{
    make(url);
    mounted = mount("sk-bus-test", folder, "tmpfs", 0, "size=64m,mode=0700") == 0;
    if (!mounted)
        destroy();
    return mounted;
}

/* Fills the disk but for `left` bytes, beside the ballast. */
static void fill_but(off_t left)
{
    sk_auto_free char *path = sk_strf("%s/filler", folder);
    struct statvfs about;
    int file = open(path, O_CREAT | O_WRONLY, 0600);

    assert_int_equal(statvfs(folder, &about), 0);
    off_t size = (off_t)(about.f_bavail * about.f_frsize) - left;
    assert_int_equal(posix_fallocate(file, 0, size), 0);
    close(file);
}

static void fill(void)
{
    fill_but(4 * 1024 * 1024);
}

static void free_up(void)
{
    sk_auto_free char *path = sk_strf("%s/filler", folder);

    assert_int_equal(unlink(path), 0);
}

static off_t size_of(const char *name)
{
    sk_auto_free char *path = sk_strf("%s/%s", folder, name);
    struct stat about;

    assert_int_equal(stat(path, &about), 0);
    return about.st_size;
}

static void check_log(void)
{
    assert_true(size_of("bus.db-wal") < 16 * 1024 * 1024);
}

static const struct bus_factory factory = {
    .name = "sqlite",
    .make = make,
    .destroy = destroy,
    .make_on_small_disk = make_on_small_disk,
    .fill = fill,
    .free_up = free_up,
    .check_log = check_log,
};

static enum sk_verdict try_open(const char *url, int64_t max_bytes, bool source,
                                struct sk_bus **ret_bus, struct sk_error *err)
{
    const struct sk_bus_options options = {.max_bytes = max_bytes,
                                           .source_writes = source};

    return sk_bus_open(url, &options, ret_bus, err);
}

static void assert_refused(const char *id)
{
    struct sk_bus *bus = NULL;
    struct sk_error err = {0};

    assert_int_equal(try_open(bus_url, 0, false, &bus, &err), SK_FATAL);
    assert_string_equal(err.id, id);
    assert_non_null(strstr(err.text, folder));
}

static void write_file(const char *name, const char *text, size_t size)
{
    sk_auto_free char *path = sk_strf("%s/%s", folder, name);
    FILE *file = fopen(path, "r+");

    if (!file)
        file = fopen(path, "w");
    assert_int_equal(fwrite(text, 1, size, file), size);
    fclose(file);
}

static void a_url_that_is_no_bus_is_refused(void **)
{
    const char *const urls[] = {"", "sqlite", "sqlite:", "file:x", "kafka:h"};
    struct sk_bus *bus = NULL;
    struct sk_error err = {0};

    for (size_t i = 0; i < SK_COUNT(urls); i++) {
        assert_int_equal(try_open(urls[i], 0, false, &bus, &err), SK_FATAL);
        assert_string_equal(err.id, "bus.url");
    }
}

static void a_file_of_another_kind_is_refused_untouched(void **)
{
    static const char text[] = "Geachte, hierbij de lijst van opvanglocaties …";

    make(bus_url);
    write_file("bus.db", text, sizeof(text));
    assert_refused("bus.foreign");
    assert_int_equal(size_of("bus.db"), sizeof(text));
}

static void a_database_of_another_application_is_refused(void **)
{
    make(bus_url);
    sk_auto_free char *command =
        sk_strf("/usr/bin/python3 -c \"import sqlite3; c = sqlite3.connect('%s/bus.db'); "
                "c.execute('create table t (x)'); c.commit()\"",
                folder);
    assert_int_equal(system(command), 0);
    assert_refused("bus.foreign");
}

static void a_folder_that_is_not_there_is_named(void **)
{
    make(bus_url);
    rmdir(folder);
    assert_refused("bus.file");
    folder[0] = 0;
}

/* As a stranger's shell would: copies the log into the file and empties it. */
static void log_empty(void)
{
    sk_auto_free char *command =
        sk_strf("/usr/bin/python3 -c \"import sqlite3; c = sqlite3.connect('%s/bus.db'); "
                "c.execute('pragma wal_checkpoint(truncate)')\"",
                folder);

    assert_int_equal(system(command), 0);
}

/* Overwrites the middle of every page of the file but the first. */
static void a_damaged_file_is_fatal_and_says_what_to_do(void **)
{
    static char garbage[4096];
    struct sk_error err = {0};
    struct sk_bus_record record;
    bool found = false;

    bus_make(NULL);
    struct sk_bus *bus = bus_open();
    put(bus, "een", "a", "1");
    sk_bus_close(bus);
    log_empty();
    memset(garbage, 0xa5, sizeof(garbage));
    sk_auto_free char *path = sk_strf("%s/bus.db", folder);
    int file = open(path, O_WRONLY);
    for (off_t at = 4096 * 2; at < size_of("bus.db"); at += 4096)
        assert_int_equal(pwrite(file, garbage, sizeof(garbage), at), sizeof(garbage));
    close(file);
    enum sk_verdict verdict = try_open(bus_url, 0, false, &bus, &err);
    if (verdict == SK_OK) {
        verdict = sk_bus_latest(bus, SK_TEXT("een"), SK_TEXT("a"), &record, &found, &err);
        sk_bus_close(bus);
    }
    assert_int_equal(verdict, SK_FATAL);
    assert_string_equal(err.id, "bus.corrupt");
    assert_non_null(strstr(err.text, "backup"));
}

static enum sk_verdict publish_one(struct sk_bus *bus, size_t size, struct sk_error *err)
{
    static char value[64 * 1024];
    static int number;
    char key[16];

    snprintf(key, sizeof(key), "k%d", number++);
    const struct sk_bus_message message = {
        .topic = SK_TEXT("een"),
        .key = sk_text(key),
        .value = {(const uint8_t *)value, size},
    };
    return sk_bus_publish(bus, &message, err);
}

enum { LIMIT = 8 * 1024 * 1024 };

static enum sk_verdict commit_one(struct sk_bus *bus, const char *topic,
                                  struct sk_error *err)
{
    static char value[64 * 1024];
    enum sk_verdict verdict;

    memset(value, 'x', sizeof(value) - 1);
    begin(bus);
    send_to(bus, topic, "k", value);
    verdict = sk_bus_commit(bus, err);
    if (verdict != SK_OK)
        assert_int_equal(sk_bus_abort(bus, &(struct sk_error){0}), SK_OK);
    return verdict;
}

static void sources_stop_at_90_percent_and_others_at_the_limit(void **)
{
    const struct sk_bus_options options = {
        .identity = "bron", .max_bytes = LIMIT, .source_writes = true};
    struct sk_bus *source = NULL, *other = NULL;
    struct sk_error err = {0};
    bool active = false;

    bus_make(NULL);
    assert_int_equal(sk_bus_open(bus_url, &options, &source, &err), SK_OK);
    assert_int_equal(sk_bus_activate(source, 0, &active, &err), SK_OK);
    assert_int_equal(try_open(bus_url, LIMIT, false, &other, &err), SK_OK);
    for (int i = 0; commit_one(source, "een", &err) == SK_OK; i++)
        assert_true(i < 1000);
    assert_string_equal(err.id, "bus.full");
    assert_int_equal(commit_one(source, "dlq.toets", &err), SK_OK);
    assert_int_equal(publish_one(source, 100, &err), SK_OK); /* its status */
    for (int i = 0; publish_one(other, 64 * 1024, &err) == SK_OK; i++)
        assert_true(i < 1000);
    assert_string_equal(err.id, "bus.full");
    sk_bus_close(source);
    sk_bus_close(other);
    assert_true(size_of("bus.db") < LIMIT + 1024 * 1024);
}

/* Publishes until it succeeds; the cleaning that a full disk starts may need some tries.
 */
static void put_at_last(struct sk_bus *bus, const char *key, size_t size)
{
    static char value[256 * 1024];
    const struct sk_bus_message message = {.topic = SK_TEXT("kort"),
                                           .key = sk_text(key),
                                           .value = {(const uint8_t *)value, size}};
    struct sk_error err = {0};
    enum sk_verdict verdict = SK_RETRY;

    for (int tries = 0; verdict == SK_RETRY && tries < 50; tries++)
        verdict = sk_bus_publish(bus, &message, &err);
    if (verdict != SK_OK)
        fail_msg("publish: %s", err.text);
}

static void a_small_disk_holds_when_far_more_was_written_than_it_has(void **)
{
    if (!make_on_small_disk(bus_url))
        skip();
    topics_make();
    struct sk_bus *bus = bus_open();
    for (int i = 0; i < 1000; i++)
        put_at_last(bus, (char[]){(char)('a' + i % 20), 0}, 256 * 1024);
    sk_bus_close(bus);
}

/* Erasing needs room in the log, and there is none but the ballast. */
static void on_a_full_disk_the_ballast_lets_cleaning_make_room(void **)
{
    static char value[256 * 1024];

    if (!make_on_small_disk(bus_url))
        skip();
    topics_make();
    struct sk_bus *bus = bus_active("toets");
    memset(value, 'x', sizeof(value) - 1);
    put(bus, "kort", "zelfde", "1");
    begin(bus);
    for (int i = 0; i < 28; i++)
        send_to(bus, "kort", "zelfde", value);
    commit(bus);
    log_empty();
    fill_but(0);
    for (int i = 0; i < 40; i++)
        put_at_last(bus, "zelfde", 256 * 1024);
    sk_bus_close(bus);
}

static void the_group_may_write_every_file(void **)
{
    static const char *const names[] = {
        "bus.db",      "bus.db-wal",   "bus.db-shm",     "bus.db.lock",
        "bus.db.wake", "bus.db.clean", "bus.db.ballast", "bus.db.active.toets"};
    mode_t former = umask(0007);

    bus_make(NULL);
    struct sk_bus *bus = bus_active("toets");
    for (size_t i = 0; i < SK_COUNT(names); i++) {
        sk_auto_free char *path = sk_strf("%s/%s", folder, names[i]);
        struct stat about;
        assert_int_equal(stat(path, &about), 0);
        assert_int_equal(about.st_mode & 0777, 0660);
    }
    sk_bus_close(bus);
    umask(former);
}

static int clean_up(void **)
{
    destroy();
    return 0;
}

#define FILE_TEST(test) cmocka_unit_test_teardown(test, clean_up)

int main(void)
{
    const struct CMUnitTest files[] = {
        cmocka_unit_test(a_url_that_is_no_bus_is_refused),
        FILE_TEST(a_file_of_another_kind_is_refused_untouched),
        FILE_TEST(a_database_of_another_application_is_refused),
        FILE_TEST(a_folder_that_is_not_there_is_named),
        FILE_TEST(a_damaged_file_is_fatal_and_says_what_to_do),
        FILE_TEST(sources_stop_at_90_percent_and_others_at_the_limit),
        FILE_TEST(a_small_disk_holds_when_far_more_was_written_than_it_has),
        FILE_TEST(on_a_full_disk_the_ballast_lets_cleaning_make_room),
        FILE_TEST(the_group_may_write_every_file),
    };
    int failures = conformance_run(&factory);

    return failures + cmocka_run_group_tests(files, NULL, NULL);
}

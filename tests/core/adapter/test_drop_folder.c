/* SPDX-License-Identifier: Apache-2.0 */
/* drop_folder - a folder where files arrive, are read, and go; crashes in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapter/drop_folder.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"

enum { SETTLE_MS = 5000, FILE_MAX = 10 * 1024 * 1024 };

struct box {
    char path[64];
    struct sk_drop_folder *folder;
    struct sk_raw_batch batch;
    char position[400]; /* committed */
    int64_t now_ms;
};

static void box_open(struct box *box)
{
    struct sk_drop_options options = {
        .path = box->path,
        .settle_ms = SETTLE_MS,
        .batch_records = 3,
        .format = {.max_size = FILE_MAX},
    };
    struct sk_error err = {0};

    assert_int_equal(sk_drop_folder_open(&options, &box->folder, &err), SK_OK);
}

static int set_up(void **state)
{
    struct box *box = sk_alloc_zeroed(sizeof(*box));

    strcpy(box->path, "/tmp/schakel-drop-XXXXXX");
    assert_non_null(mkdtemp(box->path));
    box->now_ms = sk_clock_now_ms();
    box_open(box);
    *state = box;
    return 0;
}

static int remove_entry(const char *path, const struct stat *, int, struct FTW *)
{
    return remove(path);
}

static int tear_down(void **state)
{
    struct box *box = *state;

    sk_drop_folder_close(box->folder);
    sk_raw_batch_fini(&box->batch);
    nftw(box->path, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    free(box);
    return 0;
}

static char *path_of(const struct box *box, const char *name)
{
    return sk_strf("%s/%s", box->path, name);
}

/* Written in place: complete only when it has settled. */
static void write_file(const struct box *box, const char *name, const char *text)
{
    sk_auto_free char *path = path_of(box, name);
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Renamed in: complete at once. */
static void deliver_file(const struct box *box, const char *name, const char *text)
{
    sk_auto_free char *path = path_of(box, name);
    sk_auto_free char *aside = sk_strf("%s/%s.part", box->path, name);
    sk_auto_free char *part = sk_strf("%s.part", name);

    write_file(box, part, text);
    assert_int_equal(rename(aside, path), 0);
}

static bool is_there(const struct box *box, const char *name)
{
    sk_auto_free char *path = path_of(box, name);

    return access(path, F_OK) == 0;
}

static int files_in(const struct box *box, const char *inside)
{
    sk_auto_free char *path = path_of(box, inside);
    DIR *directory = opendir(path);
    int count = 0;

    for (struct dirent *entry; (entry = readdir(directory));)
        count += entry->d_type == DT_REG;
    closedir(directory);
    return count;
}

static void read_once(struct box *box)
{
    struct sk_error err = {0};

    sk_raw_batch_fini(&box->batch);
    assert_int_equal(
        sk_drop_folder_read(box->folder,
                            *box->position ? sk_text(box->position) : (struct sk_text){0},
                            box->now_ms, &box->batch, &err),
        SK_OK);
}

/* Reads a batch; its records as "member n of each" in one text, unreadable ones as "!".
 */
static void assert_read(struct box *box, const char *expected)
{
    char got[200] = "";

    do
        read_once(box);
    while (box->batch.count == 0 && box->batch.more);
    for (size_t i = 0; i < box->batch.count; i++) {
        struct sk_text text = box->batch.records[i].text;
        json_auto_t *json = json_loadb(text.data, text.size, 0, NULL);
        const json_t *n = json_object_get(json, "n");

        strcat(got, n ? json_string_value(n) : "!");
    }
    assert_string_equal(got, expected);
    assert_int_equal(box->batch.more, *expected != '\0');
}

static void commit(struct box *box)
{
    snprintf(box->position, sizeof(box->position), "%.*s", SK_TEXT_ARG(box->batch.next));
}

static void restart(struct box *box)
{
    sk_drop_folder_close(box->folder);
    box_open(box);
}

static void read_and_commit(struct box *box, const char *expected)
{
    assert_read(box, expected);
    commit(box);
}

static const char seven[] = "n\na\nb\nc\nd\ne\nf\ng\n";

static void batches_hold_records_of_one_file_and_then_it_is_done(void **state)
{
    struct box *box = *state;

    deliver_file(box, "lijst.csv", seven);
    read_and_commit(box, "abc");
    read_and_commit(box, "def");
    read_and_commit(box, "g");
    assert_true(is_there(box, "lijst.csv"));
    assert_read(box, "");
    assert_false(is_there(box, "lijst.csv"));
    assert_true(is_there(box, "done/lijst.csv"));
}

static void a_file_is_done_as_soon_as_its_end_is_committed(void **state)
{
    struct box *box = *state;

    deliver_file(box, "a.json", "{\"n\": \"x\"}");
    read_and_commit(box, "x");
    sk_drop_folder_taken(box->folder, sk_text(box->position));
    assert_true(is_there(box, "done/a.json"));
}

static void a_commit_in_the_middle_leaves_the_file(void **state)
{
    struct box *box = *state;

    deliver_file(box, "lijst.csv", seven);
    read_and_commit(box, "abc");
    sk_drop_folder_taken(box->folder, sk_text(box->position));
    assert_true(is_there(box, "lijst.csv"));
    read_and_commit(box, "def");
}

static void what_was_not_committed_is_read_again(void **state)
{
    struct box *box = *state;

    deliver_file(box, "lijst.csv", seven);
    assert_read(box, "abc");
    assert_read(box, "abc");
    commit(box);
    assert_read(box, "def");
    assert_read(box, "def");
}

static void after_a_restart_reading_goes_on_where_it_was(void **state)
{
    struct box *box = *state;

    deliver_file(box, "lijst.csv", seven);
    read_and_commit(box, "abc");
    restart(box);
    read_and_commit(box, "def");
    read_and_commit(box, "g");
    restart(box);
    assert_read(box, "");
    assert_true(is_there(box, "done/lijst.csv"));
}

static void the_same_name_with_other_contents_is_another_file(void **state)
{
    struct box *box = *state;

    deliver_file(box, "lijst.csv", seven);
    read_and_commit(box, "abc");
    sk_drop_folder_close(box->folder);
    write_file(box, "lijst.csv", "n\nx\n");
    box_open(box);
    assert_read(box, "");
    box->now_ms += 2 * SETTLE_MS;
    assert_read(box, "x");
}

static void every_format_gives_its_records(void **state)
{
    struct box *box = *state;

    deliver_file(box, "1.json", "{\"n\": \"a\"}");
    read_and_commit(box, "a");
    deliver_file(box, "2.json", "[{\"n\": \"b\"}, {\"n\": \"c\"}]");
    read_and_commit(box, "bc");
    deliver_file(box, "3.json", "{\"items\": [{\"n\": \"d\"}], \"next\": \"7\"}");
    read_and_commit(box, "d");
    deliver_file(box, "4.jsonl", "\xEF\xBB\xBF{\"n\": \"e\"}\r\n\n{\"n\": \"f\"}");
    read_and_commit(box, "ef");
    deliver_file(box, "5.CSV", "n;m\ng;\n");
    read_and_commit(box, "g");
    assert_read(box, "");
}

static void the_oldest_file_goes_first(void **state)
{
    struct box *box = *state;

    deliver_file(box, "b.json", "{\"n\": \"1\"}");
    sk_auto_free char *path = path_of(box, "b.json");
    struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
    deliver_file(box, "a.json", "{\"n\": \"2\"}");
    read_and_commit(box, "1");
    read_and_commit(box, "2");
}

static void a_file_written_in_place_waits_until_it_has_settled(void **state)
{
    struct box *box = *state;

    write_file(box, "a.json", "{\"n\": \"x\"}");
    assert_read(box, "");
    box->now_ms += SETTLE_MS + 1000;
    assert_read(box, "x");
}

static void what_is_being_written_is_not_looked_at(void **state)
{
    struct box *box = *state;

    write_file(box, "a.json.part", "{");
    write_file(box, "b.csv.tmp", "n");
    write_file(box, ".c.json", "{");
    box->now_ms += 2 * SETTLE_MS;
    assert_read(box, "");
    assert_true(is_there(box, "a.json.part") && is_there(box, "b.csv.tmp") &&
                is_there(box, ".c.json"));
}

static void one_unreadable_record_does_not_touch_the_others(void **state)
{
    struct box *box = *state;

    deliver_file(box, "a.jsonl", "{\"n\": \"x\"}\n{oeps\n{\"n\": \"y\"}\n");
    assert_read(box, "x!y");
    struct sk_raw *bad = &box->batch.records[1];
    assert_true(sk_text_is(bad->text, "{oeps")); /* its translation says what is wrong */
    assert_true(sk_text_is(bad->origin, "a.jsonl:2"));
}

/* It gives nothing, stands in error/ with a reason, and the next file is read. */
static void assert_set_aside(struct box *box, const char *name, const char *text,
                             const char *reason)
{
    sk_auto_free char *aside = sk_strf("%s/error/%s.reason", box->path, name);
    sk_auto_free char *moved = sk_strf("error/%s", name);
    sk_buffer_auto said = {0};
    struct sk_error err = {0};

    deliver_file(box, name, text);
    assert_read(box, "");
    assert_true(is_there(box, moved));
    assert_int_equal(sk_file_read(aside, 1000, &said, &err), SK_OK);
    assert_non_null(strstr(sk_buffer_string(&said), reason));
    assert_int_equal(sk_drop_folder_broken(box->folder, &err), 1);
    assert_non_null(strstr(err.text, reason));
    assert_int_equal(sk_drop_folder_broken(box->folder, &err), 0);
}

static void a_broken_file_gives_nothing_and_says_why(void **state)
{
    struct box *box = *state;

    assert_set_aside(box, "a.json", "{\"n\": \"x\",}", "line 1, column");
    assert_set_aside(box, "b.csv", "n,m\nx,1\ny,\"2\n", "line 3, column 2 (m)");
    assert_set_aside(box, "c.json", "17", "neither an object nor an array");
    assert_set_aside(box, "d.txt", "x", "not .json");
    deliver_file(box, "e.json", "{\"n\": \"x\"}");
    assert_read(box, "x");
}

static void every_broken_file_is_kept_also_under_the_same_name(void **state)
{
    struct box *box = *state;

    for (int times = 0; times < 3; times++) {
        deliver_file(box, "a.json", "{");
        assert_read(box, "");
    }
    assert_int_equal(files_in(box, "error"), 6);
    assert_true(is_there(box, "error/a.json.3") &&
                is_there(box, "error/a.json.3.reason"));
}

/* `size` bytes with records of "x" at the beginning and the end and blanks between. */
static char *padded(size_t size, const char *record)
{
    char *text = sk_alloc(size + 1);

    memset(text, '\n', size);
    memcpy(text, record, strlen(record));
    memcpy(text + size - strlen(record), record, strlen(record));
    text[size] = '\0';
    return text;
}

static void a_file_over_the_bound_is_set_aside(void **state)
{
    sk_auto_free char *text = padded(FILE_MAX + 1, "[]");

    assert_set_aside(*state, "a.json", text, "larger than 10485760 bytes");
}

static void a_line_over_the_bound_does_not_touch_the_others(void **state)
{
    size_t size = 3 * 1024 * 1024;
    sk_auto_free char *text = padded(size, "{\"n\": \"x\"}\n");
    struct box *box = *state;

    memset(text + 11, 'y', size - 23);
    text[11] = '{';
    deliver_file(box, "a.jsonl", text);
    read_and_commit(box, "x!"); /* more than a batch's bytes */
    struct sk_raw *bad = &box->batch.records[1];
    assert_string_equal(bad->error.id, "files.large");
    assert_non_null(strstr(bad->error.text, "line 2 has"));
    assert_int_equal(bad->bytes.size, size - 23);
    assert_read(box, "x");
}

static void a_large_file_is_checked_in_parts(void **state)
{
    sk_auto_free char *text = padded(FILE_MAX - 1, "{\"n\": \"x\"}\n");
    struct box *box = *state;

    deliver_file(box, "a.jsonl", text);
    for (int part = 0; part < 2; part++) {
        read_once(box);
        assert_int_equal(box->batch.count, 0);
        assert_true(box->batch.more);
    }
    read_and_commit(box, "xx");
    restart(box);
    read_once(box);
    assert_int_equal(box->batch.count, 0);
    assert_read(box, "");
    assert_true(is_there(box, "done/a.jsonl"));
}

static void an_earlier_file_of_that_name_is_kept(void **state)
{
    struct box *box = *state;

    deliver_file(box, "a.json", "{\"n\": \"x\"}");
    read_and_commit(box, "x");
    assert_read(box, "");
    deliver_file(box, "a.json", "{\"n\": \"y\"}");
    read_and_commit(box, "y");
    assert_read(box, "");
    assert_int_equal(files_in(box, "done"), 2);
}

static void a_file_that_takes_the_name_of_one_just_read_is_read_too(void **state)
{
    struct box *box = *state;

    deliver_file(box, "a.json", "{\"n\": \"x\"}");
    read_and_commit(box, "x");
    deliver_file(box, "a.json", "{\"n\": \"y\"}");
    read_and_commit(box, "y");
    assert_read(box, "");
    assert_int_equal(files_in(box, "done"), 1);
}

static void the_descriptor_wakes_when_a_file_arrives(void **state)
{
    struct box *box = *state;
    struct pollfd waiting = {.fd = sk_drop_folder_descriptor(box->folder),
                             .events = POLLIN};

    assert_read(box, "");
    assert_int_equal(poll(&waiting, 1, 0), 0);
    deliver_file(box, "a.json", "{\"n\": \"x\"}");
    assert_int_equal(poll(&waiting, 1, 5000), 1);
    assert_read(box, "x");
}

static void a_folder_that_is_not_there_is_said_at_start(void **)
{
    struct sk_drop_options options = {.path = "/nonexistent/drop"};
    struct sk_drop_folder *folder = NULL;
    struct sk_error err = {0};

    assert_int_equal(sk_drop_folder_open(&options, &folder, &err), SK_FATAL);
    assert_non_null(strstr(err.text, "/nonexistent/drop"));
}

#define BOX_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOX_TEST(batches_hold_records_of_one_file_and_then_it_is_done),
        BOX_TEST(a_file_is_done_as_soon_as_its_end_is_committed),
        BOX_TEST(a_commit_in_the_middle_leaves_the_file),
        BOX_TEST(what_was_not_committed_is_read_again),
        BOX_TEST(after_a_restart_reading_goes_on_where_it_was),
        BOX_TEST(the_same_name_with_other_contents_is_another_file),
        BOX_TEST(every_format_gives_its_records),
        BOX_TEST(the_oldest_file_goes_first),
        BOX_TEST(a_file_written_in_place_waits_until_it_has_settled),
        BOX_TEST(what_is_being_written_is_not_looked_at),
        BOX_TEST(one_unreadable_record_does_not_touch_the_others),
        BOX_TEST(a_broken_file_gives_nothing_and_says_why),
        BOX_TEST(every_broken_file_is_kept_also_under_the_same_name),
        BOX_TEST(a_file_over_the_bound_is_set_aside),
        BOX_TEST(a_line_over_the_bound_does_not_touch_the_others),
        BOX_TEST(a_large_file_is_checked_in_parts),
        BOX_TEST(an_earlier_file_of_that_name_is_kept),
        BOX_TEST(a_file_that_takes_the_name_of_one_just_read_is_read_too),
        BOX_TEST(the_descriptor_wakes_when_a_file_arrives),
        cmocka_unit_test(a_folder_that_is_not_there_is_said_at_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

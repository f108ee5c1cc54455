/* SPDX-License-Identifier: Apache-2.0 */
/*
 * drop_folder - which file is next, and where it goes when it is done.
 *
 * The committed position alone says what was read; this keeps nothing on disk. Every read
 * first goes to that position, so a batch that was not committed is simply read again,
 * and a file that gives nothing more after it is finished.
 */
#include "adapter/drop_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/map.h"

enum { BATCH_BYTES = 1024 * 1024, LISTED_MAX = 10000, NAME_MAX_BYTES = 200 };

struct candidate {
    char *name;
    struct timespec changed;
};

struct sk_drop_folder {
    struct sk_drop_options options;
    int directory, watch;
    struct sk_map renamed;        /* names that were renamed in: complete at once */
    struct candidate *candidates; /* of the last listing, oldest first */
    size_t count, capacity, at;
    char *name; /* of the file under way, or NULL */
    struct sk_drop_file *file;
    int64_t start_offset, start_line; /* of its first record */
    bool resumed;                     /* the file of the first position was looked for */
    size_t broken;
    struct sk_error broken_error;
};

/* Positions. ------------------------------------------------------------------------- */

struct place {
    struct sk_text sha256, name;
    int64_t offset, line;
};

static bool place_parse(struct sk_text position, struct place *place)
{
    struct sk_text rest = position;

    place->sha256 = sk_text_split(&rest, ':');
    return rest.data && sk_text_to_int64(sk_text_split(&rest, ':'), &place->offset) &&
           rest.data && sk_text_to_int64(sk_text_split(&rest, ':'), &place->line) &&
           rest.data && (place->name = rest).size > 0;
}

static struct sk_text place_format(const struct sk_drop_folder *folder,
                                   struct sk_arena *arena)
{
    int64_t offset = 0, line = 0;

    sk_drop_file_place(folder->file, &offset, &line);
    return sk_arena_printf(arena, "%s:%lld:%lld:%s", sk_drop_file_sha256(folder->file),
                           (long long)offset, (long long)line, folder->name);
}

/* Open and close. -------------------------------------------------------------------- */

static void forget_listing(struct sk_drop_folder *folder)
{
    for (size_t i = folder->at; i < folder->count; i++)
        free(folder->candidates[i].name);
    folder->at = folder->count = 0;
}

static void leave_file(struct sk_drop_folder *folder)
{
    sk_drop_file_close(folder->file);
    free(folder->name);
    folder->file = NULL;
    folder->name = NULL;
}

void sk_drop_folder_close(struct sk_drop_folder *folder)
{
    if (!folder)
        return;
    leave_file(folder);
    forget_listing(folder);
    free(folder->candidates);
    sk_map_fini(&folder->renamed);
    if (folder->directory >= 0)
        close(folder->directory);
    if (folder->watch >= 0)
        close(folder->watch);
    free(folder);
}

static enum sk_verdict make_inside(const struct sk_drop_folder *folder, const char *name,
                                   struct sk_error *err)
{
    if (mkdirat(folder->directory, name, 0770) == 0 || errno == EEXIST)
        return SK_OK;
    return sk_fail(err, SK_FATAL, "files.folder", "%s/%s: cannot make it: %s",
                   folder->options.path, name, strerror(errno));
}

static enum sk_verdict open_folder(struct sk_drop_folder *folder, struct sk_error *err)
{
    const char *path = folder->options.path;

    folder->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->directory < 0)
        return sk_fail(err, SK_FATAL, "files.folder", "%s: cannot open the folder: %s",
                       path, strerror(errno));
    SK_TRY(make_inside(folder, "done", err));
    SK_TRY(make_inside(folder, "error", err));
    folder->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (folder->watch < 0 || inotify_add_watch(folder->watch, path,
                                               IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE |
                                                   IN_DELETE | IN_CLOSE_WRITE) < 0)
        return sk_fail(err, SK_FATAL, "files.folder", "%s: cannot watch the folder: %s",
                       path, strerror(errno));
    return SK_OK;
}

enum sk_verdict sk_drop_folder_open(const struct sk_drop_options *options,
                                    struct sk_drop_folder **ret_folder,
                                    struct sk_error *err)
{
    struct sk_drop_folder *folder = sk_alloc_zeroed(sizeof(*folder));

    folder->options = *options;
    folder->directory = folder->watch = -1;
    enum sk_verdict verdict = open_folder(folder, err);
    if (verdict != SK_OK) {
        sk_drop_folder_close(folder);
        return verdict;
    }
    *ret_folder = folder;
    return SK_OK;
}

int sk_drop_folder_descriptor(const struct sk_drop_folder *folder)
{
    return folder->watch;
}

size_t sk_drop_folder_broken(struct sk_drop_folder *folder, struct sk_error *ret_error)
{
    size_t broken = folder->broken;

    if (broken > 0)
        *ret_error = folder->broken_error;
    folder->broken = 0;
    return broken;
}

/* Which file is next. ---------------------------------------------------------------- */

static void note_change(struct sk_drop_folder *folder, const struct inotify_event *event)
{
    struct sk_text name = sk_text(event->len ? event->name : "");

    if (event->mask & IN_MOVED_TO)
        sk_map_put(&folder->renamed, name, folder);
    else if (event->mask & (IN_CREATE | IN_DELETE | IN_MOVED_FROM))
        sk_map_remove(&folder->renamed, name);
}

static void note_changes(struct sk_drop_folder *folder)
{
    _Alignas(struct inotify_event) char events[4096];
    ssize_t size = 0;

    while ((size = read(folder->watch, events, sizeof(events))) > 0)
        for (char *at = events; at < events + size;) {
            const struct inotify_event *event = (const void *)at;

            note_change(folder, event);
            at += sizeof(*event) + event->len;
        }
}

static bool ends_in(const char *name, const char *ending)
{
    size_t size = strlen(name), tail = strlen(ending);

    return size >= tail && strcmp(name + size - tail, ending) == 0;
}

static bool is_passed_over(const char *name)
{
    return name[0] == '.' || ends_in(name, ".part") || ends_in(name, ".tmp");
}

/* The kernel's own time of the last change: no copy tool can set it back. */
static bool is_complete(const struct sk_drop_folder *folder, const char *name,
                        const struct stat *status, int64_t now_ms)
{
    int64_t changed_ms =
        (int64_t)status->st_ctim.tv_sec * 1000 + status->st_ctim.tv_nsec / 1000000;

    return sk_map_get(&folder->renamed, sk_text(name)) ||
           now_ms - changed_ms >= folder->options.settle_ms;
}

static int oldest_first(const void *a, const void *b)
{
    const struct candidate *one = a, *two = b;

    if (one->changed.tv_sec != two->changed.tv_sec)
        return one->changed.tv_sec < two->changed.tv_sec ? -1 : 1;
    if (one->changed.tv_nsec != two->changed.tv_nsec)
        return one->changed.tv_nsec < two->changed.tv_nsec ? -1 : 1;
    return strcmp(one->name, two->name);
}

static void list_entry(struct sk_drop_folder *folder, const char *name, int64_t now_ms)
{
    struct stat status;

    if (is_passed_over(name) ||
        fstatat(folder->directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode) || !is_complete(folder, name, &status, now_ms))
        return;
    folder->candidates = sk_grow(folder->candidates, &folder->capacity, folder->count + 1,
                                 sizeof(*folder->candidates));
    folder->candidates[folder->count++] =
        (struct candidate){sk_strdup(name), status.st_mtim};
}

static void close_directory(DIR **directory)
{
    if (*directory)
        closedir(*directory);
}

static enum sk_verdict list_files(struct sk_drop_folder *folder, int64_t now_ms,
                                  struct sk_error *err)
{
    SK_CLEANUP(close_directory) DIR *directory = opendir(folder->options.path);
    struct dirent *entry = NULL;

    if (!directory)
        return sk_fail(err, SK_RETRY, "files.folder", "%s: cannot list it: %s",
                       folder->options.path, strerror(errno));
    forget_listing(folder);
    note_changes(folder);
    while (folder->count < LISTED_MAX && (entry = readdir(directory)))
        list_entry(folder, entry->d_name, now_ms);
    if (folder->count > 0)
        qsort(folder->candidates, folder->count, sizeof(*folder->candidates),
              oldest_first);
    return SK_OK;
}

/* Where a file goes. ----------------------------------------------------------------- */

/* "done/NAME", or "done/NAME.2" and so on when earlier files had that name. The caller
 * frees. */
static char *free_place(const struct sk_drop_folder *folder, const char *where,
                        const char *name)
{
    char *place = sk_strf("%s/%s", where, name);

    for (int number = 2; faccessat(folder->directory, place, F_OK, 0) == 0; number++) {
        free(place);
        place = sk_strf("%s/%s.%d", where, name, number);
    }
    return place;
}

static enum sk_verdict move_to(const struct sk_drop_folder *folder, const char *name,
                               const char *place, struct sk_error *err)
{
    if (renameat(folder->directory, name, folder->directory, place) == 0 ||
        errno == ENOENT)
        return SK_OK;
    return sk_fail(err, SK_RETRY, "files.move", "%s/%s: cannot move it to %s: %s",
                   folder->options.path, name, place, strerror(errno));
}

/* Another file may have got the name meanwhile: that one stays, to be read. */
static enum sk_verdict finish_file(struct sk_drop_folder *folder, struct sk_error *err)
{
    sk_auto_free char *place = free_place(folder, "done", folder->name);

    if (sk_drop_file_is_at(folder->file, folder->directory, folder->name))
        SK_TRY(move_to(folder, folder->name, place, err));
    leave_file(folder);
    return SK_OK;
}

/* Moves a broken file aside with the reason beside it. */
static enum sk_verdict set_aside(struct sk_drop_folder *folder, const char *name,
                                 const struct sk_error *cause, struct sk_error *err)
{
    sk_auto_free char *place = free_place(folder, "error", name);
    sk_auto_free char *reason = sk_strf("%s\n%s\n", cause->id, cause->text);
    sk_auto_free char *path = sk_strf("%s/%s.reason", folder->options.path, place);

    SK_TRY(sk_file_replace(path, reason, strlen(reason), err));
    SK_TRY(move_to(folder, name, place, err));
    folder->broken++;
    folder->broken_error = *cause;
    sk_error_prefix(&folder->broken_error, "%s/%s", folder->options.path, name);
    return SK_OK;
}

/* The file under way. ---------------------------------------------------------------- */

static bool is_plain_name(struct sk_text name)
{
    for (size_t i = 0; i < name.size; i++)
        if ((unsigned char)name.data[i] < ' ')
            return false;
    return name.size <= NAME_MAX_BYTES && sk_utf8_valid(name.data, name.size);
}

/* Makes it the file under way. SK_REJECT: broken. */
static enum sk_verdict take_file(struct sk_drop_folder *folder, const char *name,
                                 struct sk_error *err)
{
    sk_auto_free char *path = sk_strf("%s/%s", folder->options.path, name);

    if (!is_plain_name(sk_text(name)))
        return sk_fail(err, SK_REJECT, "files.name",
                       "a file's name is UTF-8 of at most 200 bytes without control "
                       "characters");
    SK_TRY(sk_drop_file_open(path, &folder->options.format, &folder->file, err));
    folder->name = sk_strdup(name);
    sk_drop_file_place(folder->file, &folder->start_offset, &folder->start_line);
    return SK_OK;
}

/* After a restart: the file that the position speaks of, if it is still there. */
static void resume(struct sk_drop_folder *folder, const struct place *place)
{
    struct sk_error ignored;
    sk_auto_free char *name = sk_strndup(place->name.data, place->name.size);

    if (strchr(name, '/') || take_file(folder, name, &ignored) != SK_OK)
        return;
    if (!sk_text_is(place->sha256, sk_drop_file_sha256(folder->file)))
        leave_file(folder);
}

/* Goes to what is committed: inside the file under way, or to its beginning. */
static enum sk_verdict go_to(struct sk_drop_folder *folder, struct sk_text after,
                             struct sk_error *err)
{
    struct place place = {0};
    bool known = after.data && place_parse(after, &place);

    if (known && !folder->resumed && !folder->file)
        resume(folder, &place);
    folder->resumed = true;
    if (!folder->file)
        return SK_OK;
    if (known && sk_text_is(place.name, folder->name) &&
        sk_text_is(place.sha256, sk_drop_file_sha256(folder->file)))
        return sk_drop_file_seek(folder->file, place.offset, place.line, err);
    return sk_drop_file_seek(folder->file, folder->start_offset, folder->start_line, err);
}

/* The next complete file; none: folder->file stays NULL. */
static enum sk_verdict next_file(struct sk_drop_folder *folder, int64_t now_ms,
                                 struct sk_error *err)
{
    if (folder->at == folder->count)
        SK_TRY(list_files(folder, now_ms, err));
    while (!folder->file && folder->at < folder->count) {
        sk_auto_free char *name = folder->candidates[folder->at++].name;
        enum sk_verdict verdict = take_file(folder, name, err);

        sk_map_remove(&folder->renamed, sk_text(name));
        if (verdict == SK_REJECT) {
            struct sk_error cause = *err;
            verdict = set_aside(folder, name, &cause, err);
        }
        if (verdict != SK_OK)
            return verdict;
    }
    return SK_OK;
}

static void add_record(struct sk_drop_folder *folder, const struct sk_drop_item *item,
                       struct sk_raw_batch *batch)
{
    struct sk_raw *raw = sk_raw_batch_add(batch);

    raw->json = item->json;
    raw->error = item->error;
    if (!item->json) {
        struct sk_text copy = sk_arena_text(&batch->arena, item->bytes);
        raw->bytes = copy;
    }
    raw->position = place_format(folder, &batch->arena);
    raw->origin =
        sk_arena_printf(&batch->arena, "%s:%lld", folder->name, (long long)item->line);
}

static enum sk_verdict read_records(struct sk_drop_folder *folder,
                                    struct sk_raw_batch *batch, struct sk_error *err)
{
    struct sk_drop_item item = {0};
    int64_t start = 0, at = 0, line = 0;

    sk_drop_file_place(folder->file, &start, &line);
    for (at = start; (int64_t)batch->count < folder->options.batch_records &&
                     at - start < BATCH_BYTES;
         sk_drop_file_place(folder->file, &at, &line)) {
        SK_TRY(sk_drop_file_next(folder->file, &item, err));
        if (item.end)
            return SK_OK;
        add_record(folder, &item, batch);
    }
    return SK_OK;
}

enum sk_verdict sk_drop_folder_read(struct sk_drop_folder *folder, struct sk_text after,
                                    int64_t now_ms, struct sk_raw_batch *batch,
                                    struct sk_error *err)
{
    SK_TRY(go_to(folder, after, err));
    for (;;) {
        if (!folder->file)
            SK_TRY(next_file(folder, now_ms, err));
        if (!folder->file)
            return SK_OK;
        SK_TRY(read_records(folder, batch, err));
        if (batch->count > 0)
            break;
        SK_TRY(finish_file(folder, err));
    }
    batch->next = batch->records[batch->count - 1].position;
    batch->more = true;
    return SK_OK;
}

void sk_drop_folder_taken(struct sk_drop_folder *folder, struct sk_text position)
{
    struct sk_drop_item item = {0};
    struct sk_error ignored;

    if (!folder->file || !position.data || go_to(folder, position, &ignored) != SK_OK ||
        sk_drop_file_next(folder->file, &item, &ignored) != SK_OK)
        return;
    json_decref(item.json);
    if (item.end)
        (void)finish_file(folder, &ignored);
}

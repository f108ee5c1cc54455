/* SPDX-License-Identifier: Apache-2.0 */
/*
 * drop_listing - which files are complete, and in what order they go.
 *
 * inotify says what was renamed in while we run; what was there before, or written in
 * place, waits until it has settled.
 */
#include "adapter/drop_listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

enum { LISTED_MAX = 10000 };

struct sk_drop_candidate {
    char *name;
    struct timespec changed;
};

static void forget_listing(struct sk_drop_listing *listing)
{
    for (size_t i = listing->at; i < listing->count; i++)
        free(listing->candidates[i].name);
    listing->at = listing->count = 0;
}

enum sk_verdict sk_drop_listing_init(struct sk_drop_listing *listing, const char *path,
                                     int64_t settle_ms, struct sk_error *err)
{
    *listing =
        (struct sk_drop_listing){.path = path, .settle_ms = settle_ms, .watch = -1};
    listing->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (listing->directory < 0)
        return sk_fail(err, SK_FATAL, "files.folder", "%s: cannot open the folder: %s",
                       path, strerror(errno));
    listing->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (listing->watch < 0 || inotify_add_watch(listing->watch, path,
                                                IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE |
                                                    IN_DELETE | IN_CLOSE_WRITE) < 0)
        return sk_fail(err, SK_FATAL, "files.folder", "%s: cannot watch the folder: %s",
                       path, strerror(errno));
    return SK_OK;
}

void sk_drop_listing_fini(struct sk_drop_listing *listing)
{
    forget_listing(listing);
    free(listing->candidates);
    sk_map_fini(&listing->renamed);
    if (listing->directory >= 0)
        close(listing->directory);
    if (listing->watch >= 0)
        close(listing->watch);
}

static void note_change(struct sk_drop_listing *listing,
                        const struct inotify_event *event)
{
    struct sk_text name = sk_text(event->len ? event->name : "");

    if (event->mask & IN_MOVED_TO)
        sk_map_put(&listing->renamed, name, listing);
    else if (event->mask & (IN_CREATE | IN_DELETE | IN_MOVED_FROM))
        sk_map_remove(&listing->renamed, name);
}

static void note_changes(struct sk_drop_listing *listing)
{
    _Alignas(struct inotify_event) char events[4096];
    ssize_t size = 0;

    while ((size = read(listing->watch, events, sizeof(events))) > 0)
        for (char *at = events; at < events + size;) {
            const struct inotify_event *event = (const void *)at;

            note_change(listing, event);
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
static bool is_complete(const struct sk_drop_listing *listing, const char *name,
                        const struct stat *status, int64_t now_ms)
{
    int64_t changed_ms =
        (int64_t)status->st_ctim.tv_sec * 1000 + status->st_ctim.tv_nsec / 1000000;

    return sk_map_get(&listing->renamed, sk_text(name)) ||
           now_ms - changed_ms >= listing->settle_ms;
}

static int oldest_first(const void *a, const void *b)
{
    const struct sk_drop_candidate *one = a, *two = b;

    if (one->changed.tv_sec != two->changed.tv_sec)
        return one->changed.tv_sec < two->changed.tv_sec ? -1 : 1;
    if (one->changed.tv_nsec != two->changed.tv_nsec)
        return one->changed.tv_nsec < two->changed.tv_nsec ? -1 : 1;
    return strcmp(one->name, two->name);
}

static bool is_seen(const struct sk_drop_listing *listing, const struct stat *now)
{
    const struct stat *seen = &listing->seen;

    return listing->only && seen->st_ino == now->st_ino &&
           seen->st_size == now->st_size && seen->st_mtim.tv_sec == now->st_mtim.tv_sec &&
           seen->st_mtim.tv_nsec == now->st_mtim.tv_nsec;
}

static void list_entry(struct sk_drop_listing *listing, const char *name, int64_t now_ms)
{
    struct stat status;

    if (is_passed_over(name) || (listing->only && strcmp(name, listing->only) != 0) ||
        fstatat(listing->directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode) || is_seen(listing, &status) ||
        !is_complete(listing, name, &status, now_ms))
        return;
    listing->candidates = sk_grow(listing->candidates, &listing->capacity,
                                  listing->count + 1, sizeof(*listing->candidates));
    listing->candidates[listing->count++] =
        (struct sk_drop_candidate){sk_strdup(name), status.st_mtim};
}

static void close_directory(DIR **directory)
{
    if (*directory)
        closedir(*directory);
}

static enum sk_verdict list_files(struct sk_drop_listing *listing, int64_t now_ms,
                                  struct sk_error *err)
{
    SK_CLEANUP(close_directory) DIR *directory = opendir(listing->path);
    struct dirent *entry = NULL;

    if (!directory)
        return sk_fail(err, SK_RETRY, "files.folder", "%s: cannot list it: %s",
                       listing->path, strerror(errno));
    forget_listing(listing);
    note_changes(listing);
    while (listing->count < LISTED_MAX && (entry = readdir(directory)))
        list_entry(listing, entry->d_name, now_ms);
    if (listing->count > 0)
        qsort(listing->candidates, listing->count, sizeof(*listing->candidates),
              oldest_first);
    return SK_OK;
}

enum sk_verdict sk_drop_listing_next(struct sk_drop_listing *listing, int64_t now_ms,
                                     char **ret_name, struct sk_error *err)
{
    *ret_name = NULL;
    if (listing->at == listing->count)
        SK_TRY(list_files(listing, now_ms, err));
    if (listing->at == listing->count)
        return SK_OK;
    *ret_name = listing->candidates[listing->at++].name;
    sk_map_remove(&listing->renamed, sk_text(*ret_name));
    return SK_OK;
}

void sk_drop_listing_seen(struct sk_drop_listing *listing, const struct stat *status)
{
    listing->seen = *status;
}

void sk_drop_listing_again(struct sk_drop_listing *listing, const char *name)
{
    sk_map_put(&listing->renamed, sk_text(name), listing);
    forget_listing(listing);
}

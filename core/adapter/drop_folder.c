/* SPDX-License-Identifier: Apache-2.0 */
/*
 * drop_folder - what is read of a file, and where it goes when it is done.
 *
 * The committed position alone says what was read; this keeps nothing on disk. Every read
 * first goes to that position, so a batch that was not committed is simply read again,
 * and a file that gives nothing more after it is finished. A
 * file that was just taken is first checked, a slice a read.
 */
#include "adapter/drop_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapter/drop_listing.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/hash.h"

enum { BATCH_BYTES = 1024 * 1024, NAME_MAX_BYTES = 200 };

struct sk_drop_folder {
    struct sk_drop_options options;
    struct sk_drop_listing listing;
    char *name; /* of the file under way, or NULL */
    struct sk_drop_file *file;
    bool checked;                     /* it may be read */
    int64_t start_offset, start_line; /* of its first record */
    bool resumed;                     /* the file of the first position was looked for */
    char sought[SK_SHA256_HEX_SIZE];  /* resumed: its contents must be these; else "" */
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

static void leave_file(struct sk_drop_folder *folder)
{
    sk_drop_file_close(folder->file);
    free(folder->name);
    folder->file = NULL;
    folder->name = NULL;
    folder->checked = false;
    folder->sought[0] = '\0';
}

void sk_drop_folder_close(struct sk_drop_folder *folder)
{
    if (!folder)
        return;
    leave_file(folder);
    sk_drop_listing_fini(&folder->listing);
    free(folder);
}

static enum sk_verdict make_inside(const struct sk_drop_folder *folder, const char *name,
                                   struct sk_error *err)
{
    if (mkdirat(folder->listing.directory, name, 0770) == 0 || errno == EEXIST)
        return SK_OK;
    return sk_fail(err, SK_FATAL, "files.folder", "%s/%s: cannot make it: %s",
                   folder->options.path, name, strerror(errno));
}

enum sk_verdict sk_drop_folder_open(const struct sk_drop_options *options,
                                    struct sk_drop_folder **ret_folder,
                                    struct sk_error *err)
{
    struct sk_drop_folder *folder = sk_alloc_zeroed(sizeof(*folder));

    folder->options = *options;
    enum sk_verdict verdict =
        sk_drop_listing_init(&folder->listing, options->path, options->settle_ms, err);
    folder->listing.only = options->only;
    if (verdict == SK_OK && !options->only)
        verdict = make_inside(folder, "done", err);
    if (verdict == SK_OK && !options->only)
        verdict = make_inside(folder, "error", err);
    if (verdict != SK_OK) {
        sk_drop_folder_close(folder);
        return verdict;
    }
    *ret_folder = folder;
    return SK_OK;
}

int sk_drop_folder_descriptor(const struct sk_drop_folder *folder)
{
    return folder->listing.watch;
}

size_t sk_drop_folder_broken(struct sk_drop_folder *folder, struct sk_error *ret_error)
{
    size_t broken = folder->broken;

    if (broken > 0)
        *ret_error = folder->broken_error;
    folder->broken = 0;
    return broken;
}

/* Where a file goes. ----------------------------------------------------------------- */

/* "done/NAME", or "done/NAME.2" and so on when earlier files had that name. The caller
 * frees. */
static char *free_place(const struct sk_drop_folder *folder, const char *where,
                        const char *name)
{
    char *place = sk_strf("%s/%s", where, name);

    for (int number = 2; faccessat(folder->listing.directory, place, F_OK, 0) == 0;
         number++) {
        free(place);
        place = sk_strf("%s/%s.%d", where, name, number);
    }
    return place;
}

static enum sk_verdict move_to(const struct sk_drop_folder *folder, const char *name,
                               const char *place, struct sk_error *err)
{
    if (renameat(folder->listing.directory, name, folder->listing.directory, place) ==
            0 ||
        errno == ENOENT)
        return SK_OK;
    return sk_fail(err, SK_RETRY, "files.move", "%s/%s: cannot move it to %s: %s",
                   folder->options.path, name, place, strerror(errno));
}

/* Another file may have got the name meanwhile: that one stays, to be read. */
static enum sk_verdict finish_file(struct sk_drop_folder *folder, struct sk_error *err)
{
    sk_auto_free char *place = free_place(folder, "done", folder->name);

    if (folder->options.only)
        sk_drop_listing_seen(&folder->listing, sk_drop_file_status(folder->file));
    else if (sk_drop_file_is_at(folder->file, folder->listing.directory, folder->name))
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

    struct stat status;

    if (folder->options.only &&
        fstatat(folder->listing.directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
        sk_drop_listing_seen(&folder->listing, &status);
    if (!folder->options.only)
        SK_TRY(sk_file_replace(path, reason, strlen(reason), err));
    if (!folder->options.only)
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

/* Makes it the file under way, still to be checked. SK_REJECT: broken. */
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
    return SK_OK;
}

/* After a restart: the file that the position speaks of, if it is still there. */
static void resume(struct sk_drop_folder *folder, struct sk_text after)
{
    struct sk_error ignored;
    struct place place = {0};

    folder->resumed = true;
    if (!after.data || !place_parse(after, &place) ||
        place.sha256.size >= sizeof(folder->sought))
        return;
    sk_auto_free char *name = sk_strndup(place.name.data, place.name.size);
    if (strchr(name, '/') || take_file(folder, name, &ignored) != SK_OK)
        return;
    snprintf(folder->sought, sizeof(folder->sought), "%.*s", SK_TEXT_ARG(place.sha256));
}

/* Goes to what is committed: inside the file under way, or to its beginning. */
static enum sk_verdict go_to(struct sk_drop_folder *folder, struct sk_text after,
                             struct sk_error *err)
{
    struct place place = {0};

    if (after.data && place_parse(after, &place) &&
        sk_text_is(place.name, folder->name) &&
        sk_text_is(place.sha256, sk_drop_file_sha256(folder->file)))
        return sk_drop_file_seek(folder->file, place.offset, place.line, err);
    return sk_drop_file_seek(folder->file, folder->start_offset, folder->start_line, err);
}

/* The next complete file; none: folder->file stays NULL. */
static enum sk_verdict next_file(struct sk_drop_folder *folder, int64_t now_ms,
                                 struct sk_error *err)
{
    while (!folder->file) {
        sk_auto_free char *name = NULL;

        SK_TRY(sk_drop_listing_next(&folder->listing, now_ms, &name, err));
        if (!name)
            return SK_OK;
        enum sk_verdict verdict = take_file(folder, name, err);
        if (verdict == SK_REJECT) {
            struct sk_error cause = *err;
            verdict = set_aside(folder, name, &cause, err);
        }
        SK_TRY(verdict);
    }
    return SK_OK;
}

/* A resumed file that is not what was sought is left for the listing to find: it may be
 * in the middle of being written. */
static enum sk_verdict judge_checked(struct sk_drop_folder *folder,
                                     enum sk_verdict verdict, struct sk_error *err)
{
    struct sk_error cause = *err;
    sk_auto_free char *name = sk_strdup(folder->name);
    bool resumed = folder->sought[0] != '\0';
    bool other = resumed && (verdict != SK_OK ||
                             strcmp(folder->sought, sk_drop_file_sha256(folder->file)));

    if (verdict != SK_OK || other)
        leave_file(folder);
    else
        sk_drop_file_place(folder->file, &folder->start_offset, &folder->start_line);
    if (verdict == SK_REJECT && !resumed)
        return set_aside(folder, name, &cause, err);
    return verdict == SK_RETRY && !resumed ? verdict : SK_OK;
}

/* One slice of the check of the file under way. */
static enum sk_verdict check_file(struct sk_drop_folder *folder, struct sk_error *err)
{
    bool checked = false;
    enum sk_verdict verdict = sk_drop_file_check(folder->file, &checked, err);

    folder->checked = checked;
    return checked || verdict != SK_OK ? judge_checked(folder, verdict, err) : SK_OK;
}

static void add_record(struct sk_drop_folder *folder, const struct sk_drop_item *item,
                       struct sk_raw_batch *batch)
{
    struct sk_raw *raw = sk_raw_batch_add(batch);

    raw->text = sk_arena_text(&batch->arena, item->text);
    raw->bytes = sk_arena_text(&batch->arena, item->bytes);
    raw->error = item->error;
    raw->position = place_format(folder, &batch->arena);
    raw->origin =
        sk_arena_printf(&batch->arena, "%s:%lld", folder->name, (long long)item->line);
}

/* Until the batch is full or the file ends. */
static enum sk_verdict read_records(struct sk_drop_folder *folder,
                                    struct sk_raw_batch *batch, bool *ret_ended,
                                    struct sk_error *err)
{
    struct sk_drop_item item = {0};
    int64_t start = 0, at = 0, line = 0;

    sk_drop_file_place(folder->file, &start, &line);
    for (at = start; (int64_t)batch->count < folder->options.batch_records &&
                     at - start < BATCH_BYTES;
         sk_drop_file_place(folder->file, &at, &line)) {
        SK_TRY(sk_drop_file_next(folder->file, &item, err));
        *ret_ended = item.end;
        if (item.end)
            return SK_OK;
        add_record(folder, &item, batch);
    }
    return SK_OK;
}

/* All of the file has been read, and it is still what was checked. */
static enum sk_verdict end_whole(struct sk_drop_folder *folder,
                                 struct sk_raw_batch *batch, struct sk_error *err)
{
    if (!sk_drop_file_is_unchanged(folder->file)) {
        leave_file(folder);
        return sk_fail(err, SK_RETRY, "files.changed",
                       "the file was written to while it was read");
    }
    batch->end = true;
    batch->more = false;
    batch->next = place_format(folder, &batch->arena);
    batch->dump = sk_arena_printf(&batch->arena, "%s %s", folder->name,
                                  sk_drop_file_sha256(folder->file));
    return SK_OK;
}

/* Gives the next records of the file under way, or finishes it. */
static enum sk_verdict go_on(struct sk_drop_folder *folder, struct sk_text after,
                             struct sk_raw_batch *batch, struct sk_error *err)
{
    bool ended = false;

    SK_TRY(go_to(folder, after, err));
    SK_TRY(read_records(folder, batch, &ended, err));
    if (batch->count > 0)
        batch->next = batch->records[batch->count - 1].position;
    if (folder->options.format.whole)
        return ended ? end_whole(folder, batch, err) : SK_OK;
    return batch->count > 0 ? SK_OK : finish_file(folder, err);
}

enum sk_verdict sk_drop_folder_read(struct sk_drop_folder *folder, struct sk_text after,
                                    int64_t now_ms, struct sk_raw_batch *batch,
                                    struct sk_error *err)
{
    if (!folder->resumed)
        resume(folder, after);
    while (batch->count == 0 && !batch->end) {
        SK_TRY(next_file(folder, now_ms, err));
        batch->more = folder->file != NULL;
        if (!folder->file)
            return SK_OK;
        if (folder->checked) {
            SK_TRY(go_on(folder, after, batch, err));
            continue;
        }
        SK_TRY(check_file(folder, err));
        if (!folder->checked)
            return SK_OK;
    }
    return SK_OK;
}

void sk_drop_folder_taken(struct sk_drop_folder *folder, struct sk_text position)
{
    struct sk_drop_item item = {0};
    struct sk_error ignored;

    if (!folder->checked || !position.data ||
        go_to(folder, position, &ignored) != SK_OK ||
        sk_drop_file_next(folder->file, &item, &ignored) != SK_OK)
        return;
    if (item.end)
        (void)finish_file(folder, &ignored);
}

/* Another complete file than the one under way, or NULL. */
static char *another_file(struct sk_drop_folder *folder, int64_t now_ms)
{
    struct sk_error ignored;
    bool own = false;

    for (;;) {
        char *name = NULL;
        if (sk_drop_listing_next(&folder->listing, now_ms, &name, &ignored) != SK_OK ||
            !name)
            return NULL;
        if (strcmp(name, folder->name) != 0 ||
            !sk_drop_file_is_at(folder->file, folder->listing.directory, name))
            return name;
        free(name);
        if (own) /* listed a second time: it is alone */
            return NULL;
        own = true;
    }
}

bool sk_drop_folder_superseded(struct sk_drop_folder *folder, int64_t now_ms,
                               const struct sk_error *why)
{
    sk_auto_free char *name = folder->file ? another_file(folder, now_ms) : NULL;
    struct sk_error ignored;

    if (!name)
        return !folder->file;
    if (sk_drop_file_is_at(folder->file, folder->listing.directory, folder->name) &&
        set_aside(folder, folder->name, why, &ignored) != SK_OK)
        return false;
    leave_file(folder);
    sk_drop_listing_again(&folder->listing, name);
    return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ADAPTER_DROP_FOLDER_H
#define SK_ADAPTER_DROP_FOLDER_H

#include "adapter/adapter.h"
#include "adapter/drop_file.h"

/*
 * A folder in which another system leaves files.
 *
 * Only complete files are read: renamed in, or unchanged for `settle_ms`; names that
 * begin with a dot or end in .part or .tmp are not looked at. Oldest first. A batch holds
 * records of one file, and its position is "<sha256>:<offset>:<line>:<name>": what was
 * read of which contents. So a file moves to done/ only when its last record is
 * committed, and a file that was read before a crash is known again by its contents. A
 * file that is broken gives no record and moves to error/ with a <name>.reason beside it.
 *
 * Read whole (format.whole): a read after nothing begins a file anew, its end is said
 * (batch->end), and it leaves the folder only by taken or superseded; with `only` it
 * stays, and is read anew when it has changed.
 */
struct sk_drop_folder;

struct sk_drop_options {
    const char *path;
    const char *only; /* read whole: the one file, which stays where it is; NULL: all */
    int64_t settle_ms;
    int64_t batch_records; /* at most, and 1 MiB or a little more of text */
    struct sk_drop_format
        format; /* whole: each file is all there is, and is read as such */
};

/* Makes done/ and error/ in the folder. SK_FATAL "files.folder" when the folder is not
 * there or cannot be written. `options` is copied, but not its texts. */
enum sk_verdict sk_drop_folder_open(const struct sk_drop_options *options,
                                    struct sk_drop_folder **ret_folder,
                                    struct sk_error *err);
void sk_drop_folder_close(struct sk_drop_folder *folder); /* accepts NULL */

/* Fills an empty batch with what comes after `after`; empty with `more` false: nothing
 * now; empty with `more`: a file is still being checked or was set aside. `now_ms`: the
 * wall clock. SK_RETRY: a file or the folder cannot be read or moved now. */
enum sk_verdict sk_drop_folder_read(struct sk_drop_folder *folder, struct sk_text after,
                                    int64_t now_ms, struct sk_raw_batch *batch,
                                    struct sk_error *err);

/* Everything up to `position` is committed: a file read to its end moves to done/. read
 * does the same with its `after`, so that a crash in between does no harm. */
void sk_drop_folder_taken(struct sk_drop_folder *folder, struct sk_text position);

/* Read whole: the file that was read to its end is refused. True: a newer one, or another
 * of its name, is there; the refused one moved to error/ with `why` beside it. */
bool sk_drop_folder_superseded(struct sk_drop_folder *folder, int64_t now_ms,
                               const struct sk_error *why);

/* Files moved to error/ since the last call, with the newest one's error; 0: none. */
size_t sk_drop_folder_broken(struct sk_drop_folder *folder, struct sk_error *ret_error);

/* Readable when something was renamed or written in the folder. */
int sk_drop_folder_descriptor(const struct sk_drop_folder *folder);

#endif

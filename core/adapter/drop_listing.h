/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ADAPTER_DROP_LISTING_H
#define SK_ADAPTER_DROP_LISTING_H

#include <stdint.h>
#include <sys/stat.h>

#include "base/map.h"
#include "base/verdict.h"

/*
 * The complete files of a folder, oldest first: those that were renamed in, and those
 * that did not change for `settle_ms` by the kernel's own time, which no copy tool sets
 * back. Names that begin with a dot or end in .part or .tmp are passed over.
 */
struct sk_drop_listing {
    const char *path; /* the caller's */
    const char
        *only; /* the one file that is looked for, and stays; NULL: all. The caller's */
    struct stat seen; /* only: what it was when it was dealt with */
    int64_t settle_ms;
    int directory;         /* open; -1: not */
    int watch;             /* inotify: readable when something was renamed or written */
    struct sk_map renamed; /* names that were renamed in: complete at once */
    struct sk_drop_candidate *candidates;
    size_t count, capacity, at;
};

/* SK_FATAL "files.folder" when the folder cannot be opened or watched; fini copes. */
enum sk_verdict sk_drop_listing_init(struct sk_drop_listing *listing, const char *path,
                                     int64_t settle_ms, struct sk_error *err);
void sk_drop_listing_fini(struct sk_drop_listing *listing);

/* The next complete file's name, which the caller frees; NULL: none now. The folder is
 * listed again only when the last listing is used up. SK_RETRY "files.folder". */
enum sk_verdict sk_drop_listing_next(struct sk_drop_listing *listing, int64_t now_ms,
                                     char **ret_name, struct sk_error *err);

/* `only` has been dealt with as it was then: it is complete again when it has changed. */
void sk_drop_listing_seen(struct sk_drop_listing *listing, const struct stat *status);

/* It was complete but is not read yet: the next listing gives it again at once. */
void sk_drop_listing_again(struct sk_drop_listing *listing, const char *name);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_FILE_H
#define SK_BASE_FILE_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/verdict.h"

/* Errors name the path and the system's reason. A missing file is SK_REJECT, others
 * RETRY. */

/* Appends the whole file to `out`; more than `limit` bytes is SK_REJECT "file.large". */
enum sk_verdict sk_file_read(const char *path, size_t limit, struct sk_buffer *out,
                             struct sk_error *err);

/* Written aside, synced and renamed: the old or the new contents, never half of it. */
enum sk_verdict sk_file_replace(const char *path, const void *data, size_t size,
                                struct sk_error *err);

/* The same, for secrets: nobody but the owner may read it (0600). */
enum sk_verdict sk_file_replace_private(const char *path, const void *data, size_t size,
                                        struct sk_error *err);

/* "<folder of the running program>/<name>": where its sibling is. Returns `out`. */
const char *sk_program_beside(const char *name, char *out, size_t size);

/* The folder and those above it; mode 0770 less the umask. It may exist. */
enum sk_verdict sk_folder_make(const char *path, struct sk_error *err);

#endif

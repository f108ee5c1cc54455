/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

static void close_descriptor(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
}

static enum sk_verdict fail_at(struct sk_error *err, const char *verb, const char *path)
{
    return sk_fail(err, errno == ENOENT ? SK_REJECT : SK_RETRY, "file.io",
                   "cannot %s %s: %s", verb, path, strerror(errno));
}

enum sk_verdict sk_file_read(const char *path, size_t limit, struct sk_buffer *out,
                             struct sk_error *err)
{
    SK_CLEANUP(close_descriptor) int file = open(path, O_RDONLY | O_CLOEXEC);
    size_t start = out->size;

    if (file < 0)
        return fail_at(err, "open", path);
    for (;;) {
        sk_buffer_reserve(out, 16384);
        ssize_t got = read(file, out->data + out->size, out->capacity - out->size);
        if (got == 0)
            return SK_OK;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_at(err, "read", path);
        out->size += (size_t)got;
        if (out->size - start > limit)
            return sk_fail(err, SK_REJECT, "file.large", "%s is larger than %zu bytes",
                           path, limit);
    }
}

static enum sk_verdict write_synced(int file, const char *path, struct sk_bytes rest,
                                    struct sk_error *err)
{
    while (rest.size > 0) {
        ssize_t done = write(file, rest.data, rest.size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return fail_at(err, "write", path);
        rest.data += done;
        rest.size -= (size_t)done;
    }
    if (fsync(file) < 0)
        return fail_at(err, "sync", path);
    return SK_OK;
}

static enum sk_verdict sync_folder_of(const char *path, struct sk_error *err)
{
    sk_auto_free char *folder = sk_strdup(path);
    char *slash = strrchr(folder, '/');

    if (slash)
        slash[slash == folder] = '\0';
    SK_CLEANUP(close_descriptor)
    int handle = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0 || fsync(handle) < 0)
        return fail_at(err, "sync the folder of", path);
    return SK_OK;
}

static enum sk_verdict replace(const char *path, struct sk_bytes contents, mode_t mode,
                               struct sk_error *err)
{
    sk_auto_free char *aside = sk_strf("%s.%d.tmp", path, (int)getpid());
    SK_CLEANUP(close_descriptor)
    int file = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

    if (file < 0)
        return fail_at(err, "create", aside);
    enum sk_verdict verdict = write_synced(file, aside, contents, err);
    if (verdict == SK_OK && rename(aside, path) < 0)
        verdict = fail_at(err, "rename to", path);
    if (verdict != SK_OK) {
        unlink(aside);
        return verdict;
    }
    return sync_folder_of(path, err);
}

enum sk_verdict sk_file_replace(const char *path, const void *data, size_t size,
                                struct sk_error *err)
{
    return replace(path, (struct sk_bytes){data, size}, 0660, err);
}

enum sk_verdict sk_file_replace_private(const char *path, const void *data, size_t size,
                                        struct sk_error *err)
{
    return replace(path, (struct sk_bytes){data, size}, 0600, err);
}

enum sk_verdict sk_folder_make(const char *path, struct sk_error *err)
{
    sk_auto_free char *partial = sk_strdup(path);

    for (char *slash = strchr(partial + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(partial, 0770) < 0 && errno != EEXIST)
            return fail_at(err, "make folder", partial);
        *slash = '/';
    }
    if (mkdir(partial, 0770) < 0 && errno != EEXIST)
        return fail_at(err, "make folder", partial);
    return SK_OK;
}

const char *sk_program_beside(const char *name, char *out, size_t size)
{
    char program[PATH_MAX];
    ssize_t used = readlink("/proc/self/exe", program, sizeof(program) - 1);

    program[used > 0 ? used : 0] = '\0';
    char *slash = strrchr(program, '/');
    snprintf(out, size, "%.*s%s", slash ? (int)(slash + 1 - program) : 0, program, name);
    return out;
}

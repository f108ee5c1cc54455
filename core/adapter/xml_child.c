/* SPDX-License-Identifier: Apache-2.0 */
#include "adapter/xml_child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

enum { LOOK_MS = 2, LOOKS = 10, LAST_LINE = 512 };

static enum sk_verdict failed(const char *what, int error, struct sk_error *err)
{
    return sk_fail(err, SK_RETRY, "files.xml", "%s: %s", what, strerror(error));
}

/* An empty environment: no secret of ours is its business. */
static int spawn(struct sk_xml_child *child, const char *path, int file,
                 const char *record)
{
    char *const arguments[] = {(char *)path, (char *)record, NULL};
    char *const environment[] = {NULL};
    posix_spawn_file_actions_t actions;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, file, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(child->records), STDOUT_FILENO);
    int error = posix_spawn(&child->pid, path, &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    if (error)
        child->pid = 0;
    return error;
}

enum sk_verdict sk_xml_child_start(struct sk_xml_child *child, int file,
                                   const char *record, struct sk_error *err)
{
    char path[PATH_MAX];
    int error = 0;

    child->records = tmpfile();
    if (!child->records)
        return failed("temporary file", errno, err);
    fcntl(fileno(child->records), F_SETFD, FD_CLOEXEC);
    if (lseek(file, 0, SEEK_SET) != 0)
        return failed("cannot seek", errno, err);
    error =
        spawn(child, sk_program_beside("schakel-xml", path, sizeof(path)), file, record);
    return error ? failed(path, error, err) : SK_OK;
}

void sk_xml_child_end(struct sk_xml_child *child)
{
    if (child->pid) {
        kill(child->pid, SIGKILL);
        waitpid(child->pid, NULL, 0);
    }
    if (child->records)
        fclose(child->records);
    *child = (struct sk_xml_child){0};
}

/* The last line says how it went; it is no record and is cut off. */
static enum sk_verdict take_end(FILE *records, struct sk_error *err)
{
    char tail[LAST_LINE + 1];
    off_t size = lseek(fileno(records), 0, SEEK_END);
    off_t from = size > LAST_LINE ? size - LAST_LINE : 0;
    ssize_t got = pread(fileno(records), tail, LAST_LINE, from);
    size_t end = got > 0 ? (size_t)got : 0;

    if (!end || tail[end - 1] != '\n')
        return sk_fail(err, SK_REJECT, "files.xml",
                       "its reader came to no end: too large, or made to harm");
    tail[--end] = '\0';
    char *line = strrchr(tail, '\n');
    line = line ? line + 1 : tail;
    if (*line == '!')
        return sk_fail(err, SK_REJECT, "files.xml", "%.200s", line + 1);
    if (strcmp(line, ".") != 0)
        return sk_fail(err, SK_REJECT, "files.xml", "its reader came to no end");
    if (ftruncate(fileno(records), size - 2) != 0)
        return failed("temporary file", errno, err);
    rewind(records);
    return SK_OK;
}

enum sk_verdict sk_xml_child_wait(struct sk_xml_child *child, bool *ret_done,
                                  struct sk_error *err)
{
    pid_t ended = 0;

    *ret_done = false;
    for (int i = 0; i < LOOKS && !ended; i++) {
        ended = waitpid(child->pid, NULL, WNOHANG);
        if (!ended)
            poll(NULL, 0, LOOK_MS);
    }
    if (!ended)
        return SK_OK;
    child->pid = 0;
    *ret_done = true;
    return take_end(child->records, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "adapter/odbc_child.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"

enum { PIECE = 64 * 1024, IDLE_END_MS = 1000, LOOK_MS = 10, KEPT = 256 * 1024 };

static void on_ready(void *context);

void sk_odbc_child_init(struct sk_odbc_child *child, struct sk_watches *watches,
                        json_t *settings_take)
{
    child->watches = watches;
    child->settings = settings_take;
    child->socket = -1;
    child->watch = (struct sk_watch){
        .descriptor = -1, .events = POLLIN, .ready = on_ready, .context = child};
    sk_watches_add(watches, &child->watch);
}

/* It stands beside the program that starts it. */
static enum sk_verdict program_path(char path[PATH_MAX], struct sk_error *err)
{
    static const char name[] = "schakel-odbc";
    ssize_t used = readlink("/proc/self/exe", path, PATH_MAX - sizeof(name));
    char *slash;

    if (used < 0)
        return sk_fail(err, SK_RETRY, "odbc.child", "/proc/self/exe: %s",
                       strerror(errno));
    path[used] = 0;
    slash = strrchr(path, '/');
    memcpy(slash ? slash + 1 : path, name, sizeof(name));
    if (access(path, X_OK) != 0)
        return sk_fail(err, SK_RETRY, "odbc.child",
                       "%.180s: %s; the adapter odbc needs it (package schakel-odbc)",
                       path, strerror(errno));
    return SK_OK;
}

/* The child's end becomes its standard input; its errors go where ours go. */
static enum sk_verdict spawn(struct sk_odbc_child *child, int theirs,
                             struct sk_error *err)
{
    char path[PATH_MAX];
    char *const arguments[] = {path, NULL};
    posix_spawn_file_actions_t actions;

    SK_TRY(program_path(path, err));
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, theirs, STDIN_FILENO);
    int error = posix_spawn(&child->pid, path, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (!error)
        return SK_OK;
    child->pid = 0;
    return sk_fail(err, SK_RETRY, "odbc.child", "%.180s: %s", path, strerror(error));
}

static enum sk_verdict start(struct sk_odbc_child *child, struct sk_error *err)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return sk_fail(err, SK_RETRY, "odbc.child", "socketpair: %s", strerror(errno));
    enum sk_verdict verdict = spawn(child, pair[1], err);
    close(pair[1]);
    if (verdict != SK_OK) {
        close(pair[0]);
        return verdict;
    }
    child->socket = child->watch.descriptor = pair[0];
    return SK_OK;
}

static bool wait_for_end(pid_t pid, int *ret_status, int64_t most_ms)
{
    int64_t until = sk_clock_monotonic_ms() + most_ms;
    pid_t ended;

    while ((ended = waitpid(pid, ret_status, WNOHANG)) == 0 &&
           sk_clock_monotonic_ms() < until)
        poll(NULL, 0, LOOK_MS);
    return ended != 0;
}

/* Closes and reaps; says how it ended. */
static int end(struct sk_odbc_child *child, int64_t most_ms)
{
    int status = 0;

    if (!child->pid)
        return 0;
    close(child->socket);
    child->socket = child->watch.descriptor = -1;
    if (!wait_for_end(child->pid, &status, most_ms)) {
        kill(child->pid, SIGKILL);
        waitpid(child->pid, &status, 0);
    }
    child->pid = 0;
    return status;
}

static void forget(struct sk_odbc_child *child)
{
    child->watch.deadline_ms = 0;
    child->watch.events = POLLIN;
    child->asking = false;
    child->out_at = child->out.size = child->in.size = 0;
}

void sk_odbc_child_fini(struct sk_odbc_child *child)
{
    if (!child->watches)
        return;
    end(child, child->asking ? 0 : IDLE_END_MS);
    sk_watches_remove(child->watches, &child->watch);
    sk_buffer_fini(&child->out);
    sk_buffer_fini(&child->in);
    json_decref(child->settings);
}

/* The child is no more; whoever asked is told. */
static void lose(struct sk_odbc_child *child, const struct sk_error *error)
{
    bool asked = child->asking;

    end(child, 0);
    forget(child);
    if (asked)
        child->lost(child->context, error);
}

void sk_odbc_child_say(struct sk_odbc_child *child, enum sk_odbc_kind kind,
                       struct sk_text body)
{
    if (!child->pid && !child->out.size) {
        sk_auto_free char *settings = json_dumps(child->settings, JSON_COMPACT);
        sk_odbc_frame_put(&child->out, SK_ODBC_CONFIGURE, sk_text(settings));
    }
    sk_odbc_frame_put(&child->out, kind, body);
}

/* What the socket takes now; the rest when it is writable. */
static void write_out(struct sk_odbc_child *child)
{
    while (child->out_at < child->out.size) {
        ssize_t sent = send(child->socket, child->out.data + child->out_at,
                            child->out.size - child->out_at, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            break; /* full, or it is gone: then reading says so */
        child->out_at += (size_t)sent;
    }
    bool all = child->out_at == child->out.size;
    child->watch.events = all ? POLLIN : POLLIN | POLLOUT;
    if (!all)
        return;
    child->out.size = child->out_at = 0;
    if (child->out.capacity > KEPT)
        sk_buffer_fini(&child->out);
}

void sk_odbc_child_ask(struct sk_odbc_child *child, int64_t limit_ms)
{
    struct sk_error err = {0};

    child->asking = true;
    child->limit_ms = limit_ms;
    child->watch.deadline_ms = sk_clock_monotonic_ms() + limit_ms;
    if (!child->pid && start(child, &err) != SK_OK) {
        lose(child, &err);
        return;
    }
    write_out(child);
}

void sk_odbc_child_answered(struct sk_odbc_child *child)
{
    child->asking = false;
    child->watch.deadline_ms = 0;
}

/* Everything that is there now. False: the child closed its end. */
static bool read_in(struct sk_odbc_child *child)
{
    for (;;) {
        sk_buffer_reserve(&child->in, PIECE);
        ssize_t got =
            recv(child->socket, child->in.data + child->in.size, PIECE, MSG_DONTWAIT);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK;
        if (got == 0)
            return false;
        child->in.size += (size_t)got;
        if (child->in.size > 2 * (size_t)SK_ODBC_FRAME_LARGEST)
            return true; /* what is there first */
    }
}

/* Hands out whole frames and keeps the rest. */
static enum sk_verdict hand_out(struct sk_odbc_child *child, struct sk_error *err)
{
    struct sk_odbc_frame frame;
    size_t at = 0;
    bool there;

    for (;;) {
        SK_TRY(sk_odbc_frame_take(&child->in, &at, &frame, &there, err));
        if (!there)
            break;
        if (!child->asking)
            continue;
        child->watch.deadline_ms = sk_clock_monotonic_ms() + child->limit_ms;
        child->said(child->context, &frame);
    }
    child->in.size -= at;
    if (at && child->in.size)
        memmove(child->in.data, child->in.data + at, child->in.size);
    if (!child->in.size && child->in.capacity > KEPT)
        sk_buffer_fini(&child->in);
    return SK_OK;
}

static void ended(struct sk_odbc_child *child)
{
    struct sk_error err = {0};
    bool asked = child->asking;
    int status = end(child, IDLE_END_MS);

    if (WIFSIGNALED(status))
        (void)!sk_fail(&err, SK_RETRY, "odbc.child",
                       "schakel-odbc was ended by signal %d: the driver, or memory",
                       WTERMSIG(status));
    else
        (void)!sk_fail(&err, SK_RETRY, "odbc.child", "schakel-odbc ended with %d",
                       WEXITSTATUS(status));
    forget(child);
    if (asked)
        child->lost(child->context, &err);
}

static void on_ready(void *context)
{
    struct sk_odbc_child *child = context;
    struct sk_error err = {0};

    if (!child->pid)
        return;
    write_out(child);
    bool open = read_in(child);
    if (hand_out(child, &err) != SK_OK)
        lose(child, &err);
    else if (!open)
        ended(child);
    else if (child->watch.deadline_ms &&
             child->watch.deadline_ms <= sk_clock_monotonic_ms()) {
        (void)!sk_fail(&err, SK_RETRY, "odbc.deadline",
                       "the database did not answer in time; the call was given up");
        lose(child, &err);
    }
}

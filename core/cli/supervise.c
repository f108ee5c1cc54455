/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"

enum {
    EXIT_CONFIGURATION = 2, /* what our programs say of a wrong configuration */
    PATIENCE = 5,           /* deaths without a unit before waiting */
    FIRST_WAIT_MS = 1000,
    LONGEST_WAIT_MS = 60000,
    LONG_LIFE_MS = 10000, /* who lived as long did work, also where it commits no units */
    STOP_MS = 6000,
    LARGEST_STATUS = 256 * 1024,
};

struct status {
    pid_t pid;
    bool ready;
    int64_t commits;
};

/* The child's own word; false when there is no readable status of this very pid. */
static bool read_status(const struct sk_supervisor *supervisor,
                        const struct sk_supervised *child, struct status *ret_status)
{
    sk_auto_free char *path =
        sk_strf("%s/%s.status", supervisor->run_folder, child->name);
    sk_buffer_auto text = {0};
    json_auto_t *json = NULL;
    struct sk_error ignored;

    if (sk_file_read(path, LARGEST_STATUS, &text, &ignored) != SK_OK ||
        sk_json_parse(text.data, text.size, &json, &ignored) != SK_OK)
        return false;
    struct sk_text state = sk_json_text_or_absent(json, "toestand");
    *ret_status = (struct status){
        .pid = (pid_t)json_integer_value(json_object_get(json, "pid")),
        .ready = sk_text_is(state, "ACTIEF") || sk_text_is(state, "STANDBY"),
        .commits = json_integer_value(json_object_get(json, "commits")),
    };
    return ret_status->pid == child->pid;
}

/* In the child. Only exec or _exit may follow; the group of its own keeps Ctrl-C for the
 * supervisor, which ends the children in order. */
static void become(const struct sk_supervisor *supervisor,
                   const struct sk_supervised *child, pid_t parent)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(0);
    execl(child->program, child->program, "--config", supervisor->config, (char *)NULL);
    dprintf(STDERR_FILENO, "schakel: cannot run %s: %s\n", child->program,
            strerror(errno));
    _exit(127);
}

static enum sk_verdict start_child(const struct sk_supervisor *supervisor,
                                   struct sk_supervised *child, struct sk_error *err)
{
    pid_t parent = getpid();
    pid_t pid = fork();

    if (pid < 0)
        return sk_fail(err, SK_RETRY, "up.fork", "cannot start %s: %s", child->name,
                       strerror(errno));
    if (pid == 0)
        become(supervisor, child, parent);
    child->pid = pid;
    child->ready = false;
    child->started_ms = sk_clock_monotonic_ms();
    sk_log_info("up.started", SK_STR("child", child->name), SK_INT64("pid", pid));
    return SK_OK;
}

enum sk_verdict sk_supervisor_start(struct sk_supervisor *supervisor,
                                    struct sk_error *err)
{
    sigset_t watched;

    sigemptyset(&watched);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGTERM);
    sigaddset(&watched, SIGCHLD);
    sigprocmask(SIG_BLOCK, &watched, NULL);
    supervisor->signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
    if (supervisor->signals < 0)
        return sk_fail(err, SK_RETRY, "up.signals", "cannot watch signals: %s",
                       strerror(errno));
    for (size_t i = 0; i < supervisor->count; i++)
        SK_TRY(start_child(supervisor, &supervisor->children[i], err));
    return SK_OK;
}

static int64_t wait_after(int deaths)
{
    int64_t wait = FIRST_WAIT_MS;

    if (deaths < PATIENCE)
        return 0;
    for (int i = PATIENCE; i < deaths && wait < LONGEST_WAIT_MS; i++)
        wait *= 2;
    return wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS;
}

static void bury(struct sk_supervisor *supervisor, struct sk_supervised *child, int how)
{
    int64_t now = sk_clock_monotonic_ms();
    struct status status;
    bool worked = read_status(supervisor, child, &status) && status.commits > 0;

    if (worked || now - child->started_ms >= LONG_LIFE_MS)
        child->deaths = 0;
    child->misconfigured = WIFEXITED(how) && WEXITSTATUS(how) == EXIT_CONFIGURATION;
    child->deaths =
        child->misconfigured && child->deaths < PATIENCE ? PATIENCE : child->deaths + 1;
    int64_t wait = wait_after(child->deaths);
    child->start_at_ms = now + wait;
    sk_log_warn("up.died", SK_STR("child", child->name), SK_INT64("pid", child->pid),
                SK_INT64("signal", WIFSIGNALED(how) ? WTERMSIG(how) : 0),
                SK_INT64("status", WIFEXITED(how) ? WEXITSTATUS(how) : 0),
                SK_INT64("restart_in_ms", wait));
    child->pid = 0;
}

static void reap(struct sk_supervisor *supervisor)
{
    int how;
    pid_t pid;

    while ((pid = waitpid(-1, &how, WNOHANG)) > 0)
        for (size_t i = 0; i < supervisor->count; i++)
            if (supervisor->children[i].pid == pid)
                bury(supervisor, &supervisor->children[i], how);
}

/* Starts who may start; returns how long until the next one may, at most `timeout_ms`. */
static enum sk_verdict start_due(struct sk_supervisor *supervisor, int *timeout_ms,
                                 struct sk_error *err)
{
    int64_t now = sk_clock_monotonic_ms();

    for (size_t i = 0; i < supervisor->count; i++) {
        struct sk_supervised *child = &supervisor->children[i];
        if (child->pid)
            continue;
        if (child->start_at_ms <= now)
            SK_TRY(start_child(supervisor, child, err));
        else if (child->start_at_ms - now < *timeout_ms)
            *timeout_ms = (int)(child->start_at_ms - now);
    }
    return SK_OK;
}

enum sk_verdict sk_supervisor_step(struct sk_supervisor *supervisor, int timeout_ms,
                                   bool *ret_stop, struct sk_error *err)
{
    struct pollfd waiting = {.fd = supervisor->signals, .events = POLLIN};
    struct signalfd_siginfo signal_info;

    SK_TRY(start_due(supervisor, &timeout_ms, err));
    if (poll(&waiting, 1, timeout_ms) < 0 && errno != EINTR)
        return sk_fail(err, SK_RETRY, "up.poll", "cannot wait: %s", strerror(errno));
    while (read(supervisor->signals, &signal_info, sizeof(signal_info)) ==
           (ssize_t)sizeof(signal_info))
        if (signal_info.ssi_signo != SIGCHLD)
            *ret_stop = true;
    reap(supervisor);
    return SK_OK;
}

bool sk_supervisor_ready(struct sk_supervisor *supervisor)
{
    bool all = true;

    for (size_t i = 0; i < supervisor->count; i++) {
        struct sk_supervised *child = &supervisor->children[i];
        struct status status;
        if (!child->ready && child->pid && read_status(supervisor, child, &status))
            child->ready = status.ready;
        all = all && child->ready;
    }
    return all;
}

static size_t signal_all(const struct sk_supervisor *supervisor, int number)
{
    size_t running = 0;

    for (size_t i = 0; i < supervisor->count; i++) {
        if (!supervisor->children[i].pid)
            continue;
        running++;
        if (number)
            kill(supervisor->children[i].pid, number);
    }
    return running;
}

void sk_supervisor_stop(struct sk_supervisor *supervisor)
{
    int64_t deadline = sk_clock_monotonic_ms() + STOP_MS;
    struct pollfd waiting = {.fd = supervisor->signals, .events = POLLIN};
    struct signalfd_siginfo signal_info;

    signal_all(supervisor, SIGTERM);
    while (signal_all(supervisor, 0) > 0) {
        int64_t left = deadline - sk_clock_monotonic_ms();
        if (left <= 0) {
            signal_all(supervisor, SIGKILL);
            left = STOP_MS;
        }
        poll(&waiting, 1, (int)left);
        while (read(supervisor->signals, &signal_info, sizeof(signal_info)) > 0)
            continue;
        reap(supervisor);
    }
    close(supervisor->signals);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel-registry - the schema registry: one store, one address, one loop.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "registry/backup.h"
#include "registry/dump.h"
#include "registry/follower.h"
#include "registry/guard.h"
#include "registry/jwks.h"
#include "registry/reload.h"
#include "registry/status.h"
#include "runtime/notify.h"

enum { EXIT_CONFIGURATION = 2, TURN_MS = 20 };

/* A descriptor that becomes readable on SIGTERM, SIGINT and SIGHUP. */
static int open_signals(void)
{
    sigset_t taken;

    sigemptyset(&taken);
    sigaddset(&taken, SIGTERM);
    sigaddset(&taken, SIGINT);
    sigaddset(&taken, SIGHUP);
    sigprocmask(SIG_BLOCK, &taken, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* What the loop waits for, by place in `polled`. */
enum { SERVER, SIGNALS, FILES, POLLED };

/* Takes the signals that came; false: it must end. */
static bool take_signals(struct sk_registry *registry, const struct pollfd *polled)
{
    struct signalfd_siginfo signal;

    while (read(polled[SIGNALS].fd, &signal, sizeof(signal)) == sizeof(signal)) {
        if (signal.ssi_signo != SIGHUP)
            return false;
        sk_reload_run(registry, polled[FILES].fd, true);
    }
    return true;
}

static int earlier(int a_ms, int b_ms)
{
    return a_ms < 0 || (b_ms >= 0 && b_ms < a_ms) ? b_ms : a_ms;
}

/* Waits in the client that has a question under way, else in poll. */
static void wait(struct sk_registry *registry, struct pollfd *polled, int timeout_ms)
{
    struct sk_http_client *asking =
        registry->jwks ? sk_jwks_client(registry->jwks) : NULL;
    bool both = asking && registry->follower;

    if (!asking && registry->follower)
        asking = sk_follower_client(registry->follower);
    if (asking)
        sk_http_client_wait(asking, polled, POLLED,
                            both ? earlier(timeout_ms, TURN_MS) : timeout_ms);
    else if (poll(polled, POLLED, timeout_ms) < 0)
        polled[SIGNALS].revents = polled[FILES].revents = 0;
}

static void serve(struct sk_registry *registry, struct sk_http_server *server,
                  int signals, int files)
{
    struct pollfd polled[POLLED] = {
        [SERVER] = {.fd = sk_http_server_descriptor(server), .events = POLLIN},
        [SIGNALS] = {.fd = signals, .events = POLLIN},
        [FILES] = {.fd = files, .events = POLLIN},
    };

    while (!(polled[SIGNALS].revents & POLLIN) || take_signals(registry, polled)) {
        if (polled[FILES].revents & POLLIN)
            sk_reload_run(registry, files, false);
        int timeout_ms =
            earlier(sk_registry_status_pump(registry), sk_http_server_timeout_ms(server));
        timeout_ms = earlier(timeout_ms, (int)sk_notify_alive());
        if (registry->jwks)
            timeout_ms = earlier(timeout_ms, sk_jwks_pump(registry->jwks));
        if (registry->follower)
            timeout_ms = earlier(timeout_ms, sk_follower_pump(registry->follower));
        wait(registry, polled, timeout_ms);
        sk_http_server_run(server);
    }
}

/* The folder of the store's file. */
static char *folder_of(const char *store)
{
    const char *slash = strrchr(store, '/');

    return slash ? sk_strndup(store, (size_t)(slash - store) + 1) : sk_strdup(".");
}

static enum sk_verdict open_store(struct sk_registry *registry, struct sk_error *err)
{
    if (registry->options.data)
        SK_TRY(sk_folder_make(registry->options.data, err));
    registry->folder = folder_of(registry->options.store);
    SK_TRY(sk_store_open(registry->options.store, &registry->store, err));
    return registry->options.follow ? sk_follower_open(registry, &registry->follower, err)
                                    : sk_dump_forget_leader(registry->store, err);
}

static enum sk_verdict open_server(struct sk_registry *registry,
                                   struct sk_http_server **ret_server,
                                   struct sk_error *err)
{
    const struct sk_registry_options *own = &registry->options;
    struct sk_http_server_options options = {
        .listen = own->listen,
        .body_limit = (size_t)own->body_limit,
        .limit = sk_registry_body_limit,
        .body_folder = registry->folder,
        .connection_limit = (unsigned)own->connections,
        .address_limit = (unsigned)own->address_connections,
        .idle_timeout_s = (unsigned)(own->request_timeout_ms / 1000),
        .tls_certificate = own->tls_certificate,
        .tls_key = own->tls_key,
        .tls_client_authority = own->tls_client_authority,
        .handler = sk_registry_handle,
        .context = registry,
    };

    return sk_http_server_open(&options, ret_server, err);
}

static enum sk_verdict run(struct sk_registry *registry, struct sk_error *err)
{
    struct sk_http_server *server;
    int signals = open_signals();

    sk_log_setup("registry", (enum sk_log_level)registry->options.log);
    registry->started_ms = sk_clock_now_ms();
    SK_TRY(sk_guard_check(&registry->options, err));
    if (registry->options.access)
        SK_TRY(sk_access_load(registry->options.access, &registry->access, err));
    if (registry->options.jwks)
        SK_TRY(sk_jwks_open(registry, &registry->jwks, err));
    SK_TRY(open_store(registry, err));
    SK_TRY(open_server(registry, &server, err));
    int files = sk_reload_open(registry);
    sk_log_info("registry.ready", SK_STR("address", sk_http_server_address(server)),
                SK_STR("store", registry->options.store),
                SK_STR("uuid", sk_store_uuid(registry->store)));
    sk_registry_status_write(registry, SK_REGISTRY_STATE_ACTIVE);
    sk_notify_ready();
    serve(registry, server, signals, files);
    sk_notify_stopping();
    sk_http_server_close(server);
    sk_registry_status_write(registry, SK_REGISTRY_STATE_STOPPED);
    if (files >= 0)
        close(files);
    close(signals);
    sk_log_info("registry.stopped");
    return SK_OK;
}

static bool asks_for(int count, char **arguments, const char *flag)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(arguments[i], flag) == 0)
            return true;
    }
    return false;
}

int main(int count, char **arguments)
{
    struct sk_registry registry = {0};
    struct sk_settings *settings = NULL;
    struct sk_error err = {0};
    int status = 0;

    if (asks_for(count, arguments, "--help")) {
        printf("schakel-registry --store FILE [--listen HOST:PORT] [--config FILE]\n"
               "The schema registry of Schakel, on the Confluent interface.\n\n");
        sk_options_help(sk_registry_option_table, stdout);
        return 0;
    }
    umask(0007); /* its store is its group's, nobody else's */
    sk_log_setup("registry", SK_LOG_INFO);
    if (sk_registry_options_read(count - 1, arguments + 1, &registry.options, &settings,
                                 &err) != SK_OK)
        status = EXIT_CONFIGURATION;
    else if (asks_for(count, arguments, "--check"))
        sk_options_print(sk_registry_option_table, NULL, &registry.options, stdout);
    else if (registry.options.backup) {
        if (sk_backup(registry.options.store, registry.options.backup, &err) != SK_OK)
            status = EXIT_FAILURE;
    } else if (run(&registry, &err) != SK_OK)
        status = EXIT_FAILURE;
    if (status != 0)
        sk_log_error(err.id, SK_ERROR(err));
    sk_follower_close(registry.follower);
    sk_store_close(registry.store);
    sk_access_free(registry.access);
    sk_jwks_close(registry.jwks);
    free(registry.folder);
    sk_answers_clear(&registry.answers);
    sk_settings_free(settings);
    return status;
}

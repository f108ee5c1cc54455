/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel-registry - the schema registry: one store, one address, one loop.
 */
#include <errno.h>
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
#include "registry/follower.h"
#include "registry/guard.h"
#include "registry/jwt.h"
#include "registry/status.h"
#include "runtime/common.h"

enum { EXIT_CONFIGURATION = 2 };

/* clang-format off */
const struct sk_option sk_registry_option_table[] = {
    SK_STRING(struct sk_registry_options, store, .name = "store",
              .optional = true,
              .help = "The file that holds the schemas, on a local file system; without "
                      "it registry.sqlite in the folder `data`."),
    SK_STRING(struct sk_registry_options, data, .name = "data", .optional = true,
              .help = "The installation's folder, for the store and the status file."),
    SK_STRING(struct sk_registry_options, listen, .name = "listen",
              .fallback = "127.0.0.1:8081", .help = "HOST:PORT; port 0: a free one."),
    SK_STRING(struct sk_registry_options, tls_certificate, .name = "tls_certificate",
              .optional = true, .help = "PEM file of this server and its chain: HTTPS."),
    SK_STRING(struct sk_registry_options, tls_key, .name = "tls_key", .optional = true,
              .help = "PEM file of its key."),
    SK_STRING(struct sk_registry_options, tls_client_authority,
              .name = "tls_client_authority", .optional = true,
              .help = "PEM file: only clients with a certificate of it; the common name "
                      "is the caller's name."),
    SK_SIZE(struct sk_registry_options, body_limit, .name = "body_limit", .fallback = "2M",
            .min = 1024, .max = 16 * 1024 * 1024, .help = "Largest request body taken."),
    SK_STRING(struct sk_registry_options, access, .name = "access", .optional = true,
              .help = "File with who may read, register and administer what; see "
                      "core/registry/README.md."),
    SK_STRING(struct sk_registry_options, jwks, .name = "jwks", .optional = true,
              .help = "JWKS file of an OpenID provider: its tokens are taken, \"sub\" is "
                      "the caller's name in the file of callers."),
    SK_STRING(struct sk_registry_options, jwt_issuer, .name = "jwt_issuer",
              .optional = true, .help = "The provider, as \"iss\" says it."),
    SK_STRING(struct sk_registry_options, jwt_audience, .name = "jwt_audience",
              .optional = true, .help = "This registry, as \"aud\" says it."),
    SK_BOOL(struct sk_registry_options, open_access, .name = "open_access",
            .fallback = "false",
            .help = "Serve others than this machine without such a file."),
    SK_BOOL(struct sk_registry_options, omit_avro_schema_type,
            .name = "omit_avro_schema_type", .fallback = "false",
            .help = "Leave schemaType out of /schemas/ids/{id}, as registries of old."),
    SK_BOOL(struct sk_registry_options, check_decimals, .name = "check_decimals",
            .fallback = "true",
            .help = "Refuse a decimal of another scale or a smaller precision, which "
                    "would misread numbers. Other registries let it pass."),
    SK_CHOICE(struct sk_registry_options, incompatible_code, .name = "incompatible_code",
              .fallback = "409", .choices = "409|40901",
              .help = "error_code of an incompatible schema (the status is 409)."),
    SK_STRING(struct sk_registry_options, follow, .name = "follow", .optional = true,
              .help = "URL of another registry: have what it has, and change nothing."),
    SK_STRING(struct sk_registry_options, follow_token, .name = "follow_token",
              .optional = true, .secret = true, .help = "Bearer token to read there."),
    SK_STRING(struct sk_registry_options, follow_authority, .name = "follow_authority",
              .optional = true, .help = "PEM file of who certifies it (https)."),
    SK_SIZE(struct sk_registry_options, follow_limit, .name = "follow_limit",
            .fallback = "256M", .min = 4096, .max = 2147483647,
            .help = "Largest contents taken from there."),
    SK_STRING(struct sk_registry_options, backup, .name = "backup", .optional = true,
              .help = "Copies the store to this file and ends; also while it is served."),
    SK_CHOICE(struct sk_registry_options, log, .name = "log", .fallback = "info",
              .choices = "error|warn|info|debug",
              .help = "Least important log lines shown."),
    SK_END_OF_OPTIONS,
};
/* clang-format on */

static enum sk_verdict default_store(struct sk_settings *settings,
                                     struct sk_registry_options *options,
                                     struct sk_error *err)
{
    if (!options->data)
        return sk_fail(err, SK_FATAL, "option.required",
                       "give --store FILE, or `data` in [schakel]");
    sk_auto_free char *path = sk_strf("%s/registry.sqlite", options->data);
    options->store = sk_settings_keep(settings, sk_text(path));
    return SK_OK;
}

static enum sk_verdict read_options(int count, char *const *arguments,
                                    struct sk_registry_options *options,
                                    struct sk_settings **ret_settings,
                                    struct sk_error *err)
{
    SK_TRY(sk_settings_load("registry", sk_common_config(count, arguments), count,
                            arguments, ret_settings, err));
    struct sk_settings *settings = *ret_settings;
    sk_settings_get(settings, "config");
    sk_settings_get(settings, "check");
    /* What [schakel] says to the other processes is known, and means nothing here. */
    for (const struct sk_option *other = sk_common_options; other->name; other++)
        sk_settings_get(settings, other->name);
    SK_TRY(sk_options_read(sk_registry_option_table, NULL, settings, options, err));
    SK_TRY(sk_settings_check_unknown(settings, err));
    return options->store ? SK_OK : default_store(settings, options, err);
}

/* A descriptor that becomes readable on SIGTERM and SIGINT. */
static int open_signals(void)
{
    sigset_t stop;

    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void serve(struct sk_registry *registry, struct sk_http_server *server,
                  int signals)
{
    struct pollfd polled[] = {
        {.fd = sk_http_server_descriptor(server), .events = POLLIN},
        {.fd = signals, .events = POLLIN},
    };

    while (!(polled[1].revents & POLLIN)) {
        int status_ms = sk_registry_status_pump(registry);
        int server_ms = sk_http_server_timeout_ms(server);
        int timeout_ms = server_ms < 0 || server_ms > status_ms ? status_ms : server_ms;
        if (registry->follower)
            sk_follower_wait(registry->follower, polled, SK_COUNT(polled), timeout_ms);
        else if (poll(polled, SK_COUNT(polled), timeout_ms) < 0 && errno != EINTR)
            return;
        sk_http_server_run(server);
    }
}

static enum sk_verdict open_store(struct sk_registry *registry, struct sk_error *err)
{
    if (registry->options.data)
        SK_TRY(sk_folder_make(registry->options.data, err));
    return sk_store_open(registry->options.store, &registry->store, err);
}

static enum sk_verdict run(struct sk_registry *registry, struct sk_error *err)
{
    struct sk_http_server *server;
    struct sk_http_server_options options = {
        .listen = registry->options.listen,
        .body_limit = (size_t)registry->options.body_limit,
        .tls_certificate = registry->options.tls_certificate,
        .tls_key = registry->options.tls_key,
        .tls_client_authority = registry->options.tls_client_authority,
        .handler = sk_registry_handle,
        .context = registry,
    };
    int signals = open_signals();

    sk_log_setup("registry", (enum sk_log_level)registry->options.log);
    registry->started_ms = sk_clock_now_ms();
    SK_TRY(sk_guard_check(&registry->options, err));
    if (registry->options.access)
        SK_TRY(sk_access_load(registry->options.access, &registry->access, err));
    if (registry->options.jwks)
        SK_TRY(sk_jwt_open(registry->options.jwks, registry->options.jwt_issuer,
                           registry->options.jwt_audience, &registry->tokens, err));
    SK_TRY(open_store(registry, err));
    if (registry->options.follow)
        SK_TRY(sk_follower_open(registry, &registry->follower, err));
    SK_TRY(sk_http_server_open(&options, &server, err));
    sk_log_info("registry.ready", SK_STR("address", sk_http_server_address(server)),
                SK_STR("store", registry->options.store),
                SK_STR("uuid", sk_store_uuid(registry->store)));
    sk_registry_status_write(registry, SK_REGISTRY_STATE_ACTIVE);
    serve(registry, server, signals);
    sk_http_server_close(server);
    sk_registry_status_write(registry, SK_REGISTRY_STATE_STOPPED);
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
    if (read_options(count - 1, arguments + 1, &registry.options, &settings, &err) !=
        SK_OK)
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
    sk_jwt_close(registry.tokens);
    sk_answers_clear(&registry.answers);
    sk_settings_free(settings);
    return status;
}

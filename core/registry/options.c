/* SPDX-License-Identifier: Apache-2.0 */
/* The section [registry]: its table, and how it is read. */
#include "registry/registry.h"

#include "base/alloc.h"
#include "runtime/common.h"

/* clang-format off */
const struct sk_option sk_registry_option_table[] = {
    SK_STRING(struct sk_registry_options, store, .name = "store",
              .optional = true,
              .help = "The file that holds the schemas, on a local file system; without "
                      "it registry.sqlite in the folder `data`."),
    SK_STRING(struct sk_registry_options, data, .name = "data", .optional = true,
              .help = "The installation's folder, for the store and the status file."),
    SK_STRING(struct sk_registry_options, bus, .name = "bus", .optional = true,
              .help = "The bus: `verbose` checks then name the processes that would "
                      "break. It is read for that only, schakel.status alone."),
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
    SK_SIZE(struct sk_registry_options, import_limit, .name = "import_limit",
            .fallback = "1G", .min = 1024, .max = 64LL * 1024 * 1024 * 1024,
            .help = "Largest import taken from who administers; it costs disk, no memory."),
    SK_INTEGER(struct sk_registry_options, connections, .name = "connections",
               .fallback = "256", .min = 2, .max = 65536,
               .help = "Connections at once; more wait."),
    SK_INTEGER(struct sk_registry_options, address_connections,
               .name = "address_connections", .fallback = "128", .min = 1, .max = 65536,
               .help = "Of them from one address; more are closed."),
    SK_DURATION(struct sk_registry_options, request_timeout_ms,
                .name = "request_timeout", .fallback = "60s", .min = 1000,
                .max = 3600 * 1000,
                .help = "A client that in this time brings no whole request, or does not "
                        "take its whole answer, is cut off."),
    SK_STRING(struct sk_registry_options, access, .name = "access", .optional = true,
              .help = "File with who may read, register and administer what; see "
                      "core/registry/README.md. Read again when it changes."),
    SK_STRING(struct sk_registry_options, jwks, .name = "jwks", .optional = true,
              .help = "JWKS of an OpenID provider, file or https URL: its tokens are "
                      "taken, \"sub\" is the caller's name in the file of callers."),
    SK_DURATION(struct sk_registry_options, jwks_refresh_ms, .name = "jwks_refresh",
                .fallback = "5m", .min = 1000, .max = 24 * 3600 * 1000,
                .help = "How often the URL is asked; also when a token names a new key."),
    SK_STRING(struct sk_registry_options, jwks_authority, .name = "jwks_authority",
              .optional = true, .help = "PEM file of who certifies the provider."),
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

enum sk_verdict sk_registry_options_read(int count, char *const *arguments,
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

/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http_client.h"

#define OPTIONS struct sk_http_client_options

/* clang-format off */
const struct sk_option sk_http_client_option_table[] = {
    SK_DURATION(OPTIONS, connect_timeout_ms, .name = "connect_timeout", .fallback = "5s",
                .min = 1, .max = 3600000, .help = "time to reach the other system"),
    SK_DURATION(OPTIONS, timeout_ms, .name = "timeout", .fallback = "30s",
                .min = 1, .max = 3600000, .help = "time for a whole request"),
    SK_SIZE(OPTIONS, response_limit, .name = "response_limit", .fallback = "2M",
            .min = 1024, .max = 64 * 1024 * 1024, .help = "largest answer taken"),
    SK_INTEGER(OPTIONS, connections, .name = "connections", .fallback = "8",
               .min = 1, .max = 64, .help = "connections to the other system at once"),
    SK_CHOICE(OPTIONS, auth, .name = "auth", .fallback = "none",
              .choices = "none|bearer|basic|oauth2",
              .help = "how this process shows who it is"),
    SK_STRING(OPTIONS, token, .name = "token", .optional = true, .secret = true,
              .help = "bearer: the token"),
    SK_STRING(OPTIONS, user, .name = "user", .optional = true, .help = "basic: the user"),
    SK_STRING(OPTIONS, password, .name = "password", .optional = true, .secret = true,
              .help = "basic: the password"),
    SK_STRING(OPTIONS, oauth2_url, .name = "oauth2.url", .optional = true,
              .help = "oauth2: where tokens are given (client credentials)"),
    SK_STRING(OPTIONS, oauth2_client, .name = "oauth2.client", .optional = true,
              .help = "oauth2: the client id"),
    SK_STRING(OPTIONS, oauth2_secret, .name = "oauth2.secret", .optional = true,
              .secret = true, .help = "oauth2: the client secret"),
    SK_STRING(OPTIONS, oauth2_scope, .name = "oauth2.scope", .optional = true,
              .help = "oauth2: the scope asked for"),
    SK_STRING(OPTIONS, oauth2_key, .name = "oauth2.key", .optional = true,
              .help = "oauth2: PEM file of the private key (private_key_jwt, RS256)"),
    SK_STRING(OPTIONS, oauth2_key_id, .name = "oauth2.key_id", .optional = true,
              .help = "oauth2: the key's id (kid)"),
    SK_STRING(OPTIONS, tls_certificate, .name = "tls.certificate", .optional = true,
              .help = "PEM file of the client certificate (mTLS)"),
    SK_STRING(OPTIONS, tls_key, .name = "tls.key", .optional = true,
              .help = "PEM file of its private key"),
    SK_STRING(OPTIONS, tls_authority, .name = "tls.authority", .optional = true,
              .help = "PEM file of the authorities trusted instead of the system's"),
    SK_STRING(OPTIONS, proxy, .name = "proxy", .optional = true,
              .help = "URL of a proxy; the environment's is not used"),
    SK_END_OF_OPTIONS,
};
/* clang-format on */

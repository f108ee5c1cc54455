/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_REGISTRY_H
#define SK_REGISTRY_REGISTRY_H

#include "base/option.h"
#include "net/http_server.h"
#include "registry/access.h"
#include "registry/store.h"

/* The section [registry], also as --options. */
struct sk_registry_options {
    const char *store;  /* file */
    const char *data;   /* the installation's folder; NULL: none */
    const char *bus;    /* URL, to see which processes read what; NULL: none */
    const char *listen; /* HOST:PORT */
    const char *tls_certificate, *tls_key, *tls_client_authority; /* PEM files */
    int64_t body_limit, import_limit;
    int64_t connections, address_connections, request_timeout_ms;
    const char *access; /* file of callers; NULL: everybody may everything */
    const char *jwks, *jwt_issuer, *jwt_audience; /* tokens of an OpenID provider */
    const char *jwks_authority;
    int64_t jwks_refresh_ms;
    bool open_access;             /* also on an address that others reach */
    bool omit_avro_schema_type;   /* in /schemas/ids/{id}, as registries of old */
    bool check_decimals;          /* is a smaller decimal incompatible? */
    int incompatible_code;        /* index of "409|40901" */
    const char *follow;           /* URL of the leader; NULL: this one leads */
    const char *follow_token;     /* bearer, to read there */
    const char *follow_authority; /* PEM file for https; NULL: the system's */
    int64_t follow_limit;         /* largest export taken, bytes */
    const char *backup;           /* file to copy the store to, and end */
    int log;                      /* enum sk_log_level */
};
extern const struct sk_option sk_registry_option_table[];

/* From the command line and the file that it names; the settings own the texts. */
enum sk_verdict sk_registry_options_read(int count, char *const *arguments,
                                         struct sk_registry_options *options,
                                         struct sk_settings **ret_settings,
                                         struct sk_error *err);

/* Answers as they were given (answers.h); {0} has none. */
struct sk_answers {
    struct sk_answer **kept; /* by a hash of the request */
    size_t bytes;
    size_t hand; /* the place that makes room next */
};
void sk_answers_clear(struct sk_answers *answers);

struct sk_registry {
    struct sk_registry_options options;
    struct sk_store *store;
    char *folder;         /* of the store's file, for what has no name */
    struct sk_jwks *jwks; /* where the keys of `tokens` come from; NULL: no tokens */
    struct sk_jwt_rules *tokens; /* of jwks; NULL: none are taken */
    struct sk_access *access;    /* NULL: everybody may everything */
    struct sk_answers answers;
    struct sk_follower *follower; /* NULL: this one leads */
    int64_t started_ms;           /* wall clock */
    int64_t status_ms;            /* monotonic; when the status was last written */
};

/* An sk_http_handler and an sk_http_limit; `registry` is the context. */
void sk_registry_handle(void *registry, struct sk_http_exchange *exchange,
                        const struct sk_http_request *request);
size_t sk_registry_body_limit(void *registry, struct sk_http_exchange *exchange,
                              const struct sk_http_request *request);

#endif

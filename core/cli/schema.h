/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_SCHEMA_H
#define SK_CLI_SCHEMA_H

#include "base/buffer.h"
#include "base/json.h"
#include "cli/command.h"
#include "net/http_client.h"

/* `schakel schema`: each verb asks the registry one thing over its HTTP interface. */
struct schema_options {
    const char *version;   /* number or "latest" */
    const char *reference; /* diff: the other version */
    bool permanent;
    const char *key; /* export: Ed25519 private key; import: the public one */
    struct sk_http_client_options http;
};

struct schema_call {
    struct sk_cli *cli;
    const struct schema_options *options;
    struct sk_http_client *client;
    int *ret_exit;
};

/* The registry's answer as it came, into `out`. An error of the registry becomes ours,
 * with its message: SK_REJECT, or SK_RETRY when it is away. */
enum sk_verdict schema_ask(struct schema_call *call, const char *method, const char *path,
                           struct sk_bytes body, struct sk_buffer *out,
                           struct sk_error *err);

/* The same, and the answer as JSON: a new reference. */
enum sk_verdict schema_ask_json(struct schema_call *call, const char *method,
                                const char *path, struct sk_bytes body, json_t **ret,
                                struct sk_error *err);

/* Argument `index` of the verb, from 0; SK_FATAL names what is missing. */
enum sk_verdict schema_argument(struct schema_call *call, size_t index, const char *what,
                                struct sk_text *ret, struct sk_error *err);

typedef enum sk_verdict schema_verb(struct schema_call *call, struct sk_error *err);
schema_verb schema_list, schema_get, schema_register, schema_check, schema_diff,
    schema_delete, schema_mode, schema_config, schema_export, schema_import;

#endif

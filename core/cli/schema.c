/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel schema - the registry by hand. A verb is a row of a table and a function; here
 * are the table and how a verb asks.
 */
#include "cli/schema.h"

#include "base/alloc.h"
#include "base/json.h"

static const struct sk_option schema_options[] = {
    SK_STRING(struct schema_options, version, .name = "versie", .fallback = "latest",
              .help = "get, check, delete, diff: welke versie; delete zonder: alle."),
    SK_STRING(struct schema_options, reference, .name = "met", .optional = true,
              .help = "diff: met welke versie vergeleken wordt; anders de laatste."),
    SK_BOOL(struct schema_options, permanent, .name = "definitief", .fallback = "false",
            .help = "delete: ook wat al verwijderd was, voorgoed."),
    SK_STRING(struct schema_options, key, .name = "sleutel", .optional = true,
              .help = "export: PEM-bestand met de eigen Ed25519-sleutel; import: met de "
                      "publieke."),
    SK_CHOICE(struct schema_options, http.auth, .name = "auth", .fallback = "none",
              .choices = "none|bearer|basic", .help = "Hoe u zich bekendmaakt."),
    SK_STRING(struct schema_options, http.token, .name = "token", .optional = true,
              .secret = true, .help = "Het token (file:PAD)."),
    SK_STRING(struct schema_options, http.user, .name = "user", .optional = true,
              .help = "De naam, bij basic."),
    SK_STRING(struct schema_options, http.password, .name = "password", .optional = true,
              .secret = true, .help = "Het wachtwoord, bij basic (file:PAD)."),
    SK_STRING(struct schema_options, http.tls_certificate, .name = "tls_certificate",
              .optional = true, .help = "PEM-bestand van uw certificaat."),
    SK_STRING(struct schema_options, http.tls_key, .name = "tls_key", .optional = true,
              .help = "PEM-bestand van de sleutel daarbij."),
    SK_STRING(struct schema_options, http.tls_authority, .name = "tls_authority",
              .optional = true, .help = "PEM-bestand van wie het register certificeert."),
    SK_END_OF_OPTIONS,
};

static const struct {
    const char *name;
    schema_verb *run;
} verbs[] = {
    {"list", schema_list},     {"get", schema_get},       {"register", schema_register},
    {"check", schema_check},   {"diff", schema_diff},     {"delete", schema_delete},
    {"mode", schema_mode},     {"config", schema_config}, {"export", schema_export},
    {"import", schema_import},
};

enum sk_verdict schema_argument(struct schema_call *call, size_t index, const char *what,
                                struct sk_text *ret, struct sk_error *err)
{
    *ret = sk_text(sk_settings_argument(call->cli->settings, index + 2));
    if (ret->data)
        return SK_OK;
    return sk_fail(err, SK_FATAL, "schema.argument",
                   "%s is missing: see schakel schema "
                   "--help",
                   what);
}

static enum sk_verdict registry_says(const struct sk_http_response *response,
                                     struct sk_error *err)
{
    json_auto_t *answer = NULL;
    struct sk_error ignored;
    enum sk_verdict verdict = response->status >= 500 ? SK_RETRY : SK_REJECT;

    if (sk_json_parse(response->body.data, response->body.size, &answer, &ignored) ==
            SK_OK &&
        json_is_object(answer))
        return sk_fail(err, verdict, "schema.refused", "%d: %.*s", response->status,
                       SK_TEXT_ARG(sk_json_text_or_absent(answer, "message")));
    return sk_fail(err, verdict, "schema.refused", "the registry answers %d",
                   response->status);
}

enum sk_verdict schema_ask(struct schema_call *call, const char *method, const char *path,
                           struct sk_bytes body, struct sk_buffer *out,
                           struct sk_error *err)
{
    sk_auto_free char *url = sk_strf("%s%s", call->cli->common.registry, path);
    struct sk_http_client_request request = {
        .method = method,
        .url = url,
        .body = body,
        .content_type = body.data ? "application/vnd.schemaregistry.v1+json" : NULL,
    };
    const struct sk_http_response *response =
        sk_http_client_perform(call->client, &request);
    char described[200];

    if (response->failure != SK_HTTP_ANSWERED) {
        sk_http_describe(&request, response, described, sizeof(described));
        return sk_fail(err, SK_RETRY, "schema.away", "%s", described);
    }
    if (response->status >= 300)
        return registry_says(response, err);
    sk_buffer_append(out, response->body.data, response->body.size);
    return SK_OK;
}

enum sk_verdict schema_ask_json(struct schema_call *call, const char *method,
                                const char *path, struct sk_bytes body, json_t **ret,
                                struct sk_error *err)
{
    sk_buffer_auto out = {0};

    SK_TRY(schema_ask(call, method, path, body, &out, err));
    *ret = json_loadb((const char *)out.data, out.size, JSON_DECODE_ANY, NULL);
    return *ret ? SK_OK
                : sk_fail(err, SK_REJECT, "schema.answer", "%s%s answers no JSON",
                          call->cli->common.registry, path);
}

static enum sk_verdict schema(struct sk_cli *cli, const void *options, int *ret_exit,
                              struct sk_error *err)
{
    struct schema_options own = *(const struct schema_options *)options;
    struct schema_call call = {.cli = cli, .options = &own, .ret_exit = ret_exit};
    struct sk_text verb = sk_text(sk_settings_argument(cli->settings, 1));

    own.http.response_limit = INT32_MAX;
    for (size_t i = 0; i < SK_COUNT(verbs); i++) {
        if (!sk_text_is(verb, verbs[i].name))
            continue;
        SK_TRY(sk_http_client_open(&own.http, &call.client, err));
        enum sk_verdict verdict = verbs[i].run(&call, err);
        sk_http_client_close(call.client);
        return verdict;
    }
    return sk_fail(err, SK_FATAL, "schema.verb",
                   "\"%.*s\" is not list, get, register, check, diff, delete, mode, "
                   "config, export or import",
                   SK_TEXT_ARG(verb));
}

const struct sk_command sk_command_schema = {
    .name = "schema",
    .usage = "list | get | register | check | diff | delete | mode | config | export | "
             "import",
    .example = "schema list",
    .help = "beheert het schemaregister: opvragen, registreren, vergelijken, bewaren",
    .options = schema_options,
    .options_size = sizeof(struct schema_options),
    .run = schema,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* http_jwt - the signed statement by which a client proves its key (RFC 7523, RS256). */
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/file.h"
#include "base/json.h"
#include "base/uuid.h"
#include "net/http_call.h"

enum { VALID_SECONDS = 120, LARGEST_KEY = 64 * 1024 };

static void append_base64url(struct sk_buffer *out, const void *data, size_t size)
{
    size_t begin = out->size;

    sk_base64_encode((struct sk_bytes){data, size}, out);
    while (out->size > begin && out->data[out->size - 1] == '=')
        out->size--;
    for (size_t i = begin; i < out->size; i++)
        out->data[i] = out->data[i] == '+'   ? '-'
                       : out->data[i] == '/' ? '_'
                                             : out->data[i];
}

static void append_json(struct sk_buffer *out, json_t *object)
{
    sk_auto_free char *text = json_dumps(object, JSON_COMPACT);

    append_base64url(out, text, strlen(text));
    json_decref(object);
}

static void append_claims(struct sk_buffer *out,
                          const struct sk_http_client_options *options)
{
    char id[SK_UUID_SIZE];
    json_int_t now = (json_int_t)time(NULL);

    append_json(out, options->oauth2_key_id
                         ? json_pack("{ss,ss,ss}", "alg", "RS256", "typ", "JWT", "kid",
                                     options->oauth2_key_id)
                         : json_pack("{ss,ss}", "alg", "RS256", "typ", "JWT"));
    sk_buffer_append_byte(out, '.');
    append_json(out,
                json_pack("{ss,ss,ss,ss,sI,sI}", "iss", options->oauth2_client, "sub",
                          options->oauth2_client, "aud", options->oauth2_url, "jti",
                          sk_uuid_v4(id), "iat", now, "exp", now + VALID_SECONDS));
}

static void free_key(gnutls_privkey_t *key)
{
    if (*key)
        gnutls_privkey_deinit(*key);
}

/* An RSA key without a password; NULL: it is none, or cannot be read. */
static gnutls_privkey_t read_key(const char *path)
{
    sk_buffer_auto pem = {0};
    gnutls_privkey_t key = NULL;
    struct sk_error ignored;

    if (sk_file_read(path, LARGEST_KEY, &pem, &ignored) != SK_OK ||
        gnutls_privkey_init(&key) != 0)
        return NULL;
    gnutls_datum_t data = {pem.data, (unsigned)pem.size};
    if (gnutls_privkey_import_x509_raw(key, &data, GNUTLS_X509_FMT_PEM, NULL, 0) == 0 &&
        gnutls_privkey_get_pk_algorithm(key, NULL) == GNUTLS_PK_RSA)
        return key;
    gnutls_privkey_deinit(key);
    return NULL;
}

enum sk_verdict sk_http_assertion(const struct sk_http_client_options *options,
                                  char **ret_assertion, struct sk_error *err)
{
    sk_buffer_auto text = {0};
    SK_CLEANUP(free_key) gnutls_privkey_t key = read_key(options->oauth2_key);
    gnutls_datum_t signature = {NULL, 0};

    if (!key)
        return sk_fail(err, SK_REJECT, "http.key",
                       "%s cannot be read or is no RSA private key without a password",
                       options->oauth2_key);
    append_claims(&text, options);
    gnutls_datum_t data = {text.data, (unsigned)text.size};
    if (gnutls_privkey_sign_data(key, GNUTLS_DIG_SHA256, 0, &data, &signature) != 0)
        return sk_fail(err, SK_REJECT, "http.key", "%s cannot sign", options->oauth2_key);
    sk_buffer_append_byte(&text, '.');
    append_base64url(&text, signature.data, signature.size);
    gnutls_free(signature.data);
    *ret_assertion = sk_strdup(sk_buffer_string(&text));
    return SK_OK;
}

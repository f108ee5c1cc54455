/* SPDX-License-Identifier: Apache-2.0 */
/* http_jwt - the signed statement by which a client proves its key (RFC 7523, RS256). */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/uuid.h"
#include "net/http_call.h"

enum { VALID_SECONDS = 120 };

static void append_base64url(struct sk_buffer *out, const void *data, size_t size)
{
    sk_buffer_reserve(out, size / 3 * 4 + 5);
    uint8_t *text = out->data + out->size;
    size_t length = (size_t)EVP_EncodeBlock(text, data, (int)size);

    while (length > 0 && text[length - 1] == '=')
        length--;
    for (size_t i = 0; i < length; i++)
        text[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
    out->size += length;
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

static void free_key(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void free_digest(EVP_MD_CTX **digest)
{
    EVP_MD_CTX_free(*digest);
}

static EVP_PKEY *read_key(const char *path)
{
    FILE *file = fopen(path, "re");

    if (!file)
        return NULL;
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, (void *)(uintptr_t) "");
    fclose(file);
    return key;
}

enum sk_verdict sk_http_assertion(const struct sk_http_client_options *options,
                                  char **ret_assertion, struct sk_error *err)
{
    sk_buffer_auto text = {0};
    SK_CLEANUP(free_key) EVP_PKEY *key = read_key(options->oauth2_key);
    SK_CLEANUP(free_digest) EVP_MD_CTX *digest = EVP_MD_CTX_new();
    uint8_t signature[1024];
    size_t size = sizeof(signature);

    if (!key || !EVP_PKEY_is_a(key, "RSA"))
        return sk_fail(err, SK_REJECT, "http.key",
                       "%s cannot be read or is no RSA private key without a password",
                       options->oauth2_key);
    append_claims(&text, options);
    if (EVP_DigestSignInit(digest, NULL, EVP_sha256(), NULL, key) != 1 ||
        EVP_DigestSign(digest, signature, &size, text.data, text.size) != 1)
        return sk_fail(err, SK_REJECT, "http.key",
                       "%s cannot sign: is the key too large?", options->oauth2_key);
    sk_buffer_append_byte(&text, '.');
    append_base64url(&text, signature, size);
    *ret_assertion = sk_strdup(sk_buffer_string(&text));
    return SK_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jwt - the algorithm is the key's, never the token's word alone: a token that names
 * another, or "none", is nobody's.
 */
#include "registry/jwt.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/file.h"
#include "base/json.h"

enum { LARGEST_JWKS = 256 * 1024, MOST_KEYS = 32, LONGEST_TOKEN = 8192, GRACE_S = 60 };
enum { EC_PART = 32, SMALLEST_RSA_BITS = 2048 };

struct key {
    EVP_PKEY *key;
    char *id; /* "kid"; NULL: none */
    bool elliptic;
};

struct sk_jwt_rules {
    const char *issuer, *audience;
    struct key keys[MOST_KEYS];
    size_t count;
};

static bool decode(struct sk_text text, struct sk_buffer *out)
{
    sk_buffer_auto standard = {0};

    sk_buffer_append_text(&standard, text);
    for (size_t i = 0; i < standard.size; i++)
        standard.data[i] = standard.data[i] == '-'   ? '+'
                           : standard.data[i] == '_' ? '/'
                                                     : standard.data[i];
    while (standard.size % 4)
        sk_buffer_append_byte(&standard, '=');
    return text.size > 0 && sk_base64_decode(sk_buffer_text(&standard), out);
}

/* Keys. -------------------------------------------------------------------------------
 */

static EVP_PKEY *build(const char *type, OSSL_PARAM_BLD *builder)
{
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *key = NULL;

    if (EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    return key;
}

static EVP_PKEY *rsa_key(const json_t *jwk)
{
    sk_buffer_auto n = {0};
    sk_buffer_auto e = {0};

    if (!decode(sk_json_text_or_absent(jwk, "n"), &n) ||
        !decode(sk_json_text_or_absent(jwk, "e"), &e))
        return NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    BIGNUM *modulus = BN_bin2bn(n.data, (int)n.size, NULL);
    BIGNUM *exponent = BN_bin2bn(e.data, (int)e.size, NULL);
    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus);
    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent);
    EVP_PKEY *key = build("RSA", builder);
    OSSL_PARAM_BLD_free(builder);
    BN_free(modulus);
    BN_free(exponent);
    if (key && EVP_PKEY_get_bits(key) < SMALLEST_RSA_BITS) {
        EVP_PKEY_free(key);
        return NULL;
    }
    return key;
}

static EVP_PKEY *ec_key(const json_t *jwk)
{
    sk_buffer_auto point = {0};

    sk_buffer_append_byte(&point, 4); /* uncompressed */
    if (!sk_text_is(sk_json_text_or_absent(jwk, "crv"), "P-256") ||
        !decode(sk_json_text_or_absent(jwk, "x"), &point) ||
        !decode(sk_json_text_or_absent(jwk, "y"), &point) ||
        point.size != 1 + 2 * EC_PART)
        return NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
    OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point.data,
                                     point.size);
    EVP_PKEY *key = build("EC", builder);
    OSSL_PARAM_BLD_free(builder);
    return key;
}

/* Keys of other kinds are passed over. */
static void add_key(struct sk_jwt_rules *rules, const json_t *jwk)
{
    struct sk_text type = sk_json_text_or_absent(jwk, "kty");
    struct sk_text id = sk_json_text_or_absent(jwk, "kid");
    struct key key = {.elliptic = sk_text_is(type, "EC")};

    if (rules->count == MOST_KEYS)
        return;
    key.key = key.elliptic ? ec_key(jwk) : sk_text_is(type, "RSA") ? rsa_key(jwk) : NULL;
    if (!key.key)
        return;
    key.id = id.data ? sk_strndup(id.data, id.size) : NULL;
    rules->keys[rules->count++] = key;
}

enum sk_verdict sk_jwt_open(const char *jwks, const char *issuer, const char *audience,
                            struct sk_jwt_rules **ret_rules, struct sk_error *err)
{
    sk_buffer_auto text = {0};
    json_auto_t *set = NULL;
    struct sk_error cause = {0};
    const json_t *jwk;
    size_t i;

    if (!jwks || !issuer || !audience)
        return sk_fail(err, SK_FATAL, "jwt.keys",
                       "jwks, jwt_issuer and jwt_audience are given together");
    if (sk_file_read(jwks, LARGEST_JWKS, &text, &cause) != SK_OK ||
        sk_json_parse(text.data, text.size, &set, &cause) != SK_OK)
        return sk_fail(err, SK_FATAL, "jwt.keys", "%s: %s", jwks, cause.text);
    struct sk_jwt_rules *rules = sk_alloc_zeroed(sizeof(*rules));
    rules->issuer = issuer;
    rules->audience = audience;
    json_array_foreach(json_object_get(set, "keys"), i, jwk) add_key(rules, jwk);
    if (rules->count > 0) {
        *ret_rules = rules;
        return SK_OK;
    }
    sk_jwt_close(rules);
    return sk_fail(err, SK_FATAL, "jwt.keys",
                   "%s holds no RSA key of 2048 bits or more and no P-256 key", jwks);
}

void sk_jwt_close(struct sk_jwt_rules *rules)
{
    if (!rules)
        return;
    for (size_t i = 0; i < rules->count; i++) {
        EVP_PKEY_free(rules->keys[i].key);
        free(rules->keys[i].id);
    }
    free(rules);
}

/* Tokens. -----------------------------------------------------------------------------
 */

/* A token has r and s side by side, OpenSSL wants them in DER. */
static bool ec_to_der(struct sk_buffer *signature)
{
    unsigned char *der = NULL;

    if (signature->size != 2 * EC_PART)
        return false;
    ECDSA_SIG *pair = ECDSA_SIG_new();
    ECDSA_SIG_set0(pair, BN_bin2bn(signature->data, EC_PART, NULL),
                   BN_bin2bn(signature->data + EC_PART, EC_PART, NULL));
    int size = i2d_ECDSA_SIG(pair, &der);
    ECDSA_SIG_free(pair);
    signature->size = 0;
    if (size > 0)
        sk_buffer_append(signature, der, (size_t)size);
    OPENSSL_free(der);
    return size > 0;
}

static bool verifies(const struct key *key, struct sk_text signed_part,
                     const struct sk_buffer *signature)
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    bool good =
        EVP_DigestVerifyInit(digest, NULL, EVP_sha256(), NULL, key->key) == 1 &&
        EVP_DigestVerify(digest, signature->data, signature->size,
                         (const uint8_t *)signed_part.data, signed_part.size) == 1;

    EVP_MD_CTX_free(digest);
    return good;
}

static bool is_signed(const struct sk_jwt_rules *rules, const json_t *header,
                      struct sk_text signed_part, struct sk_text encoded)
{
    struct sk_text algorithm = sk_json_text_or_absent(header, "alg");
    struct sk_text id = sk_json_text_or_absent(header, "kid");
    bool elliptic = sk_text_is(algorithm, "ES256");
    sk_buffer_auto signature = {0};

    if ((!elliptic && !sk_text_is(algorithm, "RS256")) || !decode(encoded, &signature) ||
        (elliptic && !ec_to_der(&signature)))
        return false;
    for (size_t i = 0; i < rules->count; i++) {
        const struct key *key = &rules->keys[i];
        if (key->elliptic == elliptic &&
            (!id.data || !key->id || sk_text_is(id, key->id)) &&
            verifies(key, signed_part, &signature))
            return true;
    }
    return false;
}

static bool is_for_us(const struct sk_jwt_rules *rules, const json_t *claims)
{
    const json_t *audience = json_object_get(claims, "aud");
    const json_t *one;
    size_t i;

    if (sk_text_is(sk_json_string(audience), rules->audience))
        return true;
    json_array_foreach(audience, i, one) if (sk_text_is(sk_json_string(one),
                                                        rules->audience)) return true;
    return false;
}

static bool holds(const struct sk_jwt_rules *rules, const json_t *claims, int64_t now_s)
{
    const json_t *expires = json_object_get(claims, "exp");
    const json_t *begins = json_object_get(claims, "nbf");

    return json_is_number(expires) &&
           json_number_value(expires) + GRACE_S > (double)now_s &&
           (!begins || json_number_value(begins) - GRACE_S <= (double)now_s) &&
           sk_text_is(sk_json_text_or_absent(claims, "iss"), rules->issuer) &&
           is_for_us(rules, claims);
}

static json_t *part(struct sk_text encoded)
{
    sk_buffer_auto text = {0};
    json_t *value = NULL;
    struct sk_error ignored;

    if (!decode(encoded, &text) ||
        sk_json_parse(text.data, text.size, &value, &ignored) != SK_OK)
        return NULL;
    return value;
}

struct sk_text sk_jwt_subject(const struct sk_jwt_rules *rules, struct sk_text token,
                              int64_t now_s, struct sk_arena *arena)
{
    struct sk_text rest = token;
    struct sk_text first = sk_text_split(&rest, '.');
    struct sk_text second = sk_text_split(&rest, '.');

    if (token.size > LONGEST_TOKEN || !second.data || !rest.data)
        return (struct sk_text){0};
    json_auto_t *header = part(first);
    json_auto_t *claims = part(second);
    struct sk_text signed_part = {first.data, first.size + 1 + second.size};
    if (!header || !claims || !is_signed(rules, header, signed_part, rest) ||
        !holds(rules, claims, now_s))
        return (struct sk_text){0};
    return sk_arena_text(arena, sk_json_text_or_absent(claims, "sub"));
}

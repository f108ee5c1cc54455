/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jwt - the algorithm is the key's, never the token's word alone: a token that names
 * another, or "none", is nobody's.
 */
#include "registry/jwt.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/json.h"

enum { MOST_KEYS = 32, LONGEST_TOKEN = 8192, GRACE_S = 60 };
enum { EC_PART = 32, SMALLEST_RSA_BITS = 2048 };

struct key {
    gnutls_pubkey_t key;
    char *id; /* "kid"; NULL: none */
    bool elliptic;
};

struct keys {
    struct key items[MOST_KEYS];
    size_t count;
};

struct sk_jwt_rules {
    const char *issuer, *audience;
    struct keys keys;
    bool missed; /* a token named a key that is not there */
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

static gnutls_datum_t datum(const struct sk_buffer *bytes)
{
    return (gnutls_datum_t){bytes->data, (unsigned)bytes->size};
}

static bool import_rsa(gnutls_pubkey_t key, const json_t *jwk)
{
    sk_buffer_auto n = {0};
    sk_buffer_auto e = {0};
    unsigned bits = 0;

    if (!decode(sk_json_text_or_absent(jwk, "n"), &n) ||
        !decode(sk_json_text_or_absent(jwk, "e"), &e))
        return false;
    gnutls_datum_t modulus = datum(&n), exponent = datum(&e);
    return gnutls_pubkey_import_rsa_raw(key, &modulus, &exponent) == 0 &&
           gnutls_pubkey_get_pk_algorithm(key, &bits) == GNUTLS_PK_RSA &&
           bits >= SMALLEST_RSA_BITS;
}

static bool import_ec(gnutls_pubkey_t key, const json_t *jwk)
{
    sk_buffer_auto x = {0};
    sk_buffer_auto y = {0};

    if (!sk_text_is(sk_json_text_or_absent(jwk, "crv"), "P-256") ||
        !decode(sk_json_text_or_absent(jwk, "x"), &x) ||
        !decode(sk_json_text_or_absent(jwk, "y"), &y) || x.size != EC_PART ||
        y.size != EC_PART)
        return false;
    gnutls_datum_t first = datum(&x), second = datum(&y);
    return gnutls_pubkey_import_ecc_raw(key, GNUTLS_ECC_CURVE_SECP256R1, &first,
                                        &second) == 0;
}

/* Keys of other kinds are passed over. */
static void add_key(struct keys *keys, const json_t *jwk)
{
    struct sk_text type = sk_json_text_or_absent(jwk, "kty");
    struct sk_text id = sk_json_text_or_absent(jwk, "kid");
    struct key key = {.elliptic = sk_text_is(type, "EC")};

    if (keys->count == MOST_KEYS || gnutls_pubkey_init(&key.key) != 0)
        return;
    if (key.elliptic ? import_ec(key.key, jwk)
                     : sk_text_is(type, "RSA") && import_rsa(key.key, jwk)) {
        key.id = id.data ? sk_strndup(id.data, id.size) : NULL;
        keys->items[keys->count++] = key;
    } else {
        gnutls_pubkey_deinit(key.key);
    }
}

static void forget(struct keys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        gnutls_pubkey_deinit(keys->items[i].key);
        free(keys->items[i].id);
    }
    keys->count = 0;
}

struct sk_jwt_rules *sk_jwt_new(const char *issuer, const char *audience)
{
    struct sk_jwt_rules *rules = sk_alloc_zeroed(sizeof(*rules));

    rules->issuer = issuer;
    rules->audience = audience;
    return rules;
}

void sk_jwt_free(struct sk_jwt_rules *rules)
{
    if (!rules)
        return;
    forget(&rules->keys);
    free(rules);
}

enum sk_verdict sk_jwt_take_keys(struct sk_jwt_rules *rules, struct sk_text jwks,
                                 struct sk_error *err)
{
    json_auto_t *set = NULL;
    struct keys keys = {.count = 0};
    const json_t *jwk;
    size_t i;

    SK_TRY(sk_json_parse(jwks.data, jwks.size, &set, err));
    json_array_foreach(json_object_get(set, "keys"), i, jwk) add_key(&keys, jwk);
    if (keys.count == 0)
        return sk_fail(err, SK_REJECT, "jwt.keys",
                       "it holds no RSA key of 2048 bits or more and no P-256 key");
    forget(&rules->keys);
    rules->keys = keys;
    return SK_OK;
}

void sk_jwt_forget_keys(struct sk_jwt_rules *rules)
{
    forget(&rules->keys);
}

bool sk_jwt_missed_key(struct sk_jwt_rules *rules)
{
    bool missed = rules->missed;

    rules->missed = false;
    return missed;
}

/* Tokens. -----------------------------------------------------------------------------
 */

static bool verifies(const struct key *key, struct sk_text signed_part,
                     const struct sk_buffer *signature)
{
    gnutls_sign_algorithm_t algorithm =
        key->elliptic ? GNUTLS_SIGN_ECDSA_SHA256 : GNUTLS_SIGN_RSA_SHA256;
    gnutls_datum_t data = {(unsigned char *)(uintptr_t)signed_part.data,
                           (unsigned)signed_part.size};
    gnutls_datum_t bytes = datum(signature), der = {NULL, 0};

    if (!key->elliptic)
        return gnutls_pubkey_verify_data2(key->key, algorithm, 0, &data, &bytes) >= 0;
    /* A token has r and s side by side, GnuTLS wants them in DER. */
    gnutls_datum_t r = {bytes.data, EC_PART}, s = {bytes.data + EC_PART, EC_PART};
    bool good = bytes.size == 2 * EC_PART && gnutls_encode_rs_value(&der, &r, &s) == 0 &&
                gnutls_pubkey_verify_data2(key->key, algorithm, 0, &data, &der) >= 0;
    gnutls_free(der.data);
    return good;
}

static bool is_signed(struct sk_jwt_rules *rules, const json_t *header,
                      struct sk_text signed_part, struct sk_text encoded)
{
    struct sk_text algorithm = sk_json_text_or_absent(header, "alg");
    struct sk_text id = sk_json_text_or_absent(header, "kid");
    bool elliptic = sk_text_is(algorithm, "ES256"), known = false;
    sk_buffer_auto signature = {0};

    if ((!elliptic && !sk_text_is(algorithm, "RS256")) || !decode(encoded, &signature))
        return false;
    for (size_t i = 0; i < rules->keys.count; i++) {
        const struct key *key = &rules->keys.items[i];
        if (key->elliptic != elliptic || (id.data && key->id && !sk_text_is(id, key->id)))
            continue;
        known = true;
        if (verifies(key, signed_part, &signature))
            return true;
    }
    rules->missed = rules->missed || !known;
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

struct sk_text sk_jwt_subject(struct sk_jwt_rules *rules, struct sk_text token,
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

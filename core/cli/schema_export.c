/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel schema export, import - everything of the registry in a file whose last line is
 * the Ed25519 signature over all that stands before it. The registry checks the chain of
 * the lines; the signature says whose export it is.
 */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/file.h"
#include "cli/schema.h"

enum { LARGEST_EXPORT = 1024 * 1024 * 1024, SIGNATURE_SIZE = 64 };

#define SIGNATURE_START "{\"ed25519\":\""

static void free_key(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void free_digest(EVP_MD_CTX **digest)
{
    EVP_MD_CTX_free(*digest);
}

static enum sk_verdict read_key(const char *path, bool private, EVP_PKEY **ret_key,
                                struct sk_error *err)
{
    FILE *file = path ? fopen(path, "re") : NULL;
    EVP_PKEY *key = NULL;

    if (file) {
        key = private ? PEM_read_PrivateKey(file, NULL, NULL, (void *)(uintptr_t) "")
                      : PEM_read_PUBKEY(file, NULL, NULL, NULL);
        fclose(file);
    }
    if (key && EVP_PKEY_is_a(key, "ED25519")) {
        *ret_key = key;
        return SK_OK;
    }
    EVP_PKEY_free(key);
    return sk_fail(err, SK_FATAL, "schema.key",
                   "--sleutel must be a PEM file with a%s Ed25519 key (openssl genpkey "
                   "-algorithm ed25519; openssl pkey -pubout)",
                   private ? "n unencrypted private" : " public");
}

static enum sk_verdict sign(const char *path, struct sk_buffer *lines,
                            struct sk_error *err)
{
    SK_CLEANUP(free_key) EVP_PKEY *key = NULL;
    SK_CLEANUP(free_digest) EVP_MD_CTX *digest = EVP_MD_CTX_new();
    uint8_t signature[SIGNATURE_SIZE];
    size_t size = sizeof(signature);

    SK_TRY(read_key(path, true, &key, err));
    if (EVP_DigestSignInit(digest, NULL, NULL, NULL, key) != 1 ||
        EVP_DigestSign(digest, signature, &size, lines->data, lines->size) != 1)
        return sk_fail(err, SK_FATAL, "schema.key", "%s cannot sign", path);
    sk_buffer_append_text(lines, SK_TEXT(SIGNATURE_START));
    sk_base64_encode((struct sk_bytes){signature, size}, lines);
    sk_buffer_append_text(lines, SK_TEXT("\"}\n"));
    return SK_OK;
}

enum sk_verdict schema_export(struct schema_call *call, struct sk_error *err)
{
    sk_buffer_auto lines = {0};
    struct sk_text path;

    SK_TRY(schema_argument(call, 0, "the file to write", &path, err));
    SK_TRY(schema_ask(call, "GET", "/v1/export", (struct sk_bytes){0}, &lines, err));
    SK_TRY(sign(call->options->key, &lines, err));
    SK_TRY(sk_file_replace(path.data, lines.data, lines.size, err));
    printf("Bewaard: %s, %zu bytes, ondertekend.\n", path.data, lines.size);
    return SK_OK;
}

/* The lines before the last one, which is the signature over them. */
static struct sk_text before_last(struct sk_text file, struct sk_text *ret_last)
{
    size_t size = file.size;

    while (size > 0 && file.data[size - 1] == '\n')
        size--;
    size_t end = size;
    while (size > 0 && file.data[size - 1] != '\n')
        size--;
    *ret_last = (struct sk_text){file.data + size, end - size};
    return (struct sk_text){file.data, size};
}

static bool verify(EVP_PKEY *key, struct sk_text lines, struct sk_text last)
{
    SK_CLEANUP(free_digest) EVP_MD_CTX *digest = EVP_MD_CTX_new();
    sk_buffer_auto signature = {0};
    const size_t start = sizeof(SIGNATURE_START) - 1;

    if (!sk_text_starts_with(last, SIGNATURE_START) || last.size < start + 2 ||
        !sk_base64_decode((struct sk_text){last.data + start, last.size - start - 2},
                          &signature))
        return false;
    return EVP_DigestVerifyInit(digest, NULL, NULL, NULL, key) == 1 &&
           EVP_DigestVerify(digest, signature.data, signature.size,
                            (const uint8_t *)lines.data, lines.size) == 1;
}

enum sk_verdict schema_import(struct schema_call *call, struct sk_error *err)
{
    SK_CLEANUP(free_key) EVP_PKEY *key = NULL;
    sk_buffer_auto file = {0};
    sk_buffer_auto answer = {0};
    struct sk_text path, last;

    SK_TRY(schema_argument(call, 0, "the file to read", &path, err));
    SK_TRY(read_key(call->options->key, false, &key, err));
    SK_TRY(sk_file_read(path.data, LARGEST_EXPORT, &file, err));
    struct sk_text lines = before_last(sk_buffer_text(&file), &last);
    if (!verify(key, lines, last))
        return sk_fail(err, SK_REJECT, "schema.signature",
                       "%s was changed, cut off, or signed with another key: nothing "
                       "was imported",
                       path.data);
    SK_TRY(schema_ask(call, "POST", "/v1/import",
                      (struct sk_bytes){(const uint8_t *)lines.data, lines.size}, &answer,
                      err));
    printf("Teruggezet uit %s.\n", path.data);
    return SK_OK;
}

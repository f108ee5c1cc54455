/* SPDX-License-Identifier: Apache-2.0 */
#include "correlation/pseudonym.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/file.h"

static enum sk_verdict key_make(struct pseudonym_key *self, const char *path,
                                struct sk_error *err)
{
    sk_random(self->bytes, sizeof self->bytes);
    SK_TRY(sk_file_replace_private(path, self->bytes, sizeof self->bytes, err));
    self->known = true;
    return SK_OK;
}

enum sk_verdict pseudonym_key_open(struct pseudonym_key *self, const char *folder,
                                   struct sk_error *err)
{
    sk_auto_free char *path = sk_strf("%s/pseudoniem.sleutel", folder);
    sk_buffer_auto contents = {0};
    struct stat status;

    if (stat(path, &status) < 0 && errno == ENOENT)
        return key_make(self, path, err);
    SK_TRY(sk_file_read(path, 4096, &contents, err));
    if (stat(path, &status) < 0 || status.st_mode & (S_IRWXG | S_IRWXO))
        return sk_fail(err, SK_FATAL, "pseudonym.key",
                       "%s may be read by others than its owner: chmod 600 it, or remove "
                       "it to get a new one",
                       path);
    if (contents.size != sizeof self->bytes)
        return sk_fail(err, SK_FATAL, "pseudonym.key",
                       "%s holds %zu bytes, not %zu: put the right one back, or remove "
                       "it to get a new one",
                       path, contents.size, sizeof self->bytes);
    memcpy(self->bytes, contents.data, sizeof self->bytes);
    self->known = true;
    return SK_OK;
}

struct sk_text pseudonym_of(const struct pseudonym_key *self, const char *purpose,
                            struct sk_text text, struct sk_arena *arena)
{
    uint8_t digest[SK_SHA256_SIZE];
    char hex[SK_SHA256_HEX_SIZE];
    struct sk_text named = sk_arena_printf(arena, "%s:%.*s", purpose, SK_TEXT_ARG(text));

    sk_hmac_sha256((struct sk_bytes){self->bytes, sizeof self->bytes}, named.data,
                   named.size, digest);
    sk_hex(digest, sizeof digest, hex);
    return sk_arena_text(arena, (struct sk_text){hex, PSEUDONYM_SIZE});
}

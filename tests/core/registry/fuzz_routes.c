/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer's way in to the registry: requests to its routes, without sockets. The input
 * is some requests with a zero byte between them; each is "METHOD target" on its first
 * line and a body after it. They meet a store that is empty at the first of them.
 * Whatever they are, each is answered as the contract says: JSON, errors with their two
 * members, and no failure of our own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "registry/routes.h"
#include "registry/store_internal.h"

enum { MOST_REQUESTS = 12 };

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sk_registry registry;

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "not so: %s\n", what);
    abort(); /* libFuzzer keeps the input */
}

int LLVMFuzzerInitialize(int *, char ***)
{
    static char folder[] = "/dev/shm/sk-fuzz-XXXXXX";
    static char path[64];
    struct sk_error err = {0};

    sk_log_setup("fuzz", SK_LOG_ERROR);
    must(mkdtemp(folder) != NULL, "a folder");
    snprintf(path, sizeof(path), "%s/store", folder);
    must(sk_store_open(path, &registry.store, &err) == SK_OK, err.text);
    registry.folder = folder;
    registry.options.check_decimals = true;
    /* Open, it needs no name; nothing is left behind. */
    for (size_t i = 0; i < 5; i++) {
        static const char *const ends[] = {"", "-wal", "-shm", ".lock", ".owner"};
        char one[80];
        snprintf(one, sizeof(one), "%s%s", path, ends[i]);
        unlink(one);
    }
    return 0;
}

static void empty_the_store(void)
{
    static const char clear[] = "DELETE FROM schema_references; DELETE FROM versions;"
                                "DELETE FROM schemas; DELETE FROM contexts;"
                                "DELETE FROM settings; DELETE FROM touched;";
    struct sk_error err = {0};

    sk_store_release(registry.store);
    must(sk_sqlite_exec(&registry.store->file, clear, &err) == SK_OK, err.text);
    registry.store->commits++; /* no earlier answer holds */
}

static void check_answer(const struct sk_registry_call *call, unsigned status)
{
    must(status >= 200 && status < 500, "a status that is no failure of ours");
    if (call->file > 0) {
        close(call->file);
        return;
    }
    if (status == 204 || status == 304)
        return;
    if (call->content_type && !strstr(call->content_type, "json"))
        return;
    json_auto_t *answer = json_loadb((const char *)call->out->data, call->out->size,
                                     JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    must(answer != NULL, "an answer in JSON");
    if (status < 400)
        return;
    must(json_object_size(answer) == 2 &&
             json_is_integer(json_object_get(answer, "error_code")) &&
             json_is_string(json_object_get(answer, "message")),
         "an error with its two members");
}

static void request(struct sk_text text)
{
    sk_arena_auto arena = {0};
    sk_buffer_auto out = {0};
    struct sk_text line = sk_text_split(&text, '\n');
    struct sk_text method = sk_text_split(&line, ' ');
    struct sk_text path = sk_text_split(&line, '?');
    struct sk_registry_call call = {
        .registry = &registry,
        .query = line.data ? line : SK_TEXT(""),
        .body = {(const uint8_t *)(text.data ? text.data : ""), text.size},
        .arena = &arena,
        .out = &out,
    };

    if (path.data)
        check_answer(&call, sk_registry_dispatch(&call, method, path));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sk_text rest = {(const char *)data, size};

    empty_the_store();
    for (int i = 0; i < MOST_REQUESTS && rest.data; i++)
        request(sk_text_split(&rest, '\0'));
    return 0;
}

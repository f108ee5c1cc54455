/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http_library.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const char library_name[] = "libcurl.so.4";

struct sk_curl sk_curl;
static bool loaded;

static const struct {
    const char *name;
    size_t offset;
} functions[] = {
#define SK_CURL_ROW(name) {"curl_" #name, offsetof(struct sk_curl, name)},
    SK_CURL_FUNCTIONS(SK_CURL_ROW)
#undef SK_CURL_ROW
};

enum sk_verdict sk_curl_load(struct sk_error *err)
{
    if (loaded)
        return SK_OK;
    void *library = dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return sk_fail(err, SK_RETRY, "http.library", "%s; install the package libcurl4",
                       dlerror());
    for (size_t i = 0; i < SK_COUNT(functions); i++) {
        void *function = dlsym(library, functions[i].name);
        if (!function)
            return sk_fail(err, SK_RETRY, "http.library", "%s has no %s: it is too old",
                           library_name, functions[i].name);
        memcpy((char *)&sk_curl + functions[i].offset, &function, sizeof(function));
    }
    loaded = true;
    return SK_OK;
}

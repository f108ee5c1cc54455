/* SPDX-License-Identifier: Apache-2.0 */
/* Loads librdkafka on first use. It stays loaded: its threads may outlive a handle. */
#include "bus/kafka_library.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const char library_name[] = "librdkafka.so.1";

struct sk_rd sk_rd;
static bool loaded;

static const struct {
    const char *name;
    size_t offset;
} functions[] = {
#define SK_RD_ROW(name) {"rd_kafka_" #name, offsetof(struct sk_rd, name)},
    SK_RD_FUNCTIONS(SK_RD_ROW)
#undef SK_RD_ROW
};

enum sk_verdict sk_rd_load(struct sk_error *err)
{
    if (loaded)
        return SK_OK;
    void *library = dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return sk_fail(err, SK_FATAL, "bus.library",
                       "%s; a Kafka bus needs the package librdkafka1", dlerror());
    for (size_t i = 0; i < SK_COUNT(functions); i++) {
        void *function = dlsym(library, functions[i].name);
        if (!function)
            return sk_fail(err, SK_FATAL, "bus.library",
                           "%s has no %s; a Kafka bus needs librdkafka 2.0 or later",
                           library_name, functions[i].name);
        memcpy((char *)&sk_rd + functions[i].offset, &function, sizeof(function));
    }
    loaded = true;
    return SK_OK;
}

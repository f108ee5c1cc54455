/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_COMMON_H
#define SK_RUNTIME_COMMON_H

#include "base/option.h"

/* The options of [schakel], which every process and the operators' command share. */
struct sk_common {
    const char *bus;      /* URL */
    const char *registry; /* URL */
    const char *data;     /* folder: caches, blobs, run/ */
    const char
        *topics;       /* path of topics.json; NULL: the one that came with the program */
    int64_t max_bytes; /* of the embedded bus */
    int log;           /* enum sk_log_level */
};

extern const struct sk_option sk_common_options[];

/* The configuration file to read: --config of the command line, else $SCHAKEL_CONFIG,
 * else NULL. Points into the arguments or the environment. */
const char *sk_common_config(int count, char *const *arguments);

/* Where topics.json is: the option, else <program>/../share/schakel/schemas/topics.json,
 * else the source tree's. Written to `out`; returns it. */
const char *sk_common_topics(const struct sk_common *common, char *out, size_t size);

/* The folder of the status files: $RUNTIME_DIRECTORY, else <data>/run. Returns `out`. */
const char *sk_common_run_folder(const struct sk_common *common, char *out, size_t size);

#endif

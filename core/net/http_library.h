/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_NET_HTTP_LIBRARY_H
#define SK_NET_HTTP_LIBRARY_H

#include <curl/curl.h>

#include "base/verdict.h"

/*
 * libcurl, loaded with the first request: it brings thirty libraries along, which a
 * process that asks nothing (a registry that only serves) need not hold.
 * `sk_curl.easy_init` is curl_easy_init, and so on. Inside net only.
 */
#define SK_CURL_FUNCTIONS(X)                                                             \
    X(easy_cleanup)                                                                      \
    X(easy_getinfo)                                                                      \
    X(easy_init)                                                                         \
    X(easy_setopt)                                                                       \
    X(easy_strerror)                                                                     \
    X(global_cleanup)                                                                    \
    X(global_init)                                                                       \
    X(multi_add_handle)                                                                  \
    X(multi_cleanup)                                                                     \
    X(multi_info_read)                                                                   \
    X(multi_init)                                                                        \
    X(multi_perform)                                                                     \
    X(multi_poll)                                                                        \
    X(multi_remove_handle)                                                               \
    X(multi_setopt)                                                                      \
    X(slist_append)                                                                      \
    X(slist_free_all)

struct sk_curl {
#define SK_CURL_MEMBER(name) typeof(curl_##name) *name;
    SK_CURL_FUNCTIONS(SK_CURL_MEMBER)
#undef SK_CURL_MEMBER
};

extern struct sk_curl sk_curl;

/* Once a process. SK_RETRY "http.library" says what to install. */
enum sk_verdict sk_curl_load(struct sk_error *err);

#endif

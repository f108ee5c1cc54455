/* SPDX-License-Identifier: Apache-2.0 */
#include "net/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"

enum { BACKLOG = 511 };

static enum sk_verdict cannot(struct sk_error *err, const char *where, const char *reason)
{
    return sk_fail(err, SK_FATAL, "http.listen", "cannot listen on %s: %s", where,
                   reason);
}

/* Cuts "[HOST]:PORT" in place; false when it has no port. */
static bool split(char *where, char **ret_host, char **ret_port)
{
    char *colon = strrchr(where, ':');
    int64_t port;

    if (!colon || !sk_text_to_int64(sk_text(colon + 1), &port) || port < 0 ||
        port > 65535)
        return false;
    *colon = '\0';
    *ret_port = colon + 1;
    *ret_host = where;
    size_t size = strlen(where);
    if (where[0] == '[' && where[size - 1] == ']') {
        where[size - 1] = '\0';
        *ret_host = where + 1;
    }
    return **ret_host != '\0';
}

static void free_addresses(struct addrinfo **addresses)
{
    if (*addresses)
        freeaddrinfo(*addresses);
}

/* A listening socket on this address, or -1 with errno. */
static int listen_on(const struct addrinfo *address)
{
    int on = 1;
    int descriptor = socket(address->ai_family,
                            SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);

    if (descriptor < 0)
        return -1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(descriptor, address->ai_addr, address->ai_addrlen) == 0 &&
        listen(descriptor, BACKLOG) == 0)
        return descriptor;
    int reason = errno;
    close(descriptor);
    errno = reason;
    return -1;
}

static void describe(struct sk_listener *listener)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof(address);
    char host[64] = "?", port[8] = "0";

    if (getsockname(listener->descriptor, (struct sockaddr *)&address, &size) == 0)
        getnameinfo((struct sockaddr *)&address, size, host, sizeof(host), port,
                    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
    listener->port = atoi(port);
    snprintf(listener->address, sizeof(listener->address),
             strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

enum sk_verdict sk_listen(const char *where, struct sk_listener *ret_listener,
                          struct sk_error *err)
{
    sk_auto_free char *copy = sk_strdup(where);
    SK_CLEANUP(free_addresses) struct addrinfo *addresses = NULL;
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    char *host, *port;

    if (!split(copy, &host, &port))
        return cannot(err, where, "expected HOST:PORT, such as 127.0.0.1:8081");
    int found = getaddrinfo(host, port, &hints, &addresses);
    if (found != 0)
        return cannot(err, where, gai_strerror(found));
    struct sk_listener listener = {.descriptor = listen_on(addresses)};
    if (listener.descriptor < 0)
        return cannot(err, where, strerror(errno));
    describe(&listener);
    *ret_listener = listener;
    return SK_OK;
}

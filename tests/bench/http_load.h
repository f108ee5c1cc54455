/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BENCH_HTTP_LOAD_H
#define SK_BENCH_HTTP_LOAD_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Load on an HTTP server of this machine: 16 connections, one request under way on each.
 * Trouble ends the program with what was wrong.
 */
enum { HTTP_LOAD_CONNECTIONS = 16 };

/* The next request, whole; lives until the next one is asked. */
typedef const char *http_load_request(void *context);

struct http_load {
    int port;
    pid_t server; /* whose processor time is counted; 0: nobody's */
    int milliseconds;
    http_load_request *next;
    void *context;
};

struct http_load_result {
    double per_second;
    double p99_ms;
    double cpu_us; /* of the server's main thread, a request */
};

struct http_load_result http_load_run(const struct http_load *load);

int64_t now_us(void); /* monotonic */

/* Ends the program, naming `what`, when it does not hold. */
void check(int holds, const char *what);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "http_load.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LARGEST_ANSWER = 64 * 1024, SLOTS = 100000 }; /* latencies of 10 µs each */

struct connection {
    size_t received;
    int64_t sent_us;
    char answer[LARGEST_ANSWER];
};

struct run {
    const struct http_load *load;
    struct pollfd polled[HTTP_LOAD_CONNECTIONS];
    struct connection *connections;
    unsigned *latencies; /* how many answers took so many times 10 µs */
    int64_t answers;
};

void check(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "bench: ");
    perror(what);
    exit(1);
}

int64_t now_us(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static int64_t cpu_ns(pid_t process)
{
    char path[64];
    long long spent = 0;

    if (process == 0)
        return 0;
    snprintf(path, sizeof(path), "/proc/%d/schedstat", process);
    FILE *file = fopen(path, "re");
    check(file && fscanf(file, "%lld", &spent) == 1, path);
    fclose(file);
    return spent;
}

static int connect_to(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);

    check(connect(descriptor, (struct sockaddr *)&address, sizeof(address)) == 0,
          "connect");
    return descriptor;
}

static void ask(struct run *run, int index)
{
    const char *request = run->load->next(run->load->context);
    struct connection *connection = &run->connections[index];
    size_t size = strlen(request);

    connection->received = 0;
    connection->sent_us = now_us();
    check(send(run->polled[index].fd, request, size, 0) == (ssize_t)size, "send");
}

/* Is the answer whole? It must be a 200. */
static int is_whole(struct connection *connection)
{
    static const char name[] = "Content-Length: ";
    char *end;

    connection->answer[connection->received] = '\0';
    end = strstr(connection->answer, "\r\n\r\n");
    if (!end)
        return 0;
    if (strncmp(connection->answer, "HTTP/1.1 200", 12) != 0) {
        fprintf(stderr, "%s\n", connection->answer);
        check(0, "no 200");
    }
    char *length = strstr(connection->answer, name);
    check(length && length < end, "an answer without a length");
    return connection->received == (size_t)(end + 4 - connection->answer) +
                                       strtoul(length + strlen(name), NULL, 10);
}

static void receive(struct run *run, int index)
{
    struct connection *connection = &run->connections[index];
    ssize_t got = recv(run->polled[index].fd, connection->answer + connection->received,
                       LARGEST_ANSWER - 1 - connection->received, 0);

    check(got > 0, "recv");
    connection->received += (size_t)got;
    if (!is_whole(connection))
        return;
    int64_t slot = (now_us() - connection->sent_us) / 10;
    run->latencies[slot < SLOTS ? slot : SLOTS - 1]++;
    run->answers++;
    ask(run, index);
}

static double p99_ms(const struct run *run)
{
    int64_t left = run->answers / 100;
    int slot = SLOTS - 1;

    while (slot > 0 && left >= run->latencies[slot])
        left -= run->latencies[slot--];
    return (slot + 1) * 0.01;
}

struct http_load_result http_load_run(const struct http_load *load)
{
    struct run run = {.load = load};

    run.connections = calloc(HTTP_LOAD_CONNECTIONS, sizeof(*run.connections));
    run.latencies = calloc(SLOTS, sizeof(*run.latencies));
    check(run.connections && run.latencies, "memory");
    for (int i = 0; i < HTTP_LOAD_CONNECTIONS; i++) {
        run.polled[i] = (struct pollfd){.fd = connect_to(load->port), .events = POLLIN};
        ask(&run, i);
    }
    int64_t cpu = cpu_ns(load->server), start_us = now_us();
    int64_t end_us = start_us + load->milliseconds * 1000LL;
    while (now_us() < end_us) {
        poll(run.polled, HTTP_LOAD_CONNECTIONS, 1000);
        for (int i = 0; i < HTTP_LOAD_CONNECTIONS; i++)
            if (run.polled[i].revents & POLLIN)
                receive(&run, i);
    }
    double seconds = (double)(now_us() - start_us) / 1e6;
    cpu = cpu_ns(load->server) - cpu;
    for (int i = 0; i < HTTP_LOAD_CONNECTIONS; i++)
        close(run.polled[i].fd);
    check(run.answers > 0, "no answer");
    struct http_load_result result = {
        .per_second = (double)run.answers / seconds,
        .p99_ms = p99_ms(&run),
        .cpu_us = (double)cpu / 1000 / (double)run.answers,
    };
    free(run.connections);
    free(run.latencies);
    return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_registry - what clients ask most of a real schakel-registry, over 16 connections,
 * beside its floor from the same run: libmicrohttpd giving a fixed answer of that size
 * in the same way. All answers have a fixed size, so bytes received count answers.
 */
#include <arpa/inet.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "net/http_client.h"
#include "net/http_server.h"

enum { ROUNDS = 5, CONNECTIONS = 16, ROUND_MS = 500 };

static const char schema[] =
    "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"R\\\",\\\"fields\\\":"
    "[{\\\"name\\\":\\\"a\\\",\\\"type\\\":\\\"int\\\"}]}\"}";

static void check(bool good, const char *what)
{
    if (good)
        return;
    perror(what);
    exit(1);
}

static int64_t now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* The two servers, each in a child that dies with us. -----------------------------------
 */

static pid_t start_registry(const char *folder, int *ret_port)
{
    char program[PATH_MAX], store[PATH_MAX], line[1024];
    ssize_t size = readlink("/proc/self/exe", program, sizeof(program) - 32);
    int output[2];

    check(size > 0 && pipe(output) == 0, "pipe");
    program[size] = '\0';
    strcat(dirname(program), "/schakel-registry");
    snprintf(store, sizeof(store), "%s/store", folder);
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(output[1], STDERR_FILENO);
        execl(program, program, "--store", store, "--listen", "127.0.0.1:0", NULL);
        _exit(127);
    }
    close(output[1]);
    FILE *lines = fdopen(output[0], "r");
    check(fgets(line, sizeof(line), lines) && strstr(line, "registry.ready"), program);
    *ret_port = atoi(strstr(line, "127.0.0.1:") + strlen("127.0.0.1:"));
    return child;
}

static void answer_fixed(void *context, struct sk_http_exchange *exchange,
                         const struct sk_http_request *)
{
    sk_http_exchange_answer(
        exchange,
        &(struct sk_http_answer){.status = 200,
                                 .content_type = "application/json",
                                 .body = {context, strlen((const char *)context)}});
}

static pid_t start_floor(int *ret_port)
{
    static char body[] =
        "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"R\\\","
        "\\\"fields\\\":[]}\",\"schemaType\":\"AVRO\"}";
    struct sk_http_server_options options = {
        .listen = "127.0.0.1:0", .handler = answer_fixed, .context = body};
    struct sk_http_server *server;
    struct sk_error err = {0};

    check(sk_http_server_open(&options, &server, &err) == SK_OK, err.text);
    *ret_port = sk_http_server_port(server);
    pid_t child = fork();
    if (child != 0)
        return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        struct pollfd ready = {.fd = sk_http_server_descriptor(server), .events = POLLIN};
        poll(&ready, 1, sk_http_server_timeout_ms(server));
        sk_http_server_run(server);
    }
}

static void register_schema(int port)
{
    struct sk_http_client *client;
    struct sk_error err = {0};
    char url[128];

    snprintf(url, sizeof(url), "http://127.0.0.1:%d/subjects/s/versions", port);
    check(sk_http_client_open(&(struct sk_http_client_options){0}, &client, &err) ==
              SK_OK,
          "client");
    const struct sk_http_response *response = sk_http_client_perform(
        client, &(struct sk_http_client_request){
                    .method = "POST",
                    .url = url,
                    .body = {(const uint8_t *)schema, strlen(schema)}});
    check(response->status == 200, "register");
    sk_http_client_close(client);
}

/* Load. ---------------------------------------------------------------------------------
 */

static int connect_to(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int connection = socket(AF_INET, SOCK_STREAM, 0);

    check(connect(connection, (struct sockaddr *)&address, sizeof(address)) == 0,
          "connect");
    return connection;
}

static size_t ask(int connection, const char *request, char *answer, size_t size)
{
    check(send(connection, request, strlen(request), 0) > 0, "send");
    if (!answer)
        return 0;
    ssize_t got = recv(connection, answer, size, 0);
    check(got > 0, "recv");
    return (size_t)got;
}

/* Answers a second, one request under way on each connection. */
static double measure(int port, const char *request)
{
    struct pollfd polled[CONNECTIONS];
    char answer[4096];
    size_t bytes = 0, answer_size = 0;

    for (int i = 0; i < CONNECTIONS; i++) {
        polled[i] = (struct pollfd){.fd = connect_to(port), .events = POLLIN};
        answer_size = ask(polled[i].fd, request, answer, sizeof(answer));
        ask(polled[i].fd, request, NULL, 0);
    }
    check(strncmp(answer, "HTTP/1.1 200", 12) == 0, "no 200");
    int64_t start_ms = now_ms(), end_ms = start_ms + ROUND_MS;
    while (now_ms() < end_ms) {
        poll(polled, CONNECTIONS, 1000);
        for (int i = 0; i < CONNECTIONS; i++) {
            if (!(polled[i].revents & POLLIN))
                continue;
            bytes += (size_t)recv(polled[i].fd, answer, sizeof(answer), 0);
            ask(polled[i].fd, request, NULL, 0);
        }
    }
    double seconds = (double)(now_ms() - start_ms) / 1000;
    for (int i = 0; i < CONNECTIONS; i++)
        close(polled[i].fd);
    return (double)bytes / (double)answer_size / seconds;
}

static int by_size(const void *a, const void *b)
{
    const double *first = a, *second = b;

    return (*first > *second) - (*first < *second);
}

static double median(double values[ROUNDS])
{
    qsort(values, ROUNDS, sizeof(*values), by_size);
    return values[ROUNDS / 2];
}

/* The work, in the order of the rows. */
enum { WORKS = 3 };
static struct work {
    const char *name;
    int goal; /* a second */
    char request[1024];
    double answers[ROUNDS];
} works[WORKS] = {
    {.name = "GET /schemas/ids/1", .goal = 40000},
    {.name = "GET …/versions/latest", .goal = 40000},
    {.name = "POST …/versions, known", .goal = 20000},
};

static void write_requests(void)
{
    static const char get[] = "GET %s HTTP/1.1\r\nHost: x\r\n\r\n";

    snprintf(works[0].request, sizeof(works[0].request), get, "/schemas/ids/1");
    snprintf(works[1].request, sizeof(works[1].request), get,
             "/subjects/s/versions/latest");
    snprintf(works[2].request, sizeof(works[2].request),
             "POST /subjects/s/versions HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n"
             "\r\n%s",
             strlen(schema), schema);
}

static void measure_all(int registry_port, int floor_port, double floor[ROUNDS])
{
    for (int i = 0; i < ROUNDS; i++) {
        floor[i] = measure(floor_port, works[0].request);
        for (int w = 0; w < WORKS; w++)
            works[w].answers[i] = measure(registry_port, works[w].request);
    }
}

int main(void)
{
    char folder[] = "/tmp/bench-registry-XXXXXX", command[64];
    double floor[ROUNDS];
    int registry_port, floor_port;

    check(mkdtemp(folder) != NULL, "folder");
    pid_t registry = start_registry(folder, &registry_port);
    pid_t bare = start_floor(&floor_port);
    register_schema(registry_port);
    write_requests();
    measure_all(registry_port, floor_port, floor);
    kill(registry, SIGTERM);
    kill(bare, SIGKILL);
    waitpid(registry, NULL, 0);
    waitpid(bare, NULL, 0);
    snprintf(command, sizeof(command), "rm -r %s", folder);
    check(system(command) == 0, command);
    double bound = median(floor);
    for (int w = 0; w < WORKS; w++) {
        double reached = median(works[w].answers);
        printf("BENCH|registry, %s, %d connections|"
               "libmicrohttpd, fixed answer %.0f/s|%.0f/s (%.2f x)|>= %d/s|%s\n",
               works[w].name, CONNECTIONS, bound, reached, reached / bound, works[w].goal,
               reached >= works[w].goal ? "yes" : "no");
    }
    return 0;
}

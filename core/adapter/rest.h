/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ADAPTER_REST_H
#define SK_ADAPTER_REST_H

#include "adapter/adapter.h"
#include "net/http_client.h"

/*
 * The inside of the adapter `rest` (adapter.h is the outside): rest_read.c asks for
 * records, rest_deliver.c hands events over, rest.c knows what an answer means.
 */
struct sk_rest_read_config {
    const char *url;
    int64_t limit;
};

struct sk_rest_write_config {
    const char *url;
};

extern const struct sk_option sk_rest_read_options[];
extern const struct sk_option sk_rest_write_options[];

enum sk_verdict sk_rest_reader_open(const struct sk_adapter_setup *setup,
                                    struct sk_reader **ret_reader, struct sk_error *err);
void sk_rest_reader_close(struct sk_reader *reader);
void sk_rest_read(struct sk_reader *reader, struct sk_text after, sk_fetched *fetched,
                  void *context);

enum sk_verdict sk_rest_writer_open(const struct sk_adapter_setup *setup,
                                    struct sk_writer **ret_writer, struct sk_error *err);
void sk_rest_writer_close(struct sk_writer *writer);
void sk_rest_deliver(struct sk_writer *writer, const struct sk_delivery *delivery,
                     sk_delivered *delivered, void *context, struct sk_call **ret_call);
void sk_rest_cancel(struct sk_call *call);

/* Appends "{url}/{resource}". */
void sk_rest_url(struct sk_buffer *out, const char *url, const char *resource);

/* What the answer means (design.md §6, and README). */
struct sk_answer sk_rest_answer(const struct sk_http_client_request *request,
                                const struct sk_http_response *response);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_SERVICE_H
#define SK_RUNTIME_SERVICE_H

#include "runtime/processor.h"

/*
 * Requests over HTTP that a processor answers (its slot `answer`): what an answer emits
 * is committed before the answer goes out, so who has it knows that it stands. It listens
 * on api.listen, a free port of this machine by default, and takes only requests with the
 * bearer token; where that is and which token stands, for this machine's tools, in
 * <run folder>/<process>.api: {"url": …, "token": …}, readable by owner and group.
 */
struct sk_service;

enum sk_verdict sk_service_open(struct sk_process *process,
                                struct sk_service **ret_service, struct sk_error *err);
void sk_service_close(struct sk_service *service); /* accepts NULL */

int sk_service_descriptor(const struct sk_service *service);
int sk_service_timeout_ms(struct sk_service *service);

/* Receives what is there and answers what is complete. */
void sk_service_pump(struct sk_service *service);

/* Takes nothing new and sends the answers that are due; at most a moment. */
void sk_service_drain(struct sk_service *service);

/* The path of the file that says where it is; a new string. */
char *sk_service_path(const struct sk_common *common, const char *process);

#endif

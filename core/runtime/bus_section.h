/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_BUS_SECTION_H
#define SK_RUNTIME_BUS_SECTION_H

#include <stdio.h>

#include "bus/bus.h"

/*
 * The section of the configuration that belongs to the bus: [kafka] when bus = kafka:….
 * Its keys are settings of the bus's own library and pass through as they are; so do
 * SCHAKEL_KAFKA_… of the environment, _ for each dot. `{process}` in a value is the name
 * of the process, so that one section serves them all. Passwords and private keys only as
 * file:PATH or from the environment.
 */
struct sk_bus_section;

/* `config` may be NULL. SK_FATAL "option.…" says where, and what is wrong. */
enum sk_verdict sk_bus_section_read(const char *config, const char *bus_url,
                                    const char *process,
                                    struct sk_bus_section **ret_section,
                                    struct sk_error *err);
void sk_bus_section_free(struct sk_bus_section *section);

/* Points the options at the settings, which live as long as the section. */
void sk_bus_section_give(const struct sk_bus_section *section,
                         struct sk_bus_options *options);

/* "kafka.name = value" a line, secrets as "(hidden)". */
void sk_bus_section_print(const struct sk_bus_section *section, FILE *out);

#endif

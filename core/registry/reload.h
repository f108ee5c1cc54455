/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_RELOAD_H
#define SK_REGISTRY_RELOAD_H

#include "registry/registry.h"

/*
 * The file of callers and the file of keys are read again when they change (also when
 * another file takes their name) and on SIGHUP. A file that cannot be used is logged, and
 * what was read before stays in force.
 */

/* A descriptor that becomes readable when a file may have changed; -1: nothing to watch,
 * or the system has none to give (SIGHUP still works). */
int sk_reload_open(const struct sk_registry *registry);

/* Reads both again; the descriptor's news is taken. `asked`: by SIGHUP; then keys by URL
 * are asked again too. */
void sk_reload_run(struct sk_registry *registry, int descriptor, bool asked);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_TESTS_TRANSLATE_H
#define SK_TESTS_TRANSLATE_H

#include "runtime/connector.h"

/*
 * A connector without its process: records go through a source's translation, and what it
 * emits stands in memory as it would on the bus. It stands in for the runtime's emitter,
 * so nothing else of the runtime is linked.
 */
struct desk;

/* The connector with an INI file (or NULL) and these options ("--onderneming=kvk"); fails
 * the test when it does not open. The caller closes. */
struct desk *desk_open(const struct sk_connector *connector, const char *file,
                       const char *const *arguments, int count);
void desk_close(struct desk *desk);
struct sk_settings *desk_settings(const struct desk *desk);

/* Translates one record (an object) and adds to `results` (an array) what came of it:
 * {"event": {…}} without what is absent and without versie, {"unchanged": key},
 * {"erased": key} or {"reject": id, "text": …}. */
void desk_translate(struct desk *desk, const char *source, const json_t *record,
                    json_t *results);

/* The same with the record as the runtime gives it; it is changed. */
void desk_translate_value(struct desk *desk, const char *source, struct sk_value *record,
                          json_t *results);

/* What a sink hands over for an event given as JSON: {"id": …, "body": {…}} or
 * {"id": …, "skip": true}. The caller decrefs. */
json_t *desk_render(struct desk *desk, const char *sink, const json_t *event);

const struct sk_source *desk_source(const struct desk *desk, const char *name);
const struct sk_sink *desk_sink(const struct desk *desk, const char *name);

/* The file's JSON; fails the test when it is none. */
json_t *load_json(const char *path);

#endif

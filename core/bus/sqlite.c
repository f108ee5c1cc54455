/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The embedded bus: one SQLite file, no server. Opens and closes a handle; what it does
 * in between stands in sqlite_*.c, one idea a file (see sqlite.h).
 */
#include "bus/sqlite.h"

#include <stdlib.h>

#include "base/alloc.h"

enum { SESSION_TIMEOUT_MS = 6000 };

static void bus_close(struct sk_bus *bus)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;

    sk_sqlite_standby_close(self);
    sk_sqlite_clean_close(self);
    sk_sqlite_wake_close(self);
    sk_sqlite_writer_close(self);
    sk_sqlite_reader_close(self);
    for (size_t i = 0; i < SK_ST_COUNT; i++)
        sqlite3_finalize(self->statements[i]);
    sk_sqlite_file_close(&self->file);
    sk_map_fini(&self->topics);
    sk_arena_fini(&self->topic_arena);
    sk_arena_fini(&self->record_arena);
    free(self->identity);
    free(self);
}

static enum sk_verdict open_parts(struct sk_sqlite_bus *self, const char *path,
                                  struct sk_error *err)
{
    SK_TRY(sk_sqlite_file_open(&self->file, path, &sk_sqlite_bus_kind, err));
    SK_TRY(sk_sqlite_clean_open(self, err));
    SK_TRY(sk_sqlite_wake_open(self, err));
    return sk_sqlite_topics_load(self, err);
}

static enum sk_verdict bus_open(const char *path, const struct sk_bus_options *options,
                                struct sk_bus **ret_bus, struct sk_error *err)
{
    struct sk_sqlite_bus *self = sk_alloc_zeroed(sizeof(*self));

    self->base.driver = &sk_sqlite_driver;
    self->file.lock = -1;
    self->standby.file = -1;
    self->clean.file = self->clean.ballast = -1;
    self->wake = (struct sk_sqlite_wake){-1, -1, -1, {.descriptor = -1}};
    self->identity = options->identity ? sk_strdup(options->identity) : NULL;
    self->source_writes = options->source_writes;
    self->max_bytes = options->max_bytes;
    self->session_timeout_ms = options->session_timeout_ms > 0
                                   ? options->session_timeout_ms
                                   : SESSION_TIMEOUT_MS;
    enum sk_verdict verdict = open_parts(self, path, err);
    if (verdict != SK_OK) {
        bus_close(&self->base);
        return verdict;
    }
    *ret_bus = &self->base;
    return SK_OK;
}

const struct sk_bus_driver sk_sqlite_driver = {
    .scheme = "sqlite",
    .open = bus_open,
    .close = bus_close,
    .activate = sk_sqlite_activate,
    .subscribe = sk_sqlite_subscribe,
    .pause = sk_sqlite_pause,
    .poll = sk_sqlite_poll,
    .descriptor = sk_sqlite_descriptor,
    .caught_up = sk_sqlite_caught_up,
    .begin = sk_sqlite_unit_begin,
    .send = sk_sqlite_send,
    .done = sk_sqlite_done,
    .commit = sk_sqlite_unit_commit,
    .abort = sk_sqlite_unit_abort,
    .publish = sk_sqlite_publish,
    .latest = sk_sqlite_latest,
    .each = sk_sqlite_each,
    .topics_create = sk_sqlite_topics_create,
    .topics = sk_sqlite_topics,
    .groups = sk_sqlite_groups,
    .group_reset = sk_sqlite_group_reset,
    .fetch = sk_sqlite_fetch,
    .backup = sk_sqlite_backup,
};

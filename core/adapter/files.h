/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ADAPTER_FILES_H
#define SK_ADAPTER_FILES_H

#include "adapter/adapter.h"

/*
 * The inside of the adapter `files` (adapter.h is the outside): files_read.c takes
 * dropped files, files_deliver.c offers one file an event.
 */
struct sk_files_read_config {
    const char *folder; /* or: */
    const char *file;
    int64_t limit, settle_ms, max_size;
    bool unterminated;
    const char *record; /* of a .xml; NULL: the root's children */
    int separator;      /* auto|comma|semicolon|tab */
    int encoding;       /* auto|utf-8|cp1252 */
};

struct sk_files_write_config {
    const char *folder;
    bool answers;
};

extern const struct sk_option sk_files_read_options[];
extern const struct sk_option sk_files_write_options[];

enum sk_verdict sk_files_read_check(const void *config, struct sk_error *err);
enum sk_verdict sk_files_reader_open(const struct sk_adapter_setup *setup,
                                     struct sk_reader **ret_reader, struct sk_error *err);
void sk_files_reader_close(struct sk_reader *reader);
void sk_files_read(struct sk_reader *reader, struct sk_text after, sk_fetched *fetched,
                   void *context);
void sk_files_taken(struct sk_reader *reader, struct sk_text position);
bool sk_files_superseded(struct sk_reader *reader, const struct sk_error *why);
int sk_files_descriptor(struct sk_reader *reader);

enum sk_verdict sk_files_writer_open(const struct sk_adapter_setup *setup,
                                     struct sk_writer **ret_writer, struct sk_error *err);
void sk_files_writer_close(struct sk_writer *writer);
void sk_files_deliver(struct sk_writer *writer, const struct sk_delivery *delivery,
                      sk_delivered *delivered, void *context, struct sk_call **ret_call);

#endif

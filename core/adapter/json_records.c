/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_records - cuts a list or a page into its records.
 *
 * The tree of a record is made only to check it, in an arena that is emptied after each:
 * a page of 16 MiB costs the memory of its largest record.
 */
#include "adapter/json_records.h"

#include "base/json_reader.h"

static bool read_next(struct sk_json_reader *reader, struct sk_text *ret_text)
{
    bool read = sk_json_read_raw(reader, ret_text);

    sk_arena_reset(reader->arena);
    return read;
}

static struct sk_text *room(const struct sk_json_records *list, struct sk_arena *arena)
{
    size_t count = list->count;

    if (count && (count & (count - 1)))
        return list->records;
    struct sk_text *twice = sk_arena_alloc(arena, 2 * (count + 1) * sizeof(*twice));
    if (count)
        memcpy(twice, list->records, count * sizeof(*twice));
    return twice;
}

/* The items of the array that was entered. */
static void read_list(struct sk_json_reader *reader, struct sk_arena *arena,
                      struct sk_json_records *list)
{
    struct sk_text text;

    while (sk_json_next_item(reader) && read_next(reader, &text)) {
        list->records = room(list, arena);
        list->records[list->count++] = text;
    }
}

/* The members of the object that was entered: a page, or a record alone. */
static void read_members(struct sk_json_reader *reader, struct sk_arena *arena,
                         struct sk_json_records *page)
{
    struct sk_text name, text;

    page->shape = SK_JSON_ALONE;
    while (sk_json_next_member(reader, &name)) {
        if (sk_text_is(name, "items") && sk_json_enter(reader, '[')) {
            page->shape = SK_JSON_PAGE;
            read_list(reader, arena, page);
        } else if (sk_text_is(name, "next")) {
            struct sk_arena *scratch = reader->arena;
            reader->arena = arena;
            sk_json_read(reader, &page->next);
            reader->arena = scratch;
        } else {
            read_next(reader, &text);
        }
    }
}

enum sk_verdict sk_json_records_read(struct sk_text text, struct sk_arena *arena,
                                     struct sk_json_records *ret_records,
                                     struct sk_error *err)
{
    struct sk_json_records records = {.shape = SK_JSON_NONE};
    sk_arena_auto scratch = {0};
    struct sk_json_reader reader;
    struct sk_text other;

    sk_json_reader_init(&reader, text, &scratch);
    if (sk_json_enter(&reader, '[')) {
        records.shape = SK_JSON_LIST;
        read_list(&reader, arena, &records);
    } else if (sk_json_enter(&reader, '{')) {
        read_members(&reader, arena, &records);
    } else {
        sk_json_read_raw(&reader, &other);
    }
    SK_TRY(sk_json_reader_end(&reader, err));
    if (records.shape == SK_JSON_ALONE) {
        records.records = sk_arena_alloc(arena, sizeof(text));
        records.records[0] = text;
        records.count = 1;
    }
    *ret_records = records;
    return SK_OK;
}

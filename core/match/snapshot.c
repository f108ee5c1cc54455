/* SPDX-License-Identifier: Apache-2.0 */
#include "match/snapshot.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "base/hash.h"

static const char heading[] = "schakel-model 1";

/* Everything but memories is a row of 32-bit numbers. */
struct row {
    const char *name;
    size_t offset, size; /* in bytes */
};

#define ROW(member)                                                                      \
    {                                                                                    \
#member, offsetof(struct sk_match_model, member),                                \
            sizeof((struct sk_match_model *)0)->member                                   \
    }

static const struct row rows[] = {
    ROW(number), ROW(without),     ROW(m),           ROW(none),
    ROW(trust),  ROW(calibration), ROW(certificate),
};

static const char *const memory_names[SK_MEMORY_KINDS] = {
    [SK_MEMORY_NAME] = "naam",
    [SK_MEMORY_SENDER] = "afzender",
};

static void write_memories(const struct sk_memories *self, const char *name,
                           struct sk_buffer *out)
{
    for (size_t i = 0; i < self->count; i++) {
        const struct sk_memory *memory = &self->items[i];

        sk_buffer_printf(out, "%s\t%.*s\t%.*s\t%u %u %d\n", name,
                         SK_TEXT_ARG(self->surfaces[i]), SK_TEXT_ARG(memory->location),
                         memory->confirmed, memory->refused, memory->certain);
    }
}

void sk_snapshot_write(const struct sk_match_model *model, struct sk_buffer *out)
{
    sk_buffer_printf(out, "%s\n", heading);
    for (size_t i = 0; i < SK_COUNT(rows); i++) {
        const int32_t *numbers =
            (const int32_t *)(const void *)((const char *)model + rows[i].offset);

        sk_buffer_append_text(out, sk_text(rows[i].name));
        for (size_t k = 0; k < rows[i].size / sizeof *numbers; k++)
            sk_buffer_printf(out, " %d", numbers[k]);
        sk_buffer_append_byte(out, '\n');
    }
    for (size_t kind = 0; kind < SK_MEMORY_KINDS; kind++)
        write_memories(&model->memories[kind], memory_names[kind], out);
}

void sk_snapshot_name(struct sk_match_model *model)
{
    sk_buffer_auto text = {0};
    char hex[SK_SHA256_HEX_SIZE];

    sk_snapshot_write(model, &text);
    sk_sha256_hex(text.data, text.size, hex);
    snprintf(model->name, sizeof model->name, "m%u-%.8s", model->number, hex);
}

static bool read_int32(struct sk_text text, int32_t *ret)
{
    int64_t value;

    if (!sk_text_to_int64(text, &value) || value < INT32_MIN || value > UINT32_MAX)
        return false;
    *ret = (int32_t)(uint32_t)value;
    return true;
}

static bool read_row(const struct row *row, struct sk_text rest,
                     struct sk_match_model *model)
{
    int32_t *numbers = (int32_t *)(void *)((char *)model + row->offset);
    size_t count = 0, all = row->size / sizeof *numbers;

    while (rest.data) {
        if (count == all || !read_int32(sk_text_split(&rest, ' '), &numbers[count]))
            return false;
        count++;
    }
    return count == all;
}

enum { MEMORY_NUMBERS = 3 };

/* Lines come in order, so that what is read can be searched. */
static bool read_memory(struct sk_memories *self, struct sk_text rest, size_t capacity)
{
    struct sk_text surface = sk_text_split(&rest, '\t');
    struct sk_text location = sk_text_split(&rest, '\t');
    int32_t numbers[MEMORY_NUMBERS];

    for (size_t i = 0; i < MEMORY_NUMBERS; i++) {
        if (!rest.data || !read_int32(sk_text_split(&rest, ' '), &numbers[i]))
            return false;
    }
    if (!self->items) {
        self->surfaces = sk_alloc_zeroed(capacity * sizeof *self->surfaces);
        self->items = sk_alloc_zeroed(capacity * sizeof *self->items);
    }
    if (rest.data ||
        (self->count && sk_text_compare(self->surfaces[self->count - 1], surface) > 0))
        return false;
    self->surfaces[self->count] = sk_arena_text(&self->arena, surface);
    self->items[self->count++] = (struct sk_memory){
        .location = sk_arena_text(&self->arena, location),
        .confirmed = (uint32_t)numbers[0],
        .refused = (uint32_t)numbers[1],
        .certain = numbers[2] != 0,
    };
    return true;
}

/* Row by row in their order, then memories. */
static bool read_line(struct sk_match_model *model, size_t number, struct sk_text line,
                      size_t lines)
{
    if (number == 0)
        return sk_text_is(line, heading);
    if (number <= SK_COUNT(rows)) {
        const struct row *row = &rows[number - 1];

        return sk_text_is(sk_text_split(&line, ' '), row->name) && line.data &&
               read_row(row, line, model);
    }
    struct sk_text name = sk_text_split(&line, '\t');

    for (size_t kind = 0; kind < SK_MEMORY_KINDS && line.data; kind++) {
        if (sk_text_is(name, memory_names[kind]))
            return read_memory(&model->memories[kind], line, lines);
    }
    return false;
}

static size_t lines_of(struct sk_text text)
{
    size_t lines = 1;

    for (size_t i = 0; i < text.size; i++)
        lines += text.data[i] == '\n';
    return lines;
}

enum sk_verdict sk_snapshot_read(struct sk_text text, struct sk_match_model **ret_model,
                                 struct sk_error *err)
{
    struct sk_match_model *model = sk_alloc_zeroed(sizeof *model);
    size_t lines = lines_of(text), number = 0;

    while (text.size) {
        struct sk_text line = sk_text_split(&text, '\n');

        if (read_line(model, number++, line, lines))
            continue;
        sk_match_model_free(model);
        return sk_fail(err, SK_REJECT, "model.text",
                       "line %zu of the model is not as this version writes it", number);
    }
    if (number <= SK_COUNT(rows)) {
        sk_match_model_free(model);
        return sk_fail(err, SK_REJECT, "model.text", "the model ends after line %zu",
                       number);
    }
    sk_snapshot_name(model);
    *ret_model = model;
    return SK_OK;
}

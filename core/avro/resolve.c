/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the program of resolve_compile.c over one value. */
#include "avro/resolve.h"

#include <stdlib.h>

#include "avro/binary.h"
#include "avro/resolve_internal.h"
#include "base/alloc.h"

struct run {
    struct sk_avro_reader *reader;
    struct sk_buffer *out;
    size_t size_max; /* of `out` */
    struct sk_error *err;
};

static bool run_step(const struct run *self, const struct sk_step *step,
                     const struct sk_path *path);

static SK_COLD bool fail(const struct run *self, const struct sk_path *path)
{
    (void)sk_avro_data_fail(self->reader, path, self->err);
    return false;
}

static SK_COLD bool refuse(const struct run *self, const struct sk_path *path,
                           const char *why)
{
    (void)sk_path_fail(self->err, "avro.resolve", path, "%s", why);
    return false;
}

static bool copy_number(const struct run *self, const struct sk_step *step)
{
    int32_t int32;
    int64_t int64;

    if (step->writer->type == SK_AVRO_INT) {
        if (!sk_avro_read_int(self->reader, &int32))
            return false;
        int64 = int32;
    } else if (!sk_avro_read_long(self->reader, &int64)) {
        return false;
    }
    sk_avro_write_long(self->out, int64);
    return true;
}

static bool copy_fixed(const struct run *self, size_t size)
{
    struct sk_bytes bytes;

    if (!sk_avro_read_fixed(self->reader, size, &bytes))
        return false;
    sk_buffer_append(self->out, bytes.data, bytes.size);
    return true;
}

static bool copy_value(const struct run *self, const struct sk_step *step)
{
    struct sk_bytes bytes;
    bool boolean;

    switch (step->writer->type) {
    case SK_AVRO_NULL:
        return true;
    case SK_AVRO_BOOLEAN:
        if (!sk_avro_read_boolean(self->reader, &boolean))
            return false;
        sk_avro_write_boolean(self->out, boolean);
        return true;
    case SK_AVRO_INT:
    case SK_AVRO_LONG:
        return copy_number(self, step);
    case SK_AVRO_FLOAT:
        return copy_fixed(self, 4);
    case SK_AVRO_DOUBLE:
        return copy_fixed(self, 8);
    case SK_AVRO_FIXED:
        return copy_fixed(self, step->writer->size);
    default:
        if (!sk_avro_read_bytes(self->reader, &bytes))
            return false;
        sk_avro_write_bytes(self->out, bytes.data, bytes.size);
        return true;
    }
}

static bool copy_text(const struct run *self)
{
    struct sk_text text;

    if (!sk_avro_read_string(self->reader, &text))
        return false;
    sk_avro_write_bytes(self->out, text.data, text.size);
    return true;
}

static bool promote_real(const struct run *self, const struct sk_step *step)
{
    int64_t whole;
    float single;
    bool from_float = step->writer->type == SK_AVRO_FLOAT;

    if (from_float ? !sk_avro_read_float(self->reader, &single)
                   : !sk_avro_read_long(self->reader, &whole))
        return false;
    if (step->reader->type == SK_AVRO_FLOAT)
        sk_avro_write_float(self->out, (float)whole);
    else
        sk_avro_write_double(self->out, from_float ? (double)single : (double)whole);
    return true;
}

static bool map_symbol(const struct run *self, const struct sk_step *step,
                       const struct sk_path *path)
{
    size_t symbol;

    if (!sk_avro_read_index(self->reader, step->writer->symbol_count, &symbol))
        return fail(self, path);
    if (step->symbols[symbol] < 0) {
        (void)sk_path_fail(self->err, "avro.resolve", path,
                           "the reader's %s has no symbol %s and no default",
                           step->reader->fullname, step->writer->symbols[symbol]);
        return false;
    }
    sk_avro_write_long(self->out, step->symbols[symbol]);
    return true;
}

static bool run_item(const struct run *self, const struct sk_step *step,
                     const struct sk_path *path, size_t index)
{
    struct sk_path item = sk_path_index(path, index);

    if (step->writer->type == SK_AVRO_MAP && !copy_text(self))
        return fail(self, &item);
    return run_step(self, step->inner, &item);
}

/* Puts the number of items before them, at `start`. */
static void insert_count(struct sk_buffer *out, size_t start, size_t count)
{
    size_t items = out->size - start;
    size_t width;

    sk_avro_write_long(out, (int64_t)count);
    width = out->size - start - items;
    uint8_t number[10];
    memcpy(number, out->data + start + items, width);
    memmove(out->data + start + width, out->data + start, items);
    memcpy(out->data + start, number, width);
}

/* The writer's blocks become one: its count is known only at the end, unless there is a
 * single block, which nearly all writers make. */
static bool run_items(const struct run *self, const struct sk_step *step,
                      const struct sk_path *path)
{
    size_t start = self->out->size;
    size_t index = 0;
    size_t count;

    for (;;) {
        if (!sk_avro_read_block(self->reader, &count))
            return fail(self, path);
        if (count == 0)
            break;
        for (size_t end = index + count; index < end; index++) {
            if (!run_item(self, step, path, index))
                return false;
        }
    }
    if (index > 0)
        insert_count(self->out, start, index);
    sk_avro_write_long(self->out, 0);
    return true;
}

/* Writes the defaults of the fields from `from` to before `to`. */
static void write_fallbacks(const struct run *self, const struct sk_step_record *record,
                            size_t from, size_t to)
{
    for (; from < to; from++)
        sk_buffer_append(self->out, record->fallbacks[from].data,
                         record->fallbacks[from].size);
}

static bool run_move(const struct run *self, const struct sk_step *step, size_t i,
                     const struct sk_path *path)
{
    const struct sk_schema_field *field = &step->writer->fields[i];
    const struct sk_step *inner = step->record->moves[i].step;
    struct sk_path place = sk_path_field(path, field->name);

    if (inner)
        return run_step(self, inner, &place);
    return sk_avro_skip(field->type, self->reader, &place, self->err) == SK_OK;
}

static bool run_in_order(const struct run *self, const struct sk_step *step,
                         const struct sk_path *path)
{
    const struct sk_step_record *record = step->record;
    size_t next = 0;

    for (size_t i = 0; i < step->writer->field_count; i++) {
        if (record->moves[i].step) {
            write_fallbacks(self, record, next, record->moves[i].reader_field);
            next = record->moves[i].reader_field + 1;
        }
        if (!run_move(self, step, i, path))
            return false;
    }
    write_fallbacks(self, record, next, step->reader->field_count);
    return true;
}

/* Fields are written as they come, then put in the reader's order. */
static bool run_reordered(const struct run *self, const struct sk_step *step,
                          const struct sk_path *path)
{
    const struct sk_step_record *record = step->record;
    sk_auto_free struct sk_bytes *parts =
        sk_alloc_zeroed(step->reader->field_count * sizeof(*parts));
    sk_buffer_auto written = {0};
    struct run aside = *self;
    size_t at = 0;

    aside.out = &written;
    aside.size_max = self->size_max - self->out->size;
    for (size_t i = 0; i < step->writer->field_count; i++) {
        size_t before = written.size;
        if (!run_move(&aside, step, i, path))
            return false;
        if (record->moves[i].step)
            parts[record->moves[i].reader_field].size = written.size - before;
    }
    for (size_t i = 0; i < step->writer->field_count; i++) {
        if (record->moves[i].step) {
            parts[record->moves[i].reader_field].data =
                sk_buffer_bytes(&written).data + at;
            at += parts[record->moves[i].reader_field].size;
        }
    }
    for (size_t i = 0; i < step->reader->field_count; i++) {
        struct sk_bytes part =
            record->fallbacks[i].data ? record->fallbacks[i] : parts[i];
        sk_buffer_append(self->out, part.data, part.size);
    }
    return true;
}

/* The step for the value itself, past the unions around it; NULL after a failure. */
static const struct sk_step *past_unions(const struct run *self,
                                         const struct sk_step *step,
                                         const struct sk_path *path)
{
    size_t branch;

    while (step->kind == SK_STEP_BRANCH || step->kind == SK_STEP_CHOICE) {
        if (step->kind == SK_STEP_BRANCH) {
            sk_avro_write_long(self->out, (int64_t)step->index);
            step = step->inner;
            continue;
        }
        if (!sk_avro_read_index(self->reader, step->writer->branch_count, &branch)) {
            fail(self, path);
            return NULL;
        }
        step = step->branches[branch];
    }
    return step;
}

static bool dispatch(const struct run *self, const struct sk_step *step,
                     const struct sk_path *path)
{
    switch (step->kind) {
    case SK_STEP_COPY:
        return copy_value(self, step) || fail(self, path);
    case SK_STEP_TEXT:
        return copy_text(self) || fail(self, path);
    case SK_STEP_REAL:
        return promote_real(self, step) || fail(self, path);
    case SK_STEP_ENUM:
        return map_symbol(self, step, path);
    case SK_STEP_ARRAY:
        return run_items(self, step, path);
    case SK_STEP_RECORD:
        return step->record->in_order ? run_in_order(self, step, path)
                                      : run_reordered(self, step, path);
    case SK_STEP_FAILURE:
        return refuse(self, path, step->failure);
    case SK_STEP_BRANCH:
    case SK_STEP_CHOICE:
        break; /* no value of their own: run_step */
    }
    return false;
}

static bool run_step(const struct run *self, const struct sk_step *step,
                     const struct sk_path *path)
{
    bool good;

    step = past_unions(self, step, path);
    if (!step)
        return false;
    if (!sk_avro_enter(self->reader))
        return fail(self, path);
    if (self->out->size > self->size_max)
        return refuse(self, path, "the value becomes larger than 16 MiB");
    good = dispatch(self, step, path);
    sk_avro_leave(self->reader);
    return good;
}

enum sk_verdict sk_resolver_run(const struct sk_resolver *resolver, struct sk_bytes data,
                                struct sk_buffer *out, struct sk_error *err)
{
    struct sk_avro_reader reader;
    size_t start = out->size;

    sk_avro_reader_init(&reader, data);
    if (run_step(&(struct run){&reader, out, start + SK_AVRO_BYTES_MAX, err},
                 resolver->root, NULL) &&
        sk_avro_end(&reader, err) == SK_OK)
        return SK_OK;
    out->size = start;
    return SK_REJECT;
}

enum sk_verdict sk_resolver_new(struct sk_schema_document *writer,
                                struct sk_schema_document *reader,
                                struct sk_resolver **ret_resolver, struct sk_error *err)
{
    struct sk_resolver *resolver = sk_alloc_zeroed(sizeof(*resolver));
    enum sk_verdict verdict;

    resolver->writer = sk_schema_document_ref(writer);
    resolver->reader = sk_schema_document_ref(reader);
    verdict = sk_resolver_compile(resolver, err);
    if (verdict == SK_OK)
        *ret_resolver = resolver;
    else
        sk_resolver_free(resolver);
    return verdict;
}

void sk_resolver_free(struct sk_resolver *resolver)
{
    if (!resolver)
        return;
    sk_arena_fini(&resolver->arena);
    sk_schema_document_unref(resolver->writer);
    sk_schema_document_unref(resolver->reader);
    free(resolver);
}

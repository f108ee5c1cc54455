/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel-codegen - makes C of all schemas: `schakel-codegen FOLDER FILE.avsc...` writes
 * FOLDER/<topic>.{h,c} for each file and FOLDER/gedeeld.{h,c} for what files share,
 * and FOLDER/alle.{h,c}, the list of all.
 *
 * Build-time only. A file whose contents stay the same keeps its time stamp, so that a
 * change of one schema compiles one schema.
 */
#include <stdio.h>
#include <string.h>

#include "avro/codegen/emit.h"
#include "avro/codegen/layout.h"
#include "base/alloc.h"
#include "base/file.h"

typedef void emit_file(const struct emit_unit *unit, struct sk_buffer *out);

static enum sk_verdict write_file(const char *folder, const char *name,
                                  const struct emit_unit *unit, emit_file *emit,
                                  struct sk_error *err)
{
    sk_buffer_auto text = {0}, old = {0};
    sk_auto_free char *path = sk_strf("%s/%s", folder, name);
    struct sk_error ignored;

    emit(unit, &text);
    if (sk_file_read(path, (size_t)1 << 26, &old, &ignored) == SK_OK &&
        old.size == text.size && memcmp(old.data, text.data, text.size) == 0)
        return SK_OK;
    return sk_file_replace(path, text.data, text.size, err);
}

static enum sk_verdict write_unit(const char *folder, const struct emit_unit *unit,
                                  struct sk_error *err)
{
    sk_auto_free char *header = sk_strf("%s.h", emit_name(unit));
    sk_auto_free char *source = sk_strf("%s.c", emit_name(unit));

    SK_TRY(write_file(folder, header, unit, emit_header, err));
    return write_file(folder, source, unit, emit_source, err);
}

static enum sk_verdict write_all(const struct layout *layout, const char *folder,
                                 struct sk_error *err)
{
    struct emit_unit unit = {.layout = layout};

    SK_TRY(sk_folder_make(folder, err));
    SK_TRY(write_unit(folder, &unit, err));
    SK_TRY(write_file(folder, "gedeeld_codec.h", &unit, emit_shared_codec_header, err));
    SK_TRY(write_file(folder, "alle.h", &unit, emit_list_header, err));
    SK_TRY(write_file(folder, "alle.c", &unit, emit_list_source, err));
    for (unit.event = layout->events; unit.event; unit.event = unit.event->next)
        SK_TRY(write_unit(folder, &unit, err));
    return SK_OK;
}

int main(int argc, char **argv)
{
    sk_arena_auto arena = {0};
    struct layout layout;
    struct sk_error err = {0};
    enum sk_verdict verdict = SK_OK;

    if (argc < 3) {
        fprintf(stderr, "usage: schakel-codegen FOLDER FILE.avsc...\n");
        return 2;
    }
    layout_init(&layout, &arena);
    for (int i = 2; i < argc && verdict == SK_OK; i++)
        verdict = layout_add(&layout, argv[i], &err);
    if (verdict == SK_OK)
        verdict = layout_check(&layout, &err);
    if (verdict == SK_OK)
        verdict = write_all(&layout, argv[1], &err);
    if (verdict != SK_OK)
        fprintf(stderr, "schakel-codegen: %s: %s\n", err.id, err.text);
    return verdict == SK_OK ? 0 : 1;
}

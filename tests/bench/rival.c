/* SPDX-License-Identifier: Apache-2.0 */
#include "rival.h"

#include <avro.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rival {
    avro_schema_t schema;
    avro_value_iface_t *class;
    const struct rival_bytes *events;
    size_t count;
    avro_value_t *values;
    char memory[65536];
};

static void check(int result)
{
    if (result == 0)
        return;
    fprintf(stderr, "avro-c: %s\n", avro_strerror());
    exit(1);
}

struct rival *rival_new(const char *schema, const struct rival_bytes *events,
                        size_t count)
{
    struct rival *rival = calloc(1, sizeof(*rival));

    if (!rival || !(rival->values = calloc(count, sizeof(*rival->values))))
        exit(1);
    rival->events = events;
    rival->count = count;
    check(avro_schema_from_json_length(schema, strlen(schema), &rival->schema));
    rival->class = avro_generic_class_from_schema(rival->schema);
    for (size_t i = 0; i < count; i++) {
        avro_reader_t reader =
            avro_reader_memory((const char *)events[i].data, (int64_t)events[i].size);
        check(avro_generic_value_new(rival->class, &rival->values[i]));
        check(avro_value_read(reader, &rival->values[i]));
        avro_reader_free(reader);
    }
    return rival;
}

void rival_free(struct rival *rival)
{
    for (size_t i = 0; i < rival->count; i++)
        avro_value_decref(&rival->values[i]);
    avro_value_iface_decref(rival->class);
    avro_schema_decref(rival->schema);
    free(rival->values);
    free(rival);
}

void rival_encode(struct rival *rival, size_t times)
{
    avro_writer_t writer = avro_writer_memory(rival->memory, sizeof(rival->memory));

    for (size_t i = 0; i < times; i++) {
        avro_writer_reset(writer);
        check(avro_value_write(writer, &rival->values[i % rival->count]));
    }
    avro_writer_free(writer);
}

void rival_decode(struct rival *rival, size_t times)
{
    avro_value_t value;
    avro_reader_t reader = avro_reader_memory(NULL, 0);

    check(avro_generic_value_new(rival->class, &value));
    for (size_t i = 0; i < times; i++) {
        struct rival_bytes event = rival->events[i % rival->count];

        avro_reader_memory_set_source(reader, (const char *)event.data,
                                      (int64_t)event.size);
        avro_value_reset(&value);
        check(avro_value_read(reader, &value));
    }
    avro_value_decref(&value);
    avro_reader_free(reader);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* avro-c keeps its error text in a static buffer that the next call overwrites. */
#include "recode.h"

#include <avro.h>
#include <stdlib.h>

struct recode {
    avro_schema_t schema;
    avro_value_iface_t *class;
    avro_value_t value;
    char *bytes;
};

struct recode *recode_new(const char *schema, size_t size, const char **problem)
{
    struct recode *recode = calloc(1, sizeof(*recode));

    if (!recode || avro_schema_from_json_length(schema, size, &recode->schema) != 0) {
        *problem = avro_strerror();
        free(recode);
        return NULL;
    }
    recode->class = avro_generic_class_from_schema(recode->schema);
    avro_generic_value_new(recode->class, &recode->value);
    return recode;
}

void recode_free(struct recode *recode)
{
    avro_value_decref(&recode->value);
    avro_value_iface_decref(recode->class);
    avro_schema_decref(recode->schema);
    free(recode->bytes);
    free(recode);
}

const void *recode_run(struct recode *recode, const void *data, size_t size,
                       size_t *ret_size, const char **problem)
{
    avro_reader_t reader = avro_reader_memory(data, (int64_t)size);
    int failed = avro_value_reset(&recode->value) ||
                 avro_value_read(reader, &recode->value) ||
                 avro_value_sizeof(&recode->value, ret_size);

    avro_reader_free(reader);
    if (failed) {
        *problem = avro_strerror();
        return NULL;
    }
    free(recode->bytes);
    recode->bytes = malloc(*ret_size + 1);
    avro_writer_t writer = avro_writer_memory(recode->bytes, (int64_t)*ret_size + 1);
    failed = avro_value_write(writer, &recode->value);
    avro_writer_free(writer);
    *problem = avro_strerror();
    return failed ? NULL : recode->bytes;
}

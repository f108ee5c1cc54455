/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_TYPE_H
#define SK_AVRO_TYPE_H

enum sk_avro_type {
    SK_AVRO_NULL,
    SK_AVRO_BOOLEAN,
    SK_AVRO_INT,
    SK_AVRO_LONG,
    SK_AVRO_FLOAT,
    SK_AVRO_DOUBLE,
    SK_AVRO_BYTES,
    SK_AVRO_STRING,
    SK_AVRO_RECORD,
    SK_AVRO_ENUM,
    SK_AVRO_FIXED,
    SK_AVRO_ARRAY,
    SK_AVRO_MAP,
    SK_AVRO_UNION,
};

/* Unknown and ill-fitting logical types are ignored, as Avro asks. */
enum sk_avro_logical {
    SK_AVRO_PLAIN,
    SK_AVRO_DECIMAL, /* bytes or fixed */
    SK_AVRO_UUID,    /* string or fixed(16) */
    SK_AVRO_DATE,    /* int */
    SK_AVRO_TIME_MILLIS,
    SK_AVRO_TIME_MICROS,
    SK_AVRO_TIMESTAMP_MILLIS,
    SK_AVRO_TIMESTAMP_MICROS,
    SK_AVRO_TIMESTAMP_NANOS,
    SK_AVRO_LOCAL_TIMESTAMP_MILLIS,
    SK_AVRO_LOCAL_TIMESTAMP_MICROS,
    SK_AVRO_LOCAL_TIMESTAMP_NANOS,
    SK_AVRO_DURATION, /* fixed(12) */
};

/* "int", "record", … */
const char *sk_avro_type_name(enum sk_avro_type type);

#endif

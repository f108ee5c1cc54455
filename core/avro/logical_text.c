/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All times are a number of parts of a second since an origin: `digits` says how small
 * the parts are, and the rest is base/clock on whole seconds.
 */
#include "avro/logical_text.h"

#include "base/clock.h"

static const int64_t first_second = -62167219200; /* 0000-01-01T00:00:00Z */
static const int64_t last_second = 253402300799;  /* 9999-12-31T23:59:59Z */
static const int64_t seconds_a_day = 86400;

static const struct unit {
    int digits;
    enum { UNIT_OF_DAY, UNIT_OF_TIME, UNIT_OF_LOCAL_TIME } kind;
} units[] = {
    [SK_AVRO_TIME_MILLIS] = {3, UNIT_OF_DAY},
    [SK_AVRO_TIME_MICROS] = {6, UNIT_OF_DAY},
    [SK_AVRO_TIMESTAMP_MILLIS] = {3, UNIT_OF_TIME},
    [SK_AVRO_TIMESTAMP_MICROS] = {6, UNIT_OF_TIME},
    [SK_AVRO_TIMESTAMP_NANOS] = {9, UNIT_OF_TIME},
    [SK_AVRO_LOCAL_TIMESTAMP_MILLIS] = {3, UNIT_OF_LOCAL_TIME},
    [SK_AVRO_LOCAL_TIMESTAMP_MICROS] = {6, UNIT_OF_LOCAL_TIME},
    [SK_AVRO_LOCAL_TIMESTAMP_NANOS] = {9, UNIT_OF_LOCAL_TIME},
};

static int64_t parts_of_second(int digits)
{
    return digits == 3 ? 1000 : digits == 6 ? 1000000 : 1000000000;
}

static bool date_format(int64_t days, struct sk_buffer *out)
{
    char date[SK_DATE_SIZE];

    if (days * seconds_a_day < first_second || days * seconds_a_day > last_second)
        return false;
    sk_buffer_append_text(out, sk_text(sk_date_format((int32_t)days, date)));
    return true;
}

bool sk_logical_number_format(enum sk_avro_logical logical, int64_t value,
                              struct sk_buffer *out)
{
    if (logical == SK_AVRO_DATE)
        return date_format(value, out);

    struct unit unit = units[logical];
    int64_t parts = parts_of_second(unit.digits);
    int64_t second = value / parts - (value % parts < 0);
    char text[SK_INSTANT_SIZE];

    if (second < first_second || second > last_second ||
        (unit.kind == UNIT_OF_DAY && (value < 0 || second >= seconds_a_day)))
        return false;
    sk_instant_format(second * 1000, text);
    const char *start = unit.kind == UNIT_OF_DAY ? text + 11 : text;
    sk_buffer_printf(out, "%.*s.%0*lld%s", (int)(text + 19 - start), start, unit.digits,
                     (long long)(value - second * parts),
                     unit.kind == UNIT_OF_TIME ? "Z" : "");
    return true;
}

/* Cuts ".123" out of the text, so that whole seconds are left, and reads it as parts of
 * `digits` digits; finer ones are dropped. The rest is written to `whole`. */
static bool cut_fraction(struct sk_text text, int digits, char whole[40],
                         int64_t *ret_fraction)
{
    const char *point = memchr(text.data, '.', text.size);
    size_t head = point ? (size_t)(point - text.data) : text.size;
    size_t at = point ? head + 1 : head;
    int64_t fraction = 0;
    int seen = 0;

    for (; at < text.size && text.data[at] >= '0' && text.data[at] <= '9'; at++) {
        if (seen++ < digits)
            fraction = fraction * 10 + (text.data[at] - '0');
    }
    if ((point && seen == 0) || head + (text.size - at) >= 38)
        return false;
    for (; seen < digits; seen++)
        fraction *= 10;
    memcpy(whole, text.data, head);
    memcpy(whole + head, text.data + at, text.size - at);
    whole[head + (text.size - at)] = '\0';
    *ret_fraction = fraction;
    return true;
}

bool sk_logical_number_parse(enum sk_avro_logical logical, struct sk_text text,
                             int64_t *ret_value)
{
    struct unit unit = units[logical];
    char whole[40], full[64];
    int64_t fraction, instant_ms, value;
    int32_t days;

    if (logical == SK_AVRO_DATE) {
        if (!sk_date_parse(text, &days))
            return false;
        *ret_value = days;
        return true;
    }
    if (!cut_fraction(text, unit.digits, whole, &fraction))
        return false;
    size_t size = strlen(whole);
    if ((unit.kind == UNIT_OF_DAY && size != 8) ||
        (unit.kind == UNIT_OF_LOCAL_TIME && size != 19))
        return false;
    snprintf(full, sizeof(full), "%s%s%s", unit.kind == UNIT_OF_DAY ? "1970-01-01T" : "",
             whole, unit.kind == UNIT_OF_TIME ? "" : "Z");
    if (!sk_instant_parse(sk_text(full), &instant_ms) ||
        __builtin_mul_overflow(instant_ms / 1000, parts_of_second(unit.digits), &value) ||
        __builtin_add_overflow(value, fraction, ret_value))
        return false;
    return true;
}

/* The magnitude in `digits`, most significant first; returns where it begins. */
static void negate(uint8_t *bytes, size_t size)
{
    unsigned carry = 1;

    for (size_t i = size; i-- > 0;) {
        carry += (uint8_t)~bytes[i];
        bytes[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

/* Divides the number by ten and returns the remainder. */
static unsigned divide_by_ten(uint8_t *bytes, size_t size)
{
    unsigned rest = 0;

    for (size_t i = 0; i < size; i++) {
        rest = rest << 8 | bytes[i];
        bytes[i] = (uint8_t)(rest / 10);
        rest %= 10;
    }
    return rest;
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
    return size == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0);
}

bool sk_decimal_format(struct sk_bytes value, int scale, struct sk_buffer *out)
{
    uint8_t bytes[SK_DECIMAL_BYTES_MAX];
    char digits[SK_DECIMAL_BYTES_MAX * 5 / 2]; /* log10(256) < 2.5 */
    size_t start = sizeof(digits);
    bool negative = value.size > 0 && (value.data[0] & 0x80);

    if (value.size > sizeof(bytes) || scale > (int)sizeof(digits) - 2)
        return false;
    memcpy(bytes, value.data, value.size);
    if (negative)
        negate(bytes, value.size);
    while (!is_zero(bytes, value.size) || sizeof(digits) - start <= (size_t)scale)
        digits[--start] = (char)('0' + divide_by_ten(bytes, value.size));
    size_t whole = sizeof(digits) - start - (size_t)scale;
    sk_buffer_printf(out, "%s%.*s%s%.*s", negative ? "-" : "", (int)whole, digits + start,
                     scale ? "." : "", scale, digits + start + whole);
    return true;
}

/* Appends a decimal digit to the number; false when it grows too large. */
static bool multiply_and_add(uint8_t *bytes, size_t size, unsigned digit)
{
    unsigned carry = digit;

    for (size_t i = size; i-- > 0;) {
        carry += bytes[i] * 10u;
        bytes[i] = (uint8_t)carry;
        carry >>= 8;
    }
    return carry == 0 && bytes[0] < 0x80;
}

/* The unscaled number in `bytes`. Zeros past the scale may be cut, other digits not. */
static bool decimal_digits(struct sk_text text, const struct sk_schema *schema,
                           uint8_t bytes[SK_DECIMAL_BYTES_MAX])
{
    int after_point = -1, digits = 0;

    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '.' && after_point < 0 && i > 0) {
            after_point = 0;
            continue;
        }
        if (c < '0' || c > '9' || (after_point == schema->scale && c != '0'))
            return false;
        if (after_point == schema->scale)
            continue;
        if (after_point >= 0)
            after_point++;
        digits += digits > 0 || c != '0';
        if (!multiply_and_add(bytes, SK_DECIMAL_BYTES_MAX, (unsigned)(c - '0')))
            return false;
    }
    for (int i = after_point < 0 ? 0 : after_point; i < schema->scale; i++) {
        digits += digits > 0;
        if (!multiply_and_add(bytes, SK_DECIMAL_BYTES_MAX, 0))
            return false;
    }
    return text.size > 0 && digits <= schema->precision;
}

bool sk_decimal_parse(struct sk_text text, const struct sk_schema *schema,
                      struct sk_buffer *out)
{
    uint8_t bytes[SK_DECIMAL_BYTES_MAX] = {0};
    bool negative = text.size > 0 && text.data[0] == '-';
    size_t start = 0;

    if (negative)
        text = (struct sk_text){text.data + 1, text.size - 1};
    if (!decimal_digits(text, schema, bytes))
        return false;
    if (negative)
        negate(bytes, sizeof(bytes));
    uint8_t sign = bytes[0] & 0x80 ? 0xFF : 0;
    while (start + 1 < sizeof(bytes) && bytes[start] == sign &&
           ((bytes[start + 1] ^ sign) & 0x80) == 0)
        start++;
    size_t size = sizeof(bytes) - start;
    if (schema->type == SK_AVRO_FIXED) {
        if (schema->size < size)
            return false;
        for (size_t i = size; i < schema->size; i++)
            sk_buffer_append_byte(out, sign);
    }
    sk_buffer_append(out, bytes + start, size);
    return true;
}

void sk_uuid_bytes_format(struct sk_bytes value, struct sk_buffer *out)
{
    for (size_t i = 0; i < value.size; i++)
        sk_buffer_printf(out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
                         value.data[i]);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool sk_uuid_bytes_parse(struct sk_text text, struct sk_buffer *out)
{
    uint8_t bytes[16];
    size_t at = 0;

    if (text.size != 36)
        return false;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        if ((at == 8 || at == 13 || at == 18 || at == 23) && text.data[at++] != '-')
            return false;
        int high = hex_digit(text.data[at]), low = hex_digit(text.data[at + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = (uint8_t)(high << 4 | low);
        at += 2;
    }
    sk_buffer_append(out, bytes, sizeof(bytes));
    return true;
}

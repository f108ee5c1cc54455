/* SPDX-License-Identifier: Apache-2.0 */
#include "odbc/parameter.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "odbc/utf16.h"

enum { SHORT_TEXT = 4000, KEPT = 256 * 1024 }; /* characters of a VARCHAR anywhere */

void parameters_clear(struct parameters *parameters)
{
    parameters->count = 0;
    parameters->bytes.size = 0;
    if (parameters->bytes.capacity > KEPT)
        sk_buffer_fini(&parameters->bytes);
}

void parameters_fini(struct parameters *parameters)
{
    sk_buffer_fini(&parameters->bytes);
    free(parameters->items);
}

static struct parameter *next_item(struct parameters *parameters)
{
    parameters->items = sk_grow(parameters->items, &parameters->capacity,
                                parameters->count + 1, sizeof(*parameters->items));
    return &parameters->items[parameters->count++];
}

void parameters_add_number(struct parameters *parameters, int32_t value)
{
    *next_item(parameters) = (struct parameter){.number = value, .is_number = true};
}

void parameters_add(struct parameters *parameters, bool wide, struct sk_text value)
{
    static const uint16_t end = 0;
    size_t at = parameters->bytes.size;

    if (wide)
        sk_utf16_from(value, &parameters->bytes);
    else
        sk_buffer_append_text(&parameters->bytes, value);
    size_t size = parameters->bytes.size - at;
    sk_buffer_append(&parameters->bytes, &end, sizeof(end));
    if (parameters->bytes.size % sizeof(end)) /* wide ones are aligned */
        sk_buffer_append_byte(&parameters->bytes, 0);
    *next_item(parameters) =
        (struct parameter){.at = at,
                           .size = size,
                           .length = value.data ? (SQLLEN)size : (SQLLEN)SQL_NULL_DATA};
}

static SQLRETURN bind(struct parameters *parameters, struct parameter *item, bool wide,
                      SQLHSTMT statement)
{
    SQLUSMALLINT number = (SQLUSMALLINT)(item - parameters->items + 1);
    size_t characters = wide ? item->size / sizeof(SQLWCHAR) : item->size;
    bool is_long = characters > SHORT_TEXT;
    SQLSMALLINT type = wide ? (is_long ? SQL_WLONGVARCHAR : SQL_WVARCHAR)
                            : (is_long ? SQL_LONGVARCHAR : SQL_VARCHAR);

    if (item->is_number)
        return SQLBindParameter(statement, number, SQL_PARAM_INPUT, SQL_C_SLONG,
                                SQL_INTEGER, 10, 0, &item->number, 0, &item->length);
    return SQLBindParameter(
        statement, number, SQL_PARAM_INPUT, wide ? SQL_C_WCHAR : SQL_C_CHAR, type,
        characters ? characters : 1, 0, parameters->bytes.data + item->at,
        (SQLLEN)item->size, &item->length);
}

bool parameters_bind(struct parameters *parameters, bool wide, SQLHSTMT statement)
{
    for (size_t i = 0; i < parameters->count; i++)
        if (!SQL_SUCCEEDED(bind(parameters, &parameters->items[i], wide, statement)))
            return false;
    return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

static const char *process_name = "schakel";
static enum sk_log_level threshold = SK_LOG_INFO;

struct line {
    char text[1024];
    size_t size;
};

void sk_log_setup(const char *process, enum sk_log_level level)
{
    process_name = process;
    threshold = level;
}

/* Keeps room for the newline; what does not fit is dropped. */
static void add(struct line *line, const char *data, size_t size)
{
    size_t room = sizeof(line->text) - 1 - line->size;

    if (size > room)
        size = room;
    memcpy(line->text + line->size, data, size);
    line->size += size;
}

static bool needs_quotes(struct sk_text text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] <= ' ' || text.data[i] == '"' ||
            text.data[i] == '=')
            return true;
    return text.size == 0;
}

static void add_value(struct line *line, struct sk_text text)
{
    if (!needs_quotes(text)) {
        add(line, text.data, text.size);
        return;
    }
    add(line, "\"", 1);
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c < ' ' || c == 0x7F)
            add(line, " ", 1);
        else if (c == '"' || c == '\\')
            add(line, (const char[]){'\\', (char)c}, 2);
        else
            add(line, &text.data[i], 1);
    }
    add(line, "\"", 1);
}

static void add_field(struct line *line, const struct sk_log_field *field)
{
    char number[24];

    add(line, " ", 1);
    add(line, field->name, strlen(field->name));
    add(line, "=", 1);
    if (field->kind == SK_LOG_TEXT) {
        add_value(line, field->text);
        return;
    }
    int size = snprintf(number, sizeof(number), "%" PRId64, field->number);
    add(line, number, (size_t)size);
}

void sk_log_write(enum sk_log_level level, const char *id,
                  const struct sk_log_field *fields)
{
    static const char *const levels[] = {"error", "warn", "info", "debug"};
    char now[SK_INSTANT_SIZE];
    struct line line = {.size = 0};

    if (level > threshold)
        return;
    add(&line, "time=", 5);
    add(&line, sk_instant_format(sk_clock_now_ms(), now), SK_INSTANT_SIZE - 1);
    add_field(&line, &SK_STR("level", levels[level]));
    add_field(&line, &SK_STR("process", process_name));
    add_field(&line, &SK_STR("id", id));
    for (; fields->name; fields++)
        add_field(&line, fields);
    line.text[line.size++] = '\n';
    if (write(STDERR_FILENO, line.text, line.size) < 0)
        return; /* nowhere left to say it */
}

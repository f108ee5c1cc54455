/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of a trace as a table and as JSON. */
#include <stdio.h>

#include "base/clock.h"
#include "base/json_write.h"
#include "cli/table.h"
#include "cli/trace.h"

static const char *const state_names[] = {
    [SK_TRACE_DONE] = "goed",     [SK_TRACE_PERSON] = "mens",
    [SK_TRACE_WAITING] = "wacht", [SK_TRACE_PARKED] = "geparkeerd",
    [SK_TRACE_DEAD] = "dood",     [SK_TRACE_MISSING] = "ontbreekt",
};

static const enum sk_tone tones[] = {
    [SK_TRACE_DONE] = SK_TONE_GOOD,    [SK_TRACE_PERSON] = SK_TONE_CARE,
    [SK_TRACE_WAITING] = SK_TONE_CARE, [SK_TRACE_PARKED] = SK_TONE_CARE,
    [SK_TRACE_DEAD] = SK_TONE_BAD,     [SK_TRACE_MISSING] = SK_TONE_BAD,
};

static struct sk_text shown_time(struct sk_arena *arena, const struct sk_trace_step *step)
{
    char time[SK_INSTANT_SIZE];

    if (step->time_ms == 0)
        return SK_TEXT("-");
    return sk_arena_printf(arena, "%s%s", step->latest_time ? "≤ " : "",
                           sk_instant_format(step->time_ms, time));
}

void sk_trace_print_table(const struct sk_trace *trace)
{
    sk_table_auto table;

    sk_table_init(&table,
                  (const char *const[]){">tijd", "stap", "wie", "toestand", "wat", NULL});
    for (size_t i = 0; i < trace->count; i++) {
        const struct sk_trace_step *step = &trace->steps[i];
        sk_table_add(&table, shown_time(&table.arena, step));
        sk_table_add(&table, sk_text(step->stage));
        sk_table_add(&table, step->who);
        sk_table_add_toned(&table, sk_text(state_names[step->state]), tones[step->state]);
        sk_table_add(&table, step->text);
    }
    sk_table_print(&table);
}

static void put_step(struct sk_buffer *out, const struct sk_trace_step *step)
{
    char time[SK_INSTANT_SIZE];

    sk_buffer_append_byte(out, '{');
    sk_json_put_member(out, SK_TEXT("stap"), sk_text(step->stage));
    sk_json_put_member(out, SK_TEXT("wie"), step->who);
    sk_json_put_member(out, SK_TEXT("toestand"), sk_text(state_names[step->state]));
    sk_json_put_member(out, step->latest_time ? SK_TEXT("uiterlijk") : SK_TEXT("tijd"),
                       step->time_ms ? sk_text(sk_instant_format(step->time_ms, time))
                                     : (struct sk_text){0});
    sk_json_put_member(out, SK_TEXT("id"), step->id);
    sk_json_put_member(out, SK_TEXT("oorzaak"), step->cause);
    sk_json_put_member(out, SK_TEXT("spoor"), step->trace);
    sk_json_put_member(out, SK_TEXT("wat"), step->text);
    sk_buffer_append_byte(out, '}');
}

void sk_trace_print_json(const struct sk_trace *trace, struct sk_text name, bool well)
{
    sk_buffer_auto out = {0};

    sk_buffer_append_byte(&out, '{');
    sk_json_put_member(&out, SK_TEXT("onderwerp"), name);
    sk_json_put_name(&out, "goed", 4);
    sk_buffer_append_text(&out, well ? SK_TEXT("true") : SK_TEXT("false"));
    sk_json_put_name(&out, "stappen", 7);
    sk_buffer_append_byte(&out, '[');
    for (size_t i = 0; i < trace->count; i++) {
        if (i)
            sk_buffer_append_byte(&out, ',');
        put_step(&out, &trace->steps[i]);
    }
    sk_buffer_append_text(&out, SK_TEXT("]}\n"));
    fwrite(out.data, 1, out.size, stdout);
}

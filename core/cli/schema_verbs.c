/* SPDX-License-Identifier: Apache-2.0 */
/* schakel schema - the verbs about subjects, versions and settings. */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/schema.h"
#include "cli/table.h"

enum { LARGEST_SCHEMA = 1024 * 1024 };

/* "/subjects/a%2Fb/versions/3": the subject is escaped. */
static char *subject_path(const char *before, struct sk_text subject, const char *after)
{
    sk_buffer_auto path = {0};

    sk_buffer_append_text(&path, sk_text(before));
    sk_http_escape(subject, &path);
    sk_buffer_append_text(&path, sk_text(after));
    return sk_strdup(sk_buffer_string(&path));
}

static void print_json(const json_t *value)
{
    sk_auto_free char *text = json_dumps(value, JSON_INDENT(2) | JSON_ENCODE_ANY);

    puts(text ? text : "");
}

static enum sk_verdict read_schema(struct schema_call *call, size_t index,
                                   char **ret_body, struct sk_error *err)
{
    sk_buffer_auto text = {0};
    struct sk_text path;

    SK_TRY(schema_argument(call, index, "the schema's file", &path, err));
    SK_TRY(sk_file_read(path.data, LARGEST_SCHEMA, &text, err));
    json_auto_t *body =
        json_pack("{so}", "schema", sk_json_from_text(sk_buffer_text(&text)));
    if (!body)
        return sk_fail(err, SK_REJECT, "schema.file", "%s is no UTF-8", path.data);
    *ret_body = json_dumps(body, JSON_COMPACT);
    return SK_OK;
}

static struct sk_bytes bytes(const char *text)
{
    return (struct sk_bytes){(const uint8_t *)text, strlen(text)};
}

static enum sk_verdict add_subject(struct schema_call *call, struct sk_table *table,
                                   const char *subject, struct sk_error *err)
{
    sk_auto_free char *path =
        subject_path("/subjects/", sk_text(subject), "/versions/latest");
    json_auto_t *version = NULL;

    SK_TRY(schema_ask_json(call, "GET", path, (struct sk_bytes){0}, &version, err));
    sk_table_add(table, sk_text(subject));
    sk_table_add_number(table, json_integer_value(json_object_get(version, "version")));
    sk_table_add_number(table, json_integer_value(json_object_get(version, "id")));
    return SK_OK;
}

enum sk_verdict schema_list(struct schema_call *call, struct sk_error *err)
{
    json_auto_t *subjects = NULL;
    sk_table_auto table;
    const json_t *subject;
    size_t i;

    sk_table_init(&table, (const char *const[]){"subject", ">versie", ">id", NULL});
    SK_TRY(
        schema_ask_json(call, "GET", "/subjects", (struct sk_bytes){0}, &subjects, err));
    json_array_foreach(subjects, i, subject)
        SK_TRY(add_subject(call, &table, json_string_value(subject), err));
    sk_table_show(&table, call->cli->json);
    return SK_OK;
}

/* The schema's JSON of a version, a new reference. */
static enum sk_verdict fetch(struct schema_call *call, const char *version,
                             json_t **ret_schema, struct sk_error *err)
{
    struct sk_text subject;

    SK_TRY(schema_argument(call, 0, "the subject", &subject, err));
    sk_auto_free char *after = sk_strf("/versions/%s/schema", version);
    sk_auto_free char *path = subject_path("/subjects/", subject, after);
    return schema_ask_json(call, "GET", path, (struct sk_bytes){0}, ret_schema, err);
}

enum sk_verdict schema_get(struct schema_call *call, struct sk_error *err)
{
    json_auto_t *schema = NULL;

    SK_TRY(fetch(call, call->options->version, &schema, err));
    print_json(schema);
    return SK_OK;
}

enum sk_verdict schema_register(struct schema_call *call, struct sk_error *err)
{
    json_auto_t *answer = NULL;
    sk_auto_free char *body = NULL;
    struct sk_text subject;

    SK_TRY(schema_argument(call, 0, "the subject", &subject, err));
    SK_TRY(read_schema(call, 1, &body, err));
    sk_auto_free char *path = subject_path("/subjects/", subject, "/versions");
    SK_TRY(schema_ask_json(call, "POST", path, bytes(body), &answer, err));
    printf("Geregistreerd: id %lld\n",
           (long long)json_integer_value(json_object_get(answer, "id")));
    return SK_OK;
}

enum sk_verdict schema_check(struct schema_call *call, struct sk_error *err)
{
    json_auto_t *answer = NULL;
    sk_auto_free char *body = NULL;
    struct sk_text subject;
    const json_t *message;
    size_t i;

    SK_TRY(schema_argument(call, 0, "the subject", &subject, err));
    SK_TRY(read_schema(call, 1, &body, err));
    sk_auto_free char *after =
        sk_strf("/versions/%s?verbose=true", call->options->version);
    sk_auto_free char *path = subject_path("/compatibility/subjects/", subject, after);
    SK_TRY(schema_ask_json(call, "POST", path, bytes(body), &answer, err));
    if (json_is_true(json_object_get(answer, "is_compatible"))) {
        puts("Verenigbaar.");
        return SK_OK;
    }
    puts("Niet verenigbaar:");
    json_array_foreach(json_object_get(answer, "messages"), i, message)
        printf("  %s\n", json_string_value(message));
    *call->ret_exit = SK_CLI_ATTENTION;
    return SK_OK;
}

enum sk_verdict schema_delete(struct schema_call *call, struct sk_error *err)
{
    json_auto_t *answer = NULL;
    struct sk_text subject;

    SK_TRY(schema_argument(call, 0, "the subject", &subject, err));
    const char *version = call->options->version;
    sk_auto_free char *after =
        sk_strf("%s%s%s", strcmp(version, "latest") == 0 ? "" : "/versions/",
                strcmp(version, "latest") == 0 ? "" : version,
                call->options->permanent ? "?permanent=true" : "");
    sk_auto_free char *path = subject_path("/subjects/", subject, after);
    SK_TRY(schema_ask_json(call, "DELETE", path, (struct sk_bytes){0}, &answer, err));
    sk_auto_free char *versions = json_dumps(answer, JSON_ENCODE_ANY);
    printf("Verwijderd%s: %s\n", call->options->permanent ? ", voorgoed" : "", versions);
    return SK_OK;
}

/* [SUBJECT [VALUE]]: shows, or sets; "-" is all subjects. */
static enum sk_verdict setting(struct schema_call *call, const char *root,
                               const char *member, struct sk_error *err)
{
    struct sk_text subject = sk_text(sk_settings_argument(call->cli->settings, 2));
    const char *value = sk_settings_argument(call->cli->settings, 3);
    bool all = !subject.data || sk_text_is(subject, "-");
    json_auto_t *answer = NULL;
    json_auto_t *sent = value ? json_pack("{ss}", member, value) : NULL;
    sk_auto_free char *body = sent ? json_dumps(sent, JSON_COMPACT) : NULL;
    sk_auto_free char *below = sk_strf("%s/", root);
    sk_auto_free char *path =
        all ? sk_strdup(root)
            : subject_path(below, subject, value ? "" : "?defaultToGlobal=true");

    SK_TRY(schema_ask_json(call, value ? "PUT" : "GET", path,
                           value ? bytes(body) : (struct sk_bytes){0}, &answer, err));
    print_json(answer);
    return SK_OK;
}

enum sk_verdict schema_mode(struct schema_call *call, struct sk_error *err)
{
    return setting(call, "/mode", "mode", err);
}

enum sk_verdict schema_config(struct schema_call *call, struct sk_error *err)
{
    return setting(call, "/config", "compatibility", err);
}

/* Lines of the one that are not in the other, in their order. */
static bool print_missing(char sign, const char *text, const char *other)
{
    struct sk_text rest = sk_text(text);
    bool any = false;

    while (rest.data) {
        struct sk_text line = sk_text_split(&rest, '\n');
        struct sk_text lines = sk_text(other);
        bool found = false;
        while (lines.data && !found)
            found = sk_text_equal(sk_text_split(&lines, '\n'), line);
        if (!found)
            printf("%c %.*s\n", sign, SK_TEXT_ARG(line));
        any |= !found;
    }
    return any;
}

/* Each field on one line, so that a line is what differs. */
static char *one_field_a_line(const json_t *schema)
{
    sk_buffer_auto text = {0};
    const json_t *fields = json_object_get(schema, "fields");
    const json_t *field;
    size_t i;

    if (!fields)
        return json_dumps(schema, JSON_ENCODE_ANY);
    json_auto_t *head = json_copy((json_t *)(uintptr_t)schema);
    json_object_del(head, "fields");
    sk_auto_free char *first = json_dumps(head, 0);
    sk_buffer_append_text(&text, sk_text(first));
    json_array_foreach(fields, i, field)
    {
        sk_auto_free char *line = json_dumps(field, 0);
        sk_buffer_printf(&text, "\n  %s", line);
    }
    return sk_strdup(sk_buffer_string(&text));
}

enum sk_verdict schema_diff(struct schema_call *call, struct sk_error *err)
{
    const char *with = call->options->reference ? call->options->reference : "latest";
    json_auto_t *from = NULL;
    json_auto_t *to = NULL;

    SK_TRY(fetch(call, call->options->version, &from, err));
    SK_TRY(fetch(call, with, &to, err));
    sk_auto_free char *before = one_field_a_line(from);
    sk_auto_free char *after = one_field_a_line(to);
    bool differ = print_missing('-', before, after);
    differ |= print_missing('+', after, before);
    if (!differ)
        puts("Geen verschil.");
    return SK_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel acl - the rights that Kafka must give each process: what it reads and writes,
 * and nothing else. Each program knows its own; this asks those of the configuration.
 * Only the operators' command may make topics and move groups.
 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/json.h"
#include "cli/processes.h"

struct acl_options {
    const char *principal;
};

static const struct sk_option options[] = {
    SK_STRING(struct acl_options, principal, .name = "principal",
              .fallback = "User:{process}",
              .help = "Hoe Kafka de gebruiker van een proces noemt; bij certificaten "
                      "zonder ssl.principal.mapping.rules: User:CN={process}."),
    SK_END_OF_OPTIONS,
};

/* One row of the list: some operations on some resources of one kind. */
struct grant {
    const char *resource; /* as kafka-acls.sh calls it: topic, group, transactional-id */
    const char *pattern;  /* literal, prefixed */
    const char *const *operations;
    json_t *names; /* owned */
};

static const char *const reading[] = {"Read", "Describe", "DescribeConfigs", NULL};
static const char *const writing[] = {"Write", "Describe", "DescribeConfigs", NULL};
static const char *const grouping[] = {"Read", "Describe", NULL};
static const char *const committing[] = {"Write", "Describe", NULL};
static const char *const operating[] = {"Read",     "Write",           "Create",
                                        "Describe", "DescribeConfigs", NULL};

struct acl {
    const struct acl_options *options;
    bool json;
    const char *brokers;
    json_t *list; /* for --json */
};

static char *principal_of(const struct acl *acl, const char *process)
{
    static const char mark[] = "{process}";
    const char *text = acl->options->principal, *at = strstr(text, mark);

    if (!at)
        return sk_strdup(text);
    return sk_strf("%.*s%s%s", (int)(at - text), text, process, at + sizeof(mark) - 1);
}

static void print_command(const struct acl *acl, const char *principal,
                          const struct grant *grant)
{
    const json_t *name;
    size_t i;

    printf("kafka-acls.sh --bootstrap-server %s --add --allow-principal '%s'",
           acl->brokers, principal);
    for (const char *const *operation = grant->operations; *operation; operation++)
        printf(" --operation %s", *operation);
    if (strcmp(grant->pattern, "literal") != 0)
        printf(" --resource-pattern-type %s", grant->pattern);
    json_array_foreach(grant->names, i, name)
        printf(" --%s '%s'", grant->resource, json_string_value(name));
    putchar('\n');
}

/* Takes the names. */
static void give(struct acl *acl, const char *process, struct grant grant)
{
    sk_auto_free char *principal = principal_of(acl, process);
    json_auto_t *names = grant.names;

    if (json_array_size(names) == 0)
        return;
    if (!acl->json) {
        print_command(acl, principal, &grant);
        return;
    }
    json_t *operations = json_array();
    for (const char *const *operation = grant.operations; *operation; operation++)
        json_array_append_new(operations, json_string(*operation));
    json_array_append_new(acl->list,
                          json_pack("{s:s, s:s, s:s, s:O, s:o}", "principal", principal,
                                    "resource", grant.resource, "pattern", grant.pattern,
                                    "names", names, "operations", operations));
}

static json_t *only(const char *name)
{
    return json_pack("[s]", name);
}

static enum sk_verdict give_process(void *context, const json_t *access,
                                    struct sk_error *err)
{
    struct acl *acl = context;
    struct sk_text name;

    SK_TRY(sk_json_text(access, "proces", &name, err));
    sk_auto_free char *process = sk_strndup(name.data, name.size);
    sk_auto_free char *groups = sk_strf("%s.", process);
    give(acl, process,
         (struct grant){"topic", "literal", reading,
                        json_incref(json_object_get(access, "leest"))});
    give(acl, process,
         (struct grant){"topic", "literal", writing,
                        json_incref(json_object_get(access, "schrijft"))});
    give(acl, process, (struct grant){"group", "literal", grouping, only(process)});
    give(acl, process, (struct grant){"group", "prefixed", grouping, only(groups)});
    give(acl, process,
         (struct grant){"transactional-id", "literal", committing, only(process)});
    return SK_OK;
}

static void give_operator(struct acl *acl)
{
    give(acl, "schakel", (struct grant){"topic", "literal", operating, only("*")});
    give(acl, "schakel", (struct grant){"group", "literal", grouping, only("*")});
}

static enum sk_verdict acl(struct sk_cli *cli, const void *given, int *,
                           struct sk_error *err)
{
    struct acl self = {.options = given, .json = cli->json, .list = json_array()};
    json_auto_t *list = self.list;
    const char *colon = strchr(cli->common.bus, ':');
    struct sk_processes processes;

    self.brokers = colon ? colon + 1 : cli->common.bus;
    SK_TRY(sk_processes_find(cli, &processes, err));
    give_operator(&self);
    for (size_t i = 0; i < processes.count; i++)
        SK_TRY(sk_process_ask(processes.items[i].program, "--access", give_process, &self,
                              err));
    if (self.json) {
        json_dumpf(list, stdout, JSON_INDENT(1));
        putchar('\n');
    }
    return SK_OK;
}

const struct sk_command sk_command_acl = {
    .name = "acl",
    .usage = "[--principal NAAM]",
    .example = "acl --json",
    .help = "toont welke rechten elk proces op Kafka nodig heeft (kafka-acls.sh)",
    .options = options,
    .options_size = sizeof(struct acl_options),
    .run = acl,
};

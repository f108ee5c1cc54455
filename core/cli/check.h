/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_CHECK_H
#define SK_CLI_CHECK_H

#include "cli/processes.h"

/*
 * What must be right before Schakel can work, looked at one by one. Each look adds one or
 * more findings and never ends the others: a broken registry does not hide a full disk.
 */
enum sk_finding_state { SK_FINDING_OK, SK_FINDING_WARN, SK_FINDING_FAIL };

struct sk_finding {
    const char *part;    /* configuratie, bereikbaarheid, aanmelding, certificaat, versie,
                          * klok, bestanden */
    struct sk_text what; /* what was looked at: a section, a path, a URL, a library */
    enum sk_finding_state state;
    struct sk_text text; /* how it is */
    struct sk_text todo; /* what to do; absent when it is well */
};

struct sk_check {
    struct sk_cli *cli;
    struct sk_processes processes;
    struct sk_arena arena; /* all texts live here */
    struct sk_finding *findings;
    size_t count, capacity;
    bool away; /* bus or registry */
};

/* Adds a finding; the texts are kept by the caller (literals or in the arena). */
void sk_check_add(struct sk_check *check, const struct sk_finding *finding);

/* Calls back for every key of the section in the file. */
void sk_check_section(struct sk_check *check, const char *section,
                      sk_settings_visit *visit, void *context);

void sk_check_configuration(struct sk_check *check); /* each program's own --check */
void sk_check_bus(struct sk_check *check);
void sk_check_registry(struct sk_check *check);
void sk_check_systems(struct sk_check *check); /* every url of every section */
void sk_check_secrets(struct sk_check *check); /* who may read the files with secrets */
void sk_check_certificates(struct sk_check *check); /* every PEM file of the settings */
void sk_check_versions(struct sk_check *check);
void sk_check_clock(struct sk_check *check);
void sk_check_folders(struct sk_check *check);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Versions with faults that matter here, and the clock. */
#include <dlfcn.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/timex.h>

#include "cli/check.h"

enum {
    SQLITE_RACE_FIXED = 3051003,      /* WAL checkpoint against commit */
    RDKAFKA_SCRAM_FIXED = 0x020601ff, /* CVE-2024-56128 on the broker's side */
};

/* [kafka] asks for SCRAM. */
static enum sk_verdict look_for_scram(void *context, const char *key,
                                      struct sk_setting setting, struct sk_error *)
{
    bool *scram = context;

    *scram = *scram || (strncmp(key, "sasl.mechanism", 14) == 0 &&
                        strncmp(setting.value, "SCRAM", 5) == 0);
    return SK_OK;
}

static void check_librdkafka(struct sk_check *check)
{
    struct sk_finding finding = {.part = "versie", .what = SK_TEXT("librdkafka")};
    bool scram = false;
    void *library = dlopen("librdkafka.so.1", RTLD_NOW | RTLD_LOCAL);
    int (*version)(void) = NULL;
    const char *(*version_text)(void) = NULL;

    if (library) {
        *(void **)&version = dlsym(library, "rd_kafka_version");
        *(void **)&version_text = dlsym(library, "rd_kafka_version_str");
    }
    if (!version || !version_text) {
        finding.state = SK_FINDING_FAIL;
        finding.text = SK_TEXT("ontbreekt");
        finding.todo = SK_TEXT("apt-get install librdkafka1");
        sk_check_add(check, &finding);
        return;
    }
    sk_check_section(check, "kafka", look_for_scram, &scram);
    finding.text = sk_arena_text(&check->arena, sk_text(version_text()));
    if (scram && version() < RDKAFKA_SCRAM_FIXED) {
        finding.state = SK_FINDING_FAIL;
        finding.text = sk_arena_printf(
            &check->arena, "%s: brokers weigeren zijn SASL/SCRAM (CVE-2024-56128)",
            version_text());
        finding.todo = SK_TEXT("gebruik mTLS of PLAIN over TLS, of librdkafka 2.6.1");
    }
    sk_check_add(check, &finding);
}

static void check_sqlite(struct sk_check *check)
{
    bool old = sqlite3_libversion_number() < SQLITE_RACE_FIXED;

    sk_check_add(
        check,
        &(struct sk_finding){
            .part = "versie",
            .what = SK_TEXT("SQLite"),
            .text = sk_arena_printf(
                &check->arena, "%s%s", sqlite3_libversion(),
                old ? ": zijn fout bij gelijktijdig wegschrijven (voor 3.51.3) vangt het "
                      "slot van Schakel op; open het busbestand niet met andere "
                      "programma's"
                    : "")});
}

void sk_check_versions(struct sk_check *check)
{
    check_sqlite(check);
    if (strncmp(check->cli->common.bus, "kafka:", 6) == 0)
        check_librdkafka(check);
    sk_check_add(check, &(struct sk_finding){
                            .part = "versie",
                            .what = SK_TEXT("OpenSSL"),
                            .text = sk_text(OpenSSL_version(OPENSSL_VERSION_STRING))});
}

/* Versions of entities and deadlines are times: a clock that jumps puts them in disorder.
 */
void sk_check_clock(struct sk_check *check)
{
    struct sk_finding finding = {
        .part = "klok", .what = SK_TEXT("kernel"), .text = SK_TEXT("loopt gelijk")};
    struct timex clock = {0};
    int state = adjtimex(&clock);

    if (state < 0) {
        finding.text = SK_TEXT("hier niet na te gaan");
    } else if (state == TIME_ERROR || (clock.status & STA_UNSYNC)) {
        finding.state = SK_FINDING_WARN;
        finding.text = SK_TEXT("geen tijdserver houdt de klok gelijk");
        finding.todo = SK_TEXT("zet chrony of systemd-timesyncd aan op deze machine");
    }
    sk_check_add(check, &finding);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files: secrets that only their reader may read, certificates with their last day, and
 * room on a local disk. Any setting whose value is a PEM file counts as a certificate.
 */
#include <errno.h>
#include <inttypes.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cli/check.h"

enum { SOON_DAYS = 30, MB = 1024 * 1024, LITTLE_MB = 1024, TOO_LITTLE_MB = 64 };

struct look {
    struct sk_check *check;
    const char *section;
};

/* In every section, of the processes and the common ones. */
static void each_setting(struct sk_check *check, sk_settings_visit *visit)
{
    static const char *const common[] = {"schakel", "kafka"};
    struct look look = {.check = check};

    for (size_t i = 0; i < SK_COUNT(common); i++) {
        look.section = common[i];
        sk_check_section(check, look.section, visit, &look);
    }
    for (size_t i = 0; i < check->processes.count; i++) {
        look.section = check->processes.items[i].name;
        sk_check_section(check, look.section, visit, &look);
    }
}

/* Secrets. --------------------------------------------------------------------------- */

static enum sk_verdict look_at_secret(void *context, const char *key,
                                      struct sk_setting setting, struct sk_error *)
{
    const struct look *look = context;
    struct sk_check *check = look->check;
    struct sk_finding finding = {.part = "aanmelding", .text = SK_TEXT("is er")};
    struct stat about;

    if (strncmp(setting.value, "file:", 5) != 0)
        return SK_OK;
    finding.what = sk_arena_printf(&check->arena, "%s: %s", look->section, key);
    if (stat(setting.value + 5, &about) != 0) {
        finding.state = SK_FINDING_FAIL;
        finding.text =
            sk_arena_printf(&check->arena, "%s: %s", setting.value + 5, strerror(errno));
        finding.todo = SK_TEXT("zet het geheim in dat bestand");
    } else if (about.st_size == 0) {
        finding.state = SK_FINDING_FAIL;
        finding.text = sk_arena_printf(&check->arena, "%s is leeg", setting.value + 5);
        finding.todo = SK_TEXT("zet het geheim in dat bestand");
    } else if (about.st_mode & S_IRWXO) {
        finding.state = SK_FINDING_WARN;
        finding.text = sk_arena_printf(&check->arena, "iedereen kan bij %s (%04o)",
                                       setting.value + 5, about.st_mode & 07777);
        finding.todo = sk_arena_printf(&check->arena, "chmod o= %s", setting.value + 5);
    }
    sk_check_add(check, &finding);
    return SK_OK;
}

void sk_check_secrets(struct sk_check *check)
{
    each_setting(check, look_at_secret);
}

/* Certificates. ---------------------------------------------------------------------- */

static void judge_certificate(struct sk_check *check, struct sk_finding *finding,
                              const X509 *certificate)
{
    int days = 0, seconds = 0;
    struct tm end = {0};
    char day[32] = "?";

    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) == 1)
        strftime(day, sizeof(day), "%Y-%m-%d", &end);
    if (ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(certificate)) != 1)
        days = -1;
    bool over = days < 0 || seconds < 0;
    finding->state = over               ? SK_FINDING_FAIL
                     : days < SOON_DAYS ? SK_FINDING_WARN
                                        : SK_FINDING_OK;
    finding->text =
        over ? sk_arena_printf(&check->arena, "verlopen op %s", day)
             : sk_arena_printf(&check->arena, "geldig tot %s, nog %d dagen", day, days);
    if (finding->state != SK_FINDING_OK)
        finding->todo = SK_TEXT("vraag een nieuw certificaat aan en zet het daar");
}

static enum sk_verdict look_at_certificate(void *context, const char *key,
                                           struct sk_setting setting, struct sk_error *)
{
    const struct look *look = context;
    struct sk_finding finding = {.part = "certificaat"};
    FILE *file = setting.value[0] == '/' ? fopen(setting.value, "re") : NULL;

    if (!file)
        return SK_OK;
    for (X509 *one; (one = PEM_read_X509(file, NULL, NULL, NULL)); X509_free(one)) {
        finding.what = sk_arena_printf(&look->check->arena, "%s: %s (%s)", look->section,
                                       key, setting.value);
        judge_certificate(look->check, &finding, one);
        sk_check_add(look->check, &finding);
    }
    fclose(file);
    return SK_OK;
}

void sk_check_certificates(struct sk_check *check)
{
    each_setting(check, look_at_certificate);
}

/* Room and rights. ------------------------------------------------------------------- */

static void judge_folder(struct sk_check *check, const char *path)
{
    struct sk_finding finding = {.part = "bestanden",
                                 .what = sk_arena_text(&check->arena, sk_text(path))};
    struct statvfs disk;
    struct stat about;

    if (stat(path, &about) != 0 || statvfs(path, &disk) != 0 ||
        access(path, R_OK | W_OK | X_OK) != 0) {
        finding.state = SK_FINDING_FAIL;
        finding.text = sk_arena_text(&check->arena, sk_text(strerror(errno)));
        finding.todo = SK_TEXT("maak de map, van de groep schakel, met mode 2770");
        sk_check_add(check, &finding);
        return;
    }
    int64_t free_mb = (int64_t)(disk.f_bavail * disk.f_frsize / MB);
    finding.text = sk_arena_printf(&check->arena, "%" PRId64 " MB vrij", free_mb);
    if (free_mb < LITTLE_MB) {
        finding.state = free_mb < TOO_LITTLE_MB ? SK_FINDING_FAIL : SK_FINDING_WARN;
        finding.todo = SK_TEXT("maak plaats op die schijf");
    } else if (about.st_mode & S_IRWXO) {
        finding.state = SK_FINDING_WARN;
        finding.text = sk_arena_printf(&check->arena, "iedereen kan bij de map (%04o)",
                                       about.st_mode & 07777);
        finding.todo = sk_arena_printf(&check->arena, "chmod 2770 %s", path);
    }
    sk_check_add(check, &finding);
}

/* A network file system under the embedded bus is refused by its opening already. */
void sk_check_folders(struct sk_check *check)
{
    const char *bus = check->cli->common.bus;

    judge_folder(check, check->cli->common.data);
    if (strncmp(bus, "sqlite:", 7) != 0)
        return;
    sk_auto_free char *folder = sk_strdup(bus + 7);
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = '\0';
    judge_folder(check, slash ? folder : ".");
}

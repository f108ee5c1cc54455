/* SPDX-License-Identifier: Apache-2.0 */
#include "xml/confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/compiler.h"

#define MIB ((rlim_t)1024 * 1024)

/* Sanitizers map terabytes that they never touch. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEMORY RLIM_INFINITY
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MEMORY RLIM_INFINITY
#endif
#endif
#ifndef MEMORY
#define MEMORY (512 * MIB)
#endif

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "seccomp: name this architecture"
#endif

/* What libxml2 and the C library need to turn one open file into another. */
static const unsigned allowed[] = {
    SYS_read,           SYS_write,       SYS_lseek,  SYS_fstat,      SYS_newfstatat,
    SYS_close,          SYS_brk,         SYS_mmap,   SYS_munmap,     SYS_mremap,
    SYS_madvise,        SYS_futex,       SYS_exit,   SYS_getpid,     SYS_gettid,
    SYS_clock_gettime,  SYS_getrandom,   SYS_tgkill, SYS_exit_group, SYS_rt_sigreturn,
    SYS_rt_sigprocmask, SYS_sigaltstack,
};

static bool bound(int resource, rlim_t limit)
{
    const struct rlimit both = {limit, limit};

    return setrlimit((__rlimit_resource_t)resource, &both) == 0;
}

static bool bound_all(int64_t size)
{
    rlim_t bytes = size > 0 ? (rlim_t)size : 0;

    signal(SIGXFSZ, SIG_IGN); /* the write fails, and so does the reading as a whole */
    return bound(RLIMIT_AS, MEMORY) && bound(RLIMIT_CPU, 60 + bytes / MIB) &&
           bound(RLIMIT_FSIZE, 4 * bytes + MIB) && bound(RLIMIT_CORE, 0) &&
           bound(RLIMIT_NOFILE, 3);
}

/* Any other call: EPERM. */
static bool filter_calls(void)
{
    enum { HEAD = 4, COUNT = HEAD + SK_COUNT(allowed) + 2 };
    struct sock_filter filter[COUNT] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    };
    const struct sock_fprog program = {COUNT, filter};

    for (size_t i = 0; i < SK_COUNT(allowed); i++)
        filter[HEAD + i] = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, allowed[i], (uint8_t)(SK_COUNT(allowed) - i), 0);
    filter[COUNT - 2] = (struct sock_filter)BPF_STMT(
        BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (EPERM & SECCOMP_RET_DATA));
    filter[COUNT - 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

enum sk_verdict sk_xml_confine(int64_t size, struct sk_error *err)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0) == 0 &&
        bound_all(size) && filter_calls())
        return SK_OK;
    return sk_fail(err, SK_FATAL, "xml.confine", "the kernel does not confine: errno %d",
                   errno);
}

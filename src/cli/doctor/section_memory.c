/* The memory that this process may use, and what else the system limits. */
#include <stdio.h>
#include <sys/resource.h>

#include "base/text.h"
#include "cli/doctor/section.h"
#include "host/cgroup.h"
#include "host/host_memory.h"

enum { BYTES_SIZE = 32 };

static void look_at_memory(struct page *p)
{
    const double nearly_full = 0.9, gibibyte = 1 << 30;
    struct host_memory m;
    struct cgroup_memory group;
    char limit[BYTES_SIZE], used[BYTES_SIZE], advice[96];

    host_memory_read(&m);
    if (!m.limit.known) {
        page_absent(p, "memory", "the system does not tell how much there is");
        return;
    }
    text_bytes(limit, sizeof limit, (uint64_t)m.limit.value);
    text_bytes(used, sizeof used, m.used.known ? (uint64_t)m.used.value : 0);
    const char *whose = cgroup_memory_read("", &group) && (double)group.limit <= m.limit.value
                            ? "the limit of the job or session"
                            : "the whole node's";
    snprintf(advice, sizeof advice, "end what is not needed, or ask for more: --mem=%.0fG",
             1.25 * m.limit.value / gibibyte + 1);
    if (m.used.known && m.used.value > nearly_full * m.limit.value)
        page_odd(p, "memory", advice, "%s, %s, of which %s are in use", limit, whose, used);
    else
        page_fine(p, "memory", "%s, %s, of which %s are in use", limit, whose, m.used.known ? used : "n/a");
    if (m.kills.known && m.kills.value > 0)
        page_odd(p, "killed", advice, "the kernel killed %.0f process%s here for want of memory", m.kills.value,
                 m.kills.value == 1 ? "" : "es");
}

/* What is less than this is odd. */
static const struct {
    int resource;
    const char *name, *unit;
    double least;
    const char *what, *advice;
} limits[] = {
    { RLIMIT_AS, "ulimit -v", "bytes", (double)(16ull << 30), "addresses: drivers and OpenBLAS reserve many",
      "ulimit -v unlimited" },
    { RLIMIT_DATA, "ulimit -d", "bytes", (double)(4ull << 30), "memory", "ulimit -d unlimited" },
    { RLIMIT_FSIZE, "ulimit -f", "bytes", (double)(4ull << 30), "the largest file", "ulimit -f unlimited" },
    { RLIMIT_STACK, "ulimit -s", "bytes", (double)(1 << 20), "the stack", "ulimit -s 8192" },
    { RLIMIT_NOFILE, "ulimit -n", "", 256, "open files", "ulimit -n 1024" },
    { RLIMIT_NPROC, "ulimit -u", "", 256, "processes and threads of this user", "ulimit -u 4096" },
};

static void look_at_limits(struct page *p)
{
    char text[BYTES_SIZE], none[256] = "";

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct rlimit now;

        if (getrlimit(limits[i].resource, &now) != 0)
            continue;
        if (now.rlim_cur == RLIM_INFINITY) {
            text_append(none, sizeof none, "%s%s", none[0] ? ", " : "", limits[i].name);
            continue;
        }
        snprintf(text, sizeof text, "%llu", (unsigned long long)now.rlim_cur);
        if (limits[i].unit[0])
            text_bytes(text, sizeof text, now.rlim_cur);
        if ((double)now.rlim_cur < limits[i].least)
            page_odd(p, limits[i].name, limits[i].advice, "%s: %s", text, limits[i].what);
        else
            page_fine(p, limits[i].name, "%s: %s", text, limits[i].what);
    }
    if (none[0])
        page_fine(p, "unlimited", "%s", none);
}

static void look(struct page *p)
{
    look_at_memory(p);
    look_at_limits(p);
}

SECTION_OF_DOCTOR(memory) = { .name = "memory", .title = "Memory and limits", .look = look };

#include "host/cores.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "host/arm_core.h"
#include "host/cgroup.h"
#include "host/rooted.h"

static atomic_int sharers = 1;

void cores_share(int processes)
{
    atomic_store(&sharers, int_max(1, processes));
}

/* Processors in a list like "0-3,8,10-11"; 0 for anything else. */
static int list_count(const char *list)
{
    int count = 0;

    while (*list) {
        char *end;
        long first = strtol(list, &end, 10), last = first;

        if (end == list)
            return 0;
        if (*end == '-') {
            list = end + 1;
            last = strtol(list, &end, 10);
        }
        if (last < first)
            return 0;
        count += (int)(last - first + 1);
        list = *end == ',' ? end + 1 : end;
        if (*list == '\n')
            break;
    }
    return count;
}

/* sysfs comes first, since some C libraries (glibc 2.34) answer sysconf(_SC_NPROCESSORS_ONLN) with the
 * affinity mask. */
static int count_online(const char *root)
{
    char line[4096] = "";
    FILE *file = rooted_open(root, "/sys/devices/system/cpu/online");

    if (file) {
        if (!fgets(line, sizeof line, file))
            line[0] = '\0';
        fclose(file);
    }
    int count = list_count(line);
    if (count < 1)
        count = (int)sysconf(_SC_NPROCESSORS_ONLN);
    return int_max(1, count);
}

/* Writes the first `room` core numbers of the affinity mask to `out`, and returns how many there are in all;
 * 0 when the kernel does not tell. The kernel refuses a set smaller than its own, which can be larger than
 * the 1024 of cpu_set_t. */
static int read_affinity(int *out, int room)
{
    for (int bits = 1024; bits <= 1 << 20; bits *= 2) {
        cpu_set_t *set = CPU_ALLOC((size_t)bits);
        size_t size = CPU_ALLOC_SIZE((size_t)bits);
        int count = 0;

        if (!set)
            return 0;
        bool known = sched_getaffinity(0, size, set) == 0;
        int number = errno;
        for (int core = 0; known && core < bits; core++)
            if (CPU_ISSET_S((size_t)core, size, set) && count++ < room)
                out[count - 1] = core;
        CPU_FREE(set);
        if (known || number != EINVAL)
            return count;
    }
    return 0;
}

int cores_list(int *out, int room)
{
    int count = read_affinity(out, room);

    return int_min(count, room);
}

static void limit_to(struct cores *c, int count, const char *limit)
{
    if (count < 1 || count >= c->usable)
        return;
    c->usable = count;
    c->limit = limit;
}

struct cores cores_count_below(const char *root)
{
    int all = count_online(root);
    struct cores c = { .usable = all, .all = all, .limit = "" };
    const int shared_by = atomic_load(&sharers);
    const char *slurm = getenv("SLURM_CPUS_PER_TASK");
    double quota;
    int64_t count;

    limit_to(&c, read_affinity(NULL, 0), "affinity mask");
    /* Rounds down: with a thread for half a processor, the team would wait for that thread. */
    if (cgroup_processors(root, &quota) && quota < c.usable)
        limit_to(&c, int_max(1, (int)quota), "cgroup quota");
    if (shared_by > 1)
        limit_to(&c, int_max(1, c.usable / shared_by), "other ranks");
    if (slurm && text_to_int64(slurm, &count) && count < c.usable)
        limit_to(&c, (int)count, "SLURM_CPUS_PER_TASK");
    return c;
}

struct cores cores_count(void)
{
    return cores_count_below("");
}

void cores_model_below(const char *root, char *out, size_t size)
{
    char line[512];
    struct utsname machine;
    FILE *file = rooted_open(root, "/proc/cpuinfo");
    struct arm_core core = { 0 };

    out[0] = '\0';
    while (file && out[0] == '\0' && fgets(line, sizeof line, file)) {
        char *colon = strchr(line, ':');

        if (strncmp(line, "model name", strlen("model name")) == 0 && colon)
            text_copy(out, size, text_trim(colon + 1));
        else if (arm_core_reads(&core, line))
            text_copy(out, size, arm_core_name(&core));
    }
    if (file)
        fclose(file);
    if (out[0] == '\0')
        text_copy(out, size, uname(&machine) == 0 ? machine.machine : "processor");
}

void cores_model(char *out, size_t size)
{
    cores_model_below("", out, size);
}

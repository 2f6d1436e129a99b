#include "host/readings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "host/cgroup.h"
#include "host/cores.h"

/* Loads are differences between two looks at counters that only grow. */
struct look {
    double at, used; /* seconds: when, and processor time of all threads of this process */
    bool node_known;
    double busy, all; /* ticks of all processors of the node */
};

struct host_sampler {
    const char *root;
    int usable;
    bool looked;
    struct look last;
};

static FILE *open_below(const char *root, const char *path)
{
    char whole[PATH_SIZE];
    int length = snprintf(whole, sizeof whole, "%s%s", root, path);

    return length > 0 && (size_t)length < sizeof whole ? fopen(whole, "re") : NULL;
}

/* "cpu  user nice system idle iowait irq softirq steal …"; guest time is in user time already (proc(5)). */
static bool node_ticks(const char *root, double *busy, double *all)
{
    enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, TICKS };
    unsigned long long ticks[TICKS] = { 0 };
    FILE *file = open_below(root, "/proc/stat");

    if (!file)
        return false;
    int count = fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &ticks[USER], &ticks[NICE], &ticks[SYSTEM],
                       &ticks[IDLE], &ticks[IOWAIT], &ticks[IRQ], &ticks[SOFTIRQ], &ticks[STEAL]);
    fclose(file);
    if (count <= IDLE)
        return false;
    *all = 0;
    for (int i = 0; i < TICKS; i++)
        *all += (double)ticks[i];
    *busy = *all - (double)ticks[IDLE] - (double)ticks[IOWAIT];
    return true;
}

static double process_seconds(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return 0;
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static struct reading read_resident(const char *root)
{
    FILE *file = open_below(root, "/proc/self/statm");
    unsigned long long pages = 0;
    bool read = file && fscanf(file, "%*u %llu", &pages) == 1;

    if (file)
        fclose(file);
    return read ? reading_of((double)pages * (double)sysconf(_SC_PAGESIZE)) : (struct reading){ 0 };
}

/* A line "MemTotal:  16384 kB" of /proc/meminfo. */
static struct reading read_meminfo(const char *root, const char *key)
{
    FILE *file = open_below(root, "/proc/meminfo");
    struct reading found = { 0 };
    char line[128], word[64];
    unsigned long long kibibytes;

    if (!file)
        return found;
    while (!found.known && fgets(line, sizeof line, file))
        if (sscanf(line, "%63[^:]: %llu kB", word, &kibibytes) == 2 && strcmp(word, key) == 0)
            found = reading_of((double)kibibytes * 1024);
    fclose(file);
    return found;
}

static void read_memory(const char *root, struct host_readings *out)
{
    struct reading total = read_meminfo(root, "MemTotal"), available = read_meminfo(root, "MemAvailable");
    struct cgroup_memory group;

    if (cgroup_memory_read(root, &group) && (!total.known || (double)group.limit < total.value)) {
        out->memory_used = reading_of((double)group.used);
        out->memory_limit = reading_of((double)group.limit);
        return;
    }
    out->memory_limit = total;
    if (total.known && available.known)
        out->memory_used = reading_of(total.value - available.value);
}

struct host_sampler *host_sampler_new_below(const char *root)
{
    struct host_sampler *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    s->root = root;
    s->usable = cores_count_below(root).usable;
    return s;
}

struct host_sampler *host_sampler_new(void)
{
    return host_sampler_new_below("");
}

void host_sampler_read(struct host_sampler *s, struct host_readings *out)
{
    struct look now = { .at = clock_seconds(), .used = process_seconds() };

    now.node_known = node_ticks(s->root, &now.busy, &now.all);
    *out = (struct host_readings){ 0 };
    if (s->looked && now.at > s->last.at)
        out->cpu_load = reading_of((now.used - s->last.used) / ((now.at - s->last.at) * s->usable));
    if (s->looked && s->last.node_known && now.node_known && now.all > s->last.all)
        out->node_load = reading_of((now.busy - s->last.busy) / (now.all - s->last.all));
    out->resident = read_resident(s->root);
    read_memory(s->root, out);
    s->last = now;
    s->looked = true;
}

void host_sampler_free(struct host_sampler *s)
{
    free(s);
}

#include "host/host_memory.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "host/cgroup.h"
#include "host/rooted.h"

static atomic_int sharers = 1;

void host_memory_share(int processes)
{
    atomic_store(&sharers, int_max(1, processes));
}

/* A line "MemTotal:  16384 kB" of /proc/meminfo. */
static struct reading read_meminfo(const char *root, const char *key)
{
    FILE *file = rooted_open(root, "/proc/meminfo");
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

void host_memory_read_below(const char *root, struct host_memory *out)
{
    struct reading total = read_meminfo(root, "MemTotal"), available = read_meminfo(root, "MemAvailable");
    struct cgroup_memory group;

    *out = (struct host_memory){ .sharers = 1 };
    if (cgroup_memory_read(root, &group) && (!total.known || (double)group.limit < total.value)) {
        out->used = reading_of((double)group.used);
        out->limit = reading_of((double)group.limit);
        out->kills = reading_of((double)group.kills);
        return;
    }
    out->limit = total;
    if (total.known && available.known)
        out->used = reading_of(total.value - available.value);
}

void host_memory_read(struct host_memory *out)
{
    host_memory_read_below("", out);
    out->sharers = atomic_load(&sharers);
    out->limit.value /= out->sharers;
    out->used.value /= out->sharers;
}

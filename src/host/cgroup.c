#include "host/cgroup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "host/rooted.h"

/* A group as a folder; its parents are the folders above it, up to the mount point. */
struct group {
    bool version2;
    size_t mount_length; /* of the part of `folder` that is the mount point */
    char folder[PATH_SIZE];
};

enum { LINE_SIZE = 4096 };

/* Is the word in the list? "cpu,cpuacct" has "cpu", not "acct". */
static bool list_has(const char *list, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = list; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, word, length) == 0 && (at[length] == ',' || at[length] == '\0'))
            return true;
    }
    return false;
}

/* Finds this process's group in /proc/self/cgroup, which has lines like "4:cpu,cpuacct:/slurm/job_1" and, for version
 * 2, "0::/job_1". A controller in a version 1 hierarchy is not in that of version 2. */
static bool find_group(const char *root, const char *controller, char path[PATH_SIZE], bool *version2)
{
    FILE *file = rooted_open(root, "/proc/self/cgroup");
    char line[LINE_SIZE];
    bool found = false;

    if (!file)
        return false;
    while (fgets(line, sizeof line, file)) {
        char *rest = line;

        line[strcspn(line, "\n")] = '\0';
        strsep(&rest, ":");
        const char *controllers = strsep(&rest, ":");

        if (!rest || strlen(rest) >= PATH_SIZE)
            continue;
        bool mine = list_has(controllers, controller);
        if (!mine && controllers[0] != '\0')
            continue;
        strcpy(path, rest);
        *version2 = !mine;
        found = true;
        if (mine)
            break;
    }
    fclose(file);
    return found;
}

struct mount {
    const char *root, *point, *type, *options;
};

/* Parses "36 35 98:0 /root /point rw,noatime master:1 - type source options" (proc(5)); false for any other line. */
static bool mount_parse(char *line, struct mount *out)
{
    char *tail = strstr(line, " - "), *source;

    line[strcspn(line, "\n")] = '\0';
    if (!tail)
        return false;
    *tail = '\0';
    tail += 3;
    for (int skipped = 0; skipped < 3; skipped++)
        strsep(&line, " ");
    out->root = strsep(&line, " ");
    out->point = strsep(&line, " ");
    out->type = strsep(&tail, " ");
    source = strsep(&tail, " ");
    out->options = tail;
    return out->root && out->point && source && tail;
}

/* The folder of a group below a mount point. In a container the root of the mount may be the container's own group.
 * Then the group's path starts with that root, or does not tell which folder it is. */
static bool find_folder(struct group *g, const char *root, const struct mount *m, const char *path)
{
    size_t shared = strcmp(m->root, "/") == 0 ? 0 : strlen(m->root);
    const char *below = strncmp(path, m->root, shared) == 0 ? path + shared : "";

    if (strcmp(below, "/") == 0 || strstr(below, "/.."))
        below = "";
    int mount_length = snprintf(g->folder, sizeof g->folder, "%s%s", root, m->point);
    g->mount_length = (size_t)mount_length;
    if (mount_length < 0 || g->mount_length + strlen(below) >= sizeof g->folder)
        return false;
    strcpy(g->folder + mount_length, below);
    return true;
}

static bool group_find(struct group *g, const char *root, const char *controller)
{
    char path[PATH_SIZE], line[LINE_SIZE];
    bool found = false;

    if (!find_group(root, controller, path, &g->version2))
        return false;
    FILE *file = rooted_open(root, "/proc/self/mountinfo");
    if (!file)
        return false;
    while (!found && fgets(line, sizeof line, file)) {
        struct mount m;

        if (!mount_parse(line, &m) || strcmp(m.type, g->version2 ? "cgroup2" : "cgroup") != 0)
            continue;
        found = (g->version2 || list_has(m.options, controller)) && find_folder(g, root, &m, path);
    }
    fclose(file);
    return found;
}

/* Goes to the group above; false at the top. */
static bool group_ascend(struct group *g)
{
    char *slash = strrchr(g->folder + g->mount_length, '/');

    if (!slash)
        return false;
    *slash = '\0';
    return true;
}

static FILE *group_open(const struct group *g, const char *name)
{
    char path[PATH_SIZE];
    int length = snprintf(path, sizeof path, "%s/%s", g->folder, name);

    return length > 0 && (size_t)length < sizeof path ? fopen(path, "re") : NULL;
}

/* Reads the first words of a one-line file as numbers; false for "max" and for a missing file. */
static bool group_numbers(const struct group *g, const char *name, int count, double *out)
{
    FILE *file = group_open(g, name);
    char line[128], *at = line;
    bool read = file && fgets(line, sizeof line, file);

    if (file)
        fclose(file);
    for (int i = 0; read && i < count; i++) {
        char *end;

        out[i] = (double)strtoll(at, &end, 10);
        read = end != at;
        at = end;
    }
    return read;
}

static bool group_quota(const struct group *g, double *out)
{
    double quota[2]; /* microseconds of processor time in each period, and of the period */
    bool read = g->version2 ? group_numbers(g, "cpu.max", 2, quota)
                            : group_numbers(g, "cpu.cfs_quota_us", 1, quota) &&
                                  group_numbers(g, "cpu.cfs_period_us", 1, quota + 1);

    if (!read || quota[0] <= 0 || quota[1] <= 0)
        return false;
    *out = quota[0] / quota[1];
    return true;
}

bool cgroup_processors(const char *root, double *out)
{
    struct group g;
    double quota;
    bool limited = false;

    if (!group_find(&g, root, "cpu"))
        return false;
    do {
        if (group_quota(&g, &quota) && (!limited || quota < *out)) {
            *out = quota;
            limited = true;
        }
    } while (group_ascend(&g));
    return limited;
}

/* The value of a line "key value" of a file; 0 when there is no such line. */
static double group_statistic(const struct group *g, const char *name, const char *key)
{
    FILE *file = group_open(g, name);
    char line[128], word[64];
    double value = 0;
    long long number;

    if (!file)
        return 0;
    while (value == 0 && fgets(line, sizeof line, file))
        if (sscanf(line, "%63s %lld", word, &number) == 2 && strcmp(word, key) == 0)
            value = (double)number;
    fclose(file);
    return value;
}

bool cgroup_throttling_read(const char *root, struct cgroup_throttling *out)
{
    struct group g;
    double quota;

    if (!group_find(&g, root, "cpu"))
        return false;
    while (!group_quota(&g, &quota))
        if (!group_ascend(&g))
            return false;
    out->periods = group_statistic(&g, "cpu.stat", "nr_periods");
    out->throttled = group_statistic(&g, "cpu.stat", "nr_throttled");
    return out->periods > 0;
}

bool cgroup_memory_read(const char *root, struct cgroup_memory *out)
{
    /* Version 1 writes "no limit" as the largest multiple of the page size, which no node has. */
    const double unlimited = 0x1p60;
    struct group g;
    double limit, used;
    bool limited = false;

    if (!group_find(&g, root, "memory"))
        return false;
    do {
        if (!group_numbers(&g, g.version2 ? "memory.max" : "memory.limit_in_bytes", 1, &limit) || limit >= unlimited ||
            (limited && limit >= (double)out->limit))
            continue;
        if (!group_numbers(&g, g.version2 ? "memory.current" : "memory.usage_in_bytes", 1, &used))
            continue;
        double cache = group_statistic(&g, "memory.stat", g.version2 ? "inactive_file" : "total_inactive_file");
        out->limit = (uint64_t)limit;
        out->used = (uint64_t)fmax(used - cache, 0);
        out->kills = (uint64_t)group_statistic(&g, g.version2 ? "memory.events" : "memory.oom_control", "oom_kill");
        limited = true;
    } while (group_ascend(&g));
    return limited;
}

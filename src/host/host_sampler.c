#include "host/host_sampler.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "host/cgroup.h"
#include "host/cores.h"
#include "host/rooted.h"
#include "host/ticks.h"
#include "host/traffic.h"

/* Counters that only grow: loads and rates are differences between two of these. */
struct look {
    double at, used; /* seconds: when it was read, and the processor time of all threads of this process */
    struct ticks node, cores[CORES_SHOWN_MAX];
    struct traffic process, disks, network;
    bool has_quota;
    struct cgroup_throttling quota;
};

struct host_sampler {
    const char *root;
    int usable;
    int core_count, cores[CORES_SHOWN_MAX];
    bool looked;
    struct look last, now;
};

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
    FILE *file = rooted_open(root, "/proc/self/statm");
    unsigned long long pages = 0;
    bool read = file && fscanf(file, "%*u %llu", &pages) == 1;

    if (file)
        fclose(file);
    return read ? reading_of((double)pages * (double)sysconf(_SC_PAGESIZE)) : (struct reading){ 0 };
}

struct host_sampler *host_sampler_new_below(const char *root)
{
    struct host_sampler *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    s->root = root;
    s->usable = cores_count_below(root).usable;
    s->core_count = cores_list(s->cores, CORES_SHOWN_MAX);
    return s;
}

struct host_sampler *host_sampler_new(void)
{
    return host_sampler_new_below("");
}

static void look(struct host_sampler *s, struct look *now)
{
    now->at = clock_seconds();
    now->used = process_seconds();
    ticks_read(s->root, &now->node, s->cores, now->cores, s->core_count);
    now->process = traffic_of_process(s->root);
    now->disks = traffic_of_disks(s->root);
    now->network = traffic_of_network(s->root);
    now->has_quota = cgroup_throttling_read(s->root, &now->quota);
}

static struct reading compare_quotas(const struct look *last, const struct look *now)
{
    double periods = now->quota.periods - last->quota.periods, throttled = now->quota.throttled - last->quota.throttled;

    return last->has_quota && now->has_quota && periods > 0 && throttled >= 0 ? reading_of(throttled / periods)
                                                                              : (struct reading){ 0 };
}

/* What the cores did beside this process's work. */
static struct reading load_of_others(const struct host_readings *r, double own_cores)
{
    double busy = 0;

    for (int i = 0; i < r->core_count; i++) {
        if (!r->cores[i].load.known)
            return (struct reading){ 0 };
        busy += r->cores[i].load.value;
    }
    return r->core_count > 0 ? reading_of(fmax(busy - own_cores, 0) / r->core_count) : (struct reading){ 0 };
}

static void compare(const struct host_sampler *s, const struct look *last, const struct look *now,
                    struct host_readings *out)
{
    double seconds = now->at - last->at;

    if (seconds > 0)
        out->cpu_load = reading_of((now->used - last->used) / (seconds * s->usable));
    out->node_load = ticks_load(&last->node, &now->node);
    out->throttled = compare_quotas(last, now);
    for (int i = 0; i < s->core_count; i++)
        out->cores[i].load = ticks_load(&last->cores[i], &now->cores[i]);
    if (seconds > 0)
        out->others_load = load_of_others(out, (now->used - last->used) / seconds);
    traffic_rates(&last->process, &now->process, seconds, &out->disk_read, &out->disk_write);
    traffic_rates(&last->disks, &now->disks, seconds, &out->node_disk_read, &out->node_disk_write);
    traffic_rates(&last->network, &now->network, seconds, &out->network_in, &out->network_out);
}

void host_sampler_read(struct host_sampler *s, struct host_readings *out)
{
    *out = (struct host_readings){ .core_count = s->core_count };
    for (int i = 0; i < s->core_count; i++)
        out->cores[i].core = s->cores[i];
    look(s, &s->now);
    if (s->looked)
        compare(s, &s->last, &s->now, out);
    out->resident = read_resident(s->root);
    host_memory_read_below(s->root, &out->memory);
    s->last = s->now;
    s->looked = true;
}

void host_sampler_free(struct host_sampler *s)
{
    free(s);
}

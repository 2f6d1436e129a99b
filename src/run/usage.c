#include "run/usage.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/memory.h"
#include "host/cgroup.h"
#include "host/cores.h"

struct usage_meter {
    struct gpu_sampler *gpus;
    double begun, core_seconds; /* at the beginning */
    double taken;               /* clock_seconds() */
    struct usage so_far;
    double load_sum;
    int loads;
    struct gpu_readings readings; /* the newest */
};

static const double seconds_between = 1;

static double core_seconds(const struct rusage *u)
{
    return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) +
           (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) * 1e-6;
}

static void look_at_memory(struct usage *u)
{
    struct rusage own;
    struct cgroup_memory group;
    uint64_t resident = getrusage(RUSAGE_SELF, &own) == 0 ? (uint64_t)own.ru_maxrss * 1024 : 0;

    u->memory_now = resident;
    if (cgroup_memory_read("", &group)) {
        u->memory_now = group.used;
        u->memory_limit = group.limit;
        u->memory_kills = group.kills;
    }
    if (resident > u->memory_peak)
        u->memory_peak = resident;
    if (u->memory_limit > 0 && u->memory_now > u->memory_peak)
        u->memory_peak = u->memory_now;
}

/* A mean over the GPUs of a reading, and over readings. */
static void look_at_gpus(struct usage_meter *m)
{
    double sum = 0;
    int known = 0, mine = 0;

    if (!m->gpus || gpu_sampler_number(m->gpus) == m->readings.number)
        return;
    gpu_sampler_read(m->gpus, &m->readings);
    for (int i = 0; i < m->readings.count; i++) {
        const struct gpu_reading *gpu = &m->readings.gpus[i];

        mine += gpu->mine;
        if (!gpu->mine || !gpu->load.known)
            continue;
        sum += gpu->load.value;
        known++;
    }
    m->so_far.gpus = mine;
    if (known == 0)
        return;
    m->load_sum += sum / known;
    m->loads++;
}

struct usage_meter *usage_meter_new(struct gpu_sampler *gpus)
{
    struct error ignored;
    struct usage_meter *m = memory_new(1, sizeof *m, &ignored);
    struct rusage own;

    if (!m)
        return NULL;
    m->gpus = gpus;
    m->begun = clock_seconds();
    m->core_seconds = getrusage(RUSAGE_SELF, &own) == 0 ? core_seconds(&own) : 0;
    m->so_far.cores_allotted = cores_count().usable;
    usage_meter_take(m);
    return m;
}

void usage_meter_take(struct usage_meter *m)
{
    if (!m || clock_seconds() - m->taken < seconds_between)
        return;
    m->taken = clock_seconds();
    look_at_memory(&m->so_far);
    look_at_gpus(m);
}

void usage_meter_read(const struct usage_meter *m, struct usage *out)
{
    struct rusage own;

    *out = (struct usage){ .seconds = -1, .cores = -1, .gpu_load = -1 };
    if (!m)
        return;
    *out = m->so_far;
    out->seconds = clock_seconds() - m->begun;
    out->cores = out->seconds > 0 && getrusage(RUSAGE_SELF, &own) == 0
                     ? (core_seconds(&own) - m->core_seconds) / out->seconds
                     : -1;
    out->gpu_load = m->loads > 0 ? m->load_sum / m->loads : -1;
}

void usage_meter_free(struct usage_meter *m)
{
    free(m);
}

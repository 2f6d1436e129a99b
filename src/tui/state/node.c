#include "tui/state/node.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "tui/draw/figures.h"
#include "tui/draw/gauge.h"

static const double close_seconds = 1, distant_seconds = 5, stale_seconds = 5;

/* How far a figure may move before the one that is shown follows: so far, or by such a share of what is shown. A core's
 * bar has eight levels. */
struct tolerance {
    size_t offset;
    double absolute, share;
};

#define HOST(member) offsetof(struct host_readings, member)
#define GPU(member) offsetof(struct gpu_reading, member)

static const struct tolerance host_tolerances[] = {
    { HOST(cpu_load), 0.03, 0 },    { HOST(node_load), 0.03, 0 },       { HOST(resident), 0, 0.02 },
    { HOST(memory.used), 0, 0.02 }, { HOST(disk_read), 0, 0.1 },        { HOST(disk_write), 0, 0.1 },
    { HOST(network_in), 0, 0.1 },   { HOST(node_disk_read), 0, 0.1 },   { HOST(node_disk_write), 0, 0.1 },
    { HOST(network_out), 0, 0.1 },
};
static const struct tolerance gpu_tolerances[] = {
    { GPU(load), 0.03, 0 },     { GPU(memory_load), 0.03, 0 }, { GPU(memory_used), 0, 0.01 },
    { GPU(power), 0, 0.03 },    { GPU(temperature), 1, 0 },    { GPU(sm_clock), 0, 0.02 },
    { GPU(pcie_in), 0, 0.1 },   { GPU(pcie_out), 0, 0.1 },     { GPU(memory_clock), 0, 0.02 },
};
static const double core_tolerance = 0.12;

enum { HOST_TOLERANCES = sizeof host_tolerances / sizeof *host_tolerances,
       GPU_TOLERANCES = sizeof gpu_tolerances / sizeof *gpu_tolerances };

/* Zero is shown at once, so that an idle device is seen to be idle. */
static struct reading hold(struct reading shown, struct reading fresh, double tolerance)
{
    if (shown.known && fresh.known && fresh.value > 0)
        fresh.value = figure_hold(shown.value, fresh.value, tolerance);
    return fresh;
}

/* Makes of `fresh` what is to be shown after `shown`. */
static void hold_all(const void *shown, void *fresh, const struct tolerance *tolerances, int n)
{
    for (int i = 0; i < n; i++) {
        const struct tolerance *t = &tolerances[i];
        const struct reading *was = (const struct reading *)((const char *)shown + t->offset);
        struct reading *is = (struct reading *)((char *)fresh + t->offset);

        *is = hold(*was, *is, t->absolute + t->share * was->value);
    }
}

static void take_host(struct node *n, const struct host_readings *fresh)
{
    struct host_readings next = *fresh;

    hold_all(&n->host, &next, host_tolerances, HOST_TOLERANCES);
    for (int i = 0; i < next.core_count && i < n->host.core_count; i++)
        if (next.cores[i].core == n->host.cores[i].core)
            next.cores[i].load = hold(n->host.cores[i].load, next.cores[i].load, core_tolerance);
    n->host = next;
}

/* The readings of one more second: the latest ones count again when there are no newer ones. */
static void take_gpus(struct node *n)
{
    for (int i = 0; i < n->latest.count; i++) {
        const struct gpu_reading *fresh = &n->latest.gpus[i];
        struct gpu_reading *shown = &n->gpus.gpus[i], next = *fresh;

        if (i < n->gpus.count && strcmp(shown->uuid, fresh->uuid) == 0)
            hold_all(shown, &next, gpu_tolerances, GPU_TOLERANCES);
        *shown = next;
    }
    n->gpus.number = n->latest.number;
    n->gpus.at = n->latest.at;
    n->gpus.count = n->latest.count;
    n->gpus.all = n->latest.all;
    text_copy(n->gpus.why_none, sizeof n->gpus.why_none, n->latest.why_none);
}

static void add_to_histories(struct node *n, const struct host_readings *fresh)
{
    const struct {
        struct history *history;
        struct reading reading;
    } of_host[] = {
        { &n->cpu_load, fresh->cpu_load },         { &n->node_load, fresh->node_load },
        { &n->disk_read, fresh->node_disk_read },  { &n->disk_write, fresh->node_disk_write },
        { &n->network_in, fresh->network_in },     { &n->network_out, fresh->network_out },
    };

    for (size_t i = 0; i < sizeof of_host / sizeof *of_host; i++)
        history_add(of_host[i].history, of_host[i].reading);
    for (int i = 0; i < GPUS_MAX; i++) {
        const struct gpu_reading *gpu = &n->latest.gpus[i];
        bool there = i < n->latest.count && !n->gpus_stale;

        history_add(&n->gpu_load[i], there ? gpu->load : (struct reading){ 0 });
        history_add(&n->gpu_memory[i],
                    there ? gauge_share(gpu->memory_used, gpu->memory_total) : (struct reading){ 0 });
    }
}

void node_take(struct node *n, const struct host_readings *host, double owed)
{
    n->gpus_stale = n->latest.count > 0 && owed > stale_seconds;
    gpu_idle_take(&n->idle, &n->latest);
    take_host(n, host);
    take_gpus(n);
    add_to_histories(n, host);
}

bool node_open(struct node *n, struct error *e)
{
    struct error why;

    *n = (struct node){ .host_sampler = host_sampler_new(), .gpu_seconds = distant_seconds };
    if (!n->host_sampler)
        return error_set(e, ERROR_MEMORY, "out of memory for the node's readings");
    host_sampler_read(n->host_sampler, &n->host);
    n->gpu_sampler = gpu_sampler_start(NULL, n->gpu_seconds, &why);
    if (!n->gpu_sampler) {
        text_copy(n->latest.why_none, sizeof n->latest.why_none, why.text);
        n->gpus = n->latest;
    }
    return true;
}

void node_tick(struct node *n)
{
    struct host_readings fresh;

    host_sampler_read(n->host_sampler, &fresh);
    if (n->gpu_sampler && gpu_sampler_number(n->gpu_sampler) != n->latest.number)
        gpu_sampler_read(n->gpu_sampler, &n->latest);
    node_take(n, &fresh, n->gpu_sampler ? gpu_sampler_owed(n->gpu_sampler) : 0);
}

void node_watch_gpus(struct node *n, bool closely)
{
    double seconds = closely ? close_seconds : distant_seconds;

    if (seconds == n->gpu_seconds)
        return;
    n->gpu_seconds = seconds;
    if (n->gpu_sampler)
        gpu_sampler_pace(n->gpu_sampler, seconds);
}

void node_close(struct node *n)
{
    gpu_sampler_stop(n->gpu_sampler);
    host_sampler_free(n->host_sampler);
    *n = (struct node){ 0 };
}

const struct gpu_reading *node_gpu(const struct node *n, const struct device_info *device)
{
    return gpu_readings_find(&n->gpus, device->pci, device->uuid);
}

/* A GPU that is split has memory for each of its parts; NVML tells of the whole. */
static struct reading free_of_gpu(const struct node *n, const struct device_info *info)
{
    const struct gpu_reading *gpu = node_gpu(n, info);

    if (!gpu || gpu->mig == GPU_MIG_ON || !gpu->memory_used.known || !gpu->memory_total.known)
        return reading_of((double)info->memory);
    return reading_of(fmax(gpu->memory_total.value - gpu->memory_used.value, 0));
}

struct memory_room node_room(const struct node *n, const struct device *device)
{
    const struct host_readings *host = &n->host;
    struct memory_room room = { .limit = host->memory.limit.known ? (uint64_t)host->memory.limit.value : 0 };

    if (host->memory.limit.known && host->memory.used.known)
        room.host = (uint64_t)fmax(host->memory.limit.value - host->memory.used.value, 1);
    if (device->info.threads == 0)
        room.device = (uint64_t)free_of_gpu(n, &device->info).value;
    return room;
}

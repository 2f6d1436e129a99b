#include "run/run_gpus.h"

#include <math.h>

#include "base/text.h"

void run_gpus_add(struct run_gpus *g, const struct device_info *gpu)
{
    if (g->count == DEVICES_MAX)
        return;
    text_copy(g->of[g->count].pci, sizeof g->of[0].pci, gpu->pci);
    text_copy(g->of[g->count].uuid, sizeof g->of[0].uuid, gpu->uuid);
    g->count++;
}

void run_gpus_begin(struct run_gpus *g, const struct device *device, struct gpu_sampler *sampler)
{
    *g = (struct run_gpus){ .sampler = sampler };
    for (int i = 0; device->info.threads == 0 && i < devices_replicas(device); i++) {
        const struct device one = devices_one_of(device, i);

        run_gpus_add(g, &one.info);
    }
}

static bool is_among(const struct gpu_reading *const *found, int count, const struct gpu_reading *gpu)
{
    for (int i = 0; i < count; i++)
        if (found[i] == gpu)
            return true;
    return false;
}

int run_gpus_find(const struct run_gpus *g, const struct gpu_readings *readings,
                  const struct gpu_reading *found[GPUS_MAX], bool *whole)
{
    int count = 0;

    *whole = g->count > 0;
    for (int i = 0; i < g->count; i++) {
        const struct gpu_reading *gpu = gpu_readings_find(readings, g->of[i].pci, g->of[i].uuid);

        if (!gpu)
            *whole = false;
        else if (!is_among(found, count, gpu))
            found[count++] = gpu;
    }
    return count;
}

static double sum(double a, double b)
{
    return a + b;
}

static void join(struct reading *to, struct reading r, double (*of)(double a, double b))
{
    *to = (struct reading){ to->known && r.known, of(to->value, r.value) };
}

static void add(struct gpu_reading *to, const struct gpu_reading *gpu)
{
    join(&to->load, gpu->load, sum);
    join(&to->memory_used, gpu->memory_used, sum);
    join(&to->memory_total, gpu->memory_total, sum);
    join(&to->power, gpu->power, sum);
    join(&to->power_limit, gpu->power_limit, sum);
    join(&to->temperature, gpu->temperature, fmax);
    to->throttles_known = to->throttles_known && gpu->throttles_known;
    to->throttles |= gpu->throttles;
    if (gpu->lost && !to->lost)
        text_copy(to->trouble, sizeof to->trouble, gpu->trouble);
    to->lost |= gpu->lost;
}

bool run_gpus_together(const struct run_gpus *g, const struct gpu_readings *readings, struct gpu_reading *out)
{
    const struct gpu_reading *found[GPUS_MAX];
    bool whole;
    const int count = run_gpus_find(g, readings, found, &whole);

    if (count == 0)
        return false;
    if (whole && count == 1) {
        *out = *found[0];
        return true;
    }
    *out = (struct gpu_reading){ .index = -1, .throttles_known = whole };
    out->load = out->memory_used = out->memory_total = (struct reading){ whole, 0 };
    out->power = out->power_limit = out->temperature = (struct reading){ whole, 0 };
    for (int i = 0; i < count; i++)
        add(out, found[i]);
    out->load.value /= count;
    return true;
}

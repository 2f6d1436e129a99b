#include "run/run_gpus.h"

#include "base/text.h"

void run_gpus_begin(struct run_gpus *g, const struct device *device, struct gpu_sampler *sampler)
{
    *g = (struct run_gpus){ .sampler = sampler };
    for (int i = 0; device->info.threads == 0 && i < devices_replicas(device); i++) {
        const struct device one = devices_one_of(device, i);

        text_copy(g->of[i].pci, sizeof g->of[i].pci, one.info.pci);
        text_copy(g->of[i].uuid, sizeof g->of[i].uuid, one.info.uuid);
        g->count++;
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

#include "host/gpu/gpu_idle.h"

/* What other programs and the driver's own work need now and then. */
static const double least_load = 0.02;

static bool idles(const struct gpu_reading *gpu)
{
    return gpu->mine && gpu->load.known && gpu->load.value < least_load;
}

void gpu_idle_take(struct gpu_idle *idle, const struct gpu_readings *readings)
{
    if (readings->number == idle->number)
        return;
    idle->number = readings->number;
    for (int i = 0; i < readings->count; i++)
        if (!idles(&readings->gpus[i]))
            idle->since[i] = 0;
        else if (idle->since[i] == 0)
            idle->since[i] = readings->at;
}

double gpu_idle_seconds(const struct gpu_idle *idle, const struct gpu_readings *readings, int position)
{
    if (!readings->gpus[position].load.known)
        return -1;
    return idle->since[position] > 0 ? readings->at - idle->since[position] : 0;
}

double gpu_idle_longest(const struct gpu_idle *idle, const struct gpu_readings *readings)
{
    double longest = -1;

    for (int i = 0; i < readings->count; i++) {
        double seconds = readings->gpus[i].mine ? gpu_idle_seconds(idle, readings, i) : -1;

        longest = seconds > longest ? seconds : longest;
    }
    return longest;
}

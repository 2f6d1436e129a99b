/* For how long GPUs have done nothing, by their readings. Sites cancel jobs whose GPU idles. */
#ifndef HOST_GPU_IDLE_H
#define HOST_GPU_IDLE_H

#include "host/gpu/gpu_readings.h"

struct gpu_idle {
    uint64_t number;        /* of the newest snapshot that was taken */
    double since[GPUS_MAX]; /* by position, clock_seconds(); 0: it works, or it is not known */
};

/* Every snapshot, one after another; one that was taken before changes nothing. */
void gpu_idle_take(struct gpu_idle *idle, const struct gpu_readings *readings);

/* Of the GPU at this position in the snapshot that was taken last; 0: it works, negative: unknown. */
double gpu_idle_seconds(const struct gpu_idle *idle, const struct gpu_readings *readings, int position);

/* The longest of those that this process may use; negative: unknown, or there are none. */
double gpu_idle_longest(const struct gpu_idle *idle, const struct gpu_readings *readings);

#endif

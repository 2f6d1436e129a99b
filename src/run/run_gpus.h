/* The GPUs that a run trains on in this process, as the node's sampler reads them: all of "cuda:0-3". */
#ifndef RUN_RUN_GPUS_H
#define RUN_RUN_GPUS_H

#include "host/gpu/gpu_sampler.h"
#include "run/devices.h"

struct run_gpus {
    struct gpu_sampler *sampler; /* NULL: nobody reads them */
    int count;                   /* 0: it trains on a CPU */
    struct {
        char pci[32], uuid[96]; /* as in struct device_info */
    } of[DEVICES_MAX];
};

/* Of a device, and the sampler (or NULL), which must outlive it. Of several GPUs the backend is asked who they are. */
void run_gpus_begin(struct run_gpus *g, const struct device *device, struct gpu_sampler *sampler);

void run_gpus_add(struct run_gpus *g, const struct device_info *gpu);

/* Those of them that a snapshot has, each once: parts of one GPU (MIG) are that GPU. Returns how many; *whole: there
 * are some, and none is missing. */
int run_gpus_find(const struct run_gpus *g, const struct gpu_readings *readings,
                  const struct gpu_reading *found[GPUS_MAX], bool *whole);

/* As if they were one: the mean of their loads, the sums of memory and power, the hottest, and what slows any of them
 * down. What is not known of each is unknown; where one is lost, so are they. Of one alone it is its reading. False:
 * none is there. */
bool run_gpus_together(const struct run_gpus *g, const struct gpu_readings *readings, struct gpu_reading *out);

#endif

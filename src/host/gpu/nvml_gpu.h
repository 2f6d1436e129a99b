/* The readings of one GPU and of its MIG instances. */
#ifndef HOST_NVML_GPU_H
#define HOST_NVML_GPU_H

#include "host/gpu/gpu_readings.h"
#include "host/gpu/nvml_calls.h"

/* Both return NVML_FINE, or why the GPU is gone: then what the second read means nothing. What a driver does not tell
 * is left as it was, so fill a GPU of which nothing is known. This one: name, UUID, place. */
int nvml_gpu_identify(struct gpu_reading *gpu, const struct nvml_calls *calls, nvml_device device);

/* … and this one: everything else. `visible` is CUDA's list (gpu_visible.h), for the instances. */
int nvml_gpu_read(struct gpu_reading *gpu, const struct nvml_calls *calls, nvml_device device, const char *visible);

#endif

/* Reads the processes on a GPU or on one of its MIG instances. */
#ifndef HOST_NVML_PROCESSES_H
#define HOST_NVML_PROCESSES_H

#include "host/gpu/gpu_readings.h"
#include "host/gpu/nvml_calls.h"

/* Adds the processes of `device`, which is the GPU itself (instance -1) or one of its instances, and sets
 * `processes_known` when they could be read. A process of several kinds (compute, graphics) is listed once. */
void nvml_processes_add(struct gpu_reading *gpu, const struct nvml_calls *calls, nvml_device device, int instance);

#endif

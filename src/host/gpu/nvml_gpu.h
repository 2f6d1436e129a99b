/* The readings of one GPU and of its MIG instances. */
#ifndef HOST_NVML_GPU_H
#define HOST_NVML_GPU_H

#include "host/gpu/gpu_readings.h"
#include "host/gpu/nvml_calls.h"

/* Both return NVML_FINE, or why the GPU is gone: then what the second read means nothing. What a driver does not tell
 * is left as it was, so fill a GPU of which nothing is known. This one: name, UUID, place. */
int nvml_gpu_identify(struct gpu_reading *gpu, const struct nvml_calls *calls, nvml_device device);

/* … and this one: everything else. `visible` is CUDA's list (see below), for the instances. */
int nvml_gpu_read(struct gpu_reading *gpu, const struct nvml_calls *calls, nvml_device device, const char *visible);

/* Does CUDA let this process use it, by the rules of CUDA_VISIBLE_DEVICES? `list` is the variable's text; NULL when it is
 * not set: then everything is visible. It names GPUs by number or by the beginning of their UUID, MIG instances by their
 * UUID; what is neither ends it. Numbers are taken in the order of the bus, as NVML counts and as CUDA does among GPUs of
 * one kind. A negative index matches no number. */
bool nvml_gpu_visible(const char *list, int index, const char *uuid);

#endif

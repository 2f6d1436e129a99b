/* Reads one GPU and its MIG instances, and tells whether this process may use them. */
#ifndef HOST_NVML_GPU_H
#define HOST_NVML_GPU_H

#include "host/gpu/gpu_readings.h"
#include "host/gpu/nvml_calls.h"

/* Reads name, UUID and PCI address. Like nvml_gpu_read(), it returns NVML_FINE, or why the GPU is gone, and leaves what
 * the driver does not tell as it was: begin with a GPU of which nothing is known. */
int nvml_gpu_identify(struct gpu_reading *gpu, const struct nvml_calls *calls, nvml_device device);

/* Reads everything else; it is of no use when the GPU is gone. `visible` is CUDA's list (see below), for the
 * instances. */
int nvml_gpu_read(struct gpu_reading *gpu, const struct nvml_calls *calls, nvml_device device, const char *visible);

/* Does CUDA let this process use a GPU or an instance, by the rules of CUDA_VISIBLE_DEVICES? `list` is the variable's
 * text, or NULL when it is not set: then all are visible. It names GPUs by number or by the beginning of their UUID,
 * MIG instances by their UUID; anything else ends the list. Numbers follow the order of the bus, as in NVML, and as in
 * CUDA for GPUs of one kind. A negative `index` matches no number. */
bool nvml_gpu_visible(const char *list, int index, const char *uuid);

#endif

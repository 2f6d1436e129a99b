/* Which GPUs there are, or why there is none. Asking starts no work on them and allocates none of their memory. */
#ifndef GPU_GPU_DEVICES_H
#define GPU_GPU_DEVICES_H

#include "nn/plan/backend.h"

/* `devices` of struct backend_class. Leaves out GPUs older than the oldest architecture that is compiled for; ids hold
 * CUDA's own numbers, "cuda:0". */
int gpu_devices(struct device_info *out, int room, char *why_none, size_t size);

/* CUDA's number of the device at `index` in that list; false with why there is none. */
bool gpu_devices_number(int index, int *number, struct error *e);

#endif

/* Which GPUs there are, or why none. Asking starts no work on them and takes none of their memory. */
#ifndef GPU_GPU_DEVICES_H
#define GPU_GPU_DEVICES_H

#include "nn/plan/backend.h"

/* As struct backend_class has it. GPUs that are older than the oldest compiled code are left out; ids are CUDA's own
 * numbers, "cuda:0". */
int gpu_devices(struct device_info *out, int room, char *why_none, size_t size);

/* CUDA's number of the index-th device of that list; false with why there is none. */
bool gpu_devices_number(int index, int *number, struct error *e);

#endif

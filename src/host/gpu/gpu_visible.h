/* Which GPUs CUDA lets this process use, by the rules of CUDA_VISIBLE_DEVICES. */
#ifndef HOST_GPU_VISIBLE_H
#define HOST_GPU_VISIBLE_H

#include <stdbool.h>

/* `list` is the variable's text, NULL when it is not set: then everything is visible. It names GPUs by number or by the
 * beginning of their UUID, MIG instances by their UUID; what is neither ends it. Numbers are taken in the order of the
 * bus, as NVML counts and as CUDA does among GPUs of one kind. A negative index matches no number. */
bool gpu_visible(const char *list, int index, const char *uuid);

#endif

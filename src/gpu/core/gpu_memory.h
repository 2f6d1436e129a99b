/* Memory of the device; and staged memory: the host's, pinned, which the device reads and writes by itself. */
#ifndef GPU_GPU_MEMORY_H
#define GPU_GPU_MEMORY_H

#include "gpu/core/gpu.h"

/* Zeroed. NULL with the sticky error, which tells how much `purpose` needs ("the network's buffers") and how much is
 * free. */
void *gpu_memory_new(struct gpu *gpu, size_t bytes, const char *purpose);
void gpu_memory_free(struct gpu *gpu, void *memory); /* or NULL */

/* Bytes that gpu_memory_new() could give, less a reserve for CUDA itself and for other programs on the device. */
uint64_t gpu_memory_room(struct gpu *gpu);

/* The staged memory of one backend. */
struct gpu_memory_stages {
    struct gpu_memory_stage *first;
};

/* NULL with the sticky error. */
void *gpu_memory_stage(struct gpu_memory_stages *stages, struct gpu *gpu, size_t bytes);
void gpu_memory_unstage(struct gpu_memory_stages *stages, struct gpu *gpu, void *memory);
void gpu_memory_unstage_all(struct gpu_memory_stages *stages, struct gpu *gpu);
bool gpu_memory_is_staged(const struct gpu_memory_stages *stages, const void *memory, size_t bytes);

#endif

/* Memory of the device, memory of the host that the device works on by itself, and what goes between them. */
#ifndef GPU_GPU_MEMORY_H
#define GPU_GPU_MEMORY_H

#include "gpu/core/gpu.h"
#include "gpu/core/gpu_marks.h"

/* Zeroed. NULL with the sticky error: how much `purpose` needs ("the network's buffers"), how much is free. */
void *gpu_memory_new(struct gpu *gpu, size_t bytes, const char *purpose);
void gpu_memory_free(struct gpu *gpu, void *memory); /* or NULL */

/* Until nothing is at work any more, after a failure as well: freeing does not have to wait for it. */
void gpu_settle(struct gpu *gpu);

/* Bytes that are free beside a reserve for CUDA's own needs and other programs' on the device. */
uint64_t gpu_memory_room(struct gpu *gpu);

/* Staged memory of one backend. */
struct gpu_stages {
    struct gpu_stage *first;
};

void *gpu_stage(struct gpu_stages *stages, struct gpu *gpu, size_t bytes); /* NULL with the sticky error */
void gpu_unstage(struct gpu_stages *stages, struct gpu *gpu, void *memory);
void gpu_stages_close(struct gpu_stages *stages, struct gpu *gpu);
bool gpu_is_staged(const struct gpu_stages *stages, const void *memory, size_t bytes);

#endif

#include "gpu/core/gpu_memory.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"

static void *no_memory(struct gpu *gpu, size_t bytes, const char *purpose)
{
    size_t available, all;
    char needed[32], left[32], whole[32];

    cudaGetLastError(); /* clears the failure, which the next call would return again */
    if (!gpu_good(gpu, cudaMemGetInfo(&available, &all), "asking for its free memory"))
        return NULL;
    text_bytes(needed, sizeof needed, bytes);
    text_bytes(left, sizeof left, available);
    text_bytes(whole, sizeof whole, all);
    error_set(&gpu->error, ERROR_MEMORY, "not enough memory on cuda:%d: %s need %s, %s of %s are free", gpu->device,
              purpose, needed, left, whole);
    return NULL;
}

void *gpu_memory_new(struct gpu *gpu, size_t bytes, const char *purpose)
{
    void *memory = NULL;
    cudaError_t status;

    if (gpu->error.kind != ERROR_NONE)
        return NULL;
    status = cudaMalloc(&memory, bytes ? bytes : 1);
    if (status == cudaErrorMemoryAllocation)
        return no_memory(gpu, bytes, purpose);
    if (gpu_good(gpu, status, "giving memory") &&
        gpu_good(gpu, cudaMemsetAsync(memory, 0, bytes, gpu->stream), "clearing memory"))
        return memory;
    gpu_memory_free(gpu, memory);
    return NULL;
}

void gpu_memory_free(struct gpu *gpu, void *memory)
{
    if (!memory)
        return;
    gpu_settle(gpu);
    cudaFree(memory);
}

uint64_t gpu_memory_room(struct gpu *gpu)
{
    const size_t reserve_most = (size_t)1 << 30, reserve_part = 16;
    size_t available, all, reserve;

    if (gpu->error.kind != ERROR_NONE || !gpu_good(gpu, cudaMemGetInfo(&available, &all), "asking for its free memory"))
        return 0;
    reserve = size_min(all / reserve_part, reserve_most);
    return available - size_min(reserve, available);
}

struct gpu_memory_stage {
    struct gpu_memory_stage *next;
    char *memory;
    size_t bytes;
};

void *gpu_memory_stage(struct gpu_memory_stages *stages, struct gpu *gpu, size_t bytes)
{
    struct gpu_memory_stage *stage;
    void *memory = NULL;

    if (gpu->error.kind != ERROR_NONE)
        return NULL;
    stage = memory_new(1, sizeof *stage, &gpu->error);
    if (!stage)
        return NULL;
    if (!gpu_good(gpu, cudaHostAlloc(&memory, bytes ? bytes : 1, cudaHostAllocDefault), "pinning memory of the host")) {
        free(stage);
        return NULL;
    }
    *stage = (struct gpu_memory_stage){ .next = stages->first, .memory = memory, .bytes = bytes };
    stages->first = stage;
    return memory;
}

static void free_stage(struct gpu_memory_stage **link, struct gpu *gpu)
{
    struct gpu_memory_stage *stage = *link;

    *link = stage->next;
    gpu_settle(gpu);
    cudaFreeHost(stage->memory);
    free(stage);
}

void gpu_memory_unstage(struct gpu_memory_stages *stages, struct gpu *gpu, void *memory)
{
    for (struct gpu_memory_stage **link = &stages->first; *link; link = &(*link)->next)
        if ((*link)->memory == memory) {
            free_stage(link, gpu);
            return;
        }
}

void gpu_memory_unstage_all(struct gpu_memory_stages *stages, struct gpu *gpu)
{
    while (stages->first)
        free_stage(&stages->first, gpu);
}

bool gpu_memory_is_staged(const struct gpu_memory_stages *stages, const void *memory, size_t bytes)
{
    uintptr_t at = (uintptr_t)memory;

    for (const struct gpu_memory_stage *s = stages->first; s; s = s->next) {
        uintptr_t begin = (uintptr_t)s->memory;

        if (at >= begin && at - begin <= s->bytes && bytes <= s->bytes - (at - begin))
            return true;
    }
    return false;
}

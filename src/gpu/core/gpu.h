/* The CUDA backend from inside: what an operation is, what it is given, and the sticky error.
 *
 *     gpu_backend   behind nn/plan/backend.h: plans bound and run, the table of operations, the plug-in's symbol
 *          |
 *        ops/       the operations, one file a family
 *          |
 *       cudnn/      convolutions by cuDNN, where it is installed and gives the right numbers
 *       nccl/       sums over several GPUs, by NCCL
 *          |
 *        core/      devices, memory, graphs, launches; products by cuBLASLt, their operands and results
 *
 * Includes and calls go down only. Files with kernels are CUDA C++ (.cu), the others C. A file whose functions others
 * call is named after their prefix; headers without gpu_, cudnn_ or nccl_ in their name are for kernels alone.
 *
 * The tests compile the same sources for the host (tests/cuda_on_host). So kernels are launched by cudaLaunchKernelEx
 * (gpu_launch.h) and not by <<< >>>, and use no dynamic shared memory and no PTX.
 *
 * A step is a function of its span of operations, its rows and the images that the device holds, and of the numbers
 * that lie on the device: struct gpu_step. That is why a span can be captured once and replayed. A kernel may take
 * task->rows as an argument, but must read *task->step on the device. While operations run nothing is allocated,
 * waited for or read back.
 *
 * The order of a sum depends on sizes and the device alone, and floats are never added atomically: the same seed gives
 * the same bits on the same device with the same libraries. */
#ifndef GPU_GPU_H
#define GPU_GPU_H

#include <stddef.h>
#include <stdint.h>

#include <cuda_runtime_api.h>

#include "base/limits.h"
#include "nn/plan/backend.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The part of struct step that changes from step to step; on the device. */
struct gpu_step {
    uint64_t number, seed;
    double learning_rate;
    uint32_t epoch;
    int first, whole, part, parts;
    struct step_mix mix;
};

struct gpu_products;  /* gpu_product.h */
struct cudnn_choices; /* cudnn_choices.h */
struct nccl_sums;     /* nccl_sums.h */
struct gpu;

/* Others that can hold the streams of a device up: ranks whose part of a sum has not come. */
struct gpu_peers {
    /* Asked every moment by who has waited for a stream for so many seconds. False when they are waited for no longer:
     * the sticky error says why, and the streams go on without them. */
    bool (*wait_on)(struct gpu *gpu, double waited);
    /* They are not waited for any more. */
    void (*let_go)(struct gpu *gpu);
};

/* The gradient of a convolution's own map, which one of its two gradients leaves in the workspace for the other. */
struct gpu_left {
    const void *map;         /* NULL: nothing is left */
    const void *dy, *winner; /* what it was made from */
};

/* A device and what all operations on it share. */
struct gpu {
    struct error error; /* the first failure; it sticks */
    int device;         /* CUDA's number */
    int multiprocessors;
    size_t memory; /* bytes of the whole device */
    cudaStream_t stream;
    void *workspace;      /* of one operation at a time; aligned to GPU_ALIGNMENT */
    struct gpu_left left; /* by the operation that is being queued */
    struct gpu_products *products;
    struct cudnn_choices *cudnn; /* NULL until a convolution is prepared */
    struct nccl_sums *sums;      /* with other ranks; NULL: it is alone */
    const struct gpu_peers *peers; /* NULL: there are none */
};

/* One run of an operation. */
struct gpu_task {
    struct gpu *gpu;
    const struct op *op;
    int rows;                     /* N */
    const struct gpu_step *step;  /* device */
    const uint8_t *images;        /* device: the whole split, where it is held there; or NULL */
    void *const *in, *const *out; /* device; as op->in and op->out, NULL for VALUE_NONE */
    struct gpu_left left;         /* by the operation before */
};

/* An operation on a GPU. */
struct gpu_kernel {
    void (*run)(const struct gpu_task *task); /* queues its work on gpu->stream */
    /* Bytes of workspace for steps of up to `batch` rows; NULL: it needs none. When `run` starts, the workspace holds
     * anything but what task->left says. */
    size_t (*workspace)(const struct gpu *gpu, const struct op *op, int batch);
};

/* gpu_conv2d and so on: one for each row of OPERATIONS, defined beside the functions that it names. The linker says
 * which one is missing. */
#define GPU_KERNEL(KIND, name, ...) extern const struct gpu_kernel gpu_##name;
OPERATIONS(GPU_KERNEL)
#undef GPU_KERNEL

/* Chooses CUDA's device of that number for this thread and makes its stream, on a zeroed struct; false with the sticky
 * error. gpu_close() in either case, once all that was made on it is freed. */
bool gpu_open(struct gpu *gpu, int number);
void gpu_close(struct gpu *gpu);

/* Bytes that workspaces, and the parts of one, begin at a multiple of. No library asks for more. */
enum { GPU_ALIGNMENT = 256 };

static inline size_t gpu_aligned(size_t bytes)
{
    return size_round_up(bytes, GPU_ALIGNMENT);
}

/* Bytes of workspace that an operation should stay within, where it has the choice. */
size_t gpu_workspace_most(const struct gpu *gpu);

/* Whether a call of CUDA succeeded. The first that did not becomes the sticky error, an ERROR_DEVICE (ERROR_MEMORY
 * where memory ran out): what was being done ("copying"), CUDA's own words, gpu_advice(). */
bool gpu_good(struct gpu *gpu, cudaError_t status, const char *doing);

/* "; start cuvette again to use this GPU": what a user can do about a failure; "" where nothing is known. */
const char *gpu_advice(cudaError_t status);

/* For a library that says no more than that it failed: false, with the sticky error, where the device itself has. */
bool gpu_still_works(struct gpu *gpu, const char *doing);

/* Waits for an event; false with the sticky error. */
bool gpu_wait_for(struct gpu *gpu, cudaEvent_t event, const char *doing);

/* Waits until the stream is empty, after a failure too: CUDA may free memory while work in the stream still uses it.
 * After a failure other ranks are let go first. */
void gpu_settle(struct gpu *gpu);

#ifdef __cplusplus
}
#endif

#endif

/* The CUDA backend from inside: what a kernel is called with, and the table of them.
 *
 *   plugin.c        the one symbol that the executable asks for
 *   gpu_devices.c   which GPUs there are, or why none
 *   gpu_backend.c   nn/plan/backend.h: plans bound and run
 *   gpu_memory.c    memory and transfers
 *   gpu_marks.c     places in the stream that can be waited for
 *   gpu_graph.c     spans captured as CUDA graphs and replayed
 *   gpu_error.c     the sticky error, in words
 *   gpu_kernels.c   the table: one row an operation
 *   gpu_products.c  matrix products by cuBLASLt
 *   cudnn_*         convolutions by cuDNN, where it is there and right: _calls says what is used of it, _library opens it,
 *                   _descriptors and _operation speak with it, _plans asks it, _choices tries what it says, _convolution
 *                   works with it
 *   everything else: the operations, a file a family; CUDA C++ (.cu) where there are kernels, C where there are only products
 *
 * The same sources are compiled for the host by the tests (tests/cuda_on_host): so kernels are launched by
 * cudaLaunchKernelEx (gpu_launch.h) and not by <<< >>>, use no dynamic shared memory and no PTX.
 *
 * A step is a function of (span, rows, held images) but for its number, seed and learning rate, which lie on the device: that
 * is what lets a span be captured once and replayed. A kernel may take task->rows as a number; what is in `step` it
 * must read on the device. Nothing is allocated, waited for or read back while operations run.
 *
 * Sums are made in an order that depends on the sizes alone, never by atomic additions of floats: the same seed gives
 * the same bits on the same device with the same libraries. */
#ifndef GPU_GPU_H
#define GPU_GPU_H

#include <stddef.h>
#include <stdint.h>

#include <cuda_runtime_api.h>

#include "nn/plan/backend.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of struct step, on the device. */
struct gpu_step {
    uint64_t number, seed;
    double learning_rate;
};

struct gpu_products;  /* gpu_products.h */
struct cudnn_choices; /* cudnn_convolution.h */

/* What an operation left in the workspace, of which the next may make use: the gradient of a convolution's own map. */
struct gpu_left {
    const void *map; /* NULL: nothing */
    const void *dy, *winner;
};

/* What operations work with. */
struct gpu {
    struct error error;       /* the first failure */
    int device;
    int multiprocessors;
    size_t memory;            /* bytes of the whole device */
    cudaStream_t stream;
    void *workspace;          /* one operation's at a time, at a multiple of 256 */
    struct gpu_left left;     /* by the operation that is queued */
    struct gpu_products *products;
    struct cudnn_choices *cudnn; /* NULL until a convolution is prepared */
};

struct gpu_task {
    struct gpu *gpu;
    const struct op *op;
    int rows;                     /* N */
    const struct gpu_step *step;  /* device */
    const uint8_t *images;        /* device: the held split, or NULL */
    void *const *in, *const *out; /* device; as op->in and op->out; NULL for VALUE_NONE */
    struct gpu_left left;         /* by the operation before */
};

struct gpu_kernel {
    void (*run)(const struct gpu_task *task); /* queues its work on gpu->stream */
    /* Bytes of workspace for steps of up to `batch` rows; NULL: none. Rubbish when a kernel starts. */
    size_t (*workspace)(const struct gpu *gpu, const struct op *op, int batch);
};

extern const struct gpu_kernel gpu_kernels[OP_COUNT]; /* run is NULL where there is none */

/* The first failure sticks, as an ERROR_DEVICE with what was being done and CUDA's own words; true where all is well.
 * gpu_error.c */
bool gpu_good(struct gpu *gpu, cudaError_t status, const char *doing);

/* "; start cuvette again to use this GPU": what a user can do about it; "" where nothing is known. gpu_error.c */
const char *gpu_advice(cudaError_t status);

/* After a failure of which a library says no more than that it was one: false, with the sticky error, where it is the
 * device's. gpu_error.c */
bool gpu_still_works(struct gpu *gpu, const char *doing);

/* step.cu: queues the numbers of the steps to come */
void gpu_set_step(struct gpu *gpu, struct gpu_step *to, const struct gpu_step *step);

/* gather.cu */
void gpu_gather(const struct gpu_task *task);

/* convolution.c: im2col (columns.cu) and products, or cuDNN; pooled ones through conv_pool.cu */
void gpu_conv2d(const struct gpu_task *task);
void gpu_conv2d_input_gradient(const struct gpu_task *task);
void gpu_conv2d_weight_gradient(const struct gpu_task *task);
size_t gpu_conv2d_workspace(const struct gpu *gpu, const struct op *op, int batch);
size_t gpu_conv2d_input_gradient_workspace(const struct gpu *gpu, const struct op *op, int batch);
size_t gpu_conv2d_weight_gradient_workspace(const struct gpu *gpu, const struct op *op, int batch);

/* dense.c */
void gpu_dense(const struct gpu_task *task);
void gpu_dense_input_gradient(const struct gpu_task *task);
void gpu_dense_weight_gradient(const struct gpu_task *task);
size_t gpu_dense_workspace(const struct gpu *gpu, const struct op *op, int batch); /* of all three */

/* pool.cu */
void gpu_max_pool(const struct gpu_task *task);
void gpu_max_pool_gradient(const struct gpu_task *task);
void gpu_average_pool(const struct gpu_task *task);
void gpu_average_pool_gradient(const struct gpu_task *task);

/* global_pool.cu */
void gpu_global_average_pool(const struct gpu_task *task);
void gpu_global_average_pool_gradient(const struct gpu_task *task);

/* batch_norm.cu */
void gpu_batch_norm(const struct gpu_task *task);
void gpu_batch_norm_inference(const struct gpu_task *task);
void gpu_batch_norm_gradient(const struct gpu_task *task);
size_t gpu_batch_norm_workspace(const struct gpu *gpu, const struct op *op, int batch); /* of all three */

/* activation.cu */
void gpu_activation(const struct gpu_task *task);
void gpu_activation_gradient(const struct gpu_task *task);

/* elements.cu */
void gpu_dropout(const struct gpu_task *task); /* and its gradient: the same mask, the same factor */
void gpu_add(const struct gpu_task *task);

/* loss.cu */
void gpu_softmax_loss(const struct gpu_task *task);
void gpu_softmax_loss_gradient(const struct gpu_task *task);
size_t gpu_softmax_loss_workspace(const struct gpu *gpu, const struct op *op, int batch);

/* clip.cu */
void gpu_clip_gradient(const struct gpu_task *task);
size_t gpu_clip_gradient_workspace(const struct gpu *gpu, const struct op *op, int batch);

/* update.cu */
void gpu_sgd(const struct gpu_task *task);
void gpu_adam(const struct gpu_task *task);

#ifdef __cplusplus
}
#endif

#endif

#include "gpu/gpu_backend.h"

#include <stdlib.h>

#include <cuda_runtime_api.h>

#include "base/limits.h"
#include "base/memory.h"
#include "gpu/core/gpu.h"
#include "gpu/core/gpu_devices.h"
#include "gpu/core/gpu_graph.h"
#include "gpu/core/gpu_laps.h"
#include "gpu/core/gpu_marks.h"
#include "gpu/core/gpu_memory.h"
#include "gpu/core/gpu_product.h"
#include "gpu/cudnn/cudnn_choices.h"
#include "gpu/nccl/nccl_sums.h"
#include "nn/plan/backend.h"

static const struct gpu_kernel *const kernels[OP_COUNT] = {
#define KERNEL(KIND, name, ...) [OP_##KIND] = &gpu_##name,
    OPERATIONS(KERNEL)
#undef KERNEL
};

struct gpu_backend {
    struct backend base;
    struct gpu gpu;
    struct gpu_marks marks;
    struct gpu_memory_stages stages;
    struct gpu_graphs graphs;
    struct gpu_laps laps;
    struct gpu_step *step; /* device */
    const struct plan *plan;
    struct bound_op *bound; /* [plan->n_ops] */
};

static struct gpu_backend *backend_of(struct backend *b)
{
    return (struct gpu_backend *)b;
}

static bool is_well(const struct gpu_backend *self)
{
    return self->gpu.error.kind == ERROR_NONE;
}

/* On a lost device every call here fails, and nothing more needs to be done. */
static void close_backend(struct backend *b)
{
    struct gpu_backend *self = backend_of(b);

    gpu_marks_wait(&self->marks, &self->gpu);
    gpu_settle(&self->gpu);
    nccl_sums_close(&self->gpu);
    gpu_graph_drop_all(&self->graphs);
    cudnn_choices_drop(&self->gpu);
    gpu_products_close(&self->gpu);
    gpu_memory_free(&self->gpu, self->gpu.workspace);
    gpu_memory_free(&self->gpu, self->step);
    gpu_memory_unstage_all(&self->stages, &self->gpu);
    gpu_marks_close(&self->marks);
    gpu_close(&self->gpu);
    free(self->bound);
    free(self);
}

static bool gpu_alloc(struct backend *b, size_t bytes, struct buffer *out)
{
    out->handle = (uintptr_t)gpu_memory_new(&backend_of(b)->gpu, bytes, "the network's buffers");
    return out->handle != 0;
}

static void gpu_free(struct backend *b, struct buffer buffer)
{
    gpu_memory_free(&backend_of(b)->gpu, (void *)buffer.handle);
}

/* Only queued, unless the host's side is ordinary memory, which the caller may change on return. There CUDA itself
 * waits for the stream, and would not know of other ranks that never come: so that is waited for first. */
static void copy(struct gpu_backend *self, void *to, const void *from, size_t bytes, enum cudaMemcpyKind direction)
{
    const void *host = direction == cudaMemcpyHostToDevice ? from : to;
    const bool staged = gpu_memory_is_staged(&self->stages, host, bytes);

    if (!is_well(self) || bytes == 0 || (!staged && self->gpu.peers && !gpu_marks_wait(&self->marks, &self->gpu)))
        return;
    if (gpu_good(&self->gpu, cudaMemcpyAsync(to, from, bytes, direction, self->gpu.stream), "copying") && !staged)
        gpu_marks_wait(&self->marks, &self->gpu);
}

static void gpu_upload(struct backend *b, struct buffer to, size_t offset, const void *from, size_t bytes)
{
    copy(backend_of(b), (char *)to.handle + offset, from, bytes, cudaMemcpyHostToDevice);
}

static void gpu_download(struct backend *b, void *to, struct buffer from, size_t offset, size_t bytes)
{
    copy(backend_of(b), to, (const char *)from.handle + offset, bytes, cudaMemcpyDeviceToHost);
}

static void *gpu_stage_memory(struct backend *b, size_t bytes)
{
    return gpu_memory_stage(&backend_of(b)->stages, &backend_of(b)->gpu, bytes);
}

static void gpu_unstage_memory(struct backend *b, void *memory)
{
    struct gpu_backend *self = backend_of(b);

    gpu_marks_wait(&self->marks, &self->gpu);
    gpu_memory_unstage(&self->stages, &self->gpu, memory);
}

static uint64_t gpu_room(struct backend *b)
{
    return gpu_memory_room(&backend_of(b)->gpu);
}

/* One for all operations, as they run one after the other. */
static bool allocate_workspace(struct gpu_backend *self)
{
    size_t most = 0;

    for (int i = 0; i < self->plan->n_ops; i++) {
        const struct op *op = &self->plan->ops[i];
        const struct gpu_kernel *kernel = kernels[op->kind];

        if (kernel->workspace)
            most = size_max(most, kernel->workspace(&self->gpu, op, self->plan->batch));
    }
    self->gpu.workspace = most ? gpu_memory_new(&self->gpu, most, "the operations' workspace") : NULL;
    return is_well(self);
}

static bool gpu_prepare(struct backend *b, const struct plan *plan, const struct buffer arenas[ARENA_COUNT])
{
    struct gpu_backend *self = backend_of(b);

    if (!gpu_marks_wait(&self->marks, &self->gpu))
        return false;
    gpu_graph_drop_all(&self->graphs);
    gpu_memory_free(&self->gpu, self->gpu.workspace);
    self->gpu.workspace = NULL;
    free(self->bound);
    self->plan = plan;
    self->bound = backend_bind(plan, arenas, &self->gpu.error);
    if (!self->bound)
        return false;
    cudnn_choices_make(&self->gpu, plan, kernels);
    return allocate_workspace(self);
}

static void queue_operations(void *context, const struct gpu_span *span)
{
    struct gpu_backend *self = context;

    self->gpu.left = (struct gpu_left){ .map = NULL };
    for (int i = span->first; i < span->end && is_well(self); i++) {
        const struct bound_op *bound = &self->bound[i];
        struct gpu_task task = {
            .gpu = &self->gpu,
            .op = bound->op,
            .rows = span->rows,
            .step = self->step,
            .images = span->images,
            .in = bound->in,
            .out = bound->out,
            .left = self->gpu.left,
        };

        self->gpu.left = (struct gpu_left){ .map = NULL };
        kernels[bound->op->kind]->run(&task);
        gpu_laps_behind(&self->laps, &self->gpu);
    }
}

/* Queues what changes from step to step. False after a failure. */
static bool begin_step(struct gpu_backend *self, const struct step *step)
{
    struct gpu_step numbers = { .number = step->number,
                                .seed = step->seed,
                                .learning_rate = step->learning_rate,
                                .epoch = step->epoch,
                                .first = step->first,
                                .whole = step_whole(step),
                                .part = step->part,
                                .parts = step->parts,
                                .mix = step->mix };

    if (!is_well(self))
        return false;
    if (step->communicator && !self->gpu.sums)
        return error_set(&self->gpu.error, ERROR_DEVICE, "a GPU that has not joined the others cannot train with them");
    if (step->rows < 1 || step->rows > self->plan->batch)
        return error_set(&self->gpu.error, ERROR_DEVICE, "a step of %d images in a plan for at most %d", step->rows,
                         self->plan->batch);
    if (self->gpu.sums)
        nccl_sums_expect(&self->gpu, step->communicator && step->part + 1 >= step->parts);
    gpu_graph_set_step(&self->gpu, self->step, &numbers);
    return true;
}

static bool is_between_ranks(const struct gpu_backend *self, int op)
{
    return self->plan->ops[op].kind == OP_ALL_REDUCE || self->plan->ops[op].kind == OP_AWAIT;
}

static int end_of_piece(const struct gpu_backend *self, int first, int end)
{
    int i = first + 1;

    while (i < end && !is_between_ranks(self, first) && !is_between_ranks(self, i))
        i++;
    return i;
}

static struct gpu_span span_of(int first, int end, const struct step *step)
{
    return (struct gpu_span){
        .first = first, .end = end, .rows = step->rows, .images = (const uint8_t *)step->images.handle
    };
}

/* Sums over ranks are no part of a graph, so that not all ranks need to replay the same. What is between them is. */
static void gpu_run(struct backend *b, int first, int end, const struct step *step)
{
    struct gpu_backend *self = backend_of(b);
    const struct gpu_span span = span_of(first, end, step);

    if (!begin_step(self, step))
        return;
    for (int at = first, next; at < end; at = next) {
        struct gpu_span piece = span;

        next = end_of_piece(self, at, end);
        piece.first = at;
        piece.end = next;
        if (next - at > 1)
            gpu_graph_run(&self->graphs, &self->gpu, &piece, queue_operations, self);
        else
            queue_operations(self, &piece);
    }
}

static bool has_sums(const struct gpu_backend *self, int first, int end)
{
    while (first < end && !is_between_ranks(self, first))
        first++;
    return first < end;
}

static bool gpu_measure(struct backend *b, int first, int end, const struct step *step, struct op_work *out,
                        struct error *e)
{
    struct gpu_backend *self = backend_of(b);
    const struct gpu_span span = span_of(first, end, step);

    if (begin_step(self, step))
        gpu_laps_measure(&self->laps, &self->gpu, &span, !has_sums(self, first, end), queue_operations, self, out);
    *e = self->gpu.error;
    return e->kind == ERROR_NONE;
}

static uint64_t gpu_mark(struct backend *b)
{
    return gpu_marks_put(&backend_of(b)->marks, &backend_of(b)->gpu);
}

static bool gpu_reach(struct backend *b, uint64_t mark, struct error *e)
{
    struct gpu_backend *self = backend_of(b);

    gpu_marks_reach(&self->marks, &self->gpu, mark);
    *e = self->gpu.error;
    return e->kind == ERROR_NONE;
}

static bool gpu_wait(struct backend *b, struct error *e)
{
    return gpu_reach(b, gpu_mark(b), e);
}

static bool gpu_join(struct backend *b, struct communicator *c, double patience, struct error *e)
{
    struct gpu_backend *self = backend_of(b);

    *e = self->gpu.error;
    return nccl_sums_open(&self->gpu, c, patience, e);
}

static const struct backend_ops gpu_operations = {
    .close = close_backend,
    .alloc = gpu_alloc,
    .free = gpu_free,
    .upload = gpu_upload,
    .download = gpu_download,
    .stage = gpu_stage_memory,
    .unstage = gpu_unstage_memory,
    .room = gpu_room,
    .prepare = gpu_prepare,
    .run = gpu_run,
    .measure = gpu_measure,
    .mark = gpu_mark,
    .reach = gpu_reach,
    .wait = gpu_wait,
    .join = gpu_join,
};

static struct backend *open_backend(const struct device_choice *choice, struct error *e)
{
    struct gpu_backend *self;
    int number;

    if (!gpu_devices_number(choice->index, &number, e))
        return NULL;
    self = memory_new(1, sizeof *self, e);
    if (!self)
        return NULL;
    self->base.ops = &gpu_operations;
    if (gpu_open(&self->gpu, number) && gpu_marks_open(&self->marks, &self->gpu) && gpu_products_open(&self->gpu))
        self->step = gpu_memory_new(&self->gpu, sizeof *self->step, "the step's numbers");
    if (self->step)
        return &self->base;
    *e = self->gpu.error;
    close_backend(&self->base);
    return NULL;
}

const struct backend_class cuda_backend_class = {
    .abi = BACKEND_ABI,
    .size = sizeof(struct backend_class),
    .name = "cuda",
    .ahead = 4,
    .devices = gpu_devices,
    .open = open_backend,
};

__attribute__((visibility("default"))) const struct backend_class *const cuvette_cuda_backend = &cuda_backend_class;

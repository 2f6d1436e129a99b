#include "gpu/cudnn/cudnn_trial.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"
#include "gpu/core/gpu_graph.h"
#include "gpu/core/gpu_memory.h"

/* The host holds only parts, as a large network's batch is gigabytes. Operands are made of this many random words,
 * again and again: a prime number, so that no two images or rows are the same. Of a result so many bytes are compared,
 * half of them at its beginning and half at its end. */
enum { RANDOM_WORDS = 262147, SAMPLE_BYTES = 1 << 20 };

/* One operation, with operands made for it. */
struct trial {
    struct gpu *gpu;
    const struct gpu_kernel *kernel;
    const struct plan *plan;
    const struct op *op;
    void *in[OP_INPUTS], *out[OP_OUTPUTS]; /* device */
    float *expected, *got;                 /* host: samples of out[0], by im2col and by cuDNN */
    double bound;                          /* of the largest difference, as a part of the largest number */
};

static bool good(const struct trial *t, cudaError_t status)
{
    return gpu_good(t->gpu, status, "trying cuDNN");
}

static size_t bytes_of(const struct trial *t, value v)
{
    return v == VALUE_NONE ? 0 : plan_place(t->plan, v)->bytes;
}

/* Waits, so that the block can be freed. */
static bool fill_by(const struct trial *t, void *to, size_t bytes, const void *block, size_t block_bytes)
{
    bool ok = true;

    for (size_t at = 0; ok && at < bytes; at += block_bytes)
        ok = good(t, cudaMemcpyAsync((char *)to + at, block, size_min(block_bytes, bytes - at), cudaMemcpyHostToDevice,
                                     t->gpu->stream));
    return ok && good(t, cudaStreamSynchronize(t->gpu->stream));
}

/* Floats of -1..1, or winners, by the linear congruential generator of "Numerical Recipes" (Press et al., 1992). */
static bool fill(const struct trial *t, value v, void *to, uint32_t word)
{
    const bool floats = plan_place(t->plan, v)->element == ELEMENT_F32;
    size_t bytes = bytes_of(t, v), words = size_min(bytes / sizeof(uint32_t) + 1, RANDOM_WORDS);
    union {
        uint32_t word; /* four winners */
        float number;
    } *host = malloc(words * sizeof *host);
    bool ok;

    if (!host)
        return false;
    for (size_t i = 0; i < words; i++) {
        word = word * 1664525 + 1013904223;
        if (floats)
            host[i].number = (float)(word >> 8) * 0x1p-23f - 1.0f;
        else
            host[i].word = word >> 6 & 0x03030303;
    }
    ok = fill_by(t, to, bytes, host, words * sizeof *host);
    free(host);
    return ok;
}

static bool allocate(const struct trial *t, value v, void **to)
{
    *to = v == VALUE_NONE ? NULL : gpu_memory_new(t->gpu, bytes_of(t, v), "trying cuDNN");
    return v == VALUE_NONE || *to;
}

static size_t sample_bytes(const struct trial *t)
{
    return size_min(bytes_of(t, t->op->out[0]), SAMPLE_BYTES);
}

static bool make_operands(struct trial *t)
{
    size_t bytes = sample_bytes(t), all = 0;

    for (int i = 0; i < OP_INPUTS; i++)
        all += bytes_of(t, t->op->in[i]);
    for (int i = 0; i < OP_OUTPUTS; i++)
        all += bytes_of(t, t->op->out[i]);
    if (all > gpu_memory_room(t->gpu) / 2)
        return false;
    for (int i = 0; i < OP_INPUTS; i++)
        if (!allocate(t, t->op->in[i], &t->in[i]) || (t->in[i] && !fill(t, t->op->in[i], t->in[i], (uint32_t)i)))
            return false;
    for (int i = 0; i < OP_OUTPUTS; i++)
        if (!allocate(t, t->op->out[i], &t->out[i]))
            return false;
    t->expected = malloc(bytes);
    t->got = malloc(bytes);
    return t->expected && t->got;
}

static void free_operands(struct trial *t)
{
    for (int i = 0; i < OP_INPUTS; i++)
        gpu_memory_free(t->gpu, t->in[i]);
    for (int i = 0; i < OP_OUTPUTS; i++)
        gpu_memory_free(t->gpu, t->out[i]);
    free(t->expected);
    free(t->got);
}

/* What failed in a trial is forgotten. A lost device fails again. */
static void forgive(struct gpu *gpu)
{
    gpu->error.kind = ERROR_NONE;
    cudaGetLastError();
}

static void queue(void *context, const struct gpu_span *span)
{
    const struct trial *t = context;
    const struct gpu_task task = { .gpu = t->gpu, .op = t->op, .rows = span->rows, .in = t->in, .out = t->out };

    t->kernel->run(&task);
}

static bool read_sample(const struct trial *t, float *to)
{
    size_t bytes = bytes_of(t, t->op->out[0]), all = sample_bytes(t), half = all / sizeof *to / 2 * sizeof *to;
    const char *from = t->out[0];
    cudaStream_t stream = t->gpu->stream;

    return good(t, cudaMemcpyAsync(to, from, half, cudaMemcpyDeviceToHost, stream)) &&
           good(t, cudaMemcpyAsync((char *)to + half, from + bytes - (all - half), all - half, cudaMemcpyDeviceToHost,
                                   stream)) &&
           good(t, cudaStreamSynchronize(stream));
}

/* As in training: directly at first, then captured, then replayed. The result is the last replay's. */
static bool run(struct trial *t, float *result)
{
    struct gpu *gpu = t->gpu;
    const int times = 3;
    const struct gpu_span span = { .first = 0, .end = 1, .rows = t->plan->batch };
    struct gpu_graphs graphs = { 0 };
    bool ok;

    gpu->workspace = gpu_memory_new(gpu, t->kernel->workspace(gpu, t->op, t->plan->batch), "trying cuDNN");
    for (int i = 0; gpu->workspace && i < times; i++)
        gpu_graph_run(&graphs, gpu, &span, queue, t);
    ok = gpu->workspace && !graphs.refused && gpu->error.kind == ERROR_NONE && read_sample(t, result);
    gpu_graph_drop_all(&graphs);
    gpu_memory_free(gpu, gpu->workspace);
    gpu->workspace = NULL;
    return ok;
}

static bool agrees(const struct trial *t)
{
    size_t count = sample_bytes(t) / sizeof(float);
    double largest = 0.0, difference = 0.0;

    for (size_t i = 0; i < count; i++) {
        largest = fmax(largest, fabs((double)t->expected[i]));
        if (!isfinite(t->got[i]))
            return false;
        difference = fmax(difference, fabs((double)t->expected[i] - t->got[i]));
    }
    return largest > 0.0 && difference <= t->bound * largest;
}

/* Stops at the first plan that agrees. cuDNN has the fastest first. To time them here would leave the choice to chance,
 * and the next run would not give the same bits. */
static bool try_plans(struct trial *t, struct cudnn_plans *plans)
{
    const size_t bytes = bytes_of(t, t->op->out[0]);

    while (cudnn_plans_next(plans, gpu_workspace_most(t->gpu))) {
        bool ok = good(t, cudaMemsetAsync(t->out[0], 0xff, bytes, t->gpu->stream)) && run(t, t->got) && agrees(t);

        forgive(t->gpu);
        if (ok)
            return true;
    }
    return false;
}

/* A sigmoid or its like would make large differences small. */
static struct op without_flattening(const struct op *op)
{
    struct op own = *op;

    if (own.window.activation != ACTIVATION_RELU)
        own.window.activation = ACTIVATION_LINEAR;
    return own;
}

/* How many products each number of the result is the sum of. */
static double products_of(const struct cudnn_problem *p)
{
    double window = (double)p->kernel_height * p->kernel_width;

    switch (p->kind) {
    case OP_CONV2D_INPUT_GRADIENT:
        return window * p->filters;
    case OP_CONV2D_WEIGHT_GRADIENT:
        return (double)p->rows * p->out_height * p->out_width;
    default:
        return window * p->channels;
    }
}

/* How far apart two ways to sum may be. A sum of n floats is off by about their last bit times the root of n; rounded
 * operands differ by how they are rounded. At most half of what the tests of operations allow. */
static double bound_of(const struct cudnn_problem *p)
{
    static const double of_rounding[] = { [PRECISION_FP32] = 4e-6, [PRECISION_TF32] = 5e-3, [PRECISION_BF16] = 2e-2 };

    return of_rounding[p->precision] + 0x1p-24 * sqrt(products_of(p));
}

bool cudnn_trial(struct gpu *gpu, const struct gpu_kernel *kernel, const struct plan *plan, const struct op *op,
                 struct cudnn_choice *choice, struct cudnn_plans *plans)
{
    const struct op own = without_flattening(op);
    struct trial t = { .gpu = gpu, .kernel = kernel, .plan = plan, .op = &own, .bound = bound_of(&choice->problem) };

    if (make_operands(&t) && run(&t, t.expected)) {
        choice->plans = plans;
        if (!try_plans(&t, plans))
            choice->plans = NULL;
    }
    free_operands(&t);
    forgive(gpu);
    return choice->plans != NULL;
}

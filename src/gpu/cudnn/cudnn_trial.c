/* Trials of cuDNN's plans beside the columns. */
#include "gpu/cudnn/cudnn_choices.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "gpu/cudnn/cudnn_convolution.h"
#include "gpu/core/gpu_graph.h"
#include "gpu/core/gpu_memory.h"

/* cuDNN's own workspace: as much as the columns take. */
enum { WORKSPACE_MOST = 256 << 20, WORKSPACE_PART = 32 /* of the device's memory */ };

/* So much chance, again and again: a prime, so that no two images or rows are the same. And so much of a result is looked
 * at, half at its begin and half at its end. The batches of a large network are gigabytes, which a job's memory on the
 * host need not hold. */
enum { CHANCE_WORDS = 262147, SAMPLE_BYTES = 1 << 20 };

/* One operation on operands of its own. */
struct trial {
    struct gpu *gpu;
    const struct plan *plan;
    const struct op *op;
    void *in[OP_INPUTS], *out[OP_OUTPUTS]; /* device */
    float *expected, *got;                 /* host: of out[0], by columns and by cuDNN */
    double bound; /* of the largest difference, beside the largest number */
};

static size_t bytes_of(const struct trial *t, value v)
{
    return v == VALUE_NONE ? 0 : plan_place(t->plan, v)->bytes;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Queued, but that `block` is ordinary memory, and may be given back. */
static bool fill_by(const struct trial *t, void *to, size_t bytes, const void *block, size_t block_bytes)
{
    bool ok = true;

    for (size_t at = 0; ok && at < bytes; at += block_bytes)
        ok = gpu_good(t->gpu, cudaMemcpyAsync((char *)to + at, block, smaller(block_bytes, bytes - at),
                                              cudaMemcpyHostToDevice, t->gpu->stream), "trying cuDNN");
    return ok && gpu_good(t->gpu, cudaStreamSynchronize(t->gpu->stream), "trying cuDNN");
}

/* Floats of -1..1, or winners. By the linear congruential generator of "Numerical Recipes" (Press et al., 1992). */
static bool fill(const struct trial *t, value v, void *to, uint32_t word)
{
    const bool floats = plan_place(t->plan, v)->element == ELEMENT_F32;
    size_t bytes = bytes_of(t, v), words = smaller(bytes / sizeof(uint32_t) + 1, CHANCE_WORDS);
    union {
        uint32_t word; /* of bytes */
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

static bool take(const struct trial *t, value v, void **to)
{
    *to = v == VALUE_NONE ? NULL : gpu_memory_new(t->gpu, bytes_of(t, v), "trying cuDNN");
    return v == VALUE_NONE || *to;
}

static size_t sample_bytes(const struct trial *t)
{
    return smaller(bytes_of(t, t->op->out[0]), SAMPLE_BYTES);
}

static bool take_operands(struct trial *t)
{
    size_t bytes = sample_bytes(t), all = 0;

    for (int i = 0; i < OP_INPUTS; i++)
        all += bytes_of(t, t->op->in[i]);
    for (int i = 0; i < OP_OUTPUTS; i++)
        all += bytes_of(t, t->op->out[i]);
    if (all > gpu_memory_room(t->gpu) / 2)
        return false;
    for (int i = 0; i < OP_INPUTS; i++)
        if (!take(t, t->op->in[i], &t->in[i]) || (t->in[i] && !fill(t, t->op->in[i], t->in[i], (uint32_t)i)))
            return false;
    for (int i = 0; i < OP_OUTPUTS; i++)
        if (!take(t, t->op->out[i], &t->out[i]))
            return false;
    t->expected = malloc(bytes);
    t->got = malloc(bytes);
    return t->expected && t->got;
}

static void give_back(struct trial *t)
{
    for (int i = 0; i < OP_INPUTS; i++)
        gpu_memory_free(t->gpu, t->in[i]);
    for (int i = 0; i < OP_OUTPUTS; i++)
        gpu_memory_free(t->gpu, t->out[i]);
    free(t->expected);
    free(t->got);
}

/* What failed in a trial is forgotten; a lost device says so again. */
static void forgive(struct gpu *gpu)
{
    gpu->error.kind = ERROR_NONE;
    cudaGetLastError();
}

static void queue(void *context, const struct gpu_span *span)
{
    const struct trial *t = context;
    const struct gpu_task task = { .gpu = t->gpu, .op = t->op, .rows = span->rows, .in = t->in, .out = t->out };

    gpu_kernels[t->op->kind].run(&task);
}

static bool read_sample(const struct trial *t, float *to)
{
    size_t bytes = bytes_of(t, t->op->out[0]), all = sample_bytes(t), half = all / sizeof *to / 2 * sizeof *to;
    const char *from = t->out[0];
    cudaStream_t stream = t->gpu->stream;

    return gpu_good(t->gpu, cudaMemcpyAsync(to, from, half, cudaMemcpyDeviceToHost, stream), "trying cuDNN") &&
           gpu_good(t->gpu, cudaMemcpyAsync((char *)to + half, from + bytes - (all - half), all - half,
                                            cudaMemcpyDeviceToHost, stream), "trying cuDNN") &&
           gpu_good(t->gpu, cudaStreamSynchronize(stream), "trying cuDNN");
}

/* As training does it: directly at first, then captured, then replayed. The result is the last replay's. */
static bool run(struct trial *t, float *result)
{
    struct gpu *gpu = t->gpu;
    const int times = 3;
    const struct gpu_span span = { .first = 0, .end = 1, .rows = t->plan->batch };
    struct gpu_graphs graphs = { 0 };
    bool ok;

    gpu->workspace = gpu_memory_new(gpu, gpu_kernels[t->op->kind].workspace(gpu, t->op, t->plan->batch),
                                    "trying cuDNN");
    for (int i = 0; gpu->workspace && i < times; i++)
        gpu_graphs_run(&graphs, gpu, &span, queue, t);
    ok = gpu->workspace && !graphs.refused && gpu->error.kind == ERROR_NONE && read_sample(t, result);
    gpu_graphs_drop(&graphs);
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

/* Stays at the first plan that agrees. cuDNN tells the quickest first; timing them here would let chance choose, and another
 * start would not give the same bits. */
static bool try_plans(struct trial *t, struct cudnn_choice *choice)
{
    const size_t part = t->gpu->memory / WORKSPACE_PART, most = part < WORKSPACE_MOST ? part : WORKSPACE_MOST;
    const size_t bytes = bytes_of(t, t->op->out[0]);

    while (cudnn_plans_next(choice->plans, most)) {
        bool ok = gpu_good(t->gpu, cudaMemsetAsync(t->out[0], 0xff, bytes, t->gpu->stream), "trying cuDNN") &&
                  run(t, t->got) && agrees(t);

        forgive(t->gpu);
        if (ok)
            return true;
    }
    return false;
}

/* Behind a sigmoid large differences are small. */
static struct op without_flattening(const struct op *op)
{
    struct op own = *op;

    if (own.window.activation != ACTIVATION_RELU)
        own.window.activation = ACTIVATION_LINEAR;
    return own;
}

/* Products that a number of the result is the sum of. */
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

/* How far two ways to sum may be apart. Floats summed one after the other err by their last bit times the root of their
 * number; what is rounded before differs by how it is rounded. Half of what the tests of operations allow, at most. */
static double bound_of(const struct cudnn_problem *p)
{
    static const double of_rounding[] = { [PRECISION_FP32] = 4e-6, [PRECISION_TF32] = 5e-3, [PRECISION_BF16] = 2e-2 };

    return of_rounding[p->precision] + 0x1p-24 * sqrt(products_of(p));
}

static void try_cudnn(struct gpu *gpu, const struct plan *plan, const struct op *op, struct cudnn_choice *choice)
{
    const struct op own = without_flattening(op);
    struct trial t = { .gpu = gpu, .plan = plan, .op = &own,
                       .bound = bound_of(&choice->problem) };
    struct cudnn_plans *plans = cudnn_plans_new(gpu->cudnn->cudnn, &choice->problem);

    if (!plans)
        return;
    if (take_operands(&t) && run(&t, t.expected)) {
        choice->plans = plans;
        if (!try_plans(&t, choice))
            choice->plans = NULL;
    }
    if (!choice->plans)
        cudnn_plans_free(plans);
    give_back(&t);
    forgive(gpu);
}

/* NULL without memory. */
static struct cudnn_choice *new_choice(struct cudnn_choices *all, const struct cudnn_problem *problem)
{
    if (all->n == all->room) {
        int room = all->room ? 2 * all->room : 16;
        struct cudnn_choice *more = realloc(all->choices, (size_t)room * sizeof *more);

        if (!more)
            return NULL;
        all->choices = more;
        all->room = room;
    }
    all->choices[all->n] = (struct cudnn_choice){ .problem = *problem };
    return &all->choices[all->n++];
}

/* With bfloat16 tensor cores want eights, and only x is filled up to them. */
static bool is_for_cudnn(const struct op *op)
{
    const int eights = 8;

    return op->kind >= OP_CONV2D && op->kind <= OP_CONV2D_WEIGHT_GRADIENT &&
           (op->precision != PRECISION_BF16 ||
            (op->window.out_channels % eights == 0 &&
             (op->kind != OP_CONV2D_INPUT_GRADIENT || op->window.channels % eights == 0)));
}

void cudnn_choose(struct gpu *gpu, const struct plan *plan)
{
    for (int i = 0; i < plan->n_ops && gpu->error.kind == ERROR_NONE; i++) {
        const struct op *op = &plan->ops[i];
        struct cudnn_problem problem;
        struct cudnn_choice *choice;

        if (!is_for_cudnn(op) || cudnn_choice_of(gpu, op, plan->batch))
            continue;
        if (!gpu->cudnn) {
            gpu->cudnn = memory_new(1, sizeof *gpu->cudnn, &gpu->error);
            if (gpu->cudnn)
                gpu->cudnn->cudnn = cudnn_open(gpu->stream, &gpu->error);
        }
        if (!gpu->cudnn || !gpu->cudnn->cudnn)
            return;
        problem = cudnn_problem_of(op, plan->batch);
        choice = new_choice(gpu->cudnn, &problem);
        if (choice)
            try_cudnn(gpu, plan, op, choice);
    }
}

void cudnn_forget(struct gpu *gpu)
{
    if (!gpu->cudnn)
        return;
    for (int i = 0; i < gpu->cudnn->n; i++)
        cudnn_plans_free(gpu->cudnn->choices[i].plans);
    free(gpu->cudnn->choices);
    cudnn_close(gpu->cudnn->cudnn);
    free(gpu->cudnn);
    gpu->cudnn = NULL;
}

#include "gpu/cudnn_plans.h"

#include <stdlib.h>

#include "gpu/cudnn_library.h"

#ifdef GPU_CUDNN

/* Of a problem: graph, heuristics, proposals and plans, and a little room. */
enum { PROPOSALS = 8, DESCRIPTORS = 64 };

enum { DIMENSIONS = 4, SPATIAL = 2 };

struct cudnn {
    const struct cudnn_library *library;
    cudnnHandle_t handle;
};

/* Everything that was made stays until the end: nobody says what a plan still needs of it. */
struct cudnn_plans {
    struct cudnn *cudnn;
    struct cudnn_problem problem;
    cudnnBackendDescriptor_t made[DESCRIPTORS];
    int n_made;
    bool failed; /* from the first failure on nothing more is asked */
    cudnnBackendDescriptor_t proposals[PROPOSALS];
    int64_t n_proposals, next;
    cudnnBackendDescriptor_t plan;
    int64_t workspace;
};

struct cudnn *cudnn_open(cudaStream_t stream)
{
    const struct cudnn_library *library = cudnn_library();
    struct cudnn *cudnn = library ? calloc(1, sizeof *cudnn) : NULL;

    if (!cudnn)
        return NULL;
    cudnn->library = library;
    if (library->cudnnCreate(&cudnn->handle) == CUDNN_STATUS_SUCCESS &&
        library->cudnnSetStream(cudnn->handle, stream) == CUDNN_STATUS_SUCCESS)
        return cudnn;
    cudnn_close(cudnn);
    return NULL;
}

void cudnn_close(struct cudnn *cudnn)
{
    if (cudnn && cudnn->handle)
        cudnn->library->cudnnDestroy(cudnn->handle);
    free(cudnn);
}

static cudnnBackendDescriptor_t make(struct cudnn_plans *p, cudnnBackendDescriptorType_t type)
{
    cudnnBackendDescriptor_t made = NULL;

    p->failed = p->failed || p->n_made == DESCRIPTORS ||
                p->cudnn->library->cudnnBackendCreateDescriptor(type, &made) != CUDNN_STATUS_SUCCESS;
    if (p->failed)
        return NULL;
    p->made[p->n_made++] = made;
    return made;
}

static void set(struct cudnn_plans *p, cudnnBackendDescriptor_t to, cudnnBackendAttributeName_t name,
                cudnnBackendAttributeType_t type, int64_t count, const void *values)
{
    p->failed = p->failed || p->cudnn->library->cudnnBackendSetAttribute(to, name, type, count, values) !=
                                 CUDNN_STATUS_SUCCESS;
}

static void set_descriptor(struct cudnn_plans *p, cudnnBackendDescriptor_t to, cudnnBackendAttributeName_t name,
                           cudnnBackendDescriptor_t descriptor)
{
    set(p, to, name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &descriptor);
}

/* How many there are of those that were asked for; 0 after a failure. */
static int64_t get(struct cudnn_plans *p, cudnnBackendDescriptor_t from, cudnnBackendAttributeName_t name,
                   cudnnBackendAttributeType_t type, int64_t room, void *values)
{
    int64_t count = 0;

    p->failed = p->failed || p->cudnn->library->cudnnBackendGetAttribute(from, name, type, room, &count, values) !=
                                 CUDNN_STATUS_SUCCESS;
    return p->failed ? 0 : count < room ? count : room;
}

static void finish(struct cudnn_plans *p, cudnnBackendDescriptor_t made)
{
    p->failed = p->failed || p->cudnn->library->cudnnBackendFinalize(made) != CUDNN_STATUS_SUCCESS;
}

/* cuDNN names dimensions in the order N, C, H, W (K, C, R, S of filters) wherever they lie in memory: here the second
 * lies innermost. */
static cudnnBackendDescriptor_t tensor(struct cudnn_plans *p, enum cudnn_tensor which, enum cudnn_tensor written,
                                       const int64_t dimensions[DIMENSIONS])
{
    const int64_t id = which, alignment = 16, channels = dimensions[1], line = dimensions[3] * channels;
    const int64_t strides[DIMENSIONS] = { dimensions[2] * line, 1, line, channels };
    cudnnDataType_t type = p->problem.precision == PRECISION_BF16 && which != written ? CUDNN_DATA_BFLOAT16
                                                                                      : CUDNN_DATA_FLOAT;
    cudnnBackendDescriptor_t made = make(p, CUDNN_BACKEND_TENSOR_DESCRIPTOR);

    set(p, made, CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, 1, &id);
    set(p, made, CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &type);
    set(p, made, CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64, 1, &alignment);
    set(p, made, CUDNN_ATTR_TENSOR_DIMENSIONS, CUDNN_TYPE_INT64, DIMENSIONS, dimensions);
    set(p, made, CUDNN_ATTR_TENSOR_STRIDES, CUDNN_TYPE_INT64, DIMENSIONS, strides);
    finish(p, made);
    return made;
}

/* Pixels at the end that no window sees are no negative padding. */
static int64_t padding_behind(int out, int stride, int kernel, int size, int before)
{
    int behind = (out - 1) * stride + kernel - size - before;

    return behind > 0 ? behind : 0;
}

static cudnnBackendDescriptor_t convolution(struct cudnn_plans *p)
{
    const struct cudnn_problem *w = &p->problem;
    const cudnnDataType_t sums = CUDNN_DATA_FLOAT;
    const cudnnConvolutionMode_t mode = CUDNN_CROSS_CORRELATION;
    const int64_t spatial = SPATIAL, before[SPATIAL] = { w->pad_top, w->pad_left }, dilations[SPATIAL] = { 1, 1 };
    const int64_t strides[SPATIAL] = { w->stride, w->stride };
    const int64_t behind[SPATIAL] = {
        padding_behind(w->out_height, w->stride, w->kernel_height, w->height, w->pad_top),
        padding_behind(w->out_width, w->stride, w->kernel_width, w->width, w->pad_left),
    };
    cudnnBackendDescriptor_t made = make(p, CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);

    set(p, made, CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &sums);
    set(p, made, CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, 1, &mode);
    set(p, made, CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, CUDNN_TYPE_INT64, 1, &spatial);
    set(p, made, CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, CUDNN_TYPE_INT64, SPATIAL, before);
    set(p, made, CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, CUDNN_TYPE_INT64, SPATIAL, behind);
    set(p, made, CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, CUDNN_TYPE_INT64, SPATIAL, strides);
    set(p, made, CUDNN_ATTR_CONVOLUTION_DILATIONS, CUDNN_TYPE_INT64, SPATIAL, dilations);
    finish(p, made);
    return made;
}

static const struct {
    enum cudnn_tensor written;
    cudnnBackendDescriptorType_t type;
    cudnnBackendAttributeName_t tensors[CUDNN_TENSORS], convolution, alpha, beta;
} operations[] = {
    [OP_CONV2D] = { CUDNN_Y, CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR,
                    { CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W,
                      CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y },
                    CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA },
    [OP_CONV2D_INPUT_GRADIENT] = { CUDNN_X, CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR,
                                   { CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX,
                                     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W,
                                     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY },
                                   CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC,
                                   CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA,
                                   CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA },
    [OP_CONV2D_WEIGHT_GRADIENT] = { CUDNN_W, CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR,
                                    { CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X,
                                      CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW,
                                      CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY },
                                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC,
                                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA,
                                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA },
};

static cudnnBackendDescriptor_t operation(struct cudnn_plans *p)
{
    const struct cudnn_problem *w = &p->problem;
    const int64_t dimensions[CUDNN_TENSORS][DIMENSIONS] = {
        [CUDNN_X] = { w->rows, w->channels, w->height, w->width },
        [CUDNN_W] = { w->filters, w->channels, w->kernel_height, w->kernel_width },
        [CUDNN_Y] = { w->rows, w->filters, w->out_height, w->out_width },
    };
    const float alpha = 1.0f, beta = 0.0f;
    cudnnBackendDescriptor_t made = make(p, operations[w->kind].type);

    for (int i = 0; i < CUDNN_TENSORS; i++)
        set_descriptor(p, made, operations[w->kind].tensors[i],
                       tensor(p, (enum cudnn_tensor)i, operations[w->kind].written, dimensions[i]));
    set_descriptor(p, made, operations[w->kind].convolution, convolution(p));
    set(p, made, operations[w->kind].alpha, CUDNN_TYPE_FLOAT, 1, &alpha);
    set(p, made, operations[w->kind].beta, CUDNN_TYPE_FLOAT, 1, &beta);
    finish(p, made);
    return made;
}

static cudnnBackendDescriptor_t graph(struct cudnn_plans *p)
{
    cudnnBackendDescriptor_t made = make(p, CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);

    set(p, made, CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE, 1, &p->cudnn->handle);
    set_descriptor(p, made, CUDNN_ATTR_OPERATIONGRAPH_OPS, operation(p));
    finish(p, made);
    return made;
}

static void propose(struct cudnn_plans *p)
{
    const cudnnBackendHeurMode_t mode = CUDNN_HEUR_MODE_A;
    cudnnBackendDescriptor_t of = graph(p), made = make(p, CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);

    set_descriptor(p, made, CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, of);
    set(p, made, CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, 1, &mode);
    finish(p, made);
    for (int i = 0; i < PROPOSALS; i++)
        p->proposals[i] = make(p, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
    p->n_proposals = get(p, made, CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR, PROPOSALS,
                         p->proposals);
}

struct cudnn_plans *cudnn_plans_new(struct cudnn *cudnn, const struct cudnn_problem *problem)
{
    struct cudnn_plans *p = calloc(1, sizeof *p);

    if (!p)
        return NULL;
    p->cudnn = cudnn;
    p->problem = *problem;
    propose(p);
    if (p->n_proposals > 0)
        return p;
    cudnn_plans_free(p);
    return NULL;
}

void cudnn_plans_free(struct cudnn_plans *p)
{
    if (!p)
        return;
    while (p->n_made > 0)
        p->cudnn->library->cudnnBackendDestroyDescriptor(p->made[--p->n_made]);
    free(p);
}

/* TF32 is what tensor cores make of floats. */
static bool is_welcome(const struct cudnn_plans *p, cudnnBackendNumericalNote_t note)
{
    switch (note) {
    case CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC:
    case CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION:
        return false;
    case CUDNN_NUMERICAL_NOTE_TENSOR_CORE:
    case CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS:
        return p->problem.precision != PRECISION_FP32;
    default:
        return true;
    }
}

static bool has_welcome_engine(struct cudnn_plans *p, cudnnBackendDescriptor_t proposal)
{
    cudnnBackendNumericalNote_t notes[CUDNN_NUMERICAL_NOTE_TYPE_COUNT];
    cudnnBackendDescriptor_t engine = make(p, CUDNN_BACKEND_ENGINE_DESCRIPTOR);
    int64_t count;

    get(p, proposal, CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &engine);
    count = get(p, engine, CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, CUDNN_TYPE_NUMERICAL_NOTE,
                CUDNN_NUMERICAL_NOTE_TYPE_COUNT, notes);
    for (int64_t i = 0; i < count; i++)
        if (!is_welcome(p, notes[i]))
            return false;
    return !p->failed;
}

static bool make_plan(struct cudnn_plans *p, cudnnBackendDescriptor_t proposal, size_t workspace_most)
{
    p->failed = false;
    if (!has_welcome_engine(p, proposal))
        return false;
    p->plan = make(p, CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
    set(p, p->plan, CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE, 1, &p->cudnn->handle);
    set_descriptor(p, p->plan, CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, proposal);
    finish(p, p->plan);
    return get(p, p->plan, CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, CUDNN_TYPE_INT64, 1, &p->workspace) == 1 &&
           p->workspace >= 0 && (uint64_t)p->workspace <= workspace_most;
}

bool cudnn_plans_next(struct cudnn_plans *p, size_t workspace_most)
{
    while (p->next < p->n_proposals)
        if (make_plan(p, p->proposals[p->next++], workspace_most))
            return true;
    return false;
}

size_t cudnn_plans_workspace(const struct cudnn_plans *p)
{
    return (size_t)p->workspace;
}

bool cudnn_plans_run(struct cudnn_plans *p, void *const tensors[CUDNN_TENSORS], void *workspace)
{
    const int64_t ids[CUDNN_TENSORS] = { CUDNN_X, CUDNN_W, CUDNN_Y };
    const int first = p->n_made;
    cudnnBackendDescriptor_t pack;
    bool ok;

    p->failed = false;
    pack = make(p, CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
    set(p, pack, CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, CUDNN_TYPE_INT64, CUDNN_TENSORS, ids);
    set(p, pack, CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, CUDNN_TENSORS, tensors);
    set(p, pack, CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, 1, &workspace);
    finish(p, pack);
    ok = !p->failed &&
         p->cudnn->library->cudnnBackendExecute(p->cudnn->handle, p->plan, pack) == CUDNN_STATUS_SUCCESS;
    while (p->n_made > first)
        p->cudnn->library->cudnnBackendDestroyDescriptor(p->made[--p->n_made]);
    return ok;
}

#else

struct cudnn *cudnn_open(cudaStream_t stream)
{
    (void)stream;
    return NULL;
}

void cudnn_close(struct cudnn *cudnn)
{
    (void)cudnn;
}

struct cudnn_plans *cudnn_plans_new(struct cudnn *cudnn, const struct cudnn_problem *problem)
{
    (void)cudnn;
    (void)problem;
    return NULL;
}

void cudnn_plans_free(struct cudnn_plans *plans)
{
    (void)plans;
}

bool cudnn_plans_next(struct cudnn_plans *plans, size_t workspace_most)
{
    (void)plans;
    (void)workspace_most;
    return false;
}

size_t cudnn_plans_workspace(const struct cudnn_plans *plans)
{
    (void)plans;
    return 0;
}

bool cudnn_plans_run(struct cudnn_plans *plans, void *const tensors[CUDNN_TENSORS], void *workspace)
{
    (void)plans;
    (void)tensors;
    (void)workspace;
    return false;
}

#endif

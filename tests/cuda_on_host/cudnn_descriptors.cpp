/* cuDNN's descriptors: created, filled by attributes of known types and counts, finished, destroyed. */
#include "tests/cuda_on_host/cudnn.h"

#include <algorithm>
#include <atomic>

#include "tests/cuda_on_host/on_host.h"
#include "tests/cuda_on_host/runtime.h"

struct cudnnContext {
    cudaStream_t stream;
};

namespace
{
using namespace on_host;

std::atomic<int> alive;

/* What a descriptor is made of: all of it, before it is finished. */
const struct known {
    cudnnBackendDescriptorType_t of;
    cudnnBackendAttributeName_t name;
    cudnnBackendAttributeType_t type;
    int64_t count;
} knowns[] = {
    { CUDNN_BACKEND_TENSOR_DESCRIPTOR, CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, 1 },
    { CUDNN_BACKEND_TENSOR_DESCRIPTOR, CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE, 1 },
    { CUDNN_BACKEND_TENSOR_DESCRIPTOR, CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64, 1 },
    { CUDNN_BACKEND_TENSOR_DESCRIPTOR, CUDNN_ATTR_TENSOR_DIMENSIONS, CUDNN_TYPE_INT64, 4 },
    { CUDNN_BACKEND_TENSOR_DESCRIPTOR, CUDNN_ATTR_TENSOR_STRIDES, CUDNN_TYPE_INT64, 4 },
    { CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR, CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, 1 },
    { CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR, CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, 1 },
    { CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR, CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, CUDNN_TYPE_INT64, 1 },
    { CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR, CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, CUDNN_TYPE_INT64, 2 },
    { CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR, CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, CUDNN_TYPE_INT64, 2 },
    { CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR, CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, CUDNN_TYPE_INT64, 2 },
    { CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR, CUDNN_ATTR_CONVOLUTION_DILATIONS, CUDNN_TYPE_INT64, 2 },
#define OPERATION(direction, name, x, w, y)                                                                           \
    { CUDNN_BACKEND_OPERATION_CONVOLUTION_##direction##_DESCRIPTOR, CUDNN_ATTR_OPERATION_CONVOLUTION_##name##_##x,    \
      CUDNN_TYPE_BACKEND_DESCRIPTOR, 1 },                                                                             \
        { CUDNN_BACKEND_OPERATION_CONVOLUTION_##direction##_DESCRIPTOR,                                               \
          CUDNN_ATTR_OPERATION_CONVOLUTION_##name##_##w, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1 },                          \
        { CUDNN_BACKEND_OPERATION_CONVOLUTION_##direction##_DESCRIPTOR,                                               \
          CUDNN_ATTR_OPERATION_CONVOLUTION_##name##_##y, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1 },                          \
        { CUDNN_BACKEND_OPERATION_CONVOLUTION_##direction##_DESCRIPTOR,                                               \
          CUDNN_ATTR_OPERATION_CONVOLUTION_##name##_CONV_DESC, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1 },                    \
        { CUDNN_BACKEND_OPERATION_CONVOLUTION_##direction##_DESCRIPTOR,                                               \
          CUDNN_ATTR_OPERATION_CONVOLUTION_##name##_ALPHA, CUDNN_TYPE_FLOAT, 1 },                                     \
        { CUDNN_BACKEND_OPERATION_CONVOLUTION_##direction##_DESCRIPTOR,                                               \
          CUDNN_ATTR_OPERATION_CONVOLUTION_##name##_BETA, CUDNN_TYPE_FLOAT, 1 }
    OPERATION(FORWARD, FORWARD, X, W, Y),
    OPERATION(BACKWARD_DATA, BWD_DATA, DX, W, DY),
    OPERATION(BACKWARD_FILTER, BWD_FILTER, X, DW, DY),
#undef OPERATION
    { CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR, CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE, 1 },
    { CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR, CUDNN_ATTR_OPERATIONGRAPH_OPS, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1 },
    { CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR, CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1 },
    { CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR, CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, 1 },
    { CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR, CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE, 1 },
    { CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR, CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, CUDNN_TYPE_BACKEND_DESCRIPTOR,
      1 },
    { CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR, CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, CUDNN_TYPE_INT64, 3 },
    { CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR, CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, 3 },
    { CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR, CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, 1 },
};

size_t size_of(cudnnBackendAttributeType_t type)
{
    switch (type) {
    case CUDNN_TYPE_INT64:
        return sizeof(int64_t);
    case CUDNN_TYPE_HANDLE:
    case CUDNN_TYPE_VOID_PTR:
    case CUDNN_TYPE_BACKEND_DESCRIPTOR:
        return sizeof(void *);
    default:
        return sizeof(int32_t);
    }
}

/* Counts a call; true when it is the one that fails. */
bool fails()
{
    return set.cudnn_calls_to_failure >= 0 && set.cudnn_calls_to_failure-- == 0;
}

bool complete(const descriptor &d)
{
    return std::all_of(std::begin(knowns), std::end(knowns),
                       [&d](const known &k) { return k.of != d.type || d.attributes.count(k.name); });
}

bool refers_to_finished(const descriptor &d)
{
    return std::all_of(d.attributes.begin(), d.attributes.end(), [&d](const auto &named) {
        return named.second.type != CUDNN_TYPE_BACKEND_DESCRIPTOR || d.refers(named.first).finished;
    });
}

bool is_operation(const descriptor &d)
{
    return d.type >= CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR &&
           d.type <= CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR;
}

const descriptor &operation_of(const descriptor &configuration)
{
    return configuration.refers(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH).refers(CUDNN_ATTR_OPERATIONGRAPH_OPS);
}

/* Results of the heuristics refer to the graph that they are for. */
int64_t propose(const descriptor &heuristics, int64_t room, void *values)
{
    cudnnBackendDescriptor_t *out = static_cast<cudnnBackendDescriptor_t *>(values);
    const cudnnBackendAttributeName_t graph = CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH;
    int engine;

    for (engine = 0; engine < ENGINES && engine < room; engine++) {
        descriptor &configuration = *static_cast<descriptor *>(out[engine]);

        configuration.engine = engine;
        configuration.attributes[graph] = heuristics.attributes.at(graph);
        configuration.finished = true;
    }
    return engine;
}

int64_t notes_of(int engine, void *values)
{
    static const cudnnBackendNumericalNote_t notes[] = { CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC,
                                                         CUDNN_NUMERICAL_NOTE_TENSOR_CORE };

    if (engine == FAITHFUL)
        return 0;
    memcpy(values, &notes[engine], sizeof notes[engine]);
    return 1;
}
}

int on_host::cudnn_alive()
{
    return alive;
}

cudnnStatus_t cudnnCreate(cudnnHandle_t *handle)
{
    locked guard;

    if (set.cudnn == CUDNN_ON_HOST_ABSENT || fails())
        return CUDNN_STATUS_NOT_INITIALIZED;
    *handle = new cudnnContext{ nullptr };
    alive++;
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnDestroy(cudnnHandle_t handle)
{
    delete handle;
    alive--;
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnSetStream(cudnnHandle_t handle, cudaStream_t stream)
{
    locked guard;

    if (fails())
        return CUDNN_STATUS_BAD_PARAM;
    handle->stream = stream;
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendCreateDescriptor(cudnnBackendDescriptorType_t type, cudnnBackendDescriptor_t *out)
{
    locked guard;

    if (fails())
        return CUDNN_STATUS_BAD_PARAM;
    *out = new descriptor{ type };
    alive++;
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendDestroyDescriptor(cudnnBackendDescriptor_t d)
{
    delete static_cast<descriptor *>(d);
    alive--;
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendSetAttribute(cudnnBackendDescriptor_t to, cudnnBackendAttributeName_t name,
                                       cudnnBackendAttributeType_t type, int64_t count, const void *values)
{
    locked guard;
    descriptor &d = *static_cast<descriptor *>(to);
    const unsigned char *bytes = static_cast<const unsigned char *>(values);
    bool is_known = std::any_of(std::begin(knowns), std::end(knowns), [&](const known &k) {
        return k.of == d.type && k.name == name && k.type == type && k.count == count;
    });

    if (fails() || !is_known || d.finished)
        return CUDNN_STATUS_BAD_PARAM;
    d.attributes[name] = { type, count, { bytes, bytes + (size_t)count * size_of(type) } };
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendFinalize(cudnnBackendDescriptor_t what)
{
    locked guard;
    descriptor &d = *static_cast<descriptor *>(what);

    if (fails() || d.finished || !complete(d) || !refers_to_finished(d) || (is_operation(d) && !sound(d)))
        return CUDNN_STATUS_BAD_PARAM;
    if (d.type == CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR)
        d.engine = d.refers(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG).engine;
    d.finished = true;
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendGetAttribute(cudnnBackendDescriptor_t from, cudnnBackendAttributeName_t name,
                                       cudnnBackendAttributeType_t, int64_t room, int64_t *count, void *values)
{
    locked guard;
    const descriptor &d = *static_cast<const descriptor *>(from);

    if (fails() || !d.finished || room < 1)
        return CUDNN_STATUS_BAD_PARAM;
    *count = 1;
    switch (name) {
    case CUDNN_ATTR_ENGINEHEUR_RESULTS:
        *count = propose(d, room, values);
        return CUDNN_STATUS_SUCCESS;
    case CUDNN_ATTR_ENGINECFG_ENGINE: {
        descriptor &engine = **static_cast<descriptor **>(values);

        engine.engine = d.engine;
        engine.finished = true;
        return CUDNN_STATUS_SUCCESS;
    }
    case CUDNN_ATTR_ENGINE_NUMERICAL_NOTE:
        *count = notes_of(d.engine, values);
        return CUDNN_STATUS_SUCCESS;
    case CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE:
        memcpy(values, &CUDNN_WORKSPACE, sizeof CUDNN_WORKSPACE);
        return CUDNN_STATUS_SUCCESS;
    default:
        return CUDNN_STATUS_BAD_PARAM;
    }
}

cudnnStatus_t cudnnBackendExecute(cudnnHandle_t handle, cudnnBackendDescriptor_t the_plan,
                                  cudnnBackendDescriptor_t the_pack)
{
    locked guard;
    const descriptor &plan = *static_cast<const descriptor *>(the_plan);
    const descriptor &pack = *static_cast<const descriptor *>(the_pack);

    if (fails() || !plan.finished || !pack.finished)
        return CUDNN_STATUS_BAD_PARAM;
    if (plan.engine == FICKLE)
        complain("a convolution whose bits are others every time");
    return convolve(handle->stream, operation_of(plan.refers(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG)), pack,
                    plan.engine == ROUNDING);
}

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

/* The attributes of each kind of descriptor, all of which it needs before it is finished. */
const struct known {
    cudnn_kind of;
    cudnn_attribute name;
    cudnn_type type;
    int64_t count;
} knowns[] = {
    { CUDNN_KIND_TENSOR, CUDNN_TENSOR_ID, CUDNN_IS_INT64, 1 },
    { CUDNN_KIND_TENSOR, CUDNN_TENSOR_ELEMENT, CUDNN_IS_ELEMENT, 1 },
    { CUDNN_KIND_TENSOR, CUDNN_TENSOR_ALIGNMENT, CUDNN_IS_INT64, 1 },
    { CUDNN_KIND_TENSOR, CUDNN_TENSOR_SIZES, CUDNN_IS_INT64, 4 },
    { CUDNN_KIND_TENSOR, CUDNN_TENSOR_STRIDES, CUDNN_IS_INT64, 4 },
    { CUDNN_KIND_CONVOLUTION, CUDNN_CONVOLUTION_SUMS, CUDNN_IS_ELEMENT, 1 },
    { CUDNN_KIND_CONVOLUTION, CUDNN_CONVOLUTION_KERNEL, CUDNN_IS_KERNEL, 1 },
    { CUDNN_KIND_CONVOLUTION, CUDNN_CONVOLUTION_DIMENSIONS, CUDNN_IS_INT64, 1 },
    { CUDNN_KIND_CONVOLUTION, CUDNN_CONVOLUTION_PAD_BEFORE, CUDNN_IS_INT64, 2 },
    { CUDNN_KIND_CONVOLUTION, CUDNN_CONVOLUTION_PAD_AFTER, CUDNN_IS_INT64, 2 },
    { CUDNN_KIND_CONVOLUTION, CUDNN_CONVOLUTION_STRIDES, CUDNN_IS_INT64, 2 },
    { CUDNN_KIND_CONVOLUTION, CUDNN_CONVOLUTION_DILATIONS, CUDNN_IS_INT64, 2 },
#define OPERATION(name, x, w, y)                                                    \
    { CUDNN_KIND_##name, CUDNN_##name##_##x, CUDNN_IS_DESCRIPTOR, 1 },              \
        { CUDNN_KIND_##name, CUDNN_##name##_##w, CUDNN_IS_DESCRIPTOR, 1 },          \
        { CUDNN_KIND_##name, CUDNN_##name##_##y, CUDNN_IS_DESCRIPTOR, 1 },          \
        { CUDNN_KIND_##name, CUDNN_##name##_CONVOLUTION, CUDNN_IS_DESCRIPTOR, 1 },  \
        { CUDNN_KIND_##name, CUDNN_##name##_ALPHA, CUDNN_IS_FLOAT, 1 },             \
        { CUDNN_KIND_##name, CUDNN_##name##_BETA, CUDNN_IS_FLOAT, 1 }
    OPERATION(FORWARD, X, W, Y),
    OPERATION(GRADIENT_X, DX, W, DY),
    OPERATION(GRADIENT_W, X, DW, DY),
#undef OPERATION
    { CUDNN_KIND_GRAPH, CUDNN_GRAPH_HANDLE, CUDNN_IS_HANDLE, 1 },
    { CUDNN_KIND_GRAPH, CUDNN_GRAPH_OPERATIONS, CUDNN_IS_DESCRIPTOR, 1 },
    { CUDNN_KIND_HEURISTICS, CUDNN_HEURISTICS_GRAPH, CUDNN_IS_DESCRIPTOR, 1 },
    { CUDNN_KIND_HEURISTICS, CUDNN_HEURISTICS_MODE, CUDNN_IS_HEURISTICS, 1 },
    { CUDNN_KIND_PLAN, CUDNN_PLAN_HANDLE, CUDNN_IS_HANDLE, 1 },
    { CUDNN_KIND_PLAN, CUDNN_PLAN_PROPOSAL, CUDNN_IS_DESCRIPTOR, 1 },
    { CUDNN_KIND_PACK, CUDNN_PACK_IDS, CUDNN_IS_INT64, 3 },
    { CUDNN_KIND_PACK, CUDNN_PACK_ADDRESSES, CUDNN_IS_ADDRESS, 3 },
    { CUDNN_KIND_PACK, CUDNN_PACK_WORKSPACE, CUDNN_IS_ADDRESS, 1 },
};

size_t size_of(unsigned type)
{
    switch (type) {
    case CUDNN_IS_INT64:
        return sizeof(int64_t);
    case CUDNN_IS_HANDLE:
    case CUDNN_IS_ADDRESS:
    case CUDNN_IS_DESCRIPTOR:
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
        return named.second.type != CUDNN_IS_DESCRIPTOR || d.refers(named.first).finished;
    });
}

bool is_operation(const descriptor &d)
{
    return d.type >= CUDNN_KIND_FORWARD &&
           d.type <= CUDNN_KIND_GRADIENT_X;
}

const descriptor &operation_of(const descriptor &configuration)
{
    return configuration.refers(CUDNN_HEURISTICS_GRAPH).refers(CUDNN_GRAPH_OPERATIONS);
}

/* The heuristics' results refer to their graph. */
int64_t propose(const descriptor &heuristics, int64_t room, void *values)
{
    cudnn_descriptor *out = static_cast<cudnn_descriptor *>(values);
    const cudnn_attribute graph = CUDNN_HEURISTICS_GRAPH;
    int engine;

    if (!is_of_one_type(operation_of(heuristics)))
        return 0;
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
    static const cudnn_note notes[] = { CUDNN_NOTE_NOT_REPEATABLE, CUDNN_NOTE_TENSOR_CORES };

    if (engine == EXACT)
        return 0;
    memcpy(values, &notes[engine], sizeof notes[engine]);
    return 1;
}
}

int on_host::cudnn_alive()
{
    return alive;
}

size_t cudnnGetVersion()
{
    return 91900;
}

unsigned cudnnCreate(cudnn_handle *handle)
{
    locked guard;

    if (set.cudnn == CUDNN_ON_HOST_ABSENT || fails())
        return NOT_STARTED;
    *handle = new cudnnContext{ nullptr };
    alive++;
    return DONE;
}

unsigned cudnnDestroy(cudnn_handle handle)
{
    delete handle;
    alive--;
    return DONE;
}

unsigned cudnnSetStream(cudnn_handle handle, cudaStream_t stream)
{
    locked guard;

    if (fails())
        return BAD_ARGUMENT;
    handle->stream = stream;
    return DONE;
}

unsigned cudnnBackendCreateDescriptor(unsigned kind, cudnn_descriptor *out)
{
    locked guard;

    if (fails())
        return BAD_ARGUMENT;
    *out = new descriptor{ (cudnn_kind)kind };
    alive++;
    return DONE;
}

unsigned cudnnBackendDestroyDescriptor(cudnn_descriptor d)
{
    delete static_cast<descriptor *>(d);
    alive--;
    return DONE;
}

unsigned cudnnBackendSetAttribute(cudnn_descriptor to, unsigned name, unsigned type, int64_t count, const void *values)
{
    locked guard;
    descriptor &d = *static_cast<descriptor *>(to);
    const unsigned char *bytes = static_cast<const unsigned char *>(values);
    bool is_known = std::any_of(std::begin(knowns), std::end(knowns), [&](const known &k) {
        return k.of == d.type && k.name == name && k.type == type && k.count == count;
    });

    if (fails() || !is_known || d.finished)
        return BAD_ARGUMENT;
    d.attributes[(cudnn_attribute)name] = { (cudnn_type)type, count, { bytes, bytes + (size_t)count * size_of(type) } };
    return DONE;
}

unsigned cudnnBackendFinalize(cudnn_descriptor what)
{
    locked guard;
    descriptor &d = *static_cast<descriptor *>(what);

    if (fails() || d.finished || !complete(d) || !refers_to_finished(d) || (is_operation(d) && !sound(d)))
        return BAD_ARGUMENT;
    if (d.type == CUDNN_KIND_PLAN)
        d.engine = d.refers(CUDNN_PLAN_PROPOSAL).engine;
    d.finished = true;
    return DONE;
}

unsigned cudnnBackendGetAttribute(cudnn_descriptor from, unsigned name, unsigned, int64_t room, int64_t *count,
                                  void *values)
{
    locked guard;
    const descriptor &d = *static_cast<const descriptor *>(from);

    if (fails() || !d.finished || room < 1)
        return BAD_ARGUMENT;
    *count = 1;
    switch (name) {
    case CUDNN_HEURISTICS_PROPOSALS:
        *count = propose(d, room, values);
        return DONE;
    case CUDNN_PROPOSAL_ENGINE: {
        descriptor &engine = **static_cast<descriptor **>(values);

        engine.engine = d.engine;
        engine.finished = true;
        return DONE;
    }
    case CUDNN_ENGINE_NOTES:
        *count = notes_of(d.engine, values);
        return DONE;
    case CUDNN_PLAN_WORKSPACE:
        memcpy(values, &CUDNN_WORKSPACE, sizeof CUDNN_WORKSPACE);
        return DONE;
    default:
        return BAD_ARGUMENT;
    }
}

unsigned cudnnBackendExecute(cudnn_handle handle, cudnn_descriptor the_plan, cudnn_descriptor the_pack)
{
    locked guard;
    const descriptor &plan = *static_cast<const descriptor *>(the_plan);
    const descriptor &pack = *static_cast<const descriptor *>(the_pack);

    if (fails() || !plan.finished || !pack.finished)
        return BAD_ARGUMENT;
    if (plan.engine == UNREPEATABLE)
        complain("a convolution whose bits are others every time");
    return convolve(handle->stream, operation_of(plan.refers(CUDNN_PLAN_PROPOSAL)), pack, plan.engine == ROUNDING);
}

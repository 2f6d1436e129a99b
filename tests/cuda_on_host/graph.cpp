/* Capture: a stream's jobs become a list, which can be queued as a whole again and again. One stream at a time:
 * captures that fork into others are refused. */
#include "tests/cuda_on_host/runtime.h"

#include <algorithm>

struct CUgraphExec_st {
    int device;
    std::vector<on_host::job> nodes;
};

namespace on_host
{
namespace
{
std::vector<cudaGraph_t> graphs;
std::vector<cudaGraphExec_t> executables;

template <typename T> bool forget(std::vector<T> &all, T one)
{
    auto found = std::find(all.begin(), all.end(), one);

    if (found == all.end())
        return false;
    all.erase(found);
    return true;
}
}

void drop_graphs()
{
    for (cudaGraph_t graph : graphs)
        delete graph;
    for (cudaGraphExec_t executable : executables)
        delete executable;
    graphs.clear();
    executables.clear();
}

int graphs_alive()
{
    return (int)(graphs.size() + executables.size());
}
}

using namespace on_host;

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode)
{
    locked guard;
    cudaError_t failure = standing_failure();
    cudaStream_t s = failure == cudaSuccess ? resolve(stream) : nullptr;

    if (failure != cudaSuccess || !s)
        return note(failure != cudaSuccess ? failure : cudaErrorInvalidResourceHandle);
    if (s != stream)
        return note(cudaErrorStreamCaptureUnsupported);
    if (s->capture)
        return note(cudaErrorIllegalState);
    s->capture = new CUgraph_st{ s->device, {} };
    s->mode = mode;
    s->invalidated = false;
    s->by = std::this_thread::get_id();
    return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t *graph)
{
    locked guard;
    cudaStream_t s = resolve(stream);

    *graph = nullptr;
    if (!s)
        return note(cudaErrorInvalidResourceHandle);
    if (!s->capture)
        return note(cudaErrorIllegalState);
    if (s->mode != cudaStreamCaptureModeRelaxed && s->by != std::this_thread::get_id())
        return note(cudaErrorStreamCaptureWrongThread);
    cudaError_t status = s->invalidated ? cudaErrorStreamCaptureInvalidated : standing_failure();

    if (status == cudaSuccess) {
        *graph = s->capture;
        graphs.push_back(s->capture);
    } else {
        delete s->capture;
    }
    s->capture = nullptr;
    s->invalidated = false;
    return note(status);
}

cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus *status)
{
    locked guard;
    cudaStream_t s = resolve(stream);

    if (!s)
        return note(cudaErrorInvalidResourceHandle);
    *status = !s->capture      ? cudaStreamCaptureStatusNone
              : s->invalidated ? cudaStreamCaptureStatusInvalidated
                               : cudaStreamCaptureStatusActive;
    return cudaSuccess;
}

/* Only how many there are. */
cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t *nodes, size_t *count)
{
    locked guard;

    if (nodes || std::find(graphs.begin(), graphs.end(), graph) == graphs.end())
        return note(cudaErrorInvalidValue);
    *count = graph->nodes.size();
    return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph)
{
    locked guard;

    if (!forget(graphs, graph))
        return note(cudaErrorInvalidValue);
    delete graph;
    return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t *executable, cudaGraph_t graph, unsigned long long)
{
    locked guard;
    cudaError_t failure = standing_failure();

    *executable = nullptr;
    if (failure != cudaSuccess)
        return note(failure);
    if (std::find(graphs.begin(), graphs.end(), graph) == graphs.end())
        return note(cudaErrorInvalidValue);
    *executable = new CUgraphExec_st{ graph->device, graph->nodes };
    executables.push_back(*executable);
    return cudaSuccess;
}

cudaError_t cudaGraphUpload(cudaGraphExec_t executable, cudaStream_t stream)
{
    locked guard;
    bool known = std::find(executables.begin(), executables.end(), executable) != executables.end();

    return note(!known ? cudaErrorInvalidValue : resolve(stream) ? standing_failure() : cudaErrorInvalidResourceHandle);
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream)
{
    locked guard;
    cudaError_t status = standing_failure();

    if (status == cudaSuccess && std::find(executables.begin(), executables.end(), executable) == executables.end())
        status = cudaErrorInvalidValue;
    for (size_t i = 0; status == cudaSuccess && i < executable->nodes.size(); i++)
        status = enqueue(stream, executable->nodes[i]);
    return note(status);
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable)
{
    locked guard;

    if (!forget(executables, executable))
        return note(cudaErrorInvalidValue);
    delete executable;
    return cudaSuccess;
}

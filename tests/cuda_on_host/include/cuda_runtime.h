/* CUDA C++ for the host: kernels are functions, a block's threads are fibers (../fiber.h), and a launch is a job in a
 * stream's queue. There is no <<< >>>: kernels are launched by cudaLaunchKernelEx. */
#ifndef CUDA_RUNTIME_H
#define CUDA_RUNTIME_H

#include <functional>
#include <tuple>
#include <utility>

#include <cuda_runtime_api.h>

#include "cuda_on_host/vectors.h"
#include "cuda_on_host/language.h"
#include "cuda_on_host/intrinsics.h"

struct cudaLaunchAttribute;

typedef struct cudaLaunchConfig_st {
    dim3 gridDim, blockDim;
    size_t dynamicSmemBytes;
    cudaStream_t stream;
    cudaLaunchAttribute *attrs;
    unsigned numAttrs;
} cudaLaunchConfig_t;

namespace on_host
{
/* Queues a launch, in which `thread` is called once for every thread of the grid. */
cudaError_t launch(const cudaLaunchConfig_t &config, std::function<void()> thread);
}

/* Copies the arguments at once, as CUDA does. */
template <typename... Parameters, typename... Arguments>
static inline cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t *config, void (*kernel)(Parameters...),
                                             Arguments &&...arguments)
{
    std::tuple<Parameters...> copies(std::forward<Arguments>(arguments)...);

    return on_host::launch(*config, [kernel, copies] { std::apply(kernel, copies); });
}

#endif

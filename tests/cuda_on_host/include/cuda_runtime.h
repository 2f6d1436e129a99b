/* CUDA C++ for the host: kernels are functions, a block's threads are fibers (../fiber.h), launches wait in their
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
/* Queues `thread` to be called once for every thread of the grid. */
cudaError_t launch(const cudaLaunchConfig_t &config, std::function<void()> thread);
}

/* Arguments are copied when the kernel is asked for, as CUDA does. */
template <typename... Parameters, typename... Arguments>
static inline cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t *config, void (*kernel)(Parameters...),
                                             Arguments &&...arguments)
{
    return on_host::launch(*config, [kernel, copies = std::tuple<Parameters...>(std::forward<Arguments>(arguments)...)] {
        std::apply(kernel, copies);
    });
}

#endif

#include "gpu/core/gpu.h"

#include <time.h>

#include "base/clock.h"
#include "base/limits.h"

#define AGAIN "; start cuvette again to use this GPU"

/* After those with AGAIN, CUDA refuses all further work of this process. */
static const struct {
    cudaError_t status;
    const char *advice;
} advices[] = {
    { cudaErrorDevicesUnavailable, "; another process holds this GPU for itself" },
    { cudaErrorNoKernelImageForDevice, "; libcuvette-cuda.so has no code for this GPU" },
    { cudaErrorUnsupportedPtxVersion,
      "; the NVIDIA driver is too old for this GPU's code: build cuvette with an older CUDA" },
    { cudaErrorSystemNotReady, "; the node's fabric manager does not run: tell whoever keeps this node" },
    { cudaErrorSystemDriverMismatch, "; the NVIDIA driver was replaced while it ran: the node has to be restarted" },
    { cudaErrorCompatNotSupportedOnDevice, "; CUDA's compatibility package does not serve this GPU: do without it" },
    { cudaErrorECCUncorrectable, "; its memory is damaged: tell whoever keeps this node" },
    { cudaErrorNvlinkUncorrectable, "; its links are damaged: tell whoever keeps this node" },
    { cudaErrorIllegalAddress, AGAIN },
    { cudaErrorMisalignedAddress, AGAIN },
    { cudaErrorIllegalInstruction, AGAIN },
    { cudaErrorInvalidAddressSpace, AGAIN },
    { cudaErrorInvalidPc, AGAIN },
    { cudaErrorHardwareStackError, AGAIN },
    { cudaErrorLaunchTimeout, AGAIN },
    { cudaErrorLaunchFailure, AGAIN },
    { cudaErrorUnknown, AGAIN },
};

const char *gpu_advice(cudaError_t status)
{
    for (size_t i = 0; i < sizeof advices / sizeof *advices; i++)
        if (advices[i].status == status)
            return advices[i].advice;
    return "";
}

bool gpu_good(struct gpu *gpu, cudaError_t status, const char *doing)
{
    if (status == cudaSuccess)
        return true;
    cudaGetLastError(); /* clears the failure, which the next call would return again */
    if (gpu->error.kind == ERROR_NONE)
        error_set(&gpu->error, status == cudaErrorMemoryAllocation ? ERROR_MEMORY : ERROR_DEVICE,
                  "cuda:%d failed while %s: %s (%s)%s", gpu->device, doing, cudaGetErrorString(status),
                  cudaGetErrorName(status), gpu_advice(status));
    return false;
}

bool gpu_open(struct gpu *gpu, int number)
{
    size_t available;

    gpu->device = number;
    return gpu_good(gpu, cudaSetDevice(number), "being chosen") &&
           gpu_good(gpu, cudaDeviceGetAttribute(&gpu->multiprocessors, cudaDevAttrMultiProcessorCount, number),
                    "saying what it is") &&
           gpu_good(gpu, cudaMemGetInfo(&available, &gpu->memory), "asking for its free memory") &&
           gpu_good(gpu, cudaStreamCreateWithFlags(&gpu->stream, cudaStreamNonBlocking), "making a stream");
}

void gpu_close(struct gpu *gpu)
{
    if (gpu->stream)
        cudaStreamDestroy(gpu->stream);
    gpu->stream = NULL;
    cudaGetLastError(); /* clears the failure, which the next call would return again */
}

bool gpu_still_works(struct gpu *gpu, const char *doing)
{
    cudaError_t status = cudaStreamQuery(gpu->stream);

    if (status != cudaErrorNotReady)
        return gpu_good(gpu, status, doing);
    cudaGetLastError(); /* clears cudaErrorNotReady, which counts as a failure */
    return true;
}

/* Asks the device in place of sleeping until it answers. Time in which this process itself was stopped does not
 * count. */
static bool await_with_peers(struct gpu *gpu, cudaEvent_t event, const char *doing)
{
    const struct timespec moment = { .tv_nsec = 50000 };
    const double stopped = 1;
    double waited = 0, before = clock_seconds();
    cudaError_t status;

    while ((status = cudaEventQuery(event)) == cudaErrorNotReady) {
        const double now = clock_seconds();

        cudaGetLastError(); /* clears cudaErrorNotReady, which counts as a failure */
        if (now - before < stopped)
            waited += now - before;
        before = now;
        if (!gpu->peers->wait_on(gpu, waited))
            return false;
        nanosleep(&moment, NULL);
    }
    return gpu_good(gpu, status, doing);
}

bool gpu_wait_for(struct gpu *gpu, cudaEvent_t event, const char *doing)
{
    return gpu->peers ? await_with_peers(gpu, event, doing) : gpu_good(gpu, cudaEventSynchronize(event), doing);
}

void gpu_settle(struct gpu *gpu)
{
    if (gpu->peers && gpu->error.kind != ERROR_NONE)
        gpu->peers->let_go(gpu);
    if (gpu->stream)
        cudaStreamSynchronize(gpu->stream);
}

size_t gpu_workspace_most(const struct gpu *gpu)
{
    const size_t most = (size_t)256 << 20, part = 32; /* of the device's memory */

    return size_min(most, gpu->memory / part);
}

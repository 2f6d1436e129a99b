/* What a test can set and ask, and what concerns a device as a whole: its work, its memory, its reset. */
#include "tests/cuda_on_host/on_host.h"

#include "tests/cuda_on_host/chance.h"
#include "tests/cuda_on_host/cublas.h"
#include "tests/cuda_on_host/cudnn.h"
#include "tests/cuda_on_host/runtime.h"

using namespace on_host;

void on_host_reset(void)
{
    locked guard;

    drop_streams(-1);
    drop_events();
    drop_graphs();
    free_all(-1);
    reset_devices();
}

void on_host_refuse_products(unsigned which)
{
    locked guard;

    set.refused_products = which;
}

void on_host_set_cudnn(enum cudnn_on_host how)
{
    locked guard;

    set.cudnn = how;
}

void on_host_fail_cudnn(int calls)
{
    locked guard;

    set.cudnn_calls_to_failure = calls;
}

int on_host_cudnn_calls_to_failure(void)
{
    locked guard;

    return set.cudnn_calls_to_failure;
}

int on_host_cudnn_runs(void)
{
    locked guard;

    return set.cudnn_runs;
}

void on_host_set_devices(int count)
{
    locked guard;

    set.devices = count;
}

void on_host_set_memory(size_t bytes)
{
    locked guard;

    set.memory = bytes;
}

void on_host_set_seed(uint64_t seed)
{
    locked guard;

    dice.seed(seed);
}

void on_host_set_driver(int error)
{
    locked guard;

    set.driver = (cudaError_t)error;
}

void on_host_lose_device(int kernels, int error)
{
    locked guard;

    set.kernels_to_loss = kernels;
    set.loss = (cudaError_t)error;
}

int on_host_alive(void)
{
    locked guard;

    return allocations_alive() + streams_alive() + events_alive() + graphs_alive() + cublas_alive() + cudnn_alive();
}

const char *on_host_complaint(void)
{
    return complaint();
}

cudaError_t cudaDeviceSynchronize(void)
{
    locked guard;
    cudaError_t status = checked(unsafe_while_capturing());

    if (status != cudaSuccess)
        return status;
    drain_device(current_device());
    return note(device_of(current_device()).broken);
}

cudaError_t cudaDeviceReset(void)
{
    locked guard;
    cudaError_t status = checked_number(current_device());

    if (status == cudaSuccess) {
        drop_streams(current_device());
        free_all(current_device());
        device_of(current_device()).broken = cudaSuccess;
    }
    return status;
}

cudaError_t cudaMemGetInfo(size_t *available, size_t *total)
{
    locked guard;
    cudaError_t status = checked(cudaSuccess);
    size_t used = status == cudaSuccess ? device_of(current_device()).used : 0;

    *total = set.memory;
    *available = used < set.memory ? set.memory - used : 0;
    return status;
}

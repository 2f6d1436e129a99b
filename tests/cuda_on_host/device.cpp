#include "tests/cuda_on_host/runtime.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "tests/cuda_on_host/chance.h"
#include "tests/cuda_on_host/cublas.h"
#include "tests/cuda_on_host/cudnn.h"
#include "tests/cuda_on_host/on_host.h"

namespace on_host
{
chance dice;
settings set;

namespace
{
enum { MULTIPROCESSORS = 2, THREADS = 1024, MAJOR = 9, MINOR = 0 };

std::recursive_mutex mutex;
/* Never destroyed: the program may end with devices in use. */
std::map<int, device> &devices = *new std::map<int, device>;
char complaint[512];
thread_local int current;
thread_local cudaError_t last;

uint64_t from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text && *text ? strtoull(text, nullptr, 0) : otherwise;
}

void as_the_environment_says()
{
    set.devices = (int)from_environment("CUDA_ON_HOST_DEVICES", 1);
    set.memory = (size_t)from_environment("CUDA_ON_HOST_MEMORY", (uint64_t)2 << 30);
    set.driver = cudaSuccess;
    set.kernels_to_loss = (int)from_environment("CUDA_ON_HOST_LOST_AFTER", (uint64_t)-1);
    set.loss = cudaErrorIllegalAddress;
    set.refused_products = 0;
    set.cudnn = CUDNN_ON_HOST_ABSENT;
    set.cudnn_calls_to_failure = -1;
    set.cudnn_runs = 0;
    dice.seed(from_environment("CUDA_ON_HOST_SEED", 1));
}

const bool begun = (as_the_environment_says(), true);
}

locked::locked() : guard(mutex)
{
    (void)begun;
}

device &device_of(int number)
{
    device &d = devices[number];

    if (!d.legacy)
        d.legacy.reset(new CUstream_st{ number, cudaStreamDefault, {}, nullptr, cudaStreamCaptureModeGlobal, false, {} });
    return d;
}

int current_device()
{
    return current;
}

cudaError_t note(cudaError_t status)
{
    if (status != cudaSuccess)
        last = status;
    return status;
}

cudaError_t standing_failure()
{
    if (set.driver != cudaSuccess)
        return set.driver;
    if (set.devices < 1)
        return cudaErrorNoDevice;
    if (current >= set.devices)
        return cudaErrorInvalidDevice;
    return device_of(current).broken;
}

bool survives(int number)
{
    device &d = device_of(number);

    if (d.broken == cudaSuccess && set.kernels_to_loss >= 0 && set.kernels_to_loss-- == 0)
        d.broken = set.loss;
    return d.broken == cudaSuccess;
}

void complain(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(complaint, sizeof complaint, format, arguments);
    va_end(arguments);
    fprintf(stderr, "CUDA on the host: %s\n", complaint);
}

namespace
{
/* Standing failures come before whatever a function does. */
cudaError_t checked(cudaError_t status)
{
    cudaError_t failure = standing_failure();

    return note(failure != cudaSuccess ? failure : status);
}

cudaError_t check_number(int number)
{
    if (set.driver != cudaSuccess)
        return set.driver;
    return number >= 0 && number < set.devices ? cudaSuccess : cudaErrorInvalidDevice;
}

int bus_of(int number)
{
    return 0x17 + number;
}
}
}

using namespace on_host;

void on_host_reset(void)
{
    locked guard;

    drop_streams(-1);
    drop_graphs();
    free_all(-1);
    devices.clear();
    complaint[0] = '\0';
    last = cudaSuccess;
    current = 0;
    as_the_environment_says();
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

    return allocations_alive() + streams_alive() + graphs_alive() + cublas_alive() + cudnn_alive();
}

const char *on_host_complaint(void)
{
    return complaint;
}

cudaError_t cudaGetLastError(void)
{
    cudaError_t status = last;

    last = cudaSuccess;
    return status;
}

cudaError_t cudaPeekAtLastError(void)
{
    return last;
}

cudaError_t cudaDriverGetVersion(int *version)
{
    *version = CUDART_VERSION;
    return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int *version)
{
    *version = CUDART_VERSION;
    return cudaSuccess;
}

cudaError_t cudaGetDeviceCount(int *count)
{
    locked guard;

    *count = set.driver == cudaSuccess ? set.devices : 0;
    if (set.driver != cudaSuccess)
        return note(set.driver);
    return note(set.devices > 0 ? cudaSuccess : cudaErrorNoDevice);
}

cudaError_t cudaGetDevice(int *number)
{
    *number = current;
    return cudaSuccess;
}

cudaError_t cudaSetDevice(int number)
{
    locked guard;
    cudaError_t status = check_number(number);

    if (status == cudaSuccess) {
        current = number;
        status = device_of(number).broken;
    }
    return note(status);
}

cudaError_t cudaSetDeviceFlags(unsigned)
{
    locked guard;

    return checked(cudaSuccess);
}

cudaError_t cudaInitDevice(int number, unsigned, unsigned)
{
    locked guard;

    return note(check_number(number));
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp *p, int number)
{
    locked guard;
    cudaError_t status = check_number(number);

    *p = {};
    if (status != cudaSuccess)
        return note(status);
    snprintf(p->name, sizeof p->name, "CUDA on the host");
    memset(p->uuid.bytes, 0xa0 + number, sizeof p->uuid.bytes);
    p->totalGlobalMem = set.memory;
    p->sharedMemPerBlock = 48 << 10;
    p->sharedMemPerMultiprocessor = 48 << 10;
    p->warpSize = 32;
    p->maxThreadsPerBlock = THREADS;
    p->maxThreadsPerMultiProcessor = THREADS;
    p->maxThreadsDim[0] = p->maxThreadsDim[1] = THREADS;
    p->maxThreadsDim[2] = 64;
    p->maxGridSize[0] = 0x7fffffff;
    p->maxGridSize[1] = p->maxGridSize[2] = 65535;
    p->major = MAJOR;
    p->minor = MINOR;
    p->multiProcessorCount = MULTIPROCESSORS;
    p->pciBusID = bus_of(number);
    p->l2CacheSize = 1 << 20;
    return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int number)
{
    static const struct {
        cudaDeviceAttr attribute;
        int value;
    } known[] = {
        { cudaDevAttrMaxThreadsPerBlock, THREADS },
        { cudaDevAttrMaxSharedMemoryPerBlock, 48 << 10 },
        { cudaDevAttrWarpSize, 32 },
        { cudaDevAttrMultiProcessorCount, MULTIPROCESSORS },
        { cudaDevAttrIntegrated, 0 },
        { cudaDevAttrEccEnabled, 0 },
        { cudaDevAttrMaxThreadsPerMultiProcessor, THREADS },
        { cudaDevAttrComputeCapabilityMajor, MAJOR },
        { cudaDevAttrComputeCapabilityMinor, MINOR },
    };
    locked guard;
    cudaError_t status = check_number(number);

    if (status != cudaSuccess)
        return note(status);
    for (const auto &row : known)
        if (row.attribute == attribute) {
            *value = row.value;
            return cudaSuccess;
        }
    return note(cudaErrorInvalidValue);
}

cudaError_t cudaDeviceGetPCIBusId(char *text, int size, int number)
{
    locked guard;
    cudaError_t status = check_number(number);

    if (status == cudaSuccess && snprintf(text, (size_t)size, "0000:%02X:00.0", (unsigned)bus_of(number)) >= size)
        status = cudaErrorInvalidValue;
    return note(status);
}

cudaError_t cudaDeviceSynchronize(void)
{
    locked guard;
    cudaError_t status = checked(unsafe_while_capturing());

    if (status != cudaSuccess)
        return status;
    drain_device(current);
    return note(device_of(current).broken);
}

cudaError_t cudaDeviceReset(void)
{
    locked guard;
    cudaError_t status = note(check_number(current));

    if (status == cudaSuccess) {
        drop_streams(current);
        free_all(current);
        device_of(current).broken = cudaSuccess;
    }
    return status;
}

cudaError_t cudaMemGetInfo(size_t *available, size_t *total)
{
    locked guard;
    cudaError_t status = checked(cudaSuccess);
    size_t used = status == cudaSuccess ? device_of(current).used : 0;

    *total = set.memory;
    *available = used < set.memory ? set.memory - used : 0;
    return status;
}

/* Devices and their failures: the state that everything else is built on. */
#include "tests/cuda_on_host/runtime.h"

#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "tests/cuda_on_host/chance.h"
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
char complaint_text[512];
thread_local int current, depth; /* the device; how often this thread has the lock */
thread_local cudaError_t last;

uint64_t from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text && *text ? strtoull(text, nullptr, 0) : otherwise;
}

void read_settings()
{
    set.devices = (int)from_environment("CUDA_ON_HOST_DEVICES", 1);
    set.memory = (size_t)from_environment("CUDA_ON_HOST_MEMORY", (uint64_t)2 << 30);
    set.slow_from = (int)from_environment("CUDA_ON_HOST_SLOW_FROM", (uint64_t)-1);
    set.driver = cudaSuccess;
    set.kernels_to_loss = (int)from_environment("CUDA_ON_HOST_LOST_AFTER", (uint64_t)-1);
    set.loss = cudaErrorIllegalAddress;
    set.refused_products = 0;
    set.cudnn = (int)from_environment("CUDA_ON_HOST_CUDNN", CUDNN_ON_HOST_ABSENT);
    set.cudnn_calls_to_failure = -1;
    set.cudnn_runs = 0;
    dice.seed(from_environment("CUDA_ON_HOST_SEED", 1));
}

const bool begun = (read_settings(), true);
}

locked::locked()
{
    (void)begun;
    mutex.lock();
    depth++;
}

locked::~locked()
{
    depth--;
    mutex.unlock();
}

void rest()
{
    const int held = depth;

    for (; depth > 0; depth--)
        mutex.unlock();
    std::this_thread::sleep_for(std::chrono::microseconds(20));
    for (; depth < held; depth++)
        mutex.lock();
}

bool is_slow(int number)
{
    return set.slow_from >= 0 && number >= set.slow_from;
}

device &device_of(int number)
{
    device &d = devices[number];

    if (!d.legacy)
        d.legacy.reset(new CUstream_st{ number, cudaStreamDefault });
    return d;
}

int current_device()
{
    return current;
}

void reset_devices()
{
    devices.clear();
    complaint_text[0] = '\0';
    last = cudaSuccess;
    current = 0;
    read_settings();
}

const char *complaint()
{
    return complaint_text;
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
    vsnprintf(complaint_text, sizeof complaint_text, format, arguments);
    va_end(arguments);
    fprintf(stderr, "CUDA on the host: %s\n", complaint_text);
}

cudaError_t checked(cudaError_t status)
{
    cudaError_t failure = standing_failure();

    return note(failure != cudaSuccess ? failure : status);
}

cudaError_t checked_number(int number)
{
    if (set.driver != cudaSuccess)
        return note(set.driver);
    return note(number >= 0 && number < set.devices ? cudaSuccess : cudaErrorInvalidDevice);
}

namespace
{
const struct {
    cudaError_t number;
    const char *name, *text;
} errors[] = {
#define CUDA_ERROR(name, number, text) { name, #name, text },
    CUDA_ERRORS(CUDA_ERROR)
#undef CUDA_ERROR
};

int bus_of(int number)
{
    return 0x17 + number;
}
}
}

using namespace on_host;

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

const char *cudaGetErrorName(cudaError_t error)
{
    for (const auto &row : errors)
        if (row.number == error)
            return row.name;
    return "unrecognized error code";
}

const char *cudaGetErrorString(cudaError_t error)
{
    for (const auto &row : errors)
        if (row.number == error)
            return row.text;
    return "unrecognized error code";
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
    cudaError_t status = checked_number(number);

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

    return checked_number(number);
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp *p, int number)
{
    locked guard;
    cudaError_t status = checked_number(number);

    *p = {};
    if (status != cudaSuccess)
        return status;
    snprintf(p->name, sizeof p->name, "CUDA on the host%s", is_slow(number) ? ", slow" : "");
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
    const struct {
        cudaDeviceAttr attribute;
        int value;
    } known[] = {
        { cudaDevAttrMaxThreadsPerBlock, THREADS },
        { cudaDevAttrMaxSharedMemoryPerBlock, 48 << 10 },
        { cudaDevAttrWarpSize, 32 },
        { cudaDevAttrMultiProcessorCount, MULTIPROCESSORS },
        { cudaDevAttrClockRate, 1000000 },
        { cudaDevAttrMemoryClockRate, 1000000 },
        { cudaDevAttrGlobalMemoryBusWidth, is_slow(number) ? 256 : 512 },
        { cudaDevAttrIntegrated, 0 },
        { cudaDevAttrEccEnabled, 0 },
        { cudaDevAttrMaxThreadsPerMultiProcessor, THREADS },
        { cudaDevAttrComputeCapabilityMajor, MAJOR },
        { cudaDevAttrComputeCapabilityMinor, MINOR },
    };
    locked guard;
    cudaError_t status = checked_number(number);

    if (status != cudaSuccess)
        return status;
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
    cudaError_t status = checked_number(number);

    if (status == cudaSuccess && snprintf(text, (size_t)size, "0000:%02X:00.0", (unsigned)bus_of(number)) >= size)
        status = cudaErrorInvalidValue;
    return note(status);
}

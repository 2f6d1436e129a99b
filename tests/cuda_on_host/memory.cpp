/* Memory of devices and pinned memory of the host: allocations of exactly the size that was asked for, filled with
 * NaN. */
#include "tests/cuda_on_host/runtime.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>

namespace on_host
{
namespace
{
enum { ON_HOST = -1, ALIGNMENT = 256, RUBBISH = 0xff };

/* Rubbish before and after every allocation, which nobody may overwrite; AddressSanitizer has its own. */
#ifdef __SANITIZE_ADDRESS__
constexpr size_t FENCE = 0;
#else
constexpr size_t FENCE = ALIGNMENT;
#endif

struct allocation {
    size_t bytes;
    int device; /* ON_HOST: pinned */
};

std::map<uintptr_t, allocation> allocations;

/* The allocation that holds all these bytes, or null. */
const allocation *holding(const void *p, size_t bytes)
{
    uintptr_t address = (uintptr_t)p;
    auto after = allocations.upper_bound(address);

    if (after == allocations.begin())
        return nullptr;
    const auto &found = *--after;
    size_t offset = address - found.first;

    return offset <= found.second.bytes && bytes <= found.second.bytes - offset ? &found.second : nullptr;
}

void *allocate(size_t bytes, int device)
{
    void *base = nullptr;

    if (posix_memalign(&base, ALIGNMENT, FENCE + bytes + FENCE))
        return nullptr;
    memset(base, RUBBISH, FENCE + bytes + FENCE);
    void *memory = (char *)base + FENCE;

    allocations[(uintptr_t)memory] = { bytes, device };
    return memory;
}

bool is_rubbish(const unsigned char *p, size_t bytes)
{
    return std::all_of(p, p + bytes, [](unsigned char c) { return c == RUBBISH; });
}

void check_fences(uintptr_t address, const allocation &a)
{
    const unsigned char *p = (const unsigned char *)address;
    bool before = is_rubbish(p - FENCE, FENCE), after = is_rubbish(p + a.bytes, FENCE);
    device &d = device_of(a.device == ON_HOST ? current_device() : a.device);

    if ((before && after) || d.broken != cudaSuccess)
        return;
    complain("something wrote %s of %zu bytes of %s memory", before ? "past the end" : "before the beginning", a.bytes,
             a.device == ON_HOST ? "pinned" : "device");
    d.broken = cudaErrorIllegalAddress;
}

void deallocate(std::map<uintptr_t, allocation>::iterator found)
{
    char *memory = (char *)found->first;
    const allocation a = found->second;

    check_fences(found->first, a);
    memset(memory, RUBBISH, a.bytes);
    if (a.device != ON_HOST)
        device_of(a.device).used -= a.bytes;
    allocations.erase(found);
    free(memory - FENCE);
}

/* Frees memory after all work that may use it. But CUDA does not promise to wait ("may perform implicit
 * synchronization", says cuda_runtime_api.h), so it is a complaint when the thread has work left in a queue. */
cudaError_t release(void *memory, bool pinned)
{
    cudaError_t status = standing_failure();
    auto found = allocations.find((uintptr_t)memory);

    if (!memory)
        return note(status);
    if (found == allocations.end() || (found->second.device == ON_HOST) != pinned)
        return note(cudaErrorInvalidValue);
    if (status == cudaSuccess)
        status = unsafe_while_capturing();
    if (status == cudaSuccess && works_for_this_thread())
        complain("memory was freed while work was left in a queue that may use it");
    drain_device(pinned ? current_device() : found->second.device);
    deallocate(found);
    return note(status != cudaSuccess ? status : standing_failure());
}

/* Whether both ends are where the direction says: on this device, or in the host's memory. */
bool ends_fit(const void *to, const void *from, size_t bytes, cudaMemcpyKind kind)
{
    static const struct {
        bool from_device, to_device;
    } directions[] = { { false, false }, { false, true }, { true, false }, { true, true } };
    const allocation *target = holding(to, bytes), *source = holding(from, bytes);
    bool to_device = target && target->device != ON_HOST, from_device = source && source->device != ON_HOST;
    bool fit = kind == cudaMemcpyDefault ||
               (directions[kind].from_device == from_device && directions[kind].to_device == to_device);

    for (const void *end : { to, from })
        fit = fit && (!holding(end, 1) || holding(end, bytes));
    if (!fit)
        complain("a copy of %zu bytes that do not lie where its direction says", bytes);
    return fit;
}
}

bool on_device(const void *memory, size_t bytes)
{
    const allocation *a = holding(memory, bytes);

    return a && a->device != ON_HOST;
}

void check_fences()
{
    for (const auto &entry : allocations)
        check_fences(entry.first, entry.second);
}

void free_all(int device)
{
    for (auto next = allocations.begin(); next != allocations.end();) {
        auto found = next++;

        if (device < 0 || found->second.device == device)
            deallocate(found);
    }
}

int allocations_alive()
{
    return (int)allocations.size();
}
}

using namespace on_host;

cudaError_t cudaMalloc(void **memory, size_t bytes)
{
    locked guard;
    cudaError_t status = standing_failure();

    *memory = nullptr;
    if (status == cudaSuccess)
        status = unsafe_while_capturing();
    if (status != cudaSuccess || !bytes)
        return note(status);
    device &d = device_of(current_device());

    if (d.used > set.memory || bytes > set.memory - d.used)
        return note(cudaErrorMemoryAllocation);
    *memory = allocate(bytes, current_device());
    if (!*memory)
        return note(cudaErrorMemoryAllocation);
    d.used += bytes;
    return cudaSuccess;
}

cudaError_t cudaFree(void *memory)
{
    locked guard;

    return release(memory, false);
}

cudaError_t cudaHostAlloc(void **memory, size_t bytes, unsigned)
{
    locked guard;
    cudaError_t status = standing_failure();

    *memory = nullptr;
    if (status == cudaSuccess)
        status = unsafe_while_capturing();
    if (status != cudaSuccess || !bytes)
        return note(status);
    *memory = allocate(bytes, ON_HOST);
    return note(*memory ? cudaSuccess : cudaErrorMemoryAllocation);
}

cudaError_t cudaMallocHost(void **memory, size_t bytes)
{
    return cudaHostAlloc(memory, bytes, cudaHostAllocDefault);
}

cudaError_t cudaFreeHost(void *memory)
{
    locked guard;

    return release(memory, true);
}

/* Pageable memory is read at once, and written before the call returns; pinned memory is read and written when the
 * stream comes to it. */
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream)
{
    locked guard;
    cudaError_t status = standing_failure();

    if (status != cudaSuccess || !bytes)
        return note(status);
    if (!ends_fit(to, from, bytes, kind))
        return note(cudaErrorInvalidValue);
    bool from_pageable = !holding(from, bytes), to_pageable = !holding(to, bytes);

    if (from_pageable || to_pageable) {
        status = capturing_refuses(stream);
        if (status != cudaSuccess)
            return note(status);
    }
    if (from_pageable) {
        auto staged = std::make_shared<std::vector<char>>((const char *)from, (const char *)from + bytes);

        status = enqueue(stream, [to, staged] { memcpy(to, staged->data(), staged->size()); });
    } else {
        status = enqueue(stream, [to, from, bytes] {
            pass_time(1e-6);
            memmove(to, from, bytes);
        });
    }
    if (status == cudaSuccess && to_pageable) {
        drain(resolve(stream));
        status = standing_failure();
    }
    return note(status);
}

cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes, cudaMemcpyKind kind)
{
    locked guard;
    cudaError_t status = unsafe_while_capturing();

    if (status == cudaSuccess)
        status = cudaMemcpyAsync(to, from, bytes, kind, nullptr);
    if (status == cudaSuccess)
        drain(resolve(nullptr));
    return note(status != cudaSuccess ? status : standing_failure());
}

cudaError_t cudaMemsetAsync(void *to, int byte, size_t bytes, cudaStream_t stream)
{
    locked guard;
    cudaError_t status = standing_failure();

    if (status != cudaSuccess || !bytes)
        return note(status);
    const allocation *target = holding(to, bytes);

    if (!target || target->device != current_device())
        return note(cudaErrorInvalidValue);
    return enqueue(stream, [to, byte, bytes] {
        pass_time(1e-6);
        memset(to, byte, bytes);
    });
}

cudaError_t cudaMemset(void *to, int byte, size_t bytes)
{
    locked guard;
    cudaError_t status = unsafe_while_capturing();

    return status != cudaSuccess ? note(status) : cudaMemsetAsync(to, byte, bytes, nullptr);
}

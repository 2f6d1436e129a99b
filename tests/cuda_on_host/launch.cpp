/* Kernels: a launch is checked at once and run when its stream comes to it, with the blocks in any order. */
#include <numeric>

#include "tests/cuda_on_host/block.h"
#include "tests/cuda_on_host/chance.h"
#include "tests/cuda_on_host/runtime.h"

namespace on_host
{
namespace
{
constexpr unsigned THREADS_MAX = 1024, DEPTH_MAX = 64, GRID_MAX = 65535, GRID_WIDTH_MAX = 0x7fffffff;

bool within(dim3 size, dim3 most)
{
    return size.x && size.y && size.z && size.x <= most.x && size.y <= most.y && size.z <= most.z;
}

void run(dim3 grid, dim3 threads, int device, const std::function<void()> &thread)
{
    static block the_block;
    std::vector<uint32_t> order((size_t)grid.x * grid.y * grid.z);
    std::string wrong;

    if (!survives(device))
        return;
    std::iota(order.begin(), order.end(), 0);
    pass_time(1e-6);
    dice.shuffle(order.data(), (uint32_t)order.size());
    gridDim = grid;
    blockDim = threads;
    the_block.shape(threads);
    for (uint32_t i : order) {
        blockIdx = { i % grid.x, i / grid.x % grid.y, i / grid.x / grid.y };
        if (!the_block.run(thread, wrong)) {
            complain("%s", wrong.c_str());
            device_of(device).broken = cudaErrorLaunchFailure;
            return;
        }
    }
    check_fences();
}
}

cudaError_t launch(const cudaLaunchConfig_t &config, std::function<void()> thread)
{
    locked guard;
    const dim3 grid = config.gridDim, threads = config.blockDim;
    int device = current_device();

    if (!within(grid, dim3(GRID_WIDTH_MAX, GRID_MAX, GRID_MAX)) ||
        !within(threads, dim3(THREADS_MAX, THREADS_MAX, DEPTH_MAX)) || threads.x * threads.y * threads.z > THREADS_MAX)
        return note(cudaErrorInvalidConfiguration);
    if (config.dynamicSmemBytes || config.numAttrs) {
        complain("kernels are launched without dynamic shared memory and attributes here");
        return note(cudaErrorInvalidValue);
    }
    return enqueue(config.stream,
                   [grid, threads, device, thread = std::move(thread)] { run(grid, threads, device, thread); });
}
}

#include "gpu/core/gpu_marks.h"

bool gpu_marks_open(struct gpu_marks *marks, struct gpu *gpu)
{
    const unsigned flags = cudaEventDisableTiming | cudaEventBlockingSync;

    for (int i = 0; i < GPU_MARKS; i++)
        if (!gpu_good(gpu, cudaEventCreateWithFlags(&marks->events[i], flags), "making events"))
            return false;
    return true;
}

void gpu_marks_close(struct gpu_marks *marks)
{
    for (int i = 0; i < GPU_MARKS; i++)
        if (marks->events[i])
            cudaEventDestroy(marks->events[i]);
}

uint64_t gpu_marks_put(struct gpu_marks *marks, struct gpu *gpu)
{
    if (gpu->error.kind == ERROR_NONE) {
        marks->last++;
        gpu_good(gpu, cudaEventRecord(marks->events[marks->last % GPU_MARKS], gpu->stream), "marking a step");
    }
    return marks->last;
}

bool gpu_marks_reach(struct gpu_marks *marks, struct gpu *gpu, uint64_t mark)
{
    /* An old mark's event is a later mark's by now. The oldest mark that still has its own stands behind it. */
    uint64_t oldest = marks->last < GPU_MARKS ? 1 : marks->last - GPU_MARKS + 1;

    if (gpu->error.kind != ERROR_NONE)
        return false;
    return mark == 0 || gpu_wait_for(gpu, marks->events[(mark > oldest ? mark : oldest) % GPU_MARKS],
                                  "working through its operations");
}

bool gpu_marks_wait(struct gpu_marks *marks, struct gpu *gpu)
{
    return gpu_marks_reach(marks, gpu, gpu_marks_put(marks, gpu));
}

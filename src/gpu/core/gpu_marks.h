/* Marks in the stream that can be waited for: a ring of events. */
#ifndef GPU_GPU_MARKS_H
#define GPU_GPU_MARKS_H

#include "gpu/core/gpu.h"

enum { GPU_MARKS = 32 };

struct gpu_marks {
    cudaEvent_t events[GPU_MARKS]; /* mark m is events[m % GPU_MARKS], until a later mark needs that */
    uint64_t last;                 /* how many were put; the first is 1 */
};

bool gpu_marks_open(struct gpu_marks *marks, struct gpu *gpu); /* of zeros; false with the sticky error */
void gpu_marks_close(struct gpu_marks *marks);

/* A mark behind everything that was queued so far. */
uint64_t gpu_marks_put(struct gpu_marks *marks, struct gpu *gpu);

/* Waits until everything before the mark is done; false with the sticky error. The thread sleeps, so that its core is
 * free for others. */
bool gpu_marks_reach(struct gpu_marks *marks, struct gpu *gpu, uint64_t mark);

/* Waits until everything is done. */
bool gpu_marks_wait(struct gpu_marks *marks, struct gpu *gpu);

#endif

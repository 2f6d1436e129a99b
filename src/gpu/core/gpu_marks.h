/* Places in the stream that can be waited for: a ring of events. */
#ifndef GPU_GPU_MARKS_H
#define GPU_GPU_MARKS_H

#include "gpu/core/gpu.h"

enum { GPU_MARKS = 32 };

struct gpu_marks {
    cudaEvent_t events[GPU_MARKS]; /* of mark m: events[m % GPU_MARKS], until it is needed again */
    uint64_t last;                 /* given so far */
};

bool gpu_marks_open(struct gpu_marks *marks, struct gpu *gpu); /* zeroed; false with the sticky error */
void gpu_marks_close(struct gpu_marks *marks);

uint64_t gpu_marks_put(struct gpu_marks *marks, struct gpu *gpu);

/* Until everything before the mark is done; the thread sleeps meanwhile: its core may be another thread's. */
bool gpu_marks_reach(struct gpu_marks *marks, struct gpu *gpu, uint64_t mark);

/* Until all is done. */
bool gpu_marks_wait(struct gpu_marks *marks, struct gpu *gpu);

#endif

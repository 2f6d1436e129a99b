/* What each operation of a span takes of the device, by events between the operations. They are part of a graph, as the
 * step that trains is one: between two of them is the device's own time, and not the host's way to it. An event is a
 * node of the graph too, so that a span takes a microsecond or two an operation longer than it does without. */
#ifndef GPU_GPU_LAPS_H
#define GPU_GPU_LAPS_H

#include "gpu/core/gpu_graph.h"

#ifdef __cplusplus
extern "C" {
#endif

struct gpu_laps {
    /* What is done behind each operation; NULL while nothing is measured. */
    void (*behind)(struct gpu_laps *laps, struct gpu *gpu);
    cudaEvent_t *events; /* [operations + 2]: between them, and behind all */
    struct op_work *work;
    int done; /* operations of the span */
    bool captured;
};

/* Whoever queues a span calls this behind every operation. */
static inline void gpu_laps_behind(struct gpu_laps *laps, struct gpu *gpu)
{
    if (laps->behind)
        laps->behind(laps, gpu);
}

/* Runs a span that has run before, and waits; out [span->end - span->first] is what each operation took. Where it
 * cannot be captured, or is not `whole` since sums over ranks are in it, the operations are started one by one, and
 * `launches` is 0. False with the sticky error. */
bool gpu_laps_measure(struct gpu_laps *laps, struct gpu *gpu, const struct gpu_span *span, bool whole,
                      gpu_queue *queue, void *context, struct op_work *out);

#ifdef __cplusplus
}
#endif

#endif

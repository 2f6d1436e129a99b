/* Spans as CUDA graphs. A span is run directly when it is first met (its algorithms are chosen and its code is loaded then),
 * captured while it is asked for again, and replayed from then on: one launch in place of hundreds. */
#ifndef GPU_GPU_GRAPH_H
#define GPU_GPU_GRAPH_H

#include "gpu/core/gpu.h"

/* What a step is a function of, beside the numbers that lie on the device. */
struct gpu_span {
    int first, end; /* operations */
    int rows;
    const uint8_t *images; /* the held split, or NULL */
};

enum { GPU_GRAPHS = 8 };

struct gpu_graphs {
    struct gpu_graph {
        struct gpu_span span;
        uint64_t used; /* turn of the latest use; 0: an empty place */
        cudaGraphExec_t graph; /* NULL: met once */
    } kept[GPU_GRAPHS];
    uint64_t turn;
    bool refused; /* a capture failed: everything is run directly from then on */
};

/* Puts a span's operations into gpu->stream. */
typedef void gpu_queue(void *context, const struct gpu_span *span);

void gpu_graphs_run(struct gpu_graphs *graphs, struct gpu *gpu, const struct gpu_span *span, gpu_queue *queue,
                    void *context);
void gpu_graphs_drop(struct gpu_graphs *graphs);

#endif

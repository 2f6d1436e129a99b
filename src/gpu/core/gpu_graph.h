/* Spans of operations as CUDA graphs: one launch in place of hundreds. The first time a span runs directly (algorithms
 * are chosen and code is loaded then), the second time it is captured, and from then on the graph is replayed. */
#ifndef GPU_GPU_GRAPH_H
#define GPU_GPU_GRAPH_H

#include "gpu/core/gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All that a step is a function of, but for struct gpu_step. */
struct gpu_span {
    int first, end; /* operations first..end-1 */
    int rows;
    const uint8_t *images; /* device: the whole split, where it is held there; or NULL */
};

/* Room for those of steps, with and without a look at health, and of evaluations, for whole and partial batches; and
 * for the pieces of steps that sums over ranks cut. */
enum { GPU_GRAPHS = 256 };

struct gpu_graph {
    struct gpu_span span;
    uint64_t used;         /* the turn of its latest use; 0: this slot is empty */
    cudaGraphExec_t graph; /* NULL: the span has run once, directly */
};

struct gpu_graphs {
    struct gpu_graph kept[GPU_GRAPHS];
    uint64_t turn;
    bool refused; /* a capture failed: everything runs directly from then on */
};

/* Queues a span's operations on gpu->stream. */
typedef void gpu_queue(void *context, const struct gpu_span *span);

/* The graph of a span that has run before; cudaGraphExecDestroy() it. While it captures, the stream records and does
 * nothing. NULL when anything in the span cannot be captured; what failed then was only recorded and never run, so that
 * it is no failure of the run: gpu_graph_refused() forgets it. A lost device fails again. */
cudaGraphExec_t gpu_graph_capture(struct gpu *gpu, const struct gpu_span *span, gpu_queue *queue, void *context);
void gpu_graph_refused(struct gpu *gpu);

/* Runs a span, by `queue` or by its graph; of more than GPU_GRAPHS spans the latest used are kept. */
void gpu_graph_run(struct gpu_graphs *graphs, struct gpu *gpu, const struct gpu_span *span, gpu_queue *queue,
                   void *context);
void gpu_graph_drop_all(struct gpu_graphs *graphs);

/* Queues *to = step, with `to` on the device: what the runs that follow read. */
void gpu_graph_set_step(struct gpu *gpu, struct gpu_step *to, const struct gpu_step *step);

#ifdef __cplusplus
}
#endif

#endif

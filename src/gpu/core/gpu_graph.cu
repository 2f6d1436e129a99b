#include "gpu/core/gpu_graph.h"

#include "gpu/core/gpu_launch.h"

/* CUDA frees a graph that is still running when it has ended. */
static void forget(struct gpu_graph *g)
{
    if (g->graph)
        cudaGraphExecDestroy(g->graph);
    *g = {};
}

static bool is_kept(const struct gpu_graph *g, const struct gpu_span *span)
{
    return g->used && g->span.first == span->first && g->span.end == span->end && g->span.rows == span->rows &&
           g->span.images == span->images;
}

/* The span's slot, or the least recently used. */
static struct gpu_graph *slot_of(struct gpu_graphs *graphs, const struct gpu_span *span)
{
    struct gpu_graph *slot = &graphs->kept[0];

    for (int i = 0; i < GPU_GRAPHS; i++) {
        struct gpu_graph *g = &graphs->kept[i];

        if (is_kept(g, span))
            return g;
        if (g->used < slot->used)
            slot = g;
    }
    return slot;
}

cudaGraphExec_t gpu_graph_capture(struct gpu *gpu, const struct gpu_span *span, gpu_queue *queue, void *context)
{
    cudaGraph_t recorded = NULL;
    cudaGraphExec_t graph = NULL;

    if (cudaStreamBeginCapture(gpu->stream, cudaStreamCaptureModeThreadLocal) != cudaSuccess)
        return NULL;
    queue(context, span);
    if (cudaStreamEndCapture(gpu->stream, &recorded) == cudaSuccess && gpu->error.kind == ERROR_NONE &&
        cudaGraphInstantiate(&graph, recorded, 0) != cudaSuccess)
        graph = NULL;
    if (recorded)
        cudaGraphDestroy(recorded);
    return graph;
}

void gpu_graph_refused(struct gpu *gpu)
{
    gpu->error.kind = ERROR_NONE;
    cudaGetLastError();
}

void gpu_graph_run(struct gpu_graphs *graphs, struct gpu *gpu, const struct gpu_span *span, gpu_queue *queue,
                   void *context)
{
    struct gpu_graph *g = slot_of(graphs, span);

    if (!is_kept(g, span)) {
        forget(g);
        g->span = *span;
    } else if (!g->graph && !graphs->refused) {
        g->graph = gpu_graph_capture(gpu, span, queue, context);
        graphs->refused = !g->graph;
        if (graphs->refused)
            gpu_graph_refused(gpu);
    }
    g->used = ++graphs->turn;
    if (g->graph)
        gpu_good(gpu, cudaGraphLaunch(g->graph, gpu->stream), "starting a step");
    else
        queue(context, span);
}

void gpu_graph_drop_all(struct gpu_graphs *graphs)
{
    for (int i = 0; i < GPU_GRAPHS; i++)
        forget(&graphs->kept[i]);
}

static __global__ void set_step(struct gpu_step *to, struct gpu_step step)
{
    *to = step;
}

void gpu_graph_set_step(struct gpu *gpu, struct gpu_step *to, const struct gpu_step *step)
{
    gpu_launch(gpu, set_step, dim3(1), dim3(1), to, *step);
}

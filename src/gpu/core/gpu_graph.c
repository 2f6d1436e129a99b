#include "gpu/core/gpu_graph.h"

/* A graph that is at work is freed when it is done. */
static void forget(struct gpu_graph *g)
{
    if (g->graph)
        cudaGraphExecDestroy(g->graph);
    *g = (struct gpu_graph){ .used = 0 };
}

static bool is_kept(const struct gpu_graph *g, const struct gpu_span *span)
{
    return g->used && g->span.first == span->first && g->span.end == span->end && g->span.rows == span->rows &&
           g->span.images == span->images;
}

/* The span's place, or the least recently used. */
static struct gpu_graph *place_of(struct gpu_graphs *graphs, const struct gpu_span *span)
{
    struct gpu_graph *place = &graphs->kept[0];

    for (int i = 0; i < GPU_GRAPHS; i++) {
        struct gpu_graph *g = &graphs->kept[i];

        if (is_kept(g, span))
            return g;
        if (g->used < place->used)
            place = g;
    }
    return place;
}

/* Queues nothing: the stream only listens. NULL when anything in between cannot be captured. */
static cudaGraphExec_t capture(struct gpu *gpu, const struct gpu_span *span, gpu_queue *queue, void *context)
{
    cudaGraph_t heard = NULL;
    cudaGraphExec_t graph = NULL;

    if (cudaStreamBeginCapture(gpu->stream, cudaStreamCaptureModeThreadLocal) != cudaSuccess)
        return NULL;
    queue(context, span);
    if (cudaStreamEndCapture(gpu->stream, &heard) == cudaSuccess && gpu->error.kind == ERROR_NONE &&
        cudaGraphInstantiate(&graph, heard, 0) != cudaSuccess)
        graph = NULL;
    if (heard)
        cudaGraphDestroy(heard);
    return graph;
}

/* What failed while only listening was not done, so it is no failure of the run: a device that is lost says so again. */
static void refuse(struct gpu_graphs *graphs, struct gpu *gpu)
{
    graphs->refused = true;
    gpu->error.kind = ERROR_NONE;
    cudaGetLastError();
}

void gpu_graphs_run(struct gpu_graphs *graphs, struct gpu *gpu, const struct gpu_span *span, gpu_queue *queue,
                    void *context)
{
    struct gpu_graph *g = place_of(graphs, span);

    if (!is_kept(g, span)) {
        forget(g);
        g->span = *span;
    } else if (!g->graph && !graphs->refused) {
        g->graph = capture(gpu, span, queue, context);
        if (!g->graph)
            refuse(graphs, gpu);
    }
    g->used = ++graphs->turn;
    if (g->graph)
        gpu_good(gpu, cudaGraphLaunch(g->graph, gpu->stream), "starting a step");
    else
        queue(context, span);
}

void gpu_graphs_drop(struct gpu_graphs *graphs)
{
    for (int i = 0; i < GPU_GRAPHS; i++)
        forget(&graphs->kept[i]);
}

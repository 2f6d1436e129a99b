#include "gpu/core/gpu_laps.h"

#include <stdlib.h>

#include "base/memory.h"

static bool open_events(struct gpu_laps *laps, struct gpu *gpu, int count)
{
    laps->events = memory_new((size_t)count, sizeof *laps->events, &gpu->error);
    for (int i = 0; laps->events && i < count; i++)
        if (!gpu_good(gpu, cudaEventCreateWithFlags(&laps->events[i], cudaEventDefault), "making events"))
            return false;
    return laps->events != NULL;
}

static void close_events(struct gpu_laps *laps, int count)
{
    for (int i = 0; laps->events && i < count; i++)
        if (laps->events[i])
            cudaEventDestroy(laps->events[i]);
    free(laps->events);
    laps->events = NULL;
}

static bool begin_count(struct gpu *gpu)
{
    return gpu_good(gpu, cudaStreamBeginCapture(gpu->stream, cudaStreamCaptureModeThreadLocal), "counting launches");
}

/* The nodes that were captured since begin_count(). */
static bool end_count(struct gpu *gpu, size_t *nodes)
{
    cudaGraph_t graph = NULL;
    bool good = gpu_good(gpu, cudaStreamEndCapture(gpu->stream, &graph), "counting launches") &&
                gpu_good(gpu, cudaGraphGetNodes(graph, NULL, nodes), "counting launches");

    if (graph)
        cudaGraphDestroy(graph);
    return good;
}

/* Every operation is a capture of its own. */
static void count_behind(struct gpu_laps *laps, struct gpu *gpu)
{
    size_t nodes = 0;

    if (end_count(gpu, &nodes))
        laps->work[laps->done++].launches = (int)nodes;
    begin_count(gpu);
}

/* Nothing runs. False when something cannot be captured, which is no failure of the run. */
static bool count(struct gpu_laps *laps, struct gpu *gpu, const struct gpu_span *span, gpu_queue *queue, void *context)
{
    size_t rest = 0;
    bool good;

    laps->done = 0;
    laps->behind = count_behind;
    begin_count(gpu);
    queue(context, span);
    good = end_count(gpu, &rest) && gpu->error.kind == ERROR_NONE;
    if (good)
        return true;
    for (int i = 0; i < span->end - span->first; i++)
        laps->work[i].launches = 0;
    gpu_graph_refused(gpu);
    return false;
}

static void record(struct gpu_laps *laps, struct gpu *gpu, int event)
{
    const unsigned flags = laps->captured ? cudaEventRecordExternal : cudaEventRecordDefault;

    if (gpu->error.kind == ERROR_NONE)
        gpu_good(gpu, cudaEventRecordWithFlags(laps->events[event], gpu->stream, flags), "timing its operations");
}

static void time_behind(struct gpu_laps *laps, struct gpu *gpu)
{
    record(laps, gpu, ++laps->done);
}

struct timed {
    struct gpu_laps *laps;
    struct gpu *gpu;
    gpu_queue *queue;
    void *context;
};

static void queue_timed(void *context, const struct gpu_span *span)
{
    const struct timed *t = context;

    t->laps->done = 0;
    t->laps->behind = time_behind;
    record(t->laps, t->gpu, 0);
    t->queue(t->context, span);
}

static bool read_times(struct gpu_laps *laps, struct gpu *gpu, int operations)
{
    const double milliseconds = 1e-3;

    for (int i = 0; i < operations; i++) {
        float taken = 0;

        if (!gpu_good(gpu, cudaEventElapsedTime(&taken, laps->events[i], laps->events[i + 1]), "timing its operations"))
            return false;
        laps->work[i].seconds = (double)taken * milliseconds;
    }
    return true;
}

/* The records of a graph cannot be waited for. */
static bool wait_behind(struct gpu *gpu, cudaEvent_t event)
{
    return gpu_good(gpu, cudaEventRecord(event, gpu->stream), "timing its operations") &&
           gpu_wait_for(gpu, event, "working through its operations");
}

static bool time_span(struct gpu_laps *laps, struct gpu *gpu, const struct gpu_span *span, gpu_queue *queue,
                      void *context)
{
    struct timed t = { .laps = laps, .gpu = gpu, .queue = queue, .context = context };
    cudaGraphExec_t graph = laps->captured ? gpu_graph_capture(gpu, span, queue_timed, &t) : NULL;

    if (laps->captured && !graph)
        gpu_graph_refused(gpu);
    laps->captured = graph != NULL;
    if (graph)
        gpu_good(gpu, cudaGraphLaunch(graph, gpu->stream), "starting a step");
    else
        queue_timed(&t, span);

    bool good = gpu->error.kind == ERROR_NONE &&
                wait_behind(gpu, laps->events[span->end - span->first + 1]) &&
                read_times(laps, gpu, span->end - span->first);

    if (graph)
        cudaGraphExecDestroy(graph);
    return good;
}

bool gpu_laps_measure(struct gpu_laps *laps, struct gpu *gpu, const struct gpu_span *span, bool whole,
                      gpu_queue *queue, void *context, struct op_work *out)
{
    const int events = span->end - span->first + 2;
    bool good;

    if (gpu->error.kind != ERROR_NONE)
        return false;
    *laps = (struct gpu_laps){ .work = out };
    good = open_events(laps, gpu, events);
    if (good) {
        laps->captured = whole && count(laps, gpu, span, queue, context);
        good = time_span(laps, gpu, span, queue, context);
    }
    close_events(laps, events);
    *laps = (struct gpu_laps){ .behind = NULL };
    return good;
}

#include "bench/noise.h"

#include <stdlib.h>

#include "base/memory.h"
#include "data/sources/source_memory.h"
#include "nn/plan/plan_initialise.h"

struct source *noise_new(const struct plan *plan, int classes, struct error *e)
{
    const struct dataset_info info = { .name = "noise", .height = plan->input.height, .width = plan->input.width,
                                       .channels = plan->input.channels, .classes = classes,
                                       .count = { [SPLIT_TRAIN] = (uint32_t)plan->batch } };
    struct source *source = source_memory_new(&info, e);
    size_t count = (size_t)plan->batch * shape_size(plan->input);

    if (!source)
        return NULL;
    for (size_t i = 0; i < count; i++)
        source_memory_images(source, SPLIT_TRAIN)[i] = (uint8_t)rand();
    for (int i = 0; i < plan->batch; i++)
        source_memory_labels(source, SPLIT_TRAIN)[i] = rand() % classes;
    return source;
}

bool noise_weights(struct executor *x, struct error *e)
{
    const struct statistics measured = { .mean = { 0.5f, 0.5f, 0.5f }, .deviation = { 0.25f, 0.25f, 0.25f } };
    const struct plan *plan = x->plan;
    float *parameters = memory_new_aligned(1, plan->arena_bytes[ARENA_PARAMETERS], e);
    float *statistics = parameters ? memory_new_aligned(1, plan->arena_bytes[ARENA_STATISTICS], e) : NULL;
    bool good = statistics != NULL;

    if (good) {
        plan_initialise(plan, 1, parameters, statistics);
        executor_normalise(plan, &measured, statistics);
        good = executor_write_weights(x, parameters, statistics, e);
    }
    free(parameters);
    free(statistics);
    return good;
}

bool noise_batch(struct executor *x, struct loader *loader, struct error *e)
{
    const struct batch *batch = loader_start(loader, 1, 0, e) ? loader_next(loader, e) : NULL;

    if (batch)
        executor_write_batch(x, batch);
    return batch != NULL;
}

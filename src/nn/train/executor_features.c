#include "nn/train/executor_features.h"

#include <stdlib.h>

#include "base/memory.h"

/* Bytes of an image's. */
static size_t row_bytes(const struct executor *x)
{
    return x->plan->values[x->plan->features].bytes / (size_t)x->plan->batch;
}

bool executor_features_open(struct executor *x, struct source *source, struct error *e)
{
    struct dataset_info info;

    source_describe(source, &info);
    for (int split = 0; split < SPLIT_COUNT; split++) {
        struct executor_held *held = &x->held[split];
        const size_t count = info.count[split];

        if (count == 0)
            continue;
        held->features = memory_new_aligned(count, row_bytes(x), e);
        held->labels = held->features ? memory_new(count, sizeof *held->labels, e) : NULL;
        if (!held->labels)
            return false;
    }
    return true;
}

struct making {
    struct executor *x;
    struct source *source;
    uint8_t *images; /* of a batch */
    uint32_t *index;
    uint64_t done, all; /* images of all splits */
    bool (*progress)(void *context, double done);
    void *context;
};

static bool make_batch(struct making *m, enum split split, uint32_t first, int rows, struct error *e)
{
    struct executor *x = m->x;
    struct executor_held *held = &x->held[split];
    const struct plan *plan = x->plan;
    const struct backend_ops *ops = x->backend->ops;
    const struct batch batch = { .images = m->images, .labels = held->labels + first, .index = m->index, .count = rows,
                                 .whole = rows, .split = split };
    const struct step step = { .rows = rows };

    for (int i = 0; i < rows; i++)
        m->index[i] = first + (uint32_t)i;
    if (!source_read(m->source, split, m->index, rows, m->images, held->labels + first, e))
        return false;
    executor_write_batch(x, &batch);
    ops->run(x->backend, plan->spans[SPAN_FEATURES].first, plan->spans[SPAN_FEATURES].end, &step);
    ops->download(x->backend, (char *)held->features + first * row_bytes(x), x->arenas[ARENA_ACTIVATIONS],
                  plan_place(plan, plan->made)->offset, (size_t)rows * row_bytes(x));
    return ops->wait(x->backend, e);
}

static bool make_split(struct making *m, enum split split, uint32_t count, struct error *e)
{
    const uint32_t batch = (uint32_t)m->x->plan->batch;

    for (uint32_t first = 0; first < count; first += batch) {
        const uint32_t rows = count - first < batch ? count - first : batch;

        if (!make_batch(m, split, first, (int)rows, e))
            return false;
        m->done += rows;
        if (m->progress && !m->progress(m->context, (double)m->done / (double)m->all))
            return error_set(e, ERROR_STOPPED, "computing what the frozen layers give was stopped");
    }
    return true;
}

bool executor_features_make(struct executor *x, struct source *source, bool (*progress)(void *context, double done),
                            void *context, struct error *e)
{
    const size_t batch = (size_t)x->plan->batch;
    struct dataset_info info;

    source_describe(source, &info);
    struct making m = {
        .x = x,
        .source = source,
        .images = memory_new(batch, dataset_image_bytes(&info), e),
        .all = (uint64_t)info.count[SPLIT_TRAIN] + info.count[SPLIT_TEST],
        .progress = progress,
        .context = context,
    };

    m.index = m.images ? memory_new(batch, sizeof *m.index, e) : NULL;

    bool good = m.index != NULL;

    for (int split = 0; good && split < SPLIT_COUNT; split++)
        good = make_split(&m, (enum split)split, info.count[split], e);
    free(m.images);
    free(m.index);
    return good;
}

#include "nn/train/executor_evaluate.h"

#include "base/clock.h"

struct sums {
    double loss, correct; /* over all images so far */
    uint32_t images;
};

/* Ends steps, oldest first, until no more than `most` are under way. */
static bool end_down_to(struct executor *x, int most, struct sums *sums, struct error *e)
{
    struct executor_result result;

    while (executor_under_way(x) > most) {
        if (!executor_end(x, &result, e))
            return false;
        const int images = step_whole(&result.step);

        sums->loss += (double)result.loss * images;
        sums->correct += result.correct;
        sums->images += (uint32_t)images;
    }
    return true;
}

static bool sum_batches(struct executor *x, struct loader *loader, bool (*go_on)(void *context), void *context,
                        struct sums *sums, struct error *e)
{
    const struct batch *batch;

    e->kind = ERROR_NONE;
    if (!loader_start(loader, 0, 0, e))
        return false;
    while ((batch = loader_next(loader, e))) {
        struct step step = { .rows = batch->count, .first = batch->first, .whole = batch->whole,
                             .go_on = x->ahead == 1 ? go_on : NULL, .go_on_context = context };

        if (go_on && !go_on(context))
            return error_set(e, ERROR_STOPPED, "the evaluation was stopped");
        executor_begin(x, SPAN_EVALUATE, batch, &step);
        if (!end_down_to(x, x->ahead - 1, sums, e))
            return false;
    }
    return e->kind == ERROR_NONE && end_down_to(x, 0, sums, e);
}

bool executor_evaluate(struct executor *x, struct loader *loader, bool (*go_on)(void *context), void *context,
                       struct evaluation *out, struct error *e)
{
    struct sums sums = { 0 };
    double began = clock_seconds();

    *out = (struct evaluation){ 0 };
    if (!sum_batches(x, loader, go_on, context, &sums, e)) {
        executor_abandon(x);
        return false;
    }
    *out = (struct evaluation){
        .loss = sums.loss / sums.images, /* a loader has at least one image */
        .accuracy = sums.correct / sums.images,
        .images = sums.images,
        .seconds = clock_seconds() - began,
    };
    return true;
}

#include "run/predictions/predict.h"

#include <math.h>

#include "base/clock.h"
#include "data/sources/encoded.h"

struct asking {
    struct network *network;
    struct loader *loader;
    const struct predict_setup *setup;
    struct predictions *answers; /* labels are filled in when an image is asked about */
    uint32_t asked, answered;
    double loss; /* sum over the images */
};

static bool note(struct asking *a, const struct executor_result *result, struct error *e)
{
    const size_t classes = (size_t)a->answers->classes;
    const uint32_t *index = loader_members(a->loader);

    a->loss += (double)result->loss * result->step.rows;
    for (int row = 0; row < result->step.rows; row++, a->answered++)
        if (!predictions_note(a->answers, a->answered, index[a->answered], a->answers->label[a->answered],
                              result->probabilities + (size_t)row * classes))
            return error_set(e, ERROR_RUN, "the answers of %s are no numbers: its training has diverged",
                             a->network->file);
    return true;
}

/* Ends steps, oldest first, until no more than `most` are under way. */
static bool end_down_to(struct asking *a, int most, struct error *e)
{
    struct executor *x = &a->network->executor;
    struct executor_result result;

    while (executor_under_way(x) > most)
        if (!executor_end(x, &result, e) || !note(a, &result, e))
            return false;
    return true;
}

static bool ask(struct asking *a, struct error *e)
{
    struct executor *x = &a->network->executor;
    const struct batch *batch;

    e->kind = ERROR_NONE;
    if (!loader_start(a->loader, 0, 0, e))
        return false;
    while ((batch = loader_next(a->loader, e))) {
        const struct step step = { .rows = batch->count };

        if (a->setup->progress && !a->setup->progress(a->setup->context, (double)a->answered / a->answers->n))
            return error_set(e, ERROR_STOPPED, "the prediction was stopped");
        for (int row = 0; row < batch->count; row++)
            a->answers->label[a->asked++] = batch->labels[row];
        executor_begin(x, SPAN_EVALUATE, batch, &step);
        if (!end_down_to(a, x->ahead - 1, e))
            return false;
    }
    return e->kind == ERROR_NONE && end_down_to(a, 0, e);
}

struct images_of {
    const struct source *source;
    enum split split;
};

/* Another image stood in for one that is broken. */
static bool is_whole(const void *context, uint32_t index)
{
    const struct images_of *of = context;

    return !encoded_is_broken(of->source, of->split, index);
}

static void leave_out_broken(struct predict_result *r, struct source *source, enum split split)
{
    const struct images_of of = { source, split };
    const uint32_t before = r->predictions.n;

    predictions_filter(&r->predictions, is_whole, &of);
    r->unreadable = before - r->predictions.n;
    if (r->unreadable > 0)
        r->loss = NAN;
}

static bool ask_all(struct asking *a, struct predict_result *out, struct error *e)
{
    const double began = clock_seconds();
    const uint32_t n = loader_images(a->loader);

    if (!predictions_new(&out->predictions, n, a->network->header.classes, e))
        return false;
    a->answers = &out->predictions;
    if (!executor_want_probabilities(&a->network->executor, e) || !ask(a, e)) {
        executor_abandon(&a->network->executor);
        predictions_free(&out->predictions);
        return error_of_run(e);
    }
    out->loss = a->loss / n; /* a loader has at least one image */
    out->seconds = clock_seconds() - began;
    return true;
}

bool predict_images(struct network *n, struct source *source, const struct predict_setup *setup,
                    struct predict_result *out, struct error *e)
{
    const struct loader_options options = { .subset = setup->subset,
                                            .validation = setup->validation,
                                            .seed = setup->seed,
                                            .batch = n->plan->batch,
                                            .shares_cores = n->executor.ahead == 1 };
    struct asking a = { .network = n, .loader = loader_open(source, &options, e), .setup = setup };

    *out = (struct predict_result){ .loss = NAN };

    const bool good = a.loader && ask_all(&a, out, e);

    loader_close(a.loader);
    if (good)
        leave_out_broken(out, source, subset_split(setup->subset, setup->validation));
    return good;
}

#include "run/predictions/inspect_run.h"

static bool choose_images(struct run_inspection *r, struct error *e)
{
    const struct recipe_data *data = &r->network.header.recipe.data;

    r->subset = r->info.count[SPLIT_TEST] > 0 ? SUBSET_TEST : SUBSET_VALIDATION;
    r->split = subset_split(r->subset, data->validation);
    return r->info.count[SPLIT_TEST] > 0 || data->validation > 0 ||
           error_set(e, ERROR_INPUT, "%s has no test images, and the run held none out for validation", r->info.name);
}

static bool look(struct run_inspection *r, const struct inspect_setup *setup, struct error *e)
{
    if (!network_open(&r->network, &setup->network, e))
        return false;
    r->source = network_images(&r->network, setup->dataset, setup->progress, setup->context, e);
    if (!r->source)
        return false;
    source_describe(r->source, &r->info);
    if (!choose_images(r, e))
        return false;

    const struct recipe *recipe = &r->network.header.recipe;
    const struct predict_setup images = { .subset = r->subset,
                                          .validation = recipe->data.validation,
                                          .seed = (uint64_t)recipe->training.seed,
                                          .progress = setup->progress,
                                          .context = setup->context };

    return predict_images(&r->network, r->source, &images, &r->result, e);
}

bool inspect_run(struct run_inspection *r, const struct inspect_setup *setup, struct error *e)
{
    *r = (struct run_inspection){ .source = NULL };
    if (look(r, setup, e) && confusion_new(&r->confusion, &r->result.predictions, e)) {
        source_describe(r->source, &r->info); /* what cannot be read is known by now */
        calibration_measure(&r->result.predictions, &r->calibration);
        return true;
    }
    inspect_run_close(r);
    return false;
}

void inspect_run_close(struct run_inspection *r)
{
    confusion_free(&r->confusion);
    predictions_free(&r->result.predictions);
    inspect_run_release(r);
}

void inspect_run_release(struct run_inspection *r)
{
    source_close(r->source);
    network_close(&r->network);
    r->source = NULL;
    r->info.class_names = NULL;
}

const char *inspect_run_images(const struct run_inspection *r)
{
    return r->subset == SUBSET_TEST ? "test images" : "held-out images";
}

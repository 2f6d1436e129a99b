#include "run/evaluate.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"
#include "nn/train/recipe_images.h"
#include "run/devices.h"
#include "run/model/model_file.h"
#include "run/run_recipe.h"

static bool choose(char *to, size_t size, const char *wanted, const char *what, struct error *e)
{
    return !wanted || text_copy(to, size, wanted) || error_set(e, ERROR_USAGE, "the name of the %s is too long", what);
}

static bool read_recipe(const struct evaluate_setup *setup, struct recipe *recipe, struct error *e)
{
    return run_recipe_load(recipe, setup->folder, e) &&
           choose(recipe->data.dataset, sizeof recipe->data.dataset, setup->dataset, "data set", e) &&
           choose(recipe->training.device, sizeof recipe->training.device, setup->device, "device", e);
}

static bool has_file(const char *folder, const char *name)
{
    char path[PATH_SIZE];
    struct error ignored;

    return path_join(path, folder, name, &ignored) && path_is_file(path);
}

const char *evaluate_file(const struct evaluate_setup *setup)
{
    static const char last[] = "model.h5", best[] = "best.h5";

    return setup->best || (!has_file(setup->folder, last) && has_file(setup->folder, best)) ? best : last;
}

static bool load_weights(struct executor *x, const struct recipe *recipe, const struct evaluate_setup *setup,
                         struct error *e)
{
    char path[PATH_SIZE];
    float *parameters = memory_new_aligned(1, x->plan->arena_bytes[ARENA_PARAMETERS], e);
    float *statistics = parameters ? memory_new_aligned(1, x->plan->arena_bytes[ARENA_STATISTICS], e) : NULL;
    bool fine = statistics && path_join(path, setup->folder, evaluate_file(setup), e) &&
                model_file_read(path, recipe, x->plan, parameters, statistics, e) &&
                executor_write_weights(x, parameters, statistics, e);

    free(parameters);
    free(statistics);
    return fine;
}

static bool measure(struct executor *x, struct source *source, struct evaluation *out, struct error *e)
{
    const struct loader_options options = { .subset = SUBSET_TEST, .batch = x->plan->batch };
    struct loader *loader = loader_open(source, &options, e);
    bool fine = loader && executor_evaluate(x, loader, NULL, NULL, out, e);

    loader_close(loader);
    return fine;
}

static bool evaluate_plan(const struct plan *plan, const struct recipe *recipe, const struct device *device,
                          const struct evaluate_setup *setup, struct source *source, struct evaluation *out,
                          struct error *e)
{
    struct executor executor;

    if (!executor_open(&executor, device->backend, &device->choice, plan, e))
        return false;

    bool fine = (load_weights(&executor, recipe, setup, e) && measure(&executor, source, out, e)) || error_of_run(e);
    executor_close(&executor);
    return fine;
}

bool evaluate_run(const struct evaluate_setup *setup, struct recipe *recipe, struct evaluation *out, struct error *e)
{
    struct device device;
    struct dataset_info info;

    if (!read_recipe(setup, recipe, e) || !devices_choose(recipe->training.device, &device, e))
        return false;

    /* Each test image is read once, so reading all of them into memory first would gain nothing. */
    struct source *source = recipe_images_open(recipe, 0, NULL, NULL, e);
    if (!source)
        return false;
    source_describe(source, &info);

    struct plan *plan = NULL;
    bool fine = info.count[SPLIT_TEST] > 0 || error_set(e, ERROR_INPUT, "%s has no test images", info.name);
    if (fine)
        plan = compile_recipe(recipe, shape_image(info.height, info.width, info.channels), info.classes, false, e);
    fine = plan && evaluate_plan(plan, recipe, &device, setup, source, out, e);
    plan_free(plan);
    source_close(source);
    return fine;
}

#include "run/recipe_profile.h"

#include <stdlib.h>

#include "base/memory.h"
#include "nn/plan/plan_initialise.h"
#include "nn/recipe/compile.h"
#include "nn/train/recipe_images.h"

#define PROFILE_SECONDS 2.0

static bool write_weights(struct executor *x, const struct recipe *recipe, struct source *source, struct error *e)
{
    const struct plan *plan = x->plan;
    struct statistics measured;
    float *parameters = memory_new_aligned(1, plan->arena_bytes[ARENA_PARAMETERS], e);
    float *statistics = parameters ? memory_new_aligned(1, plan->arena_bytes[ARENA_STATISTICS], e) : NULL;
    bool good = statistics && recipe_images_measure(recipe, source, &measured, NULL, NULL, e);

    if (good) {
        plan_initialise(plan, (uint64_t)recipe->training.seed, parameters, statistics);
        executor_normalise(plan, &measured, statistics);
        good = executor_write_weights(x, parameters, statistics, e);
    }
    free(parameters);
    free(statistics);
    return good;
}

static bool measure(const struct recipe *recipe, struct source *source, struct recipe_profile *out, struct error *e)
{
    const struct loader_options options = { .subset = SUBSET_TRAIN,
                                            .validation = recipe->data.validation,
                                            .batch = out->plan->batch,
                                            .shuffle = true,
                                            .seed = (uint64_t)recipe->training.seed };
    struct loader *loader = loader_open(source, &options, e);
    struct executor x = { 0 };

    bool open = loader && executor_open(&x, out->device.backend, &out->device.choice, out->plan, e);

    if (open && write_weights(&x, recipe, source, e))
        out->profile = profile_measure(&x, loader, (uint64_t)recipe->training.seed, recipe->optimiser.learning_rate,
                                       PROFILE_SECONDS, e);
    if (open && !out->profile)
        error_of_run(e);
    executor_close(&x);
    loader_close(loader);
    return out->profile != NULL;
}

bool recipe_profile_measure(struct recipe *recipe, struct recipe_profile *out, struct error *e)
{
    struct dataset_info info;

    *out = (struct recipe_profile){ .plan = NULL };
    if (!recipe_check(recipe, e) || !devices_choose(recipe->training.device, &out->device, e) ||
        !devices_is_alone(&out->device, "its operations are timed", e) ||
        !recipe_images_look(recipe, &info, e))
        return false;
    out->plan = compile_recipe(recipe, shape_image(info.height, info.width, info.channels), info.classes, true, e);
    if (!out->plan)
        return false;

    struct source *source = recipe_images_open(recipe, devices_host_memory(), NULL, NULL, e);
    bool good = source && measure(recipe, source, out, e);

    source_close(source);
    return good;
}

void recipe_profile_free(struct recipe_profile *p)
{
    free(p->profile);
    plan_free(p->plan);
}

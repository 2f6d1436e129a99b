/* Everything before the first step: the data set into memory, its plan, the device, the loaders. */
#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/catalogue.h"
#include "nn/trainer_state.h"

static void set_activity(struct training *r, const char *activity)
{
    text_copy(r->now.activity, sizeof r->now.activity, activity);
    r->now.progress = 0;
    trainer_publish(r, true);
}

static bool loading(void *context, double done)
{
    struct training *r = context;

    r->now.progress = done;
    trainer_publish(r, false);
    return !trainer_stopped(r);
}

static uint64_t memory_for_images(const struct trainer *t)
{
    const uint64_t when_unknown = (uint64_t)4 << 30;
    struct device_info info[DEVICES_MAX];
    char why[128];
    int devices = t->backend->devices(info, DEVICES_MAX, why, sizeof why);

    return t->device.index < devices && info[t->device.index].memory ? info[t->device.index].memory / 2 : when_unknown;
}

static bool open_data(struct training *r, struct error *e)
{
    struct trainer *t = r->t;
    char activity[48];

    snprintf(activity, sizeof activity, "reading %.36s", path_name(t->recipe.data.dataset));
    set_activity(r, activity);
    if (!t->source)
        t->source = catalogue_open(t->recipe.data.dataset, memory_for_images(t), loading, r, e);
    if (!t->source)
        return false;
    source_describe(t->source, &t->info);
    return true;
}

static bool make_plan(struct training *r, struct error *e)
{
    struct trainer *t = r->t;
    struct statistics measured;

    t->plan = plan_new(&t->recipe, shape_image(t->info.height, t->info.width, t->info.channels), t->info.classes, true, e);
    if (!t->plan)
        return false;
    set_activity(r, "measuring the images");
    if (!statistics_measure(t->source, &measured, loading, r, e))
        return false;
    set_activity(r, "opening the device");
    t->parameters = memory_new_aligned(1, t->plan->arena_bytes[ARENA_PARAMETERS], e);
    t->statistics = t->parameters ? memory_new_aligned(1, t->plan->arena_bytes[ARENA_STATISTICS], e) : NULL;
    if (!t->statistics)
        return false;
    plan_initialise(t->plan, (uint64_t)t->recipe.training.seed, t->parameters, t->statistics);
    executor_normalise(t->plan, &measured, t->statistics);
    r->now.parameters = plan_parameters(t->plan);
    r->now.plan_bytes = plan_bytes(t->plan);
    return executor_open(&r->executor, t->backend, &t->device, t->plan, e) &&
           executor_write_weights(&r->executor, t->parameters, t->statistics, e);
}

static bool open_loaders(struct training *r, struct error *e)
{
    struct trainer *t = r->t;
    struct loader_options o = { .subset = SUBSET_TRAIN, .validation = t->recipe.data.validation, .shuffle = true,
                                .batch = t->recipe.training.batch, .seed = (uint64_t)t->recipe.training.seed };

    if (!(r->train = loader_open(t->source, &o, e)))
        return false;
    o.shuffle = false;
    o.subset = SUBSET_VALIDATION;
    if (!(r->valid = loader_open(t->source, &o, e)))
        return false;
    o.subset = SUBSET_TEST;
    if (o.validation > 0 && t->info.count[SPLIT_TEST] > 0 && !(r->test = loader_open(t->source, &o, e)))
        return false;
    r->now.batches = loader_batches(r->train);
    return true;
}

static bool keep_best_room(struct training *r, struct error *e)
{
    const struct plan *plan = r->t->plan;

    if (r->t->recipe.training.patience == 0)
        return true;
    r->best_parameters = memory_new_aligned(1, plan->arena_bytes[ARENA_PARAMETERS], e);
    r->best_statistics = r->best_parameters ? memory_new_aligned(1, plan->arena_bytes[ARENA_STATISTICS], e) : NULL;
    return r->best_statistics != NULL;
}

bool trainer_prepare(struct training *r, struct error *e)
{
    return open_data(r, e) && make_plan(r, e) && open_loaders(r, e) && keep_best_room(r, e);
}

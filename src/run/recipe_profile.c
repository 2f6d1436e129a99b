#include "run/recipe_profile.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/thread.h"
#include "nn/communicators/communicator_threads.h"
#include "nn/plan/plan_initialise.h"
#include "nn/recipe/compile.h"
#include "nn/train/recipe_images.h"

#define PROFILE_SECONDS 2.0

/* A rank of a profile, or the only one. */
struct part {
    const struct recipe *recipe;
    const struct device *device;
    struct plan *plan;
    struct device_choice choice;
    struct communicator *communicator; /* NULL: it is alone */
    uint64_t memory;
    struct profile *profile; /* what comes of it */
    struct error error;
    pthread_t thread;
};

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

static void measure_images(struct part *p, struct source *source)
{
    const struct recipe *recipe = p->recipe;
    const int ranks = p->communicator ? p->communicator->ranks : 1;
    const struct loader_options options = { .subset = SUBSET_TRAIN,
                                            .validation = recipe->data.validation,
                                            .batch = p->plan->batch * ranks,
                                            .share = share_equal(p->communicator ? p->communicator->rank : 0, ranks),
                                            .next = p->plan->next,
                                            .shuffle = true,
                                            .seed = (uint64_t)recipe->training.seed };
    struct loader *loader = loader_open(source, &options, &p->error);
    const double patience = 60;
    struct executor x = { 0 };

    bool open = loader && executor_open(&x, p->device->backend, &p->choice, p->plan, &p->error);

    if (open && write_weights(&x, recipe, source, &p->error) &&
        (!p->communicator || executor_join(&x, p->communicator, patience, &p->error)))
        p->profile = profile_measure(&x, loader, p->communicator, (uint64_t)recipe->training.seed,
                                     recipe->optimiser.learning_rate, PROFILE_SECONDS, &p->error);
    if (open && !p->profile)
        error_of_run(&p->error);
    if (p->communicator && !p->profile)
        p->communicator->ops->give_up(p->communicator, &p->error);
    executor_close(&x);
    loader_close(loader);
}

static void *measure(void *part)
{
    struct part *p = part;
    struct source *source = recipe_images_open(p->recipe, p->memory, NULL, NULL, &p->error);

    if (source)
        measure_images(p, source);
    else if (p->communicator)
        p->communicator->ops->give_up(p->communicator, &p->error);
    source_close(source);
    return NULL;
}

/* A thread for each, which may be kept to some cores as long as it runs. */
static void measure_all(struct part parts[], int count)
{
    bool started[DEVICES_MAX] = { false };

    for (int i = 0; i < count; i++) {
        started[i] = thread_start(&parts[i].thread, measure, &parts[i]);
        if (started[i])
            continue;
        error_set(&parts[i].error, ERROR_RUN, "cannot start a thread to measure on: the system's limit is reached");
        if (parts[i].communicator)
            parts[i].communicator->ops->give_up(parts[i].communicator, &parts[i].error);
    }
    for (int i = 0; i < count; i++)
        if (started[i])
            pthread_join(parts[i].thread, NULL);
}

/* Rank `rank` of `ranks`: where batch norm is over all of them, each has a place there. */
static struct plan *plan_of(const struct recipe *recipe, const struct dataset_info *info, int rank, int ranks,
                            struct error *e)
{
    const struct compile_options options = { .rank = rank, .ranks = ranks };

    return compile_recipe_with(recipe, shape_image(info->height, info->width, info->channels), info->classes, &options,
                               e);
}

/* False: one has no plan. */
static bool fill_parts(struct part parts[], int count, const struct recipe *recipe, const struct dataset_info *info,
                       struct communicator *const members[], const struct device *device, struct error *e)
{
    for (int i = 0; i < count; i++) {
        parts[i] = (struct part){ .recipe = recipe, .device = device,
                                  .plan = plan_of(recipe, info, i, count, e),
                                  .choice = backend_replica(&device->choice, i), .communicator = members[i],
                                  .memory = devices_host_memory() / (uint64_t)count };
        if (!parts[i].plan)
            return false;
    }
    return true;
}

static bool measure_replicas(const struct recipe *recipe, const struct dataset_info *info, struct recipe_profile *out,
                             struct error *e)
{
    const int count = devices_replicas(&out->device);
    struct communicator *members[DEVICES_MAX] = { NULL };
    struct part *parts = memory_new((size_t)count, sizeof *parts, e);
    const bool open = parts && (count == 1 || communicator_threads_open(count, members, e));

    if (open && fill_parts(parts, count, recipe, info, members, &out->device, e)) {
        measure_all(parts, count);
        *e = parts[0].error;
    }
    for (int i = 0; open && i < count; i++) {
        if (members[i])
            members[i]->ops->close(members[i]);
        if (i > 0) {
            free(parts[i].profile);
            plan_free(parts[i].plan);
        }
    }
    if (open) {
        out->plan = parts[0].plan;
        out->profile = parts[0].profile;
    }
    free(parts);
    return out->profile != NULL;
}

/* A rank of several processes. */
static bool measure_rank(const struct recipe *recipe, const struct dataset_info *info, struct communicator *c,
                         struct recipe_profile *out, struct error *e)
{
    struct part part = { .recipe = recipe, .device = &out->device, .plan = plan_of(recipe, info, c->rank, c->ranks, e),
                         .choice = out->device.choice, .communicator = c, .memory = devices_host_memory() };

    if (!part.plan)
        return false;
    measure(&part);
    out->plan = part.plan;
    out->profile = part.profile;
    *e = part.error;
    return out->profile != NULL;
}

static bool choose(const struct recipe *recipe, const struct device *device, struct device *out, struct error *e)
{
    if (!device)
        return devices_choose(recipe->training.device, out, e);
    *out = *device;
    return true;
}

bool recipe_profile_measure(struct recipe *recipe, struct communicator *c, const struct device *device,
                            struct recipe_profile *out, struct error *e)
{
    struct dataset_info info;

    *out = (struct recipe_profile){ .plan = NULL };
    if (!recipe_check(recipe, e) || !choose(recipe, device, &out->device, e) ||
        !devices_share_batch(&out->device, recipe, e) || !recipe_images_look(recipe, &info, e))
        return false;
    return c ? measure_rank(recipe, &info, c, out, e) : measure_replicas(recipe, &info, out, e);
}

void recipe_profile_free(struct recipe_profile *p)
{
    free(p->profile);
    plan_free(p->plan);
}

#include "nn/train/trainer_prepare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "nn/plan/plan_initialise.h"
#include "nn/recipe/compile.h"
#include "nn/train/class_weights.h"
#include "nn/train/executor_features.h"
#include "nn/train/executor_hold.h"
#include "nn/train/features.h"
#include "nn/train/recipe_images.h"
#include "nn/train/trainer_health.h"
#include "nn/train/trainer_ranks.h"
#include "nn/train/trainer_shares.h"
#include "nn/train/trainer_snapshot.h"

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

/* To the others in this process. Where each has to read by itself, each has its part of the memory. */
static bool give_images(struct training *r, struct error *e)
{
    struct source *shared;

    if (!trainer_ranks_share_images(r, &shared, e))
        return false;
    if (!shared)
        r->t->memory /= (uint64_t)r->t->n_followers + 1;
    return true;
}

static bool take_images(struct training *r, struct error *e)
{
    struct trainer *t = r->t;
    struct source *shared;

    if (!trainer_ranks_share_images(r, &shared, e)) /* the leader may have gone on, and failed */
        return false;
    t->source = shared;
    t->owns_source = !shared;
    if (!shared)
        t->memory /= (uint64_t)t->leader->n_followers + 1;
    return true;
}

static bool open_data(struct training *r, struct error *e)
{
    struct trainer *t = r->t;
    char activity[48];

    snprintf(activity, sizeof activity, "reading %.36s", path_name(t->recipe.data.dataset));
    set_activity(r, activity);
    if (t->leader && !take_images(r, e))
        return false;
    if (!t->source)
        t->source = recipe_images_open(&t->recipe, t->memory, loading, r, e);
    if (!t->source)
        return false;
    source_describe(t->source, &t->info);
    r->now.images_from = t->info.in_memory ? IMAGES_IN_MEMORY : IMAGES_IN_FILES;
    return fingerprint_take(&t->data, t->source, e) && (t->n_followers == 0 || give_images(r, e));
}

/* What a pretrained network begins with; its images are normalised as they were for it. */
static bool take_pretrained(struct training *r, struct error *e)
{
    struct trainer *t = r->t;
    bool head_new;

    if (!pretrained_compare(&t->pretrained, &t->recipe, t->plan, &head_new, e))
        return false;
    pretrained_apply(&t->pretrained, &t->recipe, t->plan, head_new, t->parameters, t->statistics);
    pretrained_free(&t->pretrained);
    return true;
}

static bool measure_images(struct training *r, struct error *e)
{
    struct trainer *t = r->t;
    struct statistics measured;

    set_activity(r, "measuring the images");
    if (!recipe_images_measure(&t->recipe, t->source, &measured, loading, r, e))
        return false;
    trainer_note_unreadable(r);
    executor_normalise(t->plan, &measured, t->statistics);
    return true;
}

static bool make_plan(struct training *r, struct error *e)
{
    struct trainer *t = r->t;

    const struct shape image = shape_image(t->info.height, t->info.width, t->info.channels);
    const uint64_t features = features_bytes(&t->recipe, &t->info);
    const bool apart = features_kept(&t->recipe, &t->info, t->memory);
    const struct compile_options options = { .apart = apart,
                                             .rank = t->communicator ? t->communicator->rank : 0,
                                             .ranks = t->communicator ? t->communicator->ranks : 1,
                                             .share = t->share };

    t->plan = compile_recipe_with(&t->recipe, image, t->info.classes, &options, e);
    r->now.features_bytes = apart ? features : 0;
    r->now.features_lacking = apart ? 0 : features;
    if (!t->plan)
        return false;
    t->parameters = memory_new_aligned(1, t->plan->arena_bytes[ARENA_PARAMETERS], e);
    t->statistics = t->parameters ? memory_new_aligned(1, t->plan->arena_bytes[ARENA_STATISTICS], e) : NULL;
    if (!t->statistics)
        return false;
    plan_initialise(t->plan, (uint64_t)t->recipe.training.seed, t->parameters, t->statistics);
    if (!(t->pretrained.plan ? take_pretrained(r, e) : !trainer_leads(r) || measure_images(r, e)))
        return false;
    set_activity(r, "opening the device");
    r->now.parameters = plan_parameters(t->plan);
    r->now.plan_bytes = plan_bytes(t->plan);
    return executor_open(&r->executor, t->backend, &t->device, t->plan, e) &&
           executor_write_weights(&r->executor, t->parameters, t->statistics, e);
}

/* The training images first: they are the ones that every epoch wants. */
static bool hold_images(struct training *r, struct error *e)
{
    struct trainer *t = r->t;
    struct device_info info[DEVICES_MAX];
    char why[128], activity[48];
    int devices = t->backend->devices(info, DEVICES_MAX, why, sizeof why);

    if (r->now.features_bytes > 0)
        return executor_features_open(&r->executor, t->source, e);
    if (r->executor.ahead == 1)
        return true;
    snprintf(activity, sizeof activity, "bringing the images to %s",
             t->device.index < devices ? info[t->device.index].id : t->backend->name);
    set_activity(r, activity);
    for (int split = 0; split < SPLIT_COUNT; split++)
        if ((split != SPLIT_TRAIN || !t->info.anew) &&
            !executor_hold(&r->executor, t->source, (enum split)split, loading, r, e))
            return false;
    if (executor_hold_labels(&r->executor, SPLIT_TRAIN))
        r->now.images_from = IMAGES_ON_DEVICE;
    return true;
}

/* Of all training images, where their classes are to be balanced; else *labels is NULL. free() it. */
static bool read_labels(struct training *r, int32_t **labels, struct error *e)
{
    struct trainer *t = r->t;

    *labels = NULL;
    if (t->recipe.data.balance == BALANCE_NONE)
        return true;
    set_activity(r, "counting the classes");
    *labels = memory_new(t->info.count[SPLIT_TRAIN], sizeof **labels, e);
    return *labels && source_labels(t->source, SPLIT_TRAIN, *labels, loading, r, e);
}

/* At once, on all ranks: none has more of them than its plan takes. */
static int rows_evaluated(const struct training *r)
{
    const struct recipe_training *training = &r->t->recipe.training;
    const int ranks = r->t->communicator ? r->t->communicator->ranks : 1;

    return r->t->share.all == (uint32_t)ranks ? int_min(training->batch, r->t->plan->batch * ranks)
                                              : int_max(training->batch / training->accumulate, 1);
}

/* `labels`: as read_labels() gave them. */
static struct loader *open_loader(struct training *r, enum subset subset, const int32_t *labels, struct error *e)
{
    const struct recipe *recipe = &r->t->recipe;
    const int evaluated = rows_evaluated(r);
    double validation = recipe->data.validation;
    struct loader_options o = {
        .subset = subset,
        .validation = validation,
        .shuffle = subset == SUBSET_TRAIN,
        .batch = subset == SUBSET_TRAIN ? recipe->training.batch : evaluated,
        .share = r->t->share,
        .next = subset == SUBSET_TRAIN ? r->t->plan->next : 0,
        .seed = (uint64_t)recipe->training.seed,
        .cropped = subset == SUBSET_TRAIN && r->t->info.anew,
        .memory = recipe_images_window(recipe, r->t->memory),
        .shares_cores = r->executor.ahead == 1,
        .balance = subset == SUBSET_TRAIN && recipe->data.balance == BALANCE_OVERSAMPLE ? labels : NULL,
        .go_on = trainer_goes_on,
        .go_on_context = r,
        .labels = executor_hold_labels(&r->executor, subset_split(subset, validation)),
    };

    return loader_open(r->t->source, &o, e);
}

static bool open_loaders(struct training *r, const int32_t *labels, struct error *e)
{
    bool apart = r->t->recipe.data.validation > 0 && r->t->info.count[SPLIT_TEST] > 0;

    if (!(r->train = open_loader(r, SUBSET_TRAIN, labels, e)) ||
        !(r->valid = open_loader(r, SUBSET_VALIDATION, labels, e)) ||
        (apart && !(r->test = open_loader(r, SUBSET_TEST, labels, e))))
        return false;
    r->now.batches = loader_batches(r->train);
    return true;
}

/* By the images that are trained on, which the loader has chosen. */
static bool weigh_classes(struct training *r, const int32_t *labels, struct error *e)
{
    struct trainer *t = r->t;
    float *weights;

    if (t->plan->class_weights == VALUE_NONE)
        return true;
    weights = t->statistics + t->plan->values[t->plan->class_weights].offset / sizeof *t->statistics;
    class_weights_measure(labels, loader_members(r->train), loader_images(r->train), t->plan->classes, weights);
    r->now.class_weight_least = r->now.class_weight_most = (double)weights[0];
    for (int c = 1; c < t->plan->classes; c++) {
        r->now.class_weight_least = fmin(r->now.class_weight_least, (double)weights[c]);
        r->now.class_weight_most = fmax(r->now.class_weight_most, (double)weights[c]);
    }
    return executor_write_weights(&r->executor, t->parameters, t->statistics, e);
}

static bool make_loaders(struct training *r, struct error *e)
{
    int32_t *labels;
    bool good = read_labels(r, &labels, e) && open_loaders(r, labels, e) && weigh_classes(r, labels, e);

    free(labels);
    return good;
}

static bool make_room_to_keep(struct training *r, struct error *e)
{
    const struct plan *plan = r->t->plan;

    const struct recipe_training *wanted = &r->t->recipe.training;

    if (wanted->patience == 0 && (!trainer_leads(r) || (wanted->checkpoint <= 0 && r->executor.ahead == 1)))
        return true;
    r->kept_parameters = memory_new_aligned(1, plan->arena_bytes[ARENA_PARAMETERS], e);
    r->kept_statistics = r->kept_parameters ? memory_new_aligned(1, plan->arena_bytes[ARENA_STATISTICS], e) : NULL;
    return r->kept_statistics != NULL;
}

static bool open_profiler(struct training *r, struct error *e)
{
    if (!profiler_open(&r->profiler, r->t->plan, r->t->recipe.training.batch, r->executor.ahead > 1, e))
        return false;
    r->profiler.from_files = r->now.images_from == IMAGES_IN_FILES;
    return true;
}

/* With the weights that the run goes on with. It is work that other runs do in their epochs: the time counts. */
static bool make_features(struct training *r, struct error *e)
{
    const struct dataset_info *info = &r->t->info;
    double before;

    if (r->now.features_bytes == 0)
        return true;
    set_activity(r, "computing what frozen layers give");
    before = clock_seconds();
    if (!executor_features_make(&r->executor, r->t->source, loading, r, e))
        return false;
    r->now.features_seconds = clock_seconds() - before;
    r->now.features_images = (uint64_t)info->count[SPLIT_TRAIN] + info->count[SPLIT_TEST];
    r->now.seconds += r->now.features_seconds;
    trainer_note_unreadable(r);
    return true;
}

/* A step of several is not left in its middle: the others could not follow. */
static bool stop_by(struct training *r, struct error *e)
{
    return r->t->communicator || executor_stop_by(&r->executor, trainer_goes_on, r, e);
}

bool trainer_prepare(struct training *r, struct error *e)
{
    return open_data(r, e) && trainer_shares_choose(r, e) && make_plan(r, e) && hold_images(r, e) &&
           make_loaders(r, e) && make_room_to_keep(r, e) && stop_by(r, e) && trainer_snapshot_open(r, e) &&
           trainer_ranks_begin(r, e) && make_features(r, e) && open_profiler(r, e) && trainer_health_open(r, e);
}

#include "run/run_summary.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/version.h"
#include "nn/recipe/finetuning.h"
#include "nn/recipe/recipe_rate.h"
#include "nn/recipe/recipe_warnings.h"
#include "run/health_words.h"
#include "run/usage_words.h"

static void identify(const struct trainer *trainer, const struct device *device, const struct trainer_status *status,
                     struct summary *s)
{
    static const char *const places[] = {
        [IMAGES_UNKNOWN] = "",
        [IMAGES_IN_FILES] = "files",
        [IMAGES_IN_MEMORY] = "memory",
        [IMAGES_ON_DEVICE] = "device",
    };
    const struct recipe *recipe = trainer_recipe(trainer);
    char label[DEVICES_LABEL_SIZE];
    struct job job;

    job_read(&job);
    summary_forget(s);
    text_copy(s->state, sizeof s->state, trainer_state_names[TRAINER_RUNNING]);
    s->threads = devices_threads(device);
    s->replicas = devices_replicas(device);
    s->ranks = status->together.ranks;
    s->nodes = status->together.nodes;
    s->batch = recipe->training.batch;
    s->accumulate = recipe->training.accumulate;
    s->learning_rate = recipe_rate_peak(recipe);
    recipe_rate_words(recipe, s->rate_scale, sizeof s->rate_scale);
    s->seed = recipe->training.seed;
    s->parameters = status->parameters;
    text_copy(s->version, sizeof s->version, CUVETTE_VERSION);
    text_copy(s->name, sizeof s->name, recipe->name);
    text_copy(s->dataset, sizeof s->dataset, recipe->data.dataset);
    devices_label(device, label);
    text_copy(s->device, sizeof s->device, label);
    text_copy(s->device_name, sizeof s->device_name, device->info.name);
    text_copy(s->precision, sizeof s->precision, devices_precision(device, recipe->training.precision));
    text_copy(s->balance, sizeof s->balance, balance_names[recipe->data.balance]);
    s->class_weight_least = status->class_weight_least;
    s->class_weight_most = status->class_weight_most;
    text_copy(s->weights, sizeof s->weights, recipe->training.weights);
    finetuning_words(recipe, s->beginning, sizeof s->beginning);
    s->features_seconds = status->features_seconds;
    text_copy(s->images_from, sizeof s->images_from, places[status->images_from]);
    text_copy(s->node, sizeof s->node, job.node);
    clock_date(s->date, sizeof s->date);
}

/* Where the time of the steps went; unknown for a run without a step that was looked into. */
static void add_profile(const struct trainer *trainer, const struct trainer_status *status, struct summary *s)
{
    struct step_profile profile;
    int slowest;

    trainer_profile(trainer, &profile);
    if (status->speed > 0 && profile.flops > 0)
        s->flops_per_second = profile.flops / s->batch * status->speed;
    if (!profile.sampled)
        return;
    s->step_seconds = profile.step;
    memcpy(s->step_parts, profile.part, sizeof s->step_parts);
    if (profile.decoding_threads > 0)
        s->decoding_cores = profile.decoding_cores;
    slowest = step_profile_slowest(&profile);
    step_profile_verdict(&profile, slowest >= 0 ? trainer_recipe(trainer)->layers[slowest].class->name : "",
                         s->bottleneck, sizeof s->bottleneck);
}

static void add_ranks(const struct rank_summary *together, struct summary *s)
{
    s->perfect = together->perfect;
    s->sums_hidden = together->hidden;
    s->slowest_longer = together->behind;
    s->slowest_seconds = together->slow > 0 ? together->slow : -1;
    s->median_seconds = together->usual > 0 ? together->usual : -1;
    text_copy(s->slowest_rank, sizeof s->slowest_rank, together->slowest);
}

static void add_health(const struct trainer *trainer, struct summary *s)
{
    struct health health;

    trainer_health(trainer, &health);
    if (health.step > 0)
        health_words_network(&health, trainer_recipe(trainer), s->health, sizeof s->health);
}

/* The first of those that are as good. */
static void add_best_accuracy(const struct trainer *trainer, struct summary *s)
{
    const struct series *valid = trainer_epochs(trainer);

    for (size_t i = 0, n = series_length(valid); i < n; i++) {
        struct point p = series_at(valid, i);

        if ((double)p.accuracy > s->best_accuracy) {
            s->best_accuracy = (double)p.accuracy;
            s->best_accuracy_epoch = (int)p.position;
        }
    }
}

static void add_results(const struct trainer *trainer, const struct trainer_status *status, struct summary *s)
{
    text_copy(s->state, sizeof s->state, trainer_state_names[status->state]);
    if (status->state == TRAINER_FAILED)
        text_copy(s->error, sizeof s->error, status->error.text);
    s->epochs = (int)series_length(trainer_means(trainer));
    s->best_epoch = status->best_epoch;
    add_best_accuracy(trainer, s);
    s->unreadable = status->unreadable;
    text_copy(s->best_on, sizeof s->best_on, recipe_validated_on(trainer_recipe(trainer)));
    s->seconds_total = status->seconds;
    s->seconds_per_epoch = status->seconds_per_epoch;
    s->checkpoint_pause_seconds = status->snapshot_seconds;
    s->images_per_second = status->speed > 0 ? status->speed : -1;
    add_profile(trainer, status, s);
    add_health(trainer, s);
    add_ranks(&status->together, s);
    s->train_loss = status->train_loss;
    s->train_accuracy = status->train_accuracy;
    s->valid_loss = status->valid_loss;
    s->valid_accuracy = status->valid_accuracy;
    s->test_loss = status->test_loss;
    s->test_accuracy = status->test_accuracy;
}

void run_summary_begin(const struct trainer *trainer, const struct device *device, struct summary *out)
{
    struct trainer_status status;

    trainer_status(trainer, &status);
    identify(trainer, device, &status, out);
}

void run_summary_end(const struct trainer *trainer, const struct device *device, struct summary *out)
{
    struct trainer_status status;

    trainer_status(trainer, &status);
    identify(trainer, device, &status, out);
    add_results(trainer, &status, out);
}

void run_summary_left(const struct trainer *trainer, const struct device *device, struct summary *out)
{
    const struct series *curves[] = { trainer_steps(trainer), trainer_means(trainer), trainer_epochs(trainer) };

    run_summary_begin(trainer, device, out);
    out->epochs = (int)series_length(trainer_means(trainer));
    add_best_accuracy(trainer, out);
    for (size_t i = 0; i < sizeof curves / sizeof *curves; i++) {
        const size_t count = series_length(curves[i]);

        if (count > 0 && series_at(curves[i], count - 1).seconds > out->seconds_total)
            out->seconds_total = series_at(curves[i], count - 1).seconds;
    }
}

void run_summary_usage(const struct trainer *trainer, const struct device *device, const struct job *job,
                       const struct usage *usage, struct summary *out)
{
    double used = job_seconds_used(job), left = job_seconds_left(job);
    struct trainer_status status;

    trainer_status(trainer, &status);
    text_copy(out->job, sizeof out->job, job->id);
    out->cores_used = usage->cores;
    out->cores_allotted = usage->cores_allotted > 0 ? usage->cores_allotted : -1;
    out->memory_peak = usage->memory_peak > 0 ? (double)usage->memory_peak : -1;
    out->memory_limit = usage->memory_limit > 0 ? (double)usage->memory_limit : -1;
    out->gpu_load = usage->gpu_load;
    out->job_seconds_used = used;
    out->job_seconds = used >= 0 && left >= 0 ? used + left : -1;
    usage_words_next(usage, &status, job, device->info.threads == 0, out->next_job, sizeof out->next_job);
}

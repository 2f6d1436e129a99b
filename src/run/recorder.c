#include "run/recorder.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/text.h"
#include "base/version.h"
#include "nn/recipe/recipe_warnings.h"
#include "nn/train/step_group.h"
#include "run/checkpoint.h"
#include "run/model/model_file.h"
#include "run/summary.h"

/* Lines, and seconds, between two flushes. */
enum { LINES_AT_ONCE = 1000 };
static const double seconds_between = 1;

void recorder_begin(struct recorder *r, const char *folder, struct trainer *trainer, const struct device *device,
                    struct metrics_writer *metrics, const struct metrics_curves *before)
{
    *r = (struct recorder){
        .folder = folder,
        .trainer = trainer,
        .device = device,
        .metrics = metrics,
        .resumed = before != NULL,
        .flushed = clock_seconds(),
    };
    if (before) {
        r->steps = before->n_steps;
        r->epochs = before->n_epochs;
    }
}

/* The first error is the one to report: later ones follow from it. */
static void keep_error(struct recorder *r, const struct error *e)
{
    if (r->error.kind == ERROR_NONE)
        r->error = *e;
}

/* Fills in what is known of a run from its first step on. */
static void identify(const struct recorder *r, const struct trainer_status *status, struct summary *s)
{
    static const char *const places[] = {
        [IMAGES_UNKNOWN] = "",
        [IMAGES_IN_FILES] = "files",
        [IMAGES_IN_MEMORY] = "memory",
        [IMAGES_ON_DEVICE] = "device",
    };
    const struct recipe *recipe = trainer_recipe(r->trainer);

    *s = (struct summary){
        .state = "running",
        .threads = r->device->choice.threads ? r->device->choice.threads : r->device->info.threads,
        .batch = recipe->training.batch,
        .seed = recipe->training.seed,
        .parameters = status->parameters,
        .seconds_total = -1,
        .seconds_per_epoch = -1,
        .images_per_second = -1,
        .flops_per_second = -1,
        .step_seconds = -1,
        .decoding_cores = -1,
        .train_loss = -1,
        .train_accuracy = -1,
        .valid_loss = -1,
        .valid_accuracy = -1,
        .test_loss = -1,
        .test_accuracy = -1,
        .version = CUVETTE_VERSION,
    };
    for (int i = 0; i < STEP_PARTS_COUNT; i++)
        s->step_parts[i] = -1;
    text_copy(s->name, sizeof s->name, recipe->name);
    text_copy(s->dataset, sizeof s->dataset, recipe->data.dataset);
    text_copy(s->device, sizeof s->device, r->device->info.id);
    text_copy(s->device_name, sizeof s->device_name, r->device->info.name);
    text_copy(s->precision, sizeof s->precision, devices_precision(r->device, recipe->training.precision));
    text_copy(s->balance, sizeof s->balance, balance_names[recipe->data.balance]);
    s->class_weight_least = status->class_weight_least;
    s->class_weight_most = status->class_weight_most;
    text_copy(s->images_from, sizeof s->images_from, places[status->images_from]);
    clock_date(s->date, sizeof s->date);
}

/* The words of a summary's `state`. */
static const char *const words[] = {
    [TRAINER_FINISHED] = "finished",
    [TRAINER_STOPPED] = "stopped",
    [TRAINER_FAILED] = "failed",
};

/* Where the time of the steps went; unknown for a run without a step that was looked into. */
static void add_profile(const struct recorder *r, const struct trainer_status *status, struct summary *s)
{
    struct step_profile profile;
    int slowest;

    trainer_profile(r->trainer, &profile);
    if (status->speed > 0 && profile.flops > 0)
        s->flops_per_second = profile.flops / s->batch * status->speed;
    if (!profile.sampled)
        return;
    s->step_seconds = profile.step;
    memcpy(s->step_parts, profile.part, sizeof s->step_parts);
    if (profile.decoding_threads > 0)
        s->decoding_cores = profile.decoding_cores;
    slowest = step_profile_slowest(&profile);
    step_profile_verdict(&profile, slowest >= 0 ? trainer_recipe(r->trainer)->layers[slowest].class->name : "",
                         s->bottleneck, sizeof s->bottleneck);
}

/* Fills in the results. */
static void add_results(const struct recorder *r, const struct trainer_status *status, struct summary *s)
{
    text_copy(s->state, sizeof s->state, words[status->state]);
    if (status->state == TRAINER_FAILED)
        text_copy(s->error, sizeof s->error, status->error.text);
    s->epochs = (int)series_length(trainer_means(r->trainer));
    s->best_epoch = status->best_epoch;
    s->unreadable = status->unreadable;
    text_copy(s->best_on, sizeof s->best_on, recipe_validated_on(trainer_recipe(r->trainer)));
    s->seconds_total = status->seconds;
    s->seconds_per_epoch = status->seconds_per_epoch;
    s->images_per_second = status->speed > 0 ? status->speed : -1;
    add_profile(r, status, s);
    s->train_loss = status->train_loss;
    s->train_accuracy = status->train_accuracy;
    s->valid_loss = status->valid_loss;
    s->valid_accuracy = status->valid_accuracy;
    s->test_loss = status->test_loss;
    s->test_accuracy = status->test_accuracy;
}

static bool add_epoch(struct recorder *r, size_t i, struct error *e)
{
    const struct series *valid = trainer_epochs(r->trainer);
    struct point train = series_at(trainer_means(r->trainer), i), validation;
    bool validated = i < series_length(valid);

    if (validated)
        validation = series_at(valid, i);
    return metrics_epoch(r->metrics, (int)train.position, train, validated ? &validation : NULL, e);
}

/* The summary that a run left when it was stopped is no longer true once it goes on. */
static void remove_old_summary(const struct recorder *r)
{
    char path[PATH_SIZE];
    struct error ignored;

    if (r->resumed && path_join(path, r->folder, "summary.json", &ignored))
        unlink(path);
}

static bool introduce(const struct recorder *r, struct error *e)
{
    struct trainer_status status;
    struct summary run;

    trainer_status(r->trainer, &status);
    identify(r, &status, &run);
    remove_old_summary(r);
    return metrics_run(r->metrics, &run, r->resumed, e);
}

/* An epoch's line is behind that of its last step. The steps of a run's end that are too few for a point are the last
 * line of all, which is cut off if the run goes on. */
static bool is_step_next(const struct recorder *r, size_t step, size_t epoch)
{
    struct point p = series_at(trainer_steps(r->trainer), step);
    double end = series_at(trainer_means(r->trainer), epoch).position;

    return p.steps < step_group_size(step) ? p.position < end : p.position <= end;
}

/* Appends up to LINES_AT_ONCE new lines. What has been flushed counts as written. */
static bool append_some(struct recorder *r, size_t steps_there, size_t epochs_there, struct error *e)
{
    size_t step = r->steps, epoch = r->epochs;
    bool added = r->introduced || introduce(r, e);

    for (int line = 0; added && line < LINES_AT_ONCE && (step < steps_there || epoch < epochs_there); line++) {
        bool before = step < steps_there && (epoch == epochs_there || is_step_next(r, step, epoch));

        added = before ? metrics_step(r->metrics, series_at(trainer_steps(r->trainer), step), e)
                       : add_epoch(r, epoch, e);
        step += added && before;
        epoch += added && !before;
    }

    struct error of_flush;

    if (!metrics_flush(r->metrics, &of_flush)) {
        *e = of_flush;
        return false;
    }
    r->introduced = true;
    r->steps = step;
    r->epochs = epoch;
    return added;
}

static void append_all(struct recorder *r, size_t epochs_there)
{
    size_t steps_there = series_length(trainer_steps(r->trainer));
    struct error e;

    r->flushed = clock_seconds();
    while (r->steps < steps_there || r->epochs < epochs_there)
        if (!append_some(r, steps_there, epochs_there, &e)) {
            keep_error(r, &e);
            return;
        }
}

/* The trainer publishes the training mean of an epoch before its validation, if it has one. While the trainer runs, an
 * epoch is complete when it has both, or when the next epoch has its mean. */
static size_t whole_epochs(const struct recorder *r)
{
    size_t validated = series_length(trainer_epochs(r->trainer)), trained = series_length(trainer_means(r->trainer));

    return trained > validated + 1 ? trained - 1 : validated;
}

/* The model file of the best epoch so far, for those who want it while the run goes on or when it was killed. Making it
 * may take a hundredth of the time; until it is due, the checkpoint alone has these weights. */
static void write_best(struct recorder *r, const struct snapshot *snapshot, bool last)
{
    const double share_most = 0.01;
    struct recorder_checkpoint *c = &r->checkpoint;
    double before = clock_thread_seconds();
    struct trainer_weights weights;
    char path[PATH_SIZE];

    if (snapshot->kept_epoch == r->best_epoch || (!last && clock_seconds() < r->best_due) ||
        !trainer_best_weights(r->trainer, snapshot, &weights))
        return;
    if (path_join(path, r->folder, "best.h5", &c->error) &&
        model_file_write(path, trainer_recipe(r->trainer), &weights, &c->error))
        r->best_epoch = snapshot->kept_epoch;
    else
        error_context(&c->error, "the weights of the best epoch could not be saved");
    r->best_due = clock_seconds() + (clock_thread_seconds() - before) / share_most;
}

/* The curves come first: a checkpoint never knows of points that the file lacks. */
static void write_checkpoint(struct recorder *r, size_t epochs_there, bool last)
{
    const struct snapshot *snapshot = trainer_take_snapshot(r->trainer);
    struct recorder_checkpoint *c = &r->checkpoint;

    if (!snapshot)
        return;
    append_all(r, epochs_there);
    c->error.kind = ERROR_NONE;
    if (checkpoint_write(r->folder, snapshot, &c->error)) {
        c->written = clock_seconds();
        c->steps = snapshot->steps;
        write_best(r, snapshot, last);
    } else {
        error_context(&c->error, "the checkpoint could not be saved");
    }
    trainer_give_back_snapshot(r->trainer);
}

void recorder_update(struct recorder *r)
{
    struct trainer_status status;
    size_t epochs_there = whole_epochs(r);

    trainer_status(r->trainer, &status);
    write_checkpoint(r, epochs_there, false);
    if (epochs_there > r->epochs || status.state == TRAINER_PAUSED || clock_seconds() - r->flushed >= seconds_between)
        append_all(r, epochs_there);
}

static bool write_model(const struct recorder *r, struct error *e)
{
    const struct trainer_weights *weights = trainer_weights(r->trainer);
    char path[PATH_SIZE];

    return !weights ||
           (path_join(path, r->folder, "model.h5", e) &&
            model_file_write(path, trainer_recipe(r->trainer), weights, e)) ||
           error_context(e, "the model could not be saved");
}

/* A run that lost its model has failed, and this error outranks the ones before. */
static void note_lost_model(struct recorder *r, const struct error *e, struct summary *s)
{
    r->error = *e;
    if (strcmp(s->state, words[TRAINER_FAILED]) == 0)
        return;
    text_copy(s->state, sizeof s->state, words[TRAINER_FAILED]);
    text_copy(s->error, sizeof s->error, e->text);
}

void recorder_end(struct recorder *r)
{
    struct trainer_status status;
    struct summary summary;
    char path[PATH_SIZE];
    struct error e;

    trainer_status(r->trainer, &status);
    append_all(r, series_length(trainer_means(r->trainer)));
    write_checkpoint(r, r->epochs, true);
    if (r->checkpoint.error.kind != ERROR_NONE)
        keep_error(r, &r->checkpoint.error);
    if (!metrics_close(r->metrics, &e))
        keep_error(r, &e);
    r->metrics = NULL;
    identify(r, &status, &summary);
    add_results(r, &status, &summary);
    if (!write_model(r, &e))
        note_lost_model(r, &e, &summary);
    if (!path_join(path, r->folder, "summary.json", &e) || !summary_write(&summary, path, &e))
        keep_error(r, &e);
}

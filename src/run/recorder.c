#include "run/recorder.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/text.h"
#include "run/checkpoint.h"
#include "run/layer_times.h"
#include "run/model/model_file.h"
#include "run/run_summary.h"

static const double seconds_between = 1; /* two flushes of the curves */

void recorder_begin(struct recorder *r, const char *folder, struct trainer *trainer, const struct device *device,
                    struct gpu_sampler *gpus, struct metrics_writer *metrics, const struct metrics_curves *before)
{
    *r = (struct recorder){
        .folder = folder,
        .trainer = trainer,
        .device = device,
        .lines = { .trainer = trainer, .device = device, .metrics = metrics, .resumed = before != NULL },
        .flushed = clock_seconds(),
        .meter = usage_meter_new(gpus),
    };
    usage_meter_read(r->meter, &r->usage);
    job_read(&r->job);
    if (before) {
        r->lines.steps = before->n_steps;
        r->lines.epochs = before->n_epochs;
    }
}

void recorder_close(struct recorder *r)
{
    usage_meter_free(r->meter);
    r->meter = NULL;
}

/* The first error is the one to report: later ones follow from it. */
static void keep_error(struct recorder *r, const struct error *e)
{
    if (r->error.kind == ERROR_NONE)
        r->error = *e;
}

/* The summary that a run left when it was stopped is no longer true once it goes on. */
static void remove_old_summary(const struct recorder *r)
{
    char path[PATH_SIZE];
    struct error ignored;

    if (r->lines.resumed && !r->lines.introduced && path_join(path, r->folder, "summary.json", &ignored))
        unlink(path);
}

static void append_all(struct recorder *r, size_t epochs_there)
{
    struct error e;

    r->flushed = clock_seconds();
    remove_old_summary(r);
    if (!run_lines_append(&r->lines, epochs_there, &e))
        keep_error(r, &e);
}

/* The trainer publishes the training mean of an epoch before its validation, if it has one. While the trainer runs, an
 * epoch is complete when it has both, or when the next epoch has its mean. */
static size_t whole_epochs(const struct recorder *r)
{
    size_t validated = series_length(trainer_epochs(r->trainer)), trained = series_length(trainer_means(r->trainer));

    return trained > validated + 1 ? trained - 1 : validated;
}

/* For a large file: how it goes, and by when it must be written. */
struct writing {
    const struct trainer *trainer;
    double began, rate; /* clock; seconds a byte, as last measured, or 0 */
};

static bool in_time(void *context, uint64_t done, uint64_t all)
{
    const struct writing *w = context;
    double until = trainer_until(w->trainer), now = clock_seconds();
    double rate = done > 0 ? (now - w->began) / (double)done : w->rate;

    return until == 0 || now + rate * (double)(all - done) < until;
}

static struct writing begin_writing(const struct recorder *r)
{
    return (struct writing){ .trainer = r->trainer, .began = clock_seconds(), .rate = r->seconds_a_byte };
}

static uint64_t bytes_of(const struct snapshot *s)
{
    uint64_t bytes = 0;

    for (int i = 0; i < SNAPSHOT_ARRAY_COUNT; i++)
        bytes += s->bytes[i];
    return bytes;
}

/* The file is made in memory first, where it is copied two times: at least so many bytes a second. */
static const double making_speed = 500e6;

static bool write_weights(const struct recorder *r, const char *name, const struct trainer_weights *weights,
                          struct error *e)
{
    struct writing writing = begin_writing(r), making = writing;
    const struct atomic_wish wish = { .go_on = in_time, .context = &writing };
    char path[PATH_SIZE];

    making.rate += 1 / making_speed;
    if (!in_time(&making, 0, weights->plan->arena_bytes[ARENA_PARAMETERS]))
        return error_set(e, ERROR_STOPPED, "there is no time left for %s", name);
    return path_join(path, r->folder, name, e) &&
           model_file_write(path, trainer_recipe(r->trainer), weights, &wish, e);
}

/* The model file of the best epoch so far, for those who want it while the run goes on or when it was killed. Making it
 * may take a hundredth of the time; until it is due, or when there is no time left, the checkpoint alone has these
 * weights. */
static void write_best(struct recorder *r, const struct snapshot *snapshot, bool last)
{
    const double share_most = 0.01;
    struct recorder_checkpoint *c = &r->checkpoint;
    double before = clock_thread_seconds();
    struct trainer_weights weights;

    if (snapshot->kept_epoch == r->best_epoch || (!last && clock_seconds() < r->best_due) ||
        !trainer_best_weights(r->trainer, snapshot, &weights))
        return;
    if (write_weights(r, "best.h5", &weights, &c->error))
        r->best_epoch = snapshot->kept_epoch;
    else if (c->error.kind == ERROR_STOPPED)
        c->error.kind = ERROR_NONE;
    else
        error_context(&c->error, "the weights of the best epoch could not be saved");
    r->best_due = clock_seconds() + (clock_thread_seconds() - before) / share_most;
}

static bool save(struct recorder *r, const struct snapshot *snapshot, struct error *e)
{
    struct writing writing = begin_writing(r);
    const struct atomic_wish wish = { .go_on = in_time, .context = &writing };
    struct recorder_checkpoint *c = &r->checkpoint;

    if (!checkpoint_write(r->folder, snapshot, &wish, e))
        return false;
    c->written = clock_seconds();
    c->seconds = c->written - writing.began;
    c->steps = snapshot->steps;
    r->seconds_a_byte = c->seconds / (double)bytes_of(snapshot);
    return true;
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
    bool saved = save(r, snapshot, &c->error);

    if (!saved && c->error.kind == ERROR_STOPPED)
        c->error.kind = ERROR_NONE; /* the one before is as good as it was */
    else if (!saved)
        error_context(&c->error, "the checkpoint could not be saved");
    else
        write_best(r, snapshot, last);
    trainer_give_back_snapshot(r->trainer, saved ? c->seconds : 0);
}

void recorder_update(struct recorder *r)
{
    struct trainer_status status;
    size_t epochs_there = whole_epochs(r);

    usage_meter_take(r->meter);
    usage_meter_read(r->meter, &r->usage);
    trainer_status(r->trainer, &status);
    write_checkpoint(r, epochs_there, false);
    if (epochs_there > r->lines.epochs || status.state == TRAINER_PAUSED ||
        clock_seconds() - r->flushed >= seconds_between)
        append_all(r, epochs_there);
}

static bool write_model(struct recorder *r, struct error *e)
{
    const struct trainer_weights *weights = trainer_weights(r->trainer);

    if (!weights || write_weights(r, "model.h5", weights, e))
        return true;
    r->checkpoint.model_late = e->kind == ERROR_STOPPED;
    return r->checkpoint.model_late || error_context(e, "the model could not be saved");
}

/* A run that lost its model has failed, and this error outranks the ones before. */
static void note_lost_model(struct recorder *r, const struct error *e, struct summary *s)
{
    r->error = *e;
    if (strcmp(s->state, SUMMARY_FAILED) == 0)
        return;
    text_copy(s->state, sizeof s->state, SUMMARY_FAILED);
    text_copy(s->error, sizeof s->error, e->text);
}

void recorder_end(struct recorder *r)
{
    struct step_profile profile;
    struct summary summary;
    char path[PATH_SIZE];
    struct error e;

    append_all(r, series_length(trainer_means(r->trainer)));
    write_checkpoint(r, r->lines.epochs, true);
    if (r->checkpoint.error.kind != ERROR_NONE)
        keep_error(r, &r->checkpoint.error);
    if (!metrics_close(r->lines.metrics, &e))
        keep_error(r, &e);
    r->lines.metrics = NULL;
    run_summary_end(r->trainer, r->device, &summary);
    usage_meter_read(r->meter, &r->usage);
    run_summary_usage(r->trainer, r->device, &r->job, &r->usage, &summary);
    if (!write_model(r, &e))
        note_lost_model(r, &e, &summary);
    if (!path_join(path, r->folder, "summary.json", &e) || !summary_write(&summary, path, &e))
        keep_error(r, &e);
    trainer_profile(r->trainer, &profile);
    if (!layer_times_write(&profile, trainer_recipe(r->trainer), r->folder, &e))
        keep_error(r, &e);
}

#include "run/recorder.h"

#include <string.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/text.h"
#include "run/checkpoint.h"
#include "run/layer_times.h"
#include "run/run_files.h"
#include "run/run_summary.h"
#include "run/writing.h"

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
        .job_seconds = -1,
    };
    run_gpus_begin(&r->gpus, device, gpus);
    r->load = load_meter_new(&r->gpus, before ? before->n_loads : 0);
    usage_meter_read(r->meter, &r->usage);
    job_read(&r->job);
    shelter_begin(&r->shelter, folder, trainer, device);
    if (before) {
        r->lines.steps = before->n_steps;
        r->lines.epochs = before->n_epochs;
    }
}

void recorder_close(struct recorder *r)
{
    usage_meter_free(r->meter);
    r->meter = NULL;
    load_meter_free(r->load);
    r->load = NULL;
    run_alerts_close(r->alerts);
    r->alerts = NULL;
    event_log_free(r->events);
    r->events = NULL;
}

/* The summary that a run left when it was stopped is no longer true once it has made another step. */
static void remove_old_summary(struct recorder *r)
{
    struct trainer_status status;

    if (!r->lines.resumed || r->went_on)
        return;
    trainer_status(r->trainer, &status);
    r->went_on = status.steps > r->resumed_at;
    if (r->went_on)
        run_files_remove_summary(r->folder);
}

/* False with the recorder's trouble. */
static bool append_all(struct recorder *r)
{
    r->flushed = clock_seconds();
    r->trouble.kind = ERROR_NONE;
    remove_old_summary(r);
    return run_lines_append(&r->lines, &r->trouble) &&
           (!r->events || event_log_append(r->events, r->lines.epochs, &r->trouble));
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
    struct writing writing = writing_begin(r->trainer, r->seconds_a_byte), making = writing;
    const struct atomic_wish wish = writing_wish(&writing);

    making.rate += 1 / making_speed;
    if (!writing_in_time(&making, 0, weights->plan->arena_bytes[ARENA_PARAMETERS]))
        return error_set(e, ERROR_STOPPED, "there is no time left for %s", name);
    return run_files_weights(r->folder, name, trainer_recipe(r->trainer), weights, &wish, e);
}

/* The model file of the best epoch so far, for those who want it while the run goes on or when it was killed. Making it
 * may take a hundredth of the time; until it is due, or when there is no time left, the checkpoint alone has these
 * weights. */
static void write_best(struct recorder *r, const struct snapshot *snapshot, bool last)
{
    const double share_most = 0.01;
    struct recorder_checkpoint *c = &r->checkpoint;
    double before = clock_thread_seconds(), spent;
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
    spent = clock_thread_seconds() - before;
    c->cpu_seconds += spent;
    r->best_due = clock_seconds() + spent / share_most;
}

static bool save(struct recorder *r, const struct snapshot *snapshot, struct error *e)
{
    struct writing writing = writing_begin(r->trainer, r->seconds_a_byte);
    const struct atomic_wish wish = writing_wish(&writing);
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
static bool write_whole_checkpoint(struct recorder *r, const struct snapshot *snapshot)
{
    struct recorder_checkpoint *c = &r->checkpoint;

    c->error.kind = ERROR_NONE;
    if (!append_all(r)) {
        c->error = r->trouble;
        return false;
    }
    if (!save(r, snapshot, &c->error))
        return c->error.kind != ERROR_STOPPED && error_context(&c->error, "the checkpoint could not be saved");
    return true;
}

/* What could not be written into the run's folder; the error becomes one that says where it is. */
static void write_elsewhere(struct recorder *r, const struct shelter_content *content, struct error *why)
{
    struct writing writing = writing_begin(r->trainer, r->seconds_a_byte);
    const struct atomic_wish wish = writing_wish(&writing);
    struct error e;

    if (shelter_write(&r->shelter, content, &wish, &e) || r->shelter.since[0])
        shelter_tell(&r->shelter, why->text, sizeof why->text);
    else
        text_append(why->text, sizeof why->text, "; nor is there another place: %s", e.text);
}

/* Each one is tried in the run's folder first: when that has it, it has all. */
static bool write_checkpoint(struct recorder *r, const struct snapshot *snapshot)
{
    struct recorder_checkpoint *c = &r->checkpoint;
    double before = clock_thread_seconds();
    bool saved = write_whole_checkpoint(r, snapshot);

    if (saved)
        shelter_remove(&r->shelter);
    else if (c->error.kind == ERROR_STOPPED)
        c->error.kind = ERROR_NONE; /* the one before is as good as it was */
    else
        write_elsewhere(r, &(struct shelter_content){ .snapshot = snapshot }, &c->error);
    c->cpu_seconds += clock_thread_seconds() - before;
    c->count += saved;
    return saved;
}

static void take_checkpoint(struct recorder *r)
{
    const struct snapshot *snapshot = trainer_take_snapshot(r->trainer);

    if (!snapshot)
        return;
    bool saved = write_checkpoint(r, snapshot);

    if (saved)
        write_best(r, snapshot, false);
    trainer_give_back_snapshot(r->trainer, saved ? r->checkpoint.seconds : 0);
}

/* What was left out while the run went on, or could not be written then. */
static void write_last_best(struct recorder *r)
{
    const struct snapshot *snapshot = trainer_retake_snapshot(r->trainer);

    if (!snapshot)
        return;
    write_best(r, snapshot, true);
    trainer_give_back_snapshot(r->trainer, 0);
}

static void look_for_alerts(struct recorder *r, const struct trainer_status *status)
{
    const struct error *of_checkpoint = &r->checkpoint.error;
    struct health health;

    trainer_health(r->trainer, &health);

    const struct alert_facts facts = {
        .recipe = trainer_recipe(r->trainer),
        .status = status,
        .health = &health,
        .steps = trainer_steps(r->trainer),
        .means = trainer_means(r->trainer),
        .job_seconds = r->job_seconds,
        .folder = r->folder,
        .trouble = of_checkpoint->kind != ERROR_NONE ? of_checkpoint : &r->trouble,
        .gpus = &r->gpus,
    };

    run_alerts_look(r->alerts, &facts, trainer_over(status->state), r->lines.metrics);
}

/* A line about the device, behind the first of the file. It is written with the next lines of the curves. */
static void look_at_load(struct recorder *r, const struct trainer_status *status)
{
    const struct series *steps = trainer_steps(r->trainer);
    const size_t count = series_length(steps);
    struct error ignored;

    if (r->lines.introduced &&
        load_meter_take(r->load, status, count > 0 ? series_at(steps, count - 1).position : 0, &r->newest.point)) {
        r->newest.count++;
        metrics_load(r->lines.metrics, &r->newest.point, &ignored);
    }
}

/* Whoever goes on, or trains the recipe once more, shares batches alike. */
static void keep_shares(struct recorder *r, const struct trainer_status *status)
{
    if (!r->shares_kept && status->shares[0] != '\0')
        r->shares_kept = run_files_shares(r->folder, trainer_recipe(r->trainer), status->shares);
}

void recorder_update(struct recorder *r)
{
    struct trainer_status status;

    usage_meter_take(r->meter);
    usage_meter_read(r->meter, &r->usage);
    trainer_status(r->trainer, &status);
    look_at_load(r, &status);
    keep_shares(r, &status);
    take_checkpoint(r);
    bool due = run_lines_epochs(r->trainer) > r->lines.epochs || status.state == TRAINER_PAUSED ||
               clock_seconds() - r->flushed >= seconds_between;
    bool well = r->trouble.kind == ERROR_NONE;

    if (due && !append_all(r) && well)
        trainer_command(r->trainer, TRAINER_SNAPSHOT, 0); /* soon there is a checkpoint, if only in another place */
    look_for_alerts(r, &status);
}

static bool write_model(struct recorder *r, struct error *e)
{
    const struct trainer_weights *weights = trainer_weights(r->trainer);

    if (!weights || write_weights(r, "model.h5", weights, e))
        return true;
    r->checkpoint.model_late = e->kind == ERROR_STOPPED;
    return r->checkpoint.model_late || error_context(e, "the model could not be saved");
}

/* What matters most comes first: there may be little time left. False with an error of the model. */
static bool write_weights_last(struct recorder *r, struct error *e)
{
    const struct snapshot *snapshot = trainer_take_snapshot(r->trainer);
    bool saved = snapshot && write_checkpoint(r, snapshot), modelled = write_model(r, e);

    if (saved)
        write_best(r, snapshot, true);
    if (snapshot)
        trainer_give_back_snapshot(r->trainer, 0);
    return modelled;
}

bool recorder_hand_over(struct recorder *r)
{
    const struct snapshot *snapshot = trainer_take_snapshot(r->trainer);
    struct trainer_status status;
    struct error ignored; /* the checkpoint's lines were flushed before it was written */

    trainer_status(r->trainer, &status);
    if (snapshot) {
        write_checkpoint(r, snapshot);
        trainer_give_back_snapshot(r->trainer, 0);
    }
    if (r->checkpoint.error.kind != ERROR_NONE || r->checkpoint.steps != status.steps)
        return false;
    metrics_close(r->lines.metrics, &ignored);
    r->lines.metrics = NULL;
    shelter_close(&r->shelter);
    return true;
}

static void note_error(struct summary *s, const struct error *e)
{
    if (strcmp(s->state, trainer_state_names[TRAINER_FAILED]) != 0)
        text_copy(s->error, sizeof s->error, e->text);
}

/* A run whose folder lacks something has failed there, and says where it is whole. */
static void end_elsewhere(struct recorder *r, struct summary *summary)
{
    const struct shelter_content content = { .weights = trainer_weights(r->trainer),
                                             .summary = summary };
    struct error ignored;

    note_error(summary, &r->error);
    write_elsewhere(r, &content, &r->error);
    note_error(summary, &r->error);
    text_copy(summary->state, sizeof summary->state, trainer_state_names[TRAINER_FAILED]);
    run_files_summary(r->folder, summary, &ignored);
}

/* True when the run's folder has all; else the recorder's error says what it lacks, the model before all. */
static bool end_at_home(struct recorder *r, struct summary *summary)
{
    struct error of_model, of_metrics;
    struct trainer_status status;

    trainer_status(r->trainer, &status);
    look_at_load(r, &status);
    keep_shares(r, &status);

    bool appended = append_all(r);
    const struct error of_curves = r->trouble;

    look_for_alerts(r, &status);

    bool modelled = write_weights_last(r, &of_model), closed = metrics_close(r->lines.metrics, &of_metrics);

    write_last_best(r);
    r->lines.metrics = NULL;
    run_summary_end(r->trainer, r->device, summary);
    usage_meter_read(r->meter, &r->usage);
    run_summary_usage(r->trainer, r->device, &r->job, &r->usage, summary);
    summary->checkpoints = r->checkpoint.count;
    summary->checkpoint_cpu_seconds = r->checkpoint.cpu_seconds;
    if (layer_times_write(r->trainer, r->folder, &r->error))
        r->error.kind = ERROR_NONE;
    if (!closed)
        r->error = of_metrics;
    if (!appended)
        r->error = of_curves;
    if (r->checkpoint.error.kind != ERROR_NONE)
        r->error = r->checkpoint.error;
    if (!modelled)
        r->error = of_model;
    return r->error.kind == ERROR_NONE;
}

void recorder_end(struct recorder *r)
{
    struct summary summary;

    if (!end_at_home(r, &summary) || !run_files_summary(r->folder, &summary, &r->error))
        end_elsewhere(r, &summary);
    shelter_close(&r->shelter);
}

/* What is known of it is what it had when it was left. */
static void tell_failure(const struct recorder *r, const struct trainer_status *status)
{
    struct summary summary;
    struct error ignored;

    if (!run_files_read_summary(r->folder, &summary))
        run_summary_left(r->trainer, r->device, &summary);
    text_copy(summary.state, sizeof summary.state, trainer_state_names[TRAINER_FAILED]);
    text_copy(summary.error, sizeof summary.error, status->error.text);
    run_files_summary(r->folder, &summary, &ignored);
}

void recorder_leave(struct recorder *r)
{
    struct trainer_status status;
    struct error ignored;

    trainer_status(r->trainer, &status);
    if (r->lines.resumed && status.state == TRAINER_FAILED)
        tell_failure(r, &status);
    metrics_close(r->lines.metrics, &ignored);
    r->lines.metrics = NULL;
}

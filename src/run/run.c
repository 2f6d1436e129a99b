#include "run/run.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/thread.h"
#include "data/catalogue.h"
#include "nn/recipe/recipe_file.h"
#include "run/beacon.h"
#include "run/job_stop.h"
#include "run/model_check.h"
#include "run/recorder.h"
#include "run/resume.h"
#include "run/run_files.h"

struct run {
    /* Set before the recorder starts, never changed. */
    struct recipe recipe;
    struct device device;
    size_t parameters;
    struct recipe_warnings warnings;
    struct run_folder folder;
    bool resumes, again;
    struct resume resume; /* what it goes on from, until the trainer has it */
    uint64_t resumed_at;  /* steps */
    size_t epochs_before;
    struct trainer *trainer;
    struct trainer_events events; /* the caller's */
    pthread_t thread;             /* the recorder's */

    struct recorder recorder; /* the recorder thread's own */
    struct beacon *beacon;    /* told of, and stopped, by that thread */

    pthread_mutex_t lock;
    pthread_cond_t rung; /* signals, with `lock`, that `changed` or `over` is set */
    bool changed;        /* the trainer has something new */
    struct job_stop job_stop;
    bool over, kept;
    struct error error, trouble; /* the recorder's, at its last update */
    struct usage usage;
    struct job job;
    struct recorder_checkpoint checkpoint;
};

/* On the training thread. */
static void trainer_changed(void *run)
{
    struct run *r = run;

    pthread_mutex_lock(&r->lock);
    r->changed = true;
    pthread_cond_broadcast(&r->rung);
    pthread_mutex_unlock(&r->lock);
    if (r->events.changed)
        r->events.changed(r->events.context);
}

static void wait_for_change(struct run *r)
{
    pthread_mutex_lock(&r->lock);
    while (!r->changed && !job_stop_is_due(&r->job_stop))
        job_stop_wait(&r->job_stop, &r->rung, &r->lock);
    bool stops = job_stop_comes(&r->job_stop);
    r->changed = false;
    pthread_mutex_unlock(&r->lock);
    if (stops)
        trainer_command(r->trainer, TRAINER_STOP, 0);
}

static void publish(struct run *r)
{
    pthread_mutex_lock(&r->lock);
    r->error = r->recorder.error;
    r->trouble = r->recorder.trouble;
    r->checkpoint = r->recorder.checkpoint;
    r->usage = r->recorder.usage;
    if (r->job.inside)
        r->recorder.job = r->job;
    r->recorder.job_seconds = job_stop_seconds(&r->job_stop);
    pthread_mutex_unlock(&r->lock);
}

static void tell(struct run *r)
{
    struct error trouble;

    run_trouble(r, &trouble);
    beacon_tell(r->beacon, &r->recorder, &trouble);
}

bool run_advanced(const struct run *r)
{
    struct trainer_status status;

    trainer_status(r->trainer, &status);
    return status.steps > r->resumed_at;
}

/* A run that made no step leaves nothing but its error; one that should have gone on is as it was before. */
static bool finish(struct run *r, const struct trainer_status *status)
{
    struct error ignored;

    if (run_advanced(r) || status->state == TRAINER_FINISHED) {
        recorder_end(&r->recorder);
        beacon_stop(r->beacon);
        return true;
    }
    beacon_stop(r->beacon);
    metrics_close(r->recorder.lines.metrics, &ignored);
    if (!r->resumes)
        run_folder_remove(&r->folder);
    return r->resumes;
}

static void *record(void *run)
{
    struct run *r = run;
    struct trainer_status status;

    for (trainer_status(r->trainer, &status); !trainer_over(status.state); trainer_status(r->trainer, &status)) {
        wait_for_change(r);
        recorder_update(&r->recorder);
        publish(r);
        tell(r);
    }
    bool kept = finish(r, &status);
    publish(r);
    run_alerts_end(r->recorder.alerts, r->trainer);

    pthread_mutex_lock(&r->lock);
    r->over = true;
    r->kept = kept;
    pthread_cond_broadcast(&r->rung);
    pthread_mutex_unlock(&r->lock);
    if (r->events.changed)
        r->events.changed(r->events.context);
    return NULL;
}

static void free_run(struct run *r)
{
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->rung);
    free(r);
}

static bool start_threads(struct run *r, const struct run_setup *setup, struct error *e)
{
    const struct trainer_resume resume = resume_of_trainer(&r->resume);
    const struct trainer_setup trainer = {
        .recipe = &r->recipe,
        .backend = r->device.backend,
        .device = r->device.choice,
        .memory = devices_host_memory(),
        .source = setup->source,
        .events = { .changed = trainer_changed, .context = r },
        .resume = r->resumes && !r->again ? &resume : NULL,
        .last_epoch = setup->last_epoch,
    };

    r->trainer = trainer_start(&trainer, e);
    if (!r->trainer)
        return false;
    recorder_begin(&r->recorder, r->folder.path, r->trainer, &r->device, setup->gpus, r->resume.metrics,
                   r->resumes ? &r->resume.curves : NULL);
    r->recorder.alerts = run_alerts_start(&setup->commands, r->folder.path, e);
    if (r->recorder.alerts)
        r->beacon = beacon_start(r->folder.path, r->trainer, &r->device, e);
    r->recorder.checkpoint.steps = r->resumed_at;
    if (r->beacon && thread_start(&r->thread, record, r)) {
        r->resume.metrics = NULL;
        return true;
    }
    if (r->beacon)
        error_set(e, ERROR_RUN, "cannot start a thread that records the run: the system's limit is reached");
    beacon_stop(r->beacon);
    recorder_close(&r->recorder);
    trainer_close(r->trainer);
    return false;
}

static bool go_on(struct run *r, struct error *e)
{
    if (!run_files_open(r->folder.path, &r->recipe, r->again, &r->resume, e))
        return false;
    r->resumed_at = r->resume.snapshot.steps;
    r->epochs_before = r->resume.curves.n_epochs;
    return true;
}

/* The files first, so that a folder that cannot be written is found before anything runs. */
static bool start(struct run *r, const struct run_setup *setup, struct error *e)
{
    if (!(r->resumes ? go_on(r, e) : run_files_create(&r->folder, &r->recipe, &r->resume.metrics, e)))
        return false;
    if (start_threads(r, setup, e))
        return true;
    if (!r->resumes)
        run_folder_remove(&r->folder);
    return false;
}

/* Looking for a GPU asks its driver, which can take seconds. */
static bool choose_device(struct run *r, const struct device *chosen, struct error *e)
{
    if (!chosen)
        return devices_choose(r->recipe.training.device, &r->device, e);
    r->device = *chosen;
    return true;
}

static bool name_folder(struct run *r, const char *folder, struct error *e)
{
    return text_copy(r->folder.path, sizeof r->folder.path, folder) ||
           error_set(e, ERROR_INPUT, "the path %.60s… is too long", folder);
}

/* The recipe in the run's folder may be read from another current folder, so it has the data set's absolute path. */
static bool choose(struct run *r, const struct run_setup *setup, struct error *e)
{
    struct recipe_data *data = &r->recipe.data;

    r->recipe = *setup->recipe;
    r->resumes = setup->resume;
    r->again = setup->again;
    return recipe_check(&r->recipe, e) && choose_device(r, setup->device, e) &&
           catalogue_absolute(setup->recipe->data.dataset, data->dataset, sizeof data->dataset, e) &&
           model_check(&r->recipe, setup->source, setup->insists ? NULL : &r->device, &r->parameters, &r->warnings,
                       e) &&
           (setup->resume ? name_folder(r, setup->folder, e)
                          : run_folder_create(&r->recipe, r->recipe.training.device, setup->folder, &r->folder, e));
}

struct run *run_start(const struct run_setup *setup, struct error *e)
{
    struct run *r = memory_new(1, sizeof *r, e);

    if (!r)
        return NULL;
    r->events = setup->events;
    r->kept = true;
    pthread_mutex_init(&r->lock, NULL);
    thread_condition(&r->rung);
    bool started = choose(r, setup, e) && start(r, setup, e);
    resume_close(&r->resume);
    if (started)
        return r;
    free_run(r);
    return NULL;
}

struct trainer *run_trainer(const struct run *r)
{
    return r->trainer;
}

const char *run_folder(const struct run *r)
{
    return r->folder.path;
}

const struct device *run_device(const struct run *r)
{
    return &r->device;
}

size_t run_parameters(const struct run *r)
{
    return r->parameters;
}

const struct recipe_warnings *run_warnings(const struct run *r)
{
    return &r->warnings;
}

size_t run_epochs_before(const struct run *r)
{
    return r->epochs_before;
}

/* Only the lock changes, nothing that a caller can see. */
static pthread_mutex_t *lock_of(const struct run *r)
{
    return &((struct run *)r)->lock;
}

static bool read_flag(const struct run *r, const bool *flag)
{
    pthread_mutex_lock(lock_of(r));
    bool set = *flag;
    pthread_mutex_unlock(lock_of(r));
    return set;
}

bool run_over(const struct run *r)
{
    return read_flag(r, &r->over);
}

bool run_kept(const struct run *r)
{
    return read_flag(r, &r->kept);
}

bool run_out_of_time(const struct run *r)
{
    return read_flag(r, &r->job_stop.came);
}

/* A recorder that waits does so anew. */
void run_set_job(struct run *r, const struct job *job)
{
    pthread_mutex_lock(&r->lock);
    r->job = *job;
    job_stop_set(&r->job_stop, job->end, r->recipe.training.margin);
    pthread_cond_broadcast(&r->rung);
    pthread_mutex_unlock(&r->lock);
}

bool run_wait(struct run *r)
{
    const double until = trainer_until(r->trainer), seconds_to_end = 1.5;

    pthread_mutex_lock(&r->lock);
    while (!r->over && until == 0)
        pthread_cond_wait(&r->rung, &r->lock);
    while (!r->over && thread_wait_until(&r->rung, &r->lock, until + seconds_to_end))
        ;
    bool over = r->over;
    pthread_mutex_unlock(&r->lock);
    return over;
}

void run_recorder_error(const struct run *r, struct error *out)
{
    pthread_mutex_lock(lock_of(r));
    *out = r->error;
    pthread_mutex_unlock(lock_of(r));
}

double run_job_seconds(const struct run *r)
{
    pthread_mutex_lock(lock_of(r));
    double seconds = job_stop_seconds(&r->job_stop);
    pthread_mutex_unlock(lock_of(r));
    return seconds;
}

struct run_alerts *run_alerts(const struct run *r)
{
    return r->recorder.alerts;
}

void run_usage(const struct run *r, struct usage *out)
{
    pthread_mutex_lock(lock_of(r));
    *out = r->usage;
    pthread_mutex_unlock(lock_of(r));
}

void run_checkpoint(const struct run *r, struct recorder_checkpoint *out)
{
    pthread_mutex_lock(lock_of(r));
    *out = r->checkpoint;
    pthread_mutex_unlock(lock_of(r));
}

void run_trouble(const struct run *r, struct error *out)
{
    pthread_mutex_lock(lock_of(r));
    *out = r->checkpoint.error.kind != ERROR_NONE ? r->checkpoint.error : r->trouble;
    pthread_mutex_unlock(lock_of(r));
}

void run_close(struct run *r)
{
    if (!r)
        return;
    trainer_command(r->trainer, TRAINER_STOP, 0);
    if (!run_wait(r))
        return; /* leaked: a thread waits for a file system that does not answer */
    pthread_join(r->thread, NULL);
    trainer_close(r->trainer);
    recorder_close(&r->recorder);
    free_run(r);
}

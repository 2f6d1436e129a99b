#include "run/run.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/thread.h"
#include "nn/recipe/recipe_file.h"
#include "run/beacon.h"
#include "run/job_stop.h"
#include "run/recorder.h"
#include "run/resume.h"
#include "run/run_files.h"

struct run {
    /* Set before the recorder starts, never changed. */
    struct run_choice choice;
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
    bool over, kept, hands_over, handed_over;
    struct error error, trouble; /* the recorder's, at its last update */
    struct usage usage;
    struct load_newest load;
    struct job job;
    struct recorder_checkpoint checkpoint;
};

/* Only the lock changes, nothing that a caller can see. */
static pthread_mutex_t *lock_of(const struct run *r)
{
    return &((struct run *)r)->lock;
}

/* Of what the recorder's thread writes, and of what is asked of it. */
static void read_copy(const struct run *r, void *to, const void *from, size_t size)
{
    pthread_mutex_lock(lock_of(r));
    memcpy(to, from, size);
    pthread_mutex_unlock(lock_of(r));
}

static bool read_flag(const struct run *r, const bool *flag)
{
    bool set;

    read_copy(r, &set, flag, sizeof set);
    return set;
}

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
    r->load = r->recorder.newest;
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

/* A run that made no step leaves nothing but its error; one that should have gone on has what it had before. */
static bool finish(struct run *r, const struct trainer_status *status)
{
    if (run_advanced(r) || status->state == TRAINER_FINISHED) {
        recorder_end(&r->recorder);
        beacon_stop(r->beacon);
        return true;
    }
    recorder_leave(&r->recorder);
    beacon_stop(r->beacon);
    if (!r->resumes)
        run_folder_remove(&r->choice.folder);
    return r->resumes;
}

static bool hand_over(struct run *r, const struct trainer_status *status)
{
    if (!read_flag(r, &r->hands_over) || status->state != TRAINER_STOPPED || !recorder_hand_over(&r->recorder))
        return false;
    beacon_hand_over(r->beacon);
    return true;
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
    bool handed_over = hand_over(r, &status), kept = handed_over || finish(r, &status);
    publish(r);
    if (!handed_over)
        run_alerts_end(r->recorder.alerts, r->trainer);

    pthread_mutex_lock(&r->lock);
    r->over = true;
    r->kept = kept;
    r->handed_over = handed_over;
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

static bool log_events(struct run *r, struct error *e)
{
    if (!r->choice.recipe.training.tensorboard)
        return true;

    const struct event_progress before = { .goes_on = r->resumes,
                                           .steps = r->resume.curves.n_steps,
                                           .epochs = r->resume.curves.n_epochs };

    r->recorder.events = event_log_new(r->choice.folder.path, r->trainer, before, e);
    return r->recorder.events != NULL;
}

static bool start_threads(struct run *r, const struct run_setup *setup, struct error *e)
{
    const struct trainer_resume resume = resume_of_trainer(&r->resume);
    const struct trainer_setup trainer = {
        .recipe = &r->choice.recipe,
        .backend = r->choice.device.backend,
        .device = r->choice.device.choice,
        .communicator = setup->communicator,
        .memory = devices_host_memory(),
        .source = setup->source,
        .events = { .changed = trainer_changed, .context = r },
        .resume = r->resumes && !r->again ? &resume : NULL,
        .pretrained = &r->choice.pretrained,
        .last_epoch = setup->last_epoch,
        .other_images = setup->other_images,
    };

    r->trainer = trainer_start(&trainer, e);
    if (!r->trainer)
        return false;
    recorder_begin(&r->recorder, r->choice.folder.path, r->trainer, &r->choice.device, setup->gpus, r->resume.metrics,
                   r->resumes ? &r->resume.curves : NULL);
    r->recorder.alerts = run_alerts_start(&setup->commands, r->choice.folder.path, e);
    if (r->recorder.alerts && log_events(r, e))
        r->beacon = beacon_start(r->choice.folder.path, r->trainer, &r->choice.device, e);
    r->recorder.checkpoint.steps = r->recorder.resumed_at = r->resumed_at;
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
    if (!run_files_open(r->choice.folder.path, &r->choice.recipe, r->again, &r->resume, e))
        return false;
    r->resumed_at = r->resume.snapshot.steps;
    r->epochs_before = r->resume.curves.n_epochs;
    return true;
}

/* The files first, so that a folder that cannot be written is found before anything runs. */
static bool start(struct run *r, const struct run_setup *setup, struct error *e)
{
    if (!(r->resumes ? go_on(r, e) : run_files_create(&r->choice.folder, &r->choice.recipe, &r->resume.metrics, e)))
        return false;
    if (start_threads(r, setup, e))
        return true;
    if (!r->resumes)
        run_folder_remove(&r->choice.folder);
    return false;
}

struct run *run_start(const struct run_setup *setup, struct error *e)
{
    struct run *r = memory_new(1, sizeof *r, e);

    if (!r)
        return NULL;
    r->events = setup->events;
    r->resumes = setup->resume;
    r->again = setup->again;
    r->kept = true;
    pthread_mutex_init(&r->lock, NULL);
    thread_condition(&r->rung);
    bool started = run_setup_choose(setup, &r->choice, e) && start(r, setup, e);
    resume_close(&r->resume);
    pretrained_free(&r->choice.pretrained);
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
    return r->choice.folder.path;
}

const struct device *run_device(const struct run *r)
{
    return &r->choice.device;
}

size_t run_parameters(const struct run *r)
{
    return r->choice.parameters;
}

const struct recipe_warnings *run_warnings(const struct run *r)
{
    return &r->choice.warnings;
}

size_t run_epochs_before(const struct run *r)
{
    return r->epochs_before;
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

void run_hand_over(struct run *r)
{
    pthread_mutex_lock(&r->lock);
    r->hands_over = true;
    pthread_mutex_unlock(&r->lock);
    trainer_command(r->trainer, TRAINER_STOP, 0);
}

bool run_handed_over(const struct run *r)
{
    return read_flag(r, &r->handed_over);
}

/* A recorder that waits does so anew. */
void run_set_job(struct run *r, const struct job *job)
{
    pthread_mutex_lock(&r->lock);
    r->job = *job;
    job_stop_set(&r->job_stop, job->end, r->choice.recipe.training.margin);
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
    read_copy(r, out, &r->error, sizeof *out);
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
    read_copy(r, out, &r->usage, sizeof *out);
}

void run_load(const struct run *r, struct load_newest *out)
{
    read_copy(r, out, &r->load, sizeof *out);
}

void run_checkpoint(const struct run *r, struct recorder_checkpoint *out)
{
    read_copy(r, out, &r->checkpoint, sizeof *out);
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

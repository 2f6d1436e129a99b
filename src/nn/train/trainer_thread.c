#include "nn/train/trainer_thread.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "nn/train/executor_evaluate.h"
#include "nn/train/trainer_epoch.h"
#include "nn/train/trainer_health.h"
#include "nn/train/trainer_prepare.h"
#include "nn/train/trainer_ranks.h"
#include "nn/train/trainer_snapshot.h"

static void swap(float **a, float **b)
{
    float *first = *a;

    *a = *b;
    *b = first;
}

static void swap_with_kept(struct training *r)
{
    swap(&r->t->parameters, &r->kept_parameters);
    swap(&r->t->statistics, &r->kept_statistics);
}

static bool has_patience(const struct training *r)
{
    return r->t->recipe.training.patience > 0;
}

/* Swapped only once they have been read whole: a device that is lost meanwhile takes no weights with it. */
static bool keep_epoch(struct training *r, struct error *e)
{
    if (!r->kept_parameters)
        return true;
    if (!executor_read_weights(&r->executor, r->t->parameters, r->t->statistics, e))
        return false;
    swap_with_kept(r);
    r->kept_epoch = r->now.epoch;
    return true;
}

static bool remember(struct training *r, struct error *e)
{
    bool best = r->now.best_epoch == 0 || r->now.valid_loss < r->now.best_valid_loss;

    if (!best)
        return true;
    r->now.best_epoch = r->now.epoch;
    r->now.best_valid_loss = r->now.valid_loss;
    return keep_epoch(r, e);
}

static bool validate(struct training *r, struct error *e)
{
    struct evaluation result;
    double before = clock_seconds();
    float rate = (float)r->now.learning_rate;

    if (!executor_evaluate(&r->executor, r->valid, trainer_goes_on, r, &result, e))
        return false;
    r->valid_seconds = clock_seconds() - before;
    r->now.seconds = trainer_seconds(r);
    r->now.seconds_per_epoch = r->now.seconds / r->now.epoch;

    struct point mean = { .position = r->now.epoch, .loss = (float)r->now.train_loss,
                          .accuracy = (float)r->now.train_accuracy, .learning_rate = rate,
                          .seconds = r->now.seconds,
                          .images_per_second = (float)trainer_epoch_speed(r) };

    if (!series_append(r->t->means, mean))
        return error_set(e, ERROR_MEMORY, "no memory for another point of the curves");
    if (!trainer_check_finite(r, result.loss, "validation", e))
        return false;
    r->now.valid_loss = result.loss;
    r->now.valid_accuracy = result.accuracy;

    struct point valid = mean;

    valid.loss = (float)result.loss;
    valid.accuracy = (float)result.accuracy;
    if (!series_append(r->t->epochs, valid))
        return error_set(e, ERROR_MEMORY, "no memory for another point of the curves");
    return remember(r, e);
}

/* After `done` epochs, of which not the last of all: that one ends the run anyway. */
static bool out_of_patience(const struct training *r, int done)
{
    return has_patience(r) && r->now.best_epoch > 0 && done < r->now.epochs &&
           done - r->now.best_epoch >= r->t->recipe.training.patience;
}

/* A run may have been left just there. */
static bool ended_early(struct training *r)
{
    int done = r->now.epoch - 1;

    if (!r->validated || !out_of_patience(r, done))
        return false;
    r->now.epoch = done;
    return r->now.ended_early = true;
}

static bool run_epochs(struct training *r, struct error *e)
{
    r->now.epoch = int_max(r->now.epoch, 1);
    trainer_set_state(r, TRAINER_RUNNING);
    r->started = clock_seconds() - r->now.seconds;
    throughput_add(&r->throughput, r->now.training_seconds, r->now.images);
    for (; r->now.epoch <= r->now.epochs; r->now.epoch++) {
        if (ended_early(r))
            return true;
        if (!trainer_epoch(r, e) || !trainer_ranks_meet(r, e) || !validate(r, e))
            return false;
        r->validated = true;
        if (!trainer_snapshot_epoch(r, e))
            return false;
        trainer_note_unreadable(r);
        trainer_publish(r, true);
        if (r->now.epoch == r->t->last_epoch && r->now.epoch < r->now.epochs)
            return error_set(e, ERROR_STOPPED, "stopped after epoch %d", r->now.epoch);
    }
    r->now.epoch = r->now.epochs;
    return true;
}

static bool restore_best(struct training *r, struct error *e)
{
    if (!has_patience(r) || r->kept_epoch == 0 || r->kept_epoch == r->now.epoch)
        return true;
    r->now.best_restored = true;
    return executor_write_weights(&r->executor, r->kept_parameters, r->kept_statistics, e);
}

/* Loss and accuracy of the kept weights on the test images. They are known already where validation was on these and
 * no other weights were restored. */
static bool test_weights(struct training *r, struct error *e)
{
    struct evaluation result;

    bool held_out = r->t->recipe.data.validation > 0;

    if (held_out && !r->test)
        return true; /* the data set has no test images: their figures stay unknown */
    if (!held_out && !r->now.best_restored) {
        r->now.test_loss = r->now.valid_loss;
        r->now.test_accuracy = r->now.valid_accuracy;
        return true;
    }
    if (!executor_evaluate(&r->executor, held_out ? r->test : r->valid, trainer_goes_on, r, &result, e))
        return false;
    r->now.test_loss = result.loss;
    r->now.test_accuracy = result.accuracy;
    return true;
}

/* The last weights; where the device has lost them, those that were read after an epoch. False when there are none. The
 * error says what became of them. */
static bool fetch_weights(struct training *r, struct error *e)
{
    struct trainer *t = r->t;
    struct error of_reading;

    if (executor_read_weights(&r->executor, t->parameters, t->statistics, &of_reading))
        return true;
    if (e->kind == ERROR_NONE || e->kind == ERROR_STOPPED)
        *e = of_reading;
    if (r->kept_epoch == 0) {
        text_append(e->text, sizeof e->text, "; its weights are lost with it");
        return false;
    }
    swap_with_kept(r);
    r->now.best_restored = true;
    text_append(e->text, sizeof e->text, "; the weights of epoch %d, the best, are kept", r->kept_epoch);
    return true;
}

/* Whatever ended the run, its weights are kept: a stopped run is saved, and so is one that failed in its data. */
static void keep_weights(struct training *r, struct error *e)
{
    struct trainer *t = r->t;

    if (r->now.steps == 0 || !r->executor.backend || !fetch_weights(r, e))
        return;
    t->weights = trainer_describe_weights(t, t->parameters, t->statistics);
    t->has_weights = true;
}

static void finish(struct training *r, bool good, const struct error *e)
{
    if (r->started > 0 && r->now.state != TRAINER_PREPARING)
        r->now.seconds = trainer_seconds(r);
    r->now.seconds_left = good ? 0 : -1;
    if (good)
        trainer_set_state(r, TRAINER_FINISHED);
    else if (e->kind == ERROR_STOPPED)
        trainer_set_state(r, TRAINER_STOPPED);
    else {
        r->now.error = *e;
        if (r->now.state != TRAINER_PREPARING)
            error_of_run(&r->now.error);
        trainer_set_state(r, TRAINER_FAILED);
    }
}

/* Before the best weights take the place of the last ones. A run that failed has the snapshot before, as what it
 * computed since then is in doubt, unless it is another rank that failed. */
static bool keep_snapshot(struct training *r, bool good, struct error *e)
{
    struct error of_snapshot;

    if (!good && e->kind != ERROR_STOPPED && !trainer_ranks_left_whole(r, e))
        return false;
    if (r->executor.backend && !trainer_snapshot_end(r, &of_snapshot)) {
        *e = of_snapshot;
        return false;
    }
    return good;
}

/* What training ended with stays, unless this fails. */
static bool part(struct training *r, struct error *e)
{
    struct error of_ranks;
    bool good = trainer_ranks_part(r, &of_ranks);

    if (!good)
        *e = of_ranks;
    return good;
}

void *trainer_thread(void *trainer)
{
    struct training r = { .t = trainer, .now = ((struct trainer *)trainer)->status };
    struct error e = { .kind = ERROR_NONE }, of_group;
    bool good = trainer_prepare(&r, &e) && run_epochs(&r, &e);

    if (good || e.kind == ERROR_STOPPED)
        good = part(&r, &e) && good;
    good = keep_snapshot(&r, good, &e) && restore_best(&r, &e) && test_weights(&r, &e);

    /* The state is published after this: whoever sees that the run is over finds the weights, and the device closed. */
    if (good)
        e.kind = ERROR_NONE;

    const struct error why = e; /* without what becomes of this rank's weights */

    keep_weights(&r, &e);
    trainer_ranks_end(&r, &why);
    executor_close(&r.executor);
    if (!trainer_end_group(&r, &of_group) && good) {
        e = of_group;
        good = false;
    }
    finish(&r, good && e.kind == ERROR_NONE, &e);
    /* Their threads may wait for a file system that does not answer. */
    loader_close(r.train);
    loader_close(r.valid);
    loader_close(r.test);
    profiler_close(&r.profiler);
    trainer_health_close(&r);
    free(r.kept_parameters);
    free(r.kept_statistics);
    pthread_mutex_lock(&r.t->lock);
    r.t->ended = true;
    pthread_cond_broadcast(&r.t->over);
    pthread_mutex_unlock(&r.t->lock);
    return NULL;
}

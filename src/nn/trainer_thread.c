/* The training thread: epochs of steps and a validation each, and the end. Everything it tells goes through
 * trainer_publish(); everything it is told comes from the atomics of struct trainer. */
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "nn/schedule.h"
#include "nn/trainer_state.h"

static double trained_seconds(const struct training *r)
{
    return r->started > 0 ? clock_seconds() - r->started : 0;
}

void trainer_publish(struct training *r, bool must)
{
    struct trainer *t = r->t;
    double clock = clock_seconds();

    if (!must && clock - r->notified < 0.1)
        return;
    if (must)
        pthread_mutex_lock(&t->lock);
    else if (pthread_mutex_trylock(&t->lock) != 0)
        return;
    t->status = r->now;
    if (trainer_over(r->now.state))
        pthread_cond_broadcast(&t->over);
    pthread_mutex_unlock(&t->lock);
    r->notified = clock;
    if (t->events.changed)
        t->events.changed(t->events.context);
}

static void set_state(struct training *r, enum trainer_state state)
{
    r->now.state = state;
    r->now.activity[0] = '\0';
    trainer_publish(r, true);
}

bool trainer_stopped(const struct training *r)
{
    return atomic_load(&r->t->stop);
}

static bool go_on(void *context)
{
    return !trainer_stopped(context);
}

/* Waits while paused; time spent here is no training time. */
static void wait_while_paused(struct training *r)
{
    struct trainer *t = r->t;
    double since = clock_seconds();

    if (!atomic_load(&t->paused))
        return;
    set_state(r, TRAINER_PAUSED);
    pthread_mutex_lock(&t->lock);
    while (atomic_load(&t->paused) && !atomic_load(&t->stop))
        pthread_cond_wait(&t->resumed, &t->lock);
    pthread_mutex_unlock(&t->lock);
    if (r->started > 0)
        r->started += clock_seconds() - since;
    set_state(r, TRAINER_RUNNING);
}

/* What is left: training images at today's speed, and a validation an epoch. */
static double forecast(const struct training *r)
{
    double left_epochs = r->now.epochs - r->now.epoch;
    double epoch_images = loader_images(r->train);
    double images = left_epochs * epoch_images + (epoch_images - (double)r->epoch_images);

    if (r->now.images_per_second <= 0)
        return -1;
    return images / r->now.images_per_second + (left_epochs + 1) * r->valid_seconds;
}

/* Worse than useless from here on, whatever is done: weights that are no numbers stay so. */
static bool check_finite(const struct training *r, double loss, const char *which, struct error *e)
{
    return isfinite(loss) ||
           error_set(e, ERROR_RUN, "the %s loss is no longer a finite number at step %llu (epoch %d): try a lower learning rate (it was %g)",
                     which, (unsigned long long)r->now.steps, r->now.epoch, r->now.learning_rate);
}

static bool note_step(struct training *r, const struct batch *batch, float loss, float correct, struct error *e)
{
    struct trainer_status *now = &r->now;

    if (!check_finite(r, (double)loss, "training", e))
        return false;
    now->images += (uint64_t)batch->count;
    r->epoch_images += (uint64_t)batch->count;
    r->epoch_loss += (double)loss * batch->count;
    r->epoch_correct += correct;
    now->batch++;
    now->seconds = trained_seconds(r);
    now->train_loss = r->epoch_loss / (double)r->epoch_images;
    now->train_accuracy = r->epoch_correct / (double)r->epoch_images;
    now->training_seconds = now->seconds - r->all_valid_seconds;
    throughput_add(&r->throughput, now->training_seconds, now->images);
    now->images_per_second = throughput_rate(&r->throughput, now->training_seconds, now->images);
    now->seconds_left = forecast(r);

    struct point p = { .position = now->epoch - 1 + (double)now->batch / now->batches,
                       .loss = loss,
                       .accuracy = correct / (float)batch->count,
                       .learning_rate = (float)now->learning_rate,
                       .seconds = (float)now->seconds };

    return series_append(r->t->steps, p) || error_set(e, ERROR_MEMORY, "no memory for another point of the curves");
}

static bool train_batch(struct training *r, const struct batch *batch, struct error *e)
{
    struct trainer_status *now = &r->now;
    double position = now->epoch - 1 + (double)now->batch / now->batches;
    /* The warm-up reaches its end with its last step, so a step has the rate of its end while it warms up. */
    double step_end = now->epoch - 1 + (now->batch + 1.0) / now->batches;
    bool warming = step_end <= r->t->recipe.schedule.warmup;
    float loss, correct;

    now->rate_factor = atomic_load(&r->t->rate_factor);
    now->learning_rate = schedule_rate(&r->t->recipe, warming ? step_end : position) * now->rate_factor;
    now->steps++;

    struct step step = { .rows = batch->count, .number = now->steps, .seed = (uint64_t)r->t->recipe.training.seed,
                         .learning_rate = now->learning_rate };

    return executor_step(&r->executor, SPAN_STEP, batch, &step, &loss, &correct, e) &&
           note_step(r, batch, loss, correct, e);
}

static bool train_epoch(struct training *r, struct error *e)
{
    const struct batch *batch;

    r->now.batch = 0;
    r->epoch_loss = r->epoch_correct = 0;
    r->epoch_images = 0;
    e->kind = ERROR_NONE;
    if (!loader_start(r->train, (uint32_t)r->now.epoch, 0, e))
        return false;
    while ((batch = loader_next(r->train, e))) {
        wait_while_paused(r);
        if (trainer_stopped(r))
            return error_set(e, ERROR_STOPPED, "stopped");
        if (!train_batch(r, batch, e))
            return false;
        trainer_publish(r, false);
    }
    return e->kind == ERROR_NONE;
}

static bool remember_best(struct training *r, struct error *e)
{
    if (r->now.best_epoch > 0 && r->now.valid_loss >= r->now.best_valid_loss)
        return true;
    r->now.best_epoch = r->now.epoch;
    r->now.best_valid_loss = r->now.valid_loss;
    return !r->best_parameters || executor_read_weights(&r->executor, r->best_parameters, r->best_statistics, e);
}

static bool validate(struct training *r, struct error *e)
{
    struct evaluation result;
    double before = clock_seconds();
    float rate = (float)r->now.learning_rate;

    if (!executor_evaluate(&r->executor, r->valid, go_on, r, &result, e))
        return false;
    r->valid_seconds = clock_seconds() - before;
    r->all_valid_seconds += r->valid_seconds;
    r->now.seconds = trained_seconds(r);
    r->now.seconds_per_epoch = r->now.seconds / r->now.epoch;

    struct point mean = { .position = r->now.epoch, .loss = (float)r->now.train_loss,
                          .accuracy = (float)r->now.train_accuracy, .learning_rate = rate,
                          .seconds = (float)r->now.seconds };

    if (!series_append(r->t->means, mean))
        return error_set(e, ERROR_MEMORY, "no memory for another point of the curves");
    if (!check_finite(r, result.loss, "validation", e))
        return false;
    r->now.valid_loss = result.loss;
    r->now.valid_accuracy = result.accuracy;

    struct point valid = mean;

    valid.loss = (float)result.loss;
    valid.accuracy = (float)result.accuracy;
    if (!series_append(r->t->epochs, valid))
        return error_set(e, ERROR_MEMORY, "no memory for another point of the curves");
    return remember_best(r, e);
}

static bool out_of_patience(const struct training *r)
{
    int patience = r->t->recipe.training.patience;

    return patience > 0 && r->now.best_epoch > 0 && r->now.epoch - r->now.best_epoch >= patience;
}

static bool run_epochs(struct training *r, struct error *e)
{
    set_state(r, TRAINER_RUNNING);
    r->started = clock_seconds();
    throughput_add(&r->throughput, 0, 0);
    for (r->now.epoch = 1; r->now.epoch <= r->now.epochs; r->now.epoch++) {
        if (!train_epoch(r, e) || !validate(r, e))
            return false;
        trainer_publish(r, true);
        if (out_of_patience(r) && r->now.epoch < r->now.epochs) {
            r->now.ended_early = true;
            return true;
        }
    }
    r->now.epoch = r->now.epochs;
    return true;
}

static bool restore_best(struct training *r, struct error *e)
{
    if (!r->best_parameters || r->now.best_epoch == 0 || r->now.best_epoch == r->now.epoch)
        return true;
    r->now.best_restored = true;
    return executor_write_weights(&r->executor, r->best_parameters, r->best_statistics, e);
}

/* Test figures of the weights that are kept. With validation on the test images and nothing restored, they are known. */
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
    if (!executor_evaluate(&r->executor, held_out ? r->test : r->valid, go_on, r, &result, e))
        return false;
    r->now.test_loss = result.loss;
    r->now.test_accuracy = result.accuracy;
    return true;
}

/* Whatever ended the run, the weights it has are kept: a stopped run is saved, and so is one that failed in its data. */
static void keep_weights(struct training *r)
{
    struct trainer *t = r->t;
    struct error ignored;

    if (r->now.steps == 0 || !r->executor.backend ||
        !executor_read_weights(&r->executor, t->parameters, t->statistics, &ignored))
        return;
    t->weights = (struct trainer_weights){
        .plan = t->plan,
        .parameters = t->parameters,
        .statistics = t->statistics,
        .input = t->plan->input,
        .classes = t->plan->classes,
        .class_names = t->info.class_names,
    };
    text_copy(t->weights.dataset, sizeof t->weights.dataset, t->info.name);
    t->has_weights = true;
}

static void finish(struct training *r, bool good, const struct error *e)
{
    if (r->started > 0 && r->now.state != TRAINER_PREPARING)
        r->now.seconds = trained_seconds(r);
    r->now.seconds_left = good ? 0 : -1;
    if (good)
        set_state(r, TRAINER_FINISHED);
    else if (e->kind == ERROR_STOPPED)
        set_state(r, TRAINER_STOPPED);
    else {
        r->now.error = *e;
        set_state(r, TRAINER_FAILED);
    }
}

void *trainer_thread(void *trainer)
{
    struct training r = { .t = trainer, .now = ((struct trainer *)trainer)->status };
    struct error e = { .kind = ERROR_NONE };
    bool good = trainer_prepare(&r, &e) && run_epochs(&r, &e) && restore_best(&r, &e) && test_weights(&r, &e);

    loader_close(r.train);
    loader_close(r.valid);
    loader_close(r.test);
    /* The state is published after this: whoever sees it over finds the weights, and the device given back. */
    keep_weights(&r);
    executor_close(&r.executor);
    finish(&r, good, &e);
    free(r.best_parameters);
    free(r.best_statistics);
    return NULL;
}

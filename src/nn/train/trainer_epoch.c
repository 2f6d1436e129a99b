#include "nn/train/trainer_epoch.h"

#include "base/clock.h"
#include "nn/recipe/augmentation.h"
#include "nn/recipe/recipe_rate.h"
#include "nn/train/trainer_health.h"
#include "nn/train/trainer_ranks.h"
#include "nn/train/trainer_report.h"
#include "nn/train/trainer_snapshot.h"

/* Until one has been measured: it is the forward third of a step's work. */
static double validation_seconds(const struct training *r)
{
    return r->valid_seconds > 0 ? r->valid_seconds : loader_images(r->valid) / (3 * r->now.speed_now);
}

/* What is left: training images at today's speed, and a validation an epoch. The first steps tell little, as caches
 * and clocks are still warming up. */
static double forecast(const struct training *r)
{
    const double warm_up = 2;
    double left_epochs = r->now.epochs - r->now.epoch;
    double epoch_images = loader_images(r->train);
    double images = left_epochs * epoch_images + (epoch_images - (double)r->epoch_images);

    if (r->now.speed_now <= 0 || r->now.training_seconds < warm_up)
        return -1;
    return images / r->now.speed_now + (left_epochs + 1) * validation_seconds(r);
}

static void note_time(struct training *r)
{
    struct trainer_status *now = &r->now;
    double before = now->training_seconds;

    now->seconds = trainer_seconds(r);
    now->training_seconds = now->seconds - r->apart;
    trainer_report_step(r);
    profiler_ended(&r->profiler, now->training_seconds - before);
    throughput_add(&r->throughput, now->training_seconds, now->images);
    now->speed = (double)now->images / now->training_seconds;
    now->speed_now = throughput_rate(&r->throughput, now->training_seconds, now->images);
    now->seconds_left = forecast(r);
}

static bool note_step(struct training *r, const struct executor_result *result, struct error *e)
{
    struct trainer_status *now = &r->now;
    int rows = step_whole(&result->step);

    now->steps = result->step.number;
    now->learning_rate = result->step.learning_rate;
    if (!trainer_check_finite(r, (double)result->loss, "training", e))
        return false;
    now->images += (uint64_t)rows;
    r->epoch_images += (uint64_t)rows;
    r->epoch_loss += (double)result->loss * rows;
    r->epoch_correct += result->correct;
    now->batch++;
    now->train_loss = r->epoch_loss / (double)r->epoch_images;
    now->train_accuracy = r->epoch_correct / (double)r->epoch_images;
    last_steps_add(&r->last_steps, (double)result->loss, (double)result->correct, rows);
    note_time(r);

    struct point p = { .position = now->epoch - 1 + (double)now->batch / now->batches,
                       .loss = result->loss,
                       .accuracy = result->correct / (float)rows,
                       .learning_rate = (float)now->learning_rate,
                       .seconds = now->seconds,
                       .images_per_second = (float)now->speed_now,
                       .step = now->steps };

    step_group_add(&r->group, &p);
    return r->group.steps < step_group_size(series_length(r->t->steps)) || trainer_end_group(r, e);
}

/* Ends steps, oldest first, until no more than `most` are under way. */
static bool end_steps(struct training *r, int most, struct error *e)
{
    struct executor_result result;
    struct error ignored;

    while (executor_under_way(&r->executor) > most) {
        bool told = executor_end(&r->executor, &result, e);

        if (!told && r->executor.untold && result.step.rows > 0)
            r->executor.untold = !note_step(r, &result, &ignored);
        if (!told || !note_step(r, &result, e))
            return false;
    }
    return true;
}

static bool keep_snapshot(struct training *r, struct error *e)
{
    if (r->together)
        return !r->exchange.orders.snapshot || (end_steps(r, 0, e) && trainer_ranks_snapshot(r, e));
    return !trainer_snapshot_begin(r) || (end_steps(r, 0, e) && trainer_snapshot_take(r, NULL, e));
}

/* With the steps under way on all ranks alike: what each tells is no part of a step. */
static bool report(struct training *r, struct error *e)
{
    return !r->together || !r->exchange.orders.report || trainer_report(r, false, e);
}

/* What lets the queue run empty goes by the step's number where devices that work beside the host train together: they
 * must have the same steps under way, since a sum ends when all have begun it, and what rank 0 says holds from the same
 * step on. */
static bool goes_by_number(const struct training *r)
{
    return r->together && r->executor.ahead > 1;
}

/* The first ones come behind the steps that warm up, and soon enough for a short run. */
static bool is_turn(const struct training *r, uint64_t turn)
{
    enum { TURNS = 512 };

    return r->begun_steps % TURNS == turn;
}

static bool is_sampled(struct training *r, const struct batch *batch)
{
    const uint64_t turn = 30;

    return executor_can_measure(&r->executor) && batch->whole == r->t->recipe.training.batch &&
           (goes_by_number(r) ? is_turn(r, turn) : profiler_due(&r->profiler, clock_seconds()));
}

static bool is_looked_at(const struct training *r, const struct batch *batch)
{
    const uint64_t turn = 60;

    return goes_by_number(r) ? batch->whole == r->t->recipe.training.batch && is_turn(r, turn)
                             : trainer_health_due(r, batch);
}

/* A sampled step stands alone, and is a whole batch, as most are. */
static bool run_step(struct training *r, const struct batch *batch, const struct step *step, struct error *e)
{
    struct profiler *p = &r->profiler;
    bool sample = is_sampled(r, batch);
    double before;

    if (is_looked_at(r, batch))
        return end_steps(r, 0, e) && trainer_health_step(r, batch, step, e);
    if (!sample) {
        executor_begin(&r->executor, SPAN_STEP, batch, step);
        if (!trainer_stopped(r))
            profiler_begun(p, r->executor.copy_seconds, r->executor.work_seconds);
        return true;
    }
    if (!end_steps(r, 0, e))
        return false;
    before = clock_seconds();
    executor_begin_measured(&r->executor, SPAN_STEP, batch, step, p->sample);
    if (trainer_stopped(r)) /* it may not be whole */
        return true;
    profiler_begun(p, r->executor.copy_seconds, r->executor.work_seconds);
    profiler_sampled(p, clock_seconds(), clock_seconds() - before - p->all.step / p->all.steps);
    return true;
}

static bool begin_step(struct training *r, const struct batch *batch, struct error *e)
{
    struct trainer_status *now = &r->now;
    double position = now->epoch - 1 + (double)r->begun_batches / now->batches;
    /* The warm-up reaches its end with its last step, so a step has the rate of its end while it warms up. */
    double step_end = now->epoch - 1 + (r->begun_batches + 1.0) / now->batches;
    bool warming = step_end <= r->t->recipe.schedule.warmup;

    double scheduled = recipe_rate(&r->t->recipe, warming ? step_end : position);

    now->rate_factor = r->together ? r->exchange.orders.rate_factor : atomic_load(&r->t->rate_factor);

    struct step step = { .rows = batch->count, .first = batch->first, .whole = batch->whole,
                         .number = r->begun_steps + 1,
                         .seed = (uint64_t)r->t->recipe.training.seed,
                         .epoch = (uint32_t)now->epoch,
                         .learning_rate = scheduled * now->rate_factor };

    step.mix = augmentation_mix(&r->t->recipe.data, r->t->plan->input, step.seed, step.number);

    if (!run_step(r, batch, &step, e))
        return false;
    r->begun_batches++;
    r->begun_steps++;
    return true;
}

static const struct batch *next_batch(struct training *r, struct error *e)
{
    double before = clock_seconds();
    const struct batch *batch = loader_next(r->train, e);

    profiler_waited(&r->profiler, clock_seconds() - before, batch ? &batch->effort : NULL);
    return batch;
}

/* Waits while paused, with no step under way; time spent here is no training time. */
static bool wait_while_paused(struct training *r, struct error *e)
{
    struct trainer *t = r->t;

    if (!(r->together ? r->exchange.orders.paused : atomic_load(&t->paused)))
        return true;
    if (!end_steps(r, 0, e))
        return false;

    double since = clock_seconds();

    trainer_set_state(r, TRAINER_PAUSED);
    if (r->together) {
        if (!trainer_ranks_pause(r, e))
            return false;
    } else {
        pthread_mutex_lock(&t->lock);
        while (atomic_load(&t->paused) && !atomic_load(&t->stop))
            pthread_cond_wait(&t->resumed, &t->lock);
        pthread_mutex_unlock(&t->lock);
    }
    if (r->started > 0)
        r->started += clock_seconds() - since;
    trainer_report_begin(r);
    trainer_set_state(r, TRAINER_RUNNING);
    return true;
}

/* False when a step failed; a stop, and what is wrong with the data, is in `e` alone: steps may be under way then. */
static bool train_batches(struct training *r, struct error *e)
{
    const struct batch *batch;

    while ((batch = next_batch(r, e))) {
        if (!wait_while_paused(r, e))
            return false;
        if (trainer_stopped(r)) {
            error_set(e, ERROR_STOPPED, "stopped");
            return true;
        }
        if (!begin_step(r, batch, e) || !end_steps(r, r->executor.ahead - 1, e) ||
            !keep_snapshot(r, e) || !report(r, e))
            return false;
        trainer_publish(r, false);
    }
    return true;
}

static void begin_epoch(struct training *r)
{
    if (!r->mid_epoch) {
        r->now.batch = 0;
        r->epoch_loss = r->epoch_correct = 0;
        r->epoch_images = 0;
        r->epoch_began = r->now.training_seconds;
    }
    r->mid_epoch = r->validated = false;
    r->begun_batches = r->now.batch;
    r->apart = trainer_seconds(r) - r->now.training_seconds;
    trainer_report_begin(r);
}

bool trainer_epoch(struct training *r, struct error *e)
{
    struct error of_steps;

    begin_epoch(r);
    e->kind = ERROR_NONE;
    if (!loader_start(r->train, (uint32_t)r->now.epoch, r->now.batch, e) || !train_batches(r, e))
        return false;
    if (!end_steps(r, 0, &of_steps)) {
        *e = of_steps;
        return false;
    }
    return e->kind == ERROR_NONE;
}

double trainer_epoch_speed(const struct training *r)
{
    return (double)r->epoch_images / (r->now.training_seconds - r->epoch_began);
}

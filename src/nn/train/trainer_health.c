#include "nn/train/trainer_health.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"

bool trainer_health_open(struct training *r, struct error *e)
{
    r->looks.metrics = memory_new_aligned(1, r->t->plan->arena_bytes[ARENA_METRICS], e);
    return r->looks.metrics != NULL;
}

void trainer_health_close(struct training *r)
{
    free(r->looks.metrics);
    r->looks.metrics = NULL;
}

/* A look does less than a step. So where there is time for a step, no look is more than its part: the first, whose time
 * nobody knows, or one that others hold up. */
bool trainer_health_due(const struct training *r, const struct batch *batch)
{
    enum { APART = 64 };
    const double most = 0.01, usual = 0.005, seconds_apart = 0.5;
    const struct profiler_sums *all = &r->profiler.all;
    const struct trainer_looks *l = &r->looks;
    uint64_t step = r->begun_steps + 1, before = l->newest.step;

    if (batch->whole != r->t->recipe.training.batch || all->steps < 1 ||
        l->spent + all->step / all->steps > most * all->step)
        return false;
    return before == 0 || (step - before > step / APART && clock_seconds() - l->looked >= seconds_apart &&
                           l->spent + l->last <= usual * all->step);
}

/* What the look took: on a device that works beside the host also that the queue ran empty for it. */
static double taken(const struct training *r, double whole)
{
    const struct profiler_sums *all = &r->profiler.all;

    return r->executor.ahead == 1 ? r->executor.look_seconds : fmax(whole - all->step / all->steps, 0);
}

static void note(struct training *r, const struct step *step, double seconds)
{
    struct trainer_looks *l = &r->looks;
    struct health *h = &l->newest;

    l->last = seconds;
    l->spent += seconds;
    l->looked = clock_seconds();
    h->every = h->step ? step->number - h->step : 0;
    h->step = step->number;
    h->images = int_min(step->rows, r->t->plan->batch);
    h->learning_rate = step->learning_rate;
    h->position = r->now.epoch - 1 + (r->begun_batches + 1.0) / r->now.batches;
    h->seconds = trainer_seconds(r);
    h->cost = l->spent / (r->profiler.all.step + seconds);
    health_read(r->t->plan, l->metrics, h);
}

bool trainer_health_step(struct training *r, const struct batch *batch, const struct step *step, struct error *e)
{
    double before = clock_seconds();

    executor_begin_looked_at(&r->executor, batch, step);
    if (trainer_stopped(r)) /* it may not be whole */
        return true;
    profiler_begun(&r->profiler, r->executor.copy_seconds, r->executor.work_seconds);
    if (!executor_read_arena(&r->executor, ARENA_METRICS, r->looks.metrics, e))
        return false;
    note(r, step, taken(r, clock_seconds() - before));
    return true;
}

#include "nn/train/step_speed.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "nn/plan/plan_initialise.h"
#include "nn/recipe/augmentation.h"
#include "nn/recipe/compile.h"
#include "nn/train/executor.h"

enum { ROUNDS = 5, STEPS_MOST = 100 /* of a round */ };
static const double seconds_of_round = 0.1;

struct measuring {
    const struct step_speed_wish *wish;
    struct plan *plan;
    struct executor executor;
    struct batch batch;
    uint64_t steps; /* begun so far */
};

static struct plan *make_plan(const struct step_speed_wish *w, struct error *e)
{
    const struct compile_options options = { .apart = w->apart };
    struct recipe *one = memory_new(1, sizeof *one, e);
    struct plan *plan = NULL;

    if (one) {
        *one = *w->recipe;
        one->training.batch = w->rows;
        one->training.accumulate = int_min(one->training.accumulate, w->rows);
        plan = compile_recipe_with(one, w->input, w->classes, &options, e);
    }
    free(one);
    return plan;
}

static bool write_weights(struct measuring *m, struct error *e)
{
    const struct plan *plan = m->plan;
    struct statistics half;
    float *parameters = memory_new_aligned(1, plan->arena_bytes[ARENA_PARAMETERS], e);
    float *statistics = parameters ? memory_new_aligned(1, plan->arena_bytes[ARENA_STATISTICS], e) : NULL;
    bool good = false;

    for (int c = 0; c < CHANNELS_MAX; c++) {
        half.mean[c] = 0.5f;
        half.deviation[c] = 0.25f;
    }
    if (statistics) {
        plan_initialise(plan, (uint64_t)m->wish->recipe->training.seed, parameters, statistics);
        executor_normalise(plan, &half, statistics);
        good = executor_write_weights(&m->executor, parameters, statistics, e);
    }
    free(parameters);
    free(statistics);
    return good;
}

/* Noise, which is brought to the device once: what reads it is part of each step, bringing it is not. */
static bool write_batch(struct measuring *m, struct error *e)
{
    const struct plan *plan = m->plan;
    const size_t rows = (size_t)plan->step + (size_t)plan->next;
    const size_t bytes = ((size_t)plan->batch + (size_t)plan->next) * shape_size(plan->input);
    uint8_t *images = memory_new(bytes, 1, e);
    int32_t *labels = images ? memory_new(rows, sizeof *labels, e) : NULL;
    uint32_t *index = labels ? memory_new(rows, sizeof *index, e) : NULL, state = 1;

    m->batch = (struct batch){ .images = images, .labels = labels, .index = index, .count = plan->batch,
                               .next = plan->next, .whole = plan->step, .split = SPLIT_TRAIN };
    if (!index) {
        free(images);
        return false;
    }
    for (size_t i = 0; i < bytes; i++) {
        state = state * 1664525u + 1013904223u;
        images[i] = (uint8_t)(state >> 24);
    }
    for (size_t i = 0; i < rows; i++) {
        labels[i] = (int32_t)(i % (size_t)plan->classes);
        index[i] = (uint32_t)(i % (size_t)plan->batch);
    }
    executor_write_batch(&m->executor, &m->batch);
    m->batch.images = NULL;
    m->batch.count = plan->step;
    free(images);
    return m->executor.backend->ops->wait(m->executor.backend, e);
}

static void close_all(struct measuring *m)
{
    free((void *)m->batch.labels);
    free((void *)m->batch.index);
    executor_close(&m->executor);
    plan_free(m->plan);
}

static void begin_step(struct measuring *m)
{
    const struct recipe *r = m->wish->recipe;
    struct step step = { .rows = m->plan->step, .number = ++m->steps, .epoch = 1,
                         .learning_rate = r->optimiser.learning_rate };

    step.mix = augmentation_mix(&r->data, m->plan->input, step.seed, step.number);
    executor_begin(&m->executor, SPAN_STEP, &m->batch, &step);
}

/* So many steps, queued as training queues them; *each is what one of them took. */
static bool time_steps(struct measuring *m, int steps, double *each, struct error *e)
{
    const double begun = clock_seconds();
    struct executor *x = &m->executor;
    struct executor_result ignored;
    bool good = true;

    for (int i = 0; good && i < steps; i++) {
        if (!m->wish->go_on(m->wish->context))
            good = error_set(e, ERROR_STOPPED, "stopped");
        else
            begin_step(m);
        if (good && executor_under_way(x) == x->ahead)
            good = executor_end(x, &ignored, e);
    }
    while (good && executor_under_way(x) > 0)
        good = executor_end(x, &ignored, e);
    if (!good)
        executor_abandon(x);
    *each = (clock_seconds() - begun) / steps;
    return good;
}

static int compare_seconds(const void *one, const void *other)
{
    const double a = *(const double *)one, b = *(const double *)other;

    return (a > b) - (a < b);
}

/* The first step touches memory for the first time, and a device may choose how to compute in it. */
static bool time_rounds(struct measuring *m, double *step, struct error *e)
{
    double rounds[ROUNDS];

    if (!time_steps(m, 1, step, e) || !time_steps(m, 1, step, e))
        return false;
    if (*step >= ROUNDS * seconds_of_round)
        return true;

    const int steps = int_clamp((int)(seconds_of_round / *step), 1, STEPS_MOST);

    for (int i = 0; i < ROUNDS; i++)
        if (!time_steps(m, steps, &rounds[i], e))
            return false;
    qsort(rounds, ROUNDS, sizeof *rounds, compare_seconds);
    *step = rounds[ROUNDS / 2];
    return true;
}

bool step_speed_measure(const struct step_speed_wish *w, double *images_per_second, struct error *e)
{
    struct measuring m = { .wish = w, .plan = make_plan(w, e) };
    double step;
    bool good = m.plan && executor_open(&m.executor, w->backend, &w->device, m.plan, e) && write_weights(&m, e) &&
                write_batch(&m, e) && time_rounds(&m, &step, e);

    if (good)
        *images_per_second = w->rows / step;
    close_all(&m);
    return good;
}

/* Times training steps of a recipe on the CPU, and where the time goes.
 *
 *   step_cpu [RECIPE] [THREADS] [STEPS]     milliseconds of each step, one a line, then "median minimum"
 *   step_cpu --profile [RECIPE] [THREADS]   milliseconds of each operation, the median of ten steps
 *
 * Images are noise of CIFAR-10's shape: how long a step takes does not hang on what they show. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cpu/cpu_backend.h"
#include "nn/executor.h"
#include "nn/recipe.h"

enum { CLASSES = 10, STEPS_MAX = 1000, WARM_UP = 3, PROFILED = 10 };

static int fail(const struct error *e)
{
    fprintf(stderr, "step_cpu: %s\n", e->text);
    return error_exit_code(e->kind);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, ascending);
    return values[count / 2];
}

/* Milliseconds of operations first..end-1. */
static double timed(struct executor *x, int first, int end, const struct step *step)
{
    double start = clock_seconds();

    x->backend->ops->run(x->backend, first, end, step);
    return (clock_seconds() - start) * 1e3;
}

static bool fill(struct executor *x, struct error *e)
{
    const struct plan *plan = x->plan;
    size_t count = (size_t)plan->batch * shape_size(plan->input);
    uint8_t *images = malloc(count);
    int32_t *labels = malloc((size_t)plan->batch * sizeof *labels);
    float *parameters = malloc(plan->arena_bytes[ARENA_PARAMETERS]);
    float *statistics = malloc(plan->arena_bytes[ARENA_STATISTICS]);
    bool good = images && labels && parameters && statistics;

    if (good) {
        struct statistics measured = { .mean = { 0.5f, 0.5f, 0.5f }, .deviation = { 0.25f, 0.25f, 0.25f } };

        for (size_t i = 0; i < count; i++)
            images[i] = (uint8_t)rand();
        for (int i = 0; i < plan->batch; i++)
            labels[i] = rand() % CLASSES;
        plan_initialise(plan, 1, parameters, statistics);
        executor_normalise(plan, &measured, statistics);
        x->backend->ops->upload(x->backend, x->arenas[ARENA_BATCH], plan->values[plan->images].offset, images, count);
        x->backend->ops->upload(x->backend, x->arenas[ARENA_BATCH], plan->values[plan->labels].offset, labels,
                                (size_t)plan->batch * sizeof *labels);
        good = executor_write_weights(x, parameters, statistics, e);
    } else
        error_set(e, ERROR_MEMORY, "no memory for a batch");
    free(images);
    free(labels);
    free(parameters);
    free(statistics);
    return good;
}

static void time_steps(struct executor *x, struct step *step, int steps)
{
    double times[STEPS_MAX];
    int first = x->plan->spans[SPAN_STEP].first, end = x->plan->spans[SPAN_STEP].end;

    for (int i = 0; i < steps + WARM_UP; i++) {
        step->number++;
        times[i < WARM_UP ? 0 : i - WARM_UP] = timed(x, first, end, step);
    }
    for (int i = 0; i < steps; i++)
        printf("%.2f\n", times[i]);
    qsort(times, (size_t)steps, sizeof *times, ascending);
    printf("median %.2f minimum %.2f\n", times[steps / 2], times[0]);
}

static void profile(struct executor *x, struct step *step)
{
    int first = x->plan->spans[SPAN_STEP].first, end = x->plan->spans[SPAN_STEP].end;
    double(*times)[PROFILED] = calloc((size_t)end, sizeof *times), total = 0.0;

    for (int i = 0; times && i < PROFILED; i++) {
        step->number++;
        for (int op = first; op < end; op++)
            times[op][i] = timed(x, op, op + 1, step);
    }
    for (int op = first; times && op < end; op++) {
        double t = median(times[op], PROFILED);

        total += t;
        printf("%8.3f ms  layer %2d  %s\n", t, x->plan->ops[op].layer, op_name(x->plan->ops[op].kind));
    }
    printf("%8.3f ms in all\n", total);
    free(times);
}

int main(int argc, char **argv)
{
    static struct recipe recipe;
    bool profiling = argc > 1 && !strcmp(argv[1], "--profile");
    char **arguments = argv + profiling;
    int count = argc - profiling, steps = count > 3 ? atoi(arguments[3]) : 20;
    struct device_choice choice = { .threads = count > 2 ? atoi(arguments[2]) : 0 };
    struct step step = { .seed = 1, .learning_rate = 0.001 };
    struct plan *plan = NULL;
    struct executor x = { 0 };
    struct error e = { 0 };
    bool good = recipe_load(&recipe, count > 1 ? arguments[1] : "cifar10-lesson", &e) &&
                (plan = plan_new(&recipe, shape_image(32, 32, 3), CLASSES, true, &e)) &&
                executor_open(&x, &cpu_backend_class, &choice, plan, &e) && fill(&x, &e);

    if (good) {
        step.rows = plan->batch;
        if (profiling)
            profile(&x, &step);
        else
            time_steps(&x, &step, steps < 1 ? 1 : steps > STEPS_MAX ? STEPS_MAX : steps);
        good = x.backend->ops->wait(x.backend, &e);
    }
    executor_close(&x);
    plan_free(plan);
    return good ? 0 : fail(&e);
}

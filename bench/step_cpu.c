/* Times training steps of a recipe on the CPU, on noise of the shape of the recipe's data set.
 *
 *   step_cpu [RECIPE] [THREADS] [STEPS]     milliseconds of each step, one in a line, then the median and the minimum
 *   step_cpu --profile [RECIPE] [THREADS]   the time of each operation, as cuvette train --profile prints it
 *   step_cpu --looks [RECIPE] [THREADS] [STEPS]   milliseconds of steps that are looked at (docs/health.md), in turn
 *                                           with steps that are not: by the clock, and of all processors' time
 *   step_cpu --serve [RECIPE] [THREADS]     answers bench/compare.py, as its peers do (bench/peers/worker.py) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/version.h"
#include "bench/noise.h"
#include "cli/profile_table.h"
#include "cpu/cpu_backend.h"
#include "cpu/variant.h"
#include "nn/recipe/compile.h"
#include "nn/train/profile.h"
#include "nn/recipe/recipe_file.h"

#define RATE            0.001
#define PROFILE_SECONDS 2.0

enum { CLASSES = 10, STEPS_MAX = 1000, WARM_UP = 3 };

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

/* Runs one more step; returns milliseconds. */
static double timed(struct executor *x, struct step *step)
{
    int first = x->plan->spans[SPAN_STEP].first, end = x->plan->spans[SPAN_STEP].end;
    double start = clock_seconds();

    step->number++;
    x->backend->ops->run(x->backend, first, end, step);
    return (clock_seconds() - start) * 1e3;
}

static void time_steps(struct executor *x, struct step *step, int steps)
{
    double times[STEPS_MAX];

    for (int i = 0; i < WARM_UP; i++)
        timed(x, step);
    for (int i = 0; i < steps; i++)
        times[i] = timed(x, step);
    for (int i = 0; i < steps; i++)
        printf("%.4f\n", times[i]);
    qsort(times, (size_t)steps, sizeof *times, ascending);
    printf("median %.4f minimum %.4f\n", times[steps / 2], times[0]);
}

static double cpu_seconds(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

static void print_times(const char *what, double *times, int count, double cpu)
{
    qsort(times, (size_t)count, sizeof *times, ascending);
    printf("%-10s median %.4f minimum %.4f processor %.4f\n", what, times[count / 2], times[0], cpu / count * 1e3);
}

/* One, then the other, so that both have the same from what else the machine does. */
static bool compare_looks(struct executor *x, struct loader *loader, struct step *step, int steps, struct error *e)
{
    const struct batch *batch = loader_start(loader, 1, 0, e) ? loader_next(loader, e) : NULL;
    double times[2][STEPS_MAX], cpu[2] = { 0 };
    struct executor_result result;

    if (!batch)
        return false;
    for (int i = -2 * WARM_UP; i < 2 * steps; i++) {
        double start = clock_seconds(), used = cpu_seconds();
        bool looked_at = i & 1;

        step->number++;
        if (looked_at)
            executor_begin_looked_at(x, batch, step);
        else
            executor_begin(x, SPAN_STEP, batch, step);
        if (!executor_end(x, &result, e))
            return false;
        if (i >= 0) {
            times[looked_at][i / 2] = (clock_seconds() - start) * 1e3;
            cpu[looked_at] += cpu_seconds() - used;
        }
    }
    print_times("step", times[0], steps, cpu[0]);
    print_times("looked at", times[1], steps, cpu[1]);
    return true;
}

static bool serve(struct executor *x, struct step *step, struct error *e)
{
    const struct kernel_set *kernels = variant_choose(e);
    char line[32];

    if (!kernels)
        return false;
    timed(x, step);
    printf("ready cuvette %s (%s)\n", CUVETTE_VERSION, kernels->name);
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        double end = clock_seconds() + atof(line) / 1e3;

        do
            printf("%.4f ", timed(x, step));
        while (clock_seconds() < end);
        putchar('\n');
        fflush(stdout);
    }
    return true;
}

static bool profile(struct executor *x, struct loader *loader, const struct recipe *recipe, struct error *e)
{
    struct profile *p = profile_measure(x, loader, NULL, 1, RATE, PROFILE_SECONDS, e);

    if (p)
        profile_table_print(p, recipe, stdout);
    free(p);
    return p != NULL;
}

static struct shape image_shape(const struct recipe *recipe)
{
    const int size = recipe->data.size;

    if (size > 0)
        return shape_image(size, size, 3);
    return strcmp(recipe->data.dataset, "cifar10") ? shape_image(28, 28, 1) : shape_image(32, 32, 3);
}

int main(int argc, char **argv)
{
    static struct recipe recipe;
    bool profiling = argc > 1 && !strcmp(argv[1], "--profile"), serving = argc > 1 && !strcmp(argv[1], "--serve");
    bool looking = argc > 1 && !strcmp(argv[1], "--looks"), mode = profiling || serving || looking;
    char **arguments = argv + mode;
    int count = argc - mode, steps = count > 3 ? atoi(arguments[3]) : 20;
    struct device_choice choice = { .threads = count > 2 ? atoi(arguments[2]) : 0 };
    struct step step = { .seed = 1, .learning_rate = RATE };
    struct plan *plan = NULL;
    struct source *source = NULL;
    struct loader *loader = NULL;
    struct executor x = { 0 };
    struct error e = { 0 };
    bool good = recipe_load(&recipe, count > 1 ? arguments[1] : "cifar10-lesson", &e) &&
                (plan = compile_recipe(&recipe, image_shape(&recipe), CLASSES, true, &e)) &&
                (source = noise_new(plan, CLASSES, &e)) &&
                (loader = loader_open(source, &(struct loader_options){ .batch = plan->batch }, &e)) &&
                executor_open(&x, &cpu_backend_class, &choice, plan, &e) && noise_weights(&x, &e);

    step.rows = plan ? plan->batch : 0;
    if (good && profiling) {
        good = profile(&x, loader, &recipe, &e);
    } else if (good && looking) {
        good = compare_looks(&x, loader, &step, int_clamp(steps, 1, STEPS_MAX), &e);
    } else if (good && (good = noise_batch(&x, loader, &e))) {
        if (serving)
            good = serve(&x, &step, &e);
        else
            time_steps(&x, &step, int_clamp(steps, 1, STEPS_MAX));
        good = x.backend->ops->wait(x.backend, &e) && good;
    }
    executor_close(&x);
    loader_close(loader);
    source_close(source);
    plan_free(plan);
    return good ? 0 : fail(&e);
}

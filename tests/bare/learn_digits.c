/* Trains the built-in digits on a GPU: learn_digits PRECISION STEPS LEAST
 *
 * First the losses of the first 20 steps, beside those of the CPU (on a bare machine, without OpenBLAS, of the
 * reference in doubles); where there are two GPUs, those of the two together, too; then all STEPS, after which LEAST
 * per cent of the test images must be right. Figures are those of bench/figure.h. Exit code 1: the losses part, or too
 * little was learnt. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "bench/figure.h"
#include "gpu/gpu_backend.h"
#include "tests/support/bare_digits.h"
#include "tests/support/lesson.h"

#ifdef BARE
#include "tests/reference/reference.h"
static const struct backend_class *const peer = &reference_backend_class;
#else
#include "cpu/cpu_backend.h"
static const struct backend_class *const peer = &cpu_backend_class;
#endif

enum { COMPARED = 20 /* steps */, EPOCH = 188 /* steps of 32 images */ };

/* How far a loss may be from the CPU's. On the host's CUDA they are
 * 1e-6, 0.01 and 0.03 apart; what rounds differently differs a little more with every step. */
static const double bounds[] = { [PRECISION_FP32] = 0.003, [PRECISION_TF32] = 0.03, [PRECISION_BF16] = 0.1 };

static bool compare_losses(const struct recipe *recipe, struct source *digits, struct error *e)
{
    float ours[COMPARED], theirs[COMPARED];
    double worst = 0;

    if (!lesson_train(&cuda_backend_class, recipe, digits, 1, COMPARED, ours, NULL, e) ||
        !lesson_train(peer, recipe, digits, 1, COMPARED, theirs, NULL, e))
        return false;
    printf("step  %10s  %10s  difference\n", cuda_backend_class.name, peer->name);
    for (int i = 0; i < COMPARED; i++) {
        double difference = fabs((double)ours[i] - (double)theirs[i]);

        printf("%4d  %10.6f  %10.6f  %10.6f\n", i + 1, (double)ours[i], (double)theirs[i], difference);
        if (!isnan(worst) && !(difference <= worst)) /* a NaN is the worst */
            worst = difference;
    }
    figure_print("losses_apart", worst, "nats");
    if (worst <= bounds[recipe->training.precision])
        return true;
    return error_set(e, ERROR_RUN, "the first losses differ by %.4f from those of %s, more than %.3f", worst,
                     peer->name, bounds[recipe->training.precision]);
}

/* Two GPUs round what one does, in halves of the batch. */
static bool compare_two(const struct recipe *recipe, struct source *digits, struct error *e)
{
    float two[COMPARED], one[COMPARED];
    struct device_info info[DEVICES_MAX];
    char why[256];
    double worst = 0;

    if (cuda_backend_class.devices(info, DEVICES_MAX, why, sizeof why) < 2)
        return true;
    if (!lesson_train(&cuda_backend_class, recipe, digits, 1, COMPARED, one, NULL, e) ||
        !lesson_train_together(&cuda_backend_class, recipe, digits, 2, 1, COMPARED, two, e))
        return false;
    for (int i = 0; i < COMPARED; i++)
        worst = fmax(worst, isnan(two[i]) ? INFINITY : fabs((double)two[i] - (double)one[i]));
    figure_print("losses_apart_of_two", worst, "nats");
    return worst <= bounds[recipe->training.precision] ||
           error_set(e, ERROR_RUN, "the first losses of two GPUs differ by %.4f from those of one", worst);
}

static bool learn(const struct recipe *recipe, struct source *digits, int steps, double least, struct error *e)
{
    double accuracy = 0, start = clock_seconds();

    if (!lesson_train(&cuda_backend_class, recipe, digits, recipe->training.epochs, steps, NULL, &accuracy, e))
        return false;
    figure_print("accuracy", 100 * accuracy, "%");
    figure_print("seconds", clock_seconds() - start, "s");
    return 100 * accuracy >= least || error_set(e, ERROR_RUN, "%.2f %% of the digits after %d steps, less than %g %%",
                                                100 * accuracy, steps, least);
}

static bool read_precision(const char *text, enum precision *out)
{
    for (int i = 0; precision_names[i]; i++)
        if (!strcmp(text, precision_names[i])) {
            *out = (enum precision)i;
            return true;
        }
    return false;
}

int main(int argc, char **argv)
{
    enum precision precision;
    struct error e = { 0 };

    if (argc != 4 || !read_precision(argv[1], &precision) || atoi(argv[2]) < 1) {
        fprintf(stderr, "usage: learn_digits PRECISION STEPS LEAST\n");
        return 2;
    }

    const int steps = atoi(argv[2]);
    const struct recipe recipe = lesson_digits(precision, int_ceil_div(steps, EPOCH));
    struct source *digits = bare_digits("assets/digits.h5", &e);
    struct error apart = { 0 };
    bool alike = digits && compare_losses(&recipe, digits, &apart) && compare_two(&recipe, digits, &apart);
    bool good = digits && learn(&recipe, digits, steps, atof(argv[3]), &e);

    source_close(digits);
    if (apart.kind != ERROR_NONE)
        fprintf(stderr, "learn_digits: %s\n", apart.text);
    if (e.kind != ERROR_NONE)
        fprintf(stderr, "learn_digits: %s\n", e.text);
    return alike && good ? 0 : 1;
}

#include "run/chart_kinds.h"

#include <math.h>

#include "base/text.h"

const struct chart_kind *const chart_kinds[CHART_COUNT] = {
#define CHART_ROW(position, name) [CHART_##position] = &chart_##name,
    CHARTS(CHART_ROW)
    SCREEN_CHARTS(CHART_ROW)
#undef CHART_ROW
};

/* The lines that most kinds draw. */
#define TRAINING   { "training", "train", CURVE_STEPS, STYLE_NOISY }
#define VALIDATION { "validation", "valid", CURVE_VALIDATION, STYLE_MARKS }

const char *chart_line_name(const struct chart_line *line, bool held_out)
{
    return line->curve == CURVE_VALIDATION && !held_out ? "validation on the test images" : line->name;
}

const char *chart_line_brief(const struct chart_line *line, bool held_out)
{
    return line->curve == CURVE_VALIDATION && !held_out ? "test" : line->brief;
}

static float loss(const struct point *p)
{
    return p->loss;
}

static void test_loss(const struct summary *s, char *to, size_t size)
{
    char loss[TEXT_LOSS_SIZE];

    text_loss(loss, s->test_loss);
    if (s->test_loss >= 0)
        text_append(to, size, " · test loss %s", loss);
}

CHART_KIND(loss) = {
    .name = "loss",
    .label = "loss (nats)",
    .factor = 1,
    .always = true,
    .better = BETTER_LOWER,
    .n_lines = 2,
    .lines = { TRAINING, VALIDATION },
    .value = loss,
    .outcome = test_loss,
};

static float accuracy(const struct point *p)
{
    return p->accuracy;
}

static void test_accuracy(const struct summary *s, char *to, size_t size)
{
    if (s->test_accuracy >= 0)
        text_append(to, size, " · test accuracy %.2f %%", s->test_accuracy * 100);
}

CHART_KIND(accuracy) = {
    .name = "accuracy",
    .label = "accuracy (%)",
    .factor = 100,
    .low = 0,
    .high = 1,
    .better = BETTER_HIGHER,
    .linear = true,
    .n_lines = 2,
    .lines = { TRAINING, VALIDATION },
    .value = accuracy,
    .outcome = test_accuracy,
};

static float learning_rate(const struct point *p)
{
    return p->learning_rate;
}

CHART_KIND(learning_rate) = {
    .name = "learning-rate",
    .label = "learning rate",
    .factor = 1,
    .n_lines = 1,
    .lines = { { "learning rate", "rate", CURVE_STEPS, STYLE_LINE } },
    .value = learning_rate,
};

static float throughput(const struct point *p)
{
    const double least_seconds = 1; /* the rate of the first steps is one of milliseconds */

    return p->images_per_second > 0 && p->seconds >= least_seconds ? p->images_per_second : NAN;
}

static void mean_speed(const struct summary *s, char *to, size_t size)
{
    if (s->images_per_second > 0)
        text_append(to, size, " · %.0f images/s over the run", s->images_per_second);
}

CHART_KIND(throughput) = {
    .name = "throughput",
    .label = "throughput (images/s)",
    .factor = 1,
    .from_zero = true,
    .better = BETTER_HIGHER,
    .n_lines = 1,
    .lines = { { "over the last seconds", "img/s", CURVE_STEPS, STYLE_LINE } },
    .value = throughput,
    .outcome = mean_speed,
};

static double share_of(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

static double device_load(const struct load_point *p, int line)
{
    const double shares[] = { p->cpu, share_of(p->memory, p->memory_limit), p->gpu,
                              share_of(p->gpu_memory, p->gpu_memory_total) };

    return shares[line];
}

CHART_KIND(device_load) = {
    .name = "device load",
    .label = "device load (%)",
    .factor = 100,
    .low = 0,
    .high = 1,
    .linear = true,
    .partial = true,
    .n_lines = 4,
    .lines = { { "CPU", "cpu", CURVE_LOADS, STYLE_LINE },
               { "memory", "memory", CURVE_LOADS, STYLE_LINE },
               { "GPU", "gpu", CURVE_LOADS, STYLE_LINE },
               { "GPU memory", "gpu mem", CURVE_LOADS, STYLE_LINE } },
    .load = device_load,
};

/* Where the gradient vanishes on its way back, or explodes, these two part. */
static double gradient(const struct health *h, int line)
{
    const int last = health_last(h);
    int layer = line == 0 ? 0 : last;

    while (line == 0 && layer < last && !isfinite(h->layers[layer].gradient))
        layer++;
    return layer >= 0 ? (double)h->layers[layer].gradient : NAN;
}

CHART_KIND(gradients) = {
    .name = "gradient",
    .label = "gradient (norm)",
    .factor = 1,
    .powers = true,
    .n_lines = 2,
    .lines = { { "first layer", "first", CURVE_LOOKS, STYLE_LINE },
               { "last layer", "last", CURVE_LOOKS, STYLE_LINE } },
    .look = gradient,
};

#include "nn/recipe/schedule.h"

#include <math.h>

/* Each takes the position in epochs and gives a fraction of the peak. */
typedef double (*schedule_curve)(const struct recipe *r, double position);

static double constant(const struct recipe *r, double position)
{
    (void)r;
    (void)position;
    return 1;
}

static double step(const struct recipe *r, double position)
{
    return pow(r->schedule.step_factor, floor(position / r->schedule.step_epochs + 1e-9));
}

/* From 1 at progress 0 to `last` at 1 by half a cosine. */
static double half_cosine(double progress, double last)
{
    return last + (1 - last) * 0.5 * (1 + cos(M_PI * fmin(fmax(progress, 0), 1)));
}

/* Loshchilov and Hutter, "SGDR", ICLR 2017, eq. 5, once, after the warm-up. */
static double cosine(const struct recipe *r, double position)
{
    double warmup = r->schedule.warmup, length = r->training.epochs - warmup;

    return length > 0 ? half_cosine((position - warmup) / length, r->schedule.final) : 1;
}

/* Smith and Topin, "Super-convergence", 2018: up from 1/25 over the first 30%, then down; cosine on both sides. */
static double one_cycle(const struct recipe *r, double position)
{
    const double start = 1.0 / 25, rise = 0.3;
    double progress = position / r->training.epochs;

    if (progress < rise)
        return half_cosine(1 - progress / rise, start);
    return half_cosine((progress - rise) / (1 - rise), r->schedule.final);
}

static const schedule_curve curves[] = {
    [SCHEDULE_CONSTANT] = constant,
    [SCHEDULE_STEP] = step,
    [SCHEDULE_COSINE] = cosine,
    [SCHEDULE_ONE_CYCLE] = one_cycle,
};

/* Linear from 0, reaching 1 at the end of the warm-up; one_cycle rises by itself. */
static double warmup(const struct recipe *r, double position)
{
    if (r->schedule.warmup <= 0 || r->schedule.kind == SCHEDULE_ONE_CYCLE)
        return 1;
    return fmin(position / r->schedule.warmup, 1);
}

double schedule_rate(const struct recipe *r, double position)
{
    return r->optimiser.learning_rate * warmup(r, position) * curves[r->schedule.kind](r, position);
}

#include "nn/recipe/schedule.h"

#include <math.h>

/* From the position in epochs to a fraction of the peak. */
typedef double schedule_curve(const struct schedule *s, double epochs, double position);

static double constant(const struct schedule *s, double epochs, double position)
{
    (void)s;
    (void)epochs;
    (void)position;
    return 1;
}

static double step(const struct schedule *s, double epochs, double position)
{
    (void)epochs;
    return pow(s->step_factor, floor(position / s->step_epochs + 1e-9));
}

/* From 1 at progress 0 to `last` at 1 by half a cosine. */
static double half_cosine(double progress, double last)
{
    return last + (1 - last) * 0.5 * (1 + cos(M_PI * fmin(fmax(progress, 0), 1)));
}

/* Loshchilov and Hutter, "SGDR", ICLR 2017, eq. 5, once, after the warm-up. */
static double cosine(const struct schedule *s, double epochs, double position)
{
    double length = epochs - s->warmup;

    return length > 0 ? half_cosine((position - s->warmup) / length, s->final) : 1;
}

/* Smith and Topin, "Super-convergence", 2018: up from 1/25 over the first 30%, then down; cosine on both sides. */
static double one_cycle(const struct schedule *s, double epochs, double position)
{
    const double start = 1.0 / 25, rise = 0.3;
    double progress = position / epochs;

    if (progress < rise)
        return half_cosine(1 - progress / rise, start);
    return half_cosine((progress - rise) / (1 - rise), s->final);
}

static schedule_curve *const curves[] = {
#define SCHEDULE(KIND, name) [SCHEDULE_##KIND] = name,
    SCHEDULES(SCHEDULE)
#undef SCHEDULE
};

static const char *const names[] = {
#define SCHEDULE(KIND, name) [SCHEDULE_##KIND] = #name,
    SCHEDULES(SCHEDULE)
#undef SCHEDULE
    NULL,
};

static const struct field fields[] = {
    CHOICE_FIELD(struct schedule, kind, names, SCHEDULE_CONSTANT, "how the learning rate changes over the run"),
    REAL_FIELD(struct schedule, warmup, 0, 100000, 0, "epochs of linear rise at the start"),
    REAL_FIELD(struct schedule, step_epochs, 0.01, 100000, 10, "step: epochs between falls"),
    REAL_FIELD(struct schedule, step_factor, 0, 1, 0.1, "step: what a fall leaves"),
    REAL_FIELD(struct schedule, final, 0, 1, 0, "cosine, one_cycle: the last rate as a fraction of the peak"),
};
const struct field_table schedule_fields = FIELD_TABLE(fields);

/* Linear from 0, reaching 1 at the end of the warm-up; one_cycle rises by itself. */
static double warm_up(const struct schedule *s, double position)
{
    if (s->warmup <= 0 || s->kind == SCHEDULE_ONE_CYCLE)
        return 1;
    return fmin(position / s->warmup, 1);
}

double schedule_fraction(const struct schedule *s, double epochs, double position)
{
    return warm_up(s, position) * curves[s->kind](s, epochs, position);
}

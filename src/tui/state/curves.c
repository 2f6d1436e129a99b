#include "tui/state/curves.h"

#include <math.h>

/* A longer run begins with a chart of so many epochs, which is halved as often as it takes. */
enum { LOSS_TICKS = 4, EPOCHS_AT_FIRST = 50 };

void curves_begin(struct curves *c, int width, int epochs)
{
    double span = (double)(epochs < EPOCHS_AT_FIRST ? epochs : EPOCHS_AT_FIRST) / width;

    c->width = width;
    c->epochs = epochs;
    c->steps = c->checks = 0;
    columns_begin(&c->loss.train, width, span);
    columns_begin(&c->loss.valid, width, span);
    columns_begin(&c->accuracy.train, width, span);
    columns_begin(&c->accuracy.valid, width, span);
    c->loss.scale = scale_nice(0, 1, LOSS_TICKS);
    c->accuracy.scale = (struct scale){ .low = 0, .high = 1, .step = 0.5, .decimals = 1 };
}

/* The end of epoch e belongs to the column before the border: position = epochs exactly must not halve the chart. */
static double inside(const struct curves *c, double position)
{
    double last = c->epochs * (1 - 1e-9);

    return position >= c->epochs && position < c->epochs + 1e-6 ? last : position;
}

static void take(struct curves *c, struct columns *loss, struct columns *accuracy, struct point p)
{
    double position = inside(c, p.position);

    columns_add(loss, position, p.loss);
    columns_add(accuracy, position, p.accuracy);
}

static double highest(const struct columns *c, double high)
{
    for (int i = 0; i < c->used; i++)
        if (c->column[i].count > 0)
            high = fmax(high, (double)c->column[i].mean);
    return high;
}

bool curves_follow(struct curves *c, const struct series *steps, const struct series *checks)
{
    size_t n_steps = series_length(steps), n_checks = series_length(checks);

    if (c->width == 0 || (n_steps == c->steps && n_checks == c->checks))
        return false;
    for (; c->steps < n_steps; c->steps++)
        take(c, &c->loss.train, &c->accuracy.train, series_at(steps, c->steps));
    for (; c->checks < n_checks; c->checks++)
        take(c, &c->loss.valid, &c->accuracy.valid, series_at(checks, c->checks));
    scale_hold(&c->loss.scale, 0, highest(&c->loss.train, highest(&c->loss.valid, 0)), LOSS_TICKS);
    return true;
}

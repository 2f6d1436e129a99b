#include "tui/state/curves.h"

#include <math.h>

#include "base/limits.h"

/* The chart of a longer run begins with so many epochs and is halved when it is full, as often as needed. */
enum { TICKS = 4, EPOCHS_AT_FIRST = 50 };

static bool from_data(const struct chart_kind *kind)
{
    return kind->low == kind->high;
}

void curves_begin(struct curves *c, int width, int epochs)
{
    double span = (double)int_min(epochs, EPOCHS_AT_FIRST) / width;

    c->width = width;
    c->epochs = epochs;
    for (int i = 0; i < CURVE_COUNT; i++)
        c->taken[i] = 0;
    for (int i = 0; i < CHART_COUNT; i++) {
        const struct chart_kind *kind = chart_kinds[i];

        c->charts[i].scale = from_data(kind) ? scale_nice(0, 1, TICKS) : scale_nice(kind->low, kind->high, TICKS);
        for (int j = 0; j < kind->n_lines; j++)
            columns_begin(&c->charts[i].lines[j], width, span);
    }
}

/* The end of the last epoch belongs to the last column: its position is where another column would begin, and must not
 * halve the chart. */
static double inside(const struct curves *c, double position)
{
    double last = c->epochs * (1 - 1e-9);

    return position >= c->epochs && position < c->epochs + 1e-6 ? last : position;
}

static void take(struct curves *c, enum run_curve curve, const struct point *p)
{
    double position = inside(c, p->position);

    for (int i = 0; i < CHART_COUNT; i++)
        for (int j = 0; j < chart_kinds[i]->n_lines; j++)
            if (chart_kinds[i]->lines[j].curve == curve)
                columns_add(&c->charts[i].lines[j], position, chart_kinds[i]->value(p));
}

static double highest(const struct chart_curves *chart, int n_lines)
{
    double high = 0;

    for (int i = 0; i < n_lines; i++)
        for (int j = 0; j < chart->lines[i].used; j++)
            if (chart->lines[i].column[j].count > 0)
                high = fmax(high, (double)chart->lines[i].column[j].mean);
    return high;
}

bool curves_follow(struct curves *c, const struct series *const series[CURVE_COUNT])
{
    bool came = false;

    if (c->width == 0)
        return false;
    for (int i = 0; i < CURVE_COUNT; i++)
        for (size_t n = series_length(series[i]); c->taken[i] < n; c->taken[i]++) {
            struct point p = series_at(series[i], c->taken[i]);

            take(c, (enum run_curve)i, &p);
            came = true;
        }
    for (int i = 0; came && i < CHART_COUNT; i++)
        if (from_data(chart_kinds[i]))
            scale_hold(&c->charts[i].scale, 0, highest(&c->charts[i], chart_kinds[i]->n_lines), TICKS);
    return came;
}

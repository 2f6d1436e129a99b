#include "tui/state/charts_figures.h"

#include <math.h>

#include "base/limits.h"

static double mean_in_window(const struct charts *c, const struct trace *t)
{
    double sum = 0, count = 0;

    for (size_t i = trace_find(t, c->axis, c->window.low); i < t->count && t->points[i].x[c->axis] <= c->window.high;
         i++) {
        sum += (double)t->points[i].mean * (double)t->points[i].count;
        count += (double)t->points[i].count;
    }
    return count > 0 ? sum / count : NAN;
}

/* In its column of dots, as it is drawn, or in the last one with a value before it. */
static double value_at_cursor(const struct charts *c, enum charts_run run, enum chart_position kind, int line)
{
    struct columns columns;
    int at = charts_cursor_point(c);

    if (at < 0)
        return NAN;
    charts_columns(c, run, kind, line, false, &columns);
    for (; at >= 0; at--)
        if (columns.column[at].count > 0)
            return (double)columns.column[at].mean;
    return NAN;
}

static bool is_better(const struct chart_kind *kind, double y, double than)
{
    return isnan(than) || (kind->better == BETTER_LOWER ? y < than : y > than);
}

/* Of a noisy line, the best of its smooth one: the luck of a single batch says nothing. */
static void find_best(const struct charts *c, const struct curves *run, enum chart_position kind, int line,
                      struct charts_figures *f)
{
    const struct window all = { 0, curves_end(run, c->axis) };
    struct columns columns;

    columns_fill(&columns, int_max(c->points, 1), &run->lines[kind][line], c->axis, all);
    smoothing_apply((enum smoothing)int_max((int)c->smoothing, SMOOTHING_LIGHT), &columns);
    f->smooth = true;
    for (int i = 0; i < columns.used; i++)
        if (columns.column[i].count > 0 && is_better(chart_kinds[kind], (double)columns.column[i].mean, f->best)) {
            f->best = (double)columns.column[i].mean;
            f->best_at = (i + 1.0) / columns.width * all.high;
        }
}

struct charts_figures charts_figures(const struct charts *c, enum charts_run run, enum chart_position kind, int line)
{
    const struct trace *t = &c->runs[run].lines[kind][line];
    struct charts_figures f = { NAN, NAN, NAN, NAN, NAN, false };

    if (t->count == 0)
        return f;
    f.last = (double)t->last.y;
    f.mean = mean_in_window(c, t);
    f.cursor = value_at_cursor(c, run, kind, line);
    if (chart_kinds[kind]->better == BETTER_NONE)
        return f;
    if (chart_kinds[kind]->lines[line].style == STYLE_NOISY) {
        find_best(c, &c->runs[run], kind, line, &f);
    } else {
        const struct trace_value *best = chart_kinds[kind]->better == BETTER_LOWER ? &t->low : &t->high;

        f.best = (double)best->y;
        f.best_at = best->x[c->axis];
    }
    return f;
}

/* Curves of one run, with the raw points behind them; or of several, a colour each. */
#include <math.h>

#include "base/text.h"
#include "plot/chart.h"
#include "run/figures/figure.h"

_Static_assert(RUNS_DRAWN_MAX * 2 + 2 <= CHART_SERIES_MAX, "a chart has no room for two lines of each run and a key");

static const struct point *find_curve(const struct metrics_curves *curves, enum run_curve curve, size_t *count)
{
    const struct {
        const struct point *points;
        size_t count;
    } all[] = {
        [CURVE_STEPS] = { curves->steps, curves->n_steps },
        [CURVE_VALIDATION] = { curves->valid, curves->n_epochs },
    };

    *count = all[curve].count;
    return all[curve].points;
}

/* A validation is of no step: it stands at the last one of its epoch. */
static double step_of(const struct run_data *d, const struct point *p)
{
    const double per_epoch =
        d->curves.n_steps > 0 && d->curves.steps[d->curves.n_steps - 1].position > 0
            ? (double)d->curves.steps[d->curves.n_steps - 1].step / d->curves.steps[d->curves.n_steps - 1].position
            : 0;

    return p->step > 0 ? (double)p->step : p->position * per_epoch;
}

static double place_of(const struct run_data *d, const struct point *p, enum axis axis)
{
    return axis == AXIS_EPOCH ? p->position : axis == AXIS_STEP ? step_of(d, p) : p->seconds;
}

/* The points of a line: all positions, values, lowest and highest. */
static bool fill_series(const struct run_data *d, const struct chart_kind *kind, const struct chart_line *line,
                        enum axis axis, struct figure *f, struct chart_series *s, struct error *e)
{
    const struct point *points = find_curve(&d->curves, line->curve, &s->count);
    double *x = figure_memory(f, 4 * s->count, sizeof *x, e), *y = x + s->count, *low = y + s->count;
    double *high = low + s->count;

    if (!x)
        return false;
    for (size_t i = 0; i < s->count; i++) {
        const struct point lowest = point_low(points[i]), highest = point_high(points[i]);

        x[i] = place_of(d, &points[i], axis);
        y[i] = (double)kind->value(&points[i]) * kind->factor;
        low[i] = (double)kind->value(&lowest) * kind->factor;
        high[i] = (double)kind->value(&highest) * kind->factor;
    }
    s->x = x;
    s->y = y;
    s->low = low;
    s->high = high;
    return true;
}

/* One run: a colour a line. Several: a colour a run, and the legend says at its end what the lines are. */
static bool add_series(const struct run_set *set, int run, const struct chart_kind *kind, int position, enum axis axis,
                       struct figure *f, struct chart *c, struct error *e)
{
    const struct run_data *d = &set->runs[run];
    const struct chart_line *line = &kind->lines[position];
    const char *name = chart_line_name(line, d->recipe.data.validation > 0);
    struct chart_series *s = &c->series[c->n_series++];

    *s = (struct chart_series){ .band = line->style == STYLE_NOISY,
                                .bare = set->count > 1,
                                .markers = line->style == STYLE_MARKS,
                                .color = set->count > 1 ? run : position };
    if (set->count == 1) {
        text_copy(s->name, sizeof s->name, name);
    } else {
        text_append(s->line, sizeof s->line, "%s, %s", d->label, name);
        if (position == 0)
            text_copy(s->name, sizeof s->name, d->label);
    }
    return fill_series(d, kind, line, axis, f, s, e);
}

static void add_key(const struct chart_kind *kind, struct chart *c)
{
    for (int i = 0; kind->n_lines > 1 && i < kind->n_lines; i++) {
        struct chart_series *s = &c->series[c->n_series++];

        *s = (struct chart_series){ .markers = kind->lines[i].style == STYLE_MARKS, .color = CHART_COLOR_INK };
        text_copy(s->name, sizeof s->name, kind->lines[i].name);
    }
}

/* A loss that is no number leaves a gap, which must not look like a pause. */
static void note_gaps(const struct run_set *set, const struct chart_kind *kind, struct chart *c)
{
    size_t bad = 0, all = 0;
    double first = NAN;

    for (int run = 0; kind->always && run < set->count; run++) {
        const struct metrics_curves *curves = &set->runs[run].curves;

        for (size_t i = 0; i < curves->n_steps; i++) {
            if (isfinite(kind->value(&curves->steps[i])))
                continue;
            first = fmin(first, curves->steps[i].position);
            bad++;
        }
        all += curves->n_steps;
    }
    if (bad > 0)
        text_append(c->note, sizeof c->note, "%zu of %zu values are not finite, the first at epoch %.3g", bad, all,
                    first);
}

static void describe(const struct run_set *set, const struct chart_kind *kind, const struct figure_wish *wish,
                     struct chart *c)
{
    static const char *const labels[AXIS_COUNT] = { "epoch", "step", "time trained" };

    figure_describe(set, &c->texts);
    if (set->count == 1 && kind->outcome)
        kind->outcome(&set->runs[0].summary, c->texts.subtitle, sizeof c->texts.subtitle);
    c->x_axis = wish->axis;
    text_copy(c->x_label, sizeof c->x_label, labels[wish->axis]);
    text_copy(c->y_label, sizeof c->y_label, kind->label);
    c->y_low = kind->low * kind->factor;
    c->y_high = kind->high * kind->factor;
    c->from_zero = kind->from_zero;
    c->logarithmic = wish->logarithmic && !kind->linear;
    note_gaps(set, kind, c);
}

bool figure_make_curves(const struct figure_class *class, const struct run_set *set, const struct figure_wish *wish,
                        struct figure *out, struct error *e)
{
    const struct chart_kind *kind = class->curves;
    struct chart *c = figure_memory(out, 1, sizeof *c, e);
    bool good = c != NULL;

    if (!good)
        return false;
    describe(set, kind, wish, c);
    for (int run = 0; run < set->count; run++)
        for (int i = 0; good && i < kind->n_lines; i++)
            good = add_series(set, run, kind, i, wish->axis, out, c, e);
    if (set->count > 1)
        add_key(kind, c);
    out->picture = chart_picture(c);
    return good;
}

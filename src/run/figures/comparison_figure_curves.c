/* Curves of a comparison: a line for each row, the mean of its seeds with their band, at each validation. */
#include <math.h>

#include "base/text.h"
#include "plot/chart.h"
#include "run/figures/comparison_figure.h"

_Static_assert((int)PALETTE_CURVES <= (int)CHART_SERIES_MAX, "a chart has no room for a line of each colour");

static bool has_epochs(const struct comparison_data *d)
{
    for (int i = 0; i < d->table->count; i++)
        if (d->table->rows[i].epochs > 0)
            return true;
    return false;
}

/* At an epoch, from 0 on: the mean of the runs that have a number there, with the least and the greatest. */
static void take_point(const struct comparison_data *d, const struct comparison_figure_class *class, int row,
                       size_t epoch, double *x, double *y, double *low, double *high)
{
    double place = 0;
    int count = 0;

    *x = (double)epoch + 1;
    *y = *low = *high = NAN;
    for (int i = 0; i < d->comparison->count; i++) {
        if (d->table->row_of[i] != row)
            continue;

        const struct point *p = &d->results[i].curves.valid[epoch];
        const double found = (double)class->curves->value(p) * class->curves->factor;

        if (!isfinite(found))
            continue;
        count++;
        place += (p->seconds - place) / count;
        *y = count == 1 ? found : *y + (found - *y) / count;
        *low = fmin(*low, found); /* the other one where one is no number */
        *high = fmax(*high, found);
    }
    if (class->axis == AXIS_TIME)
        *x = count > 0 ? place : NAN;
}

static bool add_row(const struct comparison_data *d, const struct comparison_figure_class *class, int row,
                    struct figure *f, struct chart *c, struct error *e)
{
    const struct comparison_row *r = &d->table->rows[row];
    const size_t count = (size_t)r->epochs;
    double *x = figure_memory(f, 4 * count, sizeof *x, e), *y = x + count, *low = y + count, *high = low + count;
    struct chart_series *s = &c->series[c->n_series];

    if (!x)
        return false;
    for (size_t i = 0; i < count; i++)
        take_point(d, class, row, i, &x[i], &y[i], &low[i], &high[i]);
    *s = (struct chart_series){ .count = count, .x = x, .y = y, .low = low, .high = high, .spread = r->count > 1,
                                .markers = r->count == 1, .color = c->n_series };
    text_append(s->name, sizeof s->name, "%s%s", r->label, r->dropped ? " (stopped early)" : "");
    c->n_series++;
    return true;
}

static double rank(const struct comparison_row *r)
{
    return r->epochs > 0 ? r->best_accuracy.mean : -2;
}

/* Of more rows than there are colours the best are drawn. */
static bool is_drawn(const struct comparison_data *d, int row)
{
    const struct comparison_row *rows = d->table->rows;
    int better = 0;

    for (int i = 0; i < d->table->count; i++)
        better += rank(&rows[i]) > rank(&rows[row]) || (rank(&rows[i]) == rank(&rows[row]) && i < row);
    return rows[row].epochs > 0 && better < PALETTE_CURVES;
}

static int seeds_of(const struct comparison_data *d)
{
    int most = 0;

    for (int i = 0; i < d->table->count; i++)
        most = d->table->rows[i].count > most ? d->table->rows[i].count : most;
    return most;
}

static void describe(const struct comparison_data *d, const struct comparison_figure_class *class, struct chart *c)
{
    const struct chart_kind *kind = class->curves;
    const int seeds = seeds_of(d);

    comparison_figure_describe(d, &c->texts);
    c->x_axis = class->axis;
    text_copy(c->x_label, sizeof c->x_label, class->axis == AXIS_TIME ? "time trained" : "epoch");
    text_append(c->y_label, sizeof c->y_label, "validation %s", kind->label);
    if (d->table->count > PALETTE_CURVES)
        text_append(c->texts.subtitle, sizeof c->texts.subtitle, " · the best %d of %d", PALETTE_CURVES,
                    d->table->count);
    if (seeds > 1)
        text_append(c->texts.subtitle, sizeof c->texts.subtitle, " · mean, least and greatest of %d seeds", seeds);
}

static bool make_curves(const struct comparison_figure_class *class, const struct comparison_data *d,
                        struct figure *out, struct error *e)
{
    struct chart *c = figure_memory(out, 1, sizeof *c, e);
    bool good = c != NULL;

    if (!good)
        return false;
    describe(d, class, c);
    for (int i = 0; good && i < d->table->count; i++)
        if (is_drawn(d, i))
            good = add_row(d, class, i, out, c, e);
    out->picture = chart_picture(c);
    return good;
}

#define CURVES(member, text, words, along, kind) \
    const struct comparison_figure_class comparison_figure_##member = { \
        .name = text, .help = words, .axis = along, .curves = &chart_##kind, .has = has_epochs, .make = make_curves \
    }

CURVES(accuracy_time, "accuracy-time", "accuracy of each validation over the time trained (%)", AXIS_TIME, accuracy);
CURVES(accuracy_epochs, "accuracy-epochs", "the same over epochs (%)", AXIS_EPOCH, accuracy);
CURVES(loss_time, "loss-time", "loss of each validation over the time trained (nats)", AXIS_TIME, loss);
CURVES(loss_epochs, "loss-epochs", "the same over epochs (nats)", AXIS_EPOCH, loss);

#include "run/figures/batch_figure.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/version.h"
#include "plot/chart.h"

_Static_assert((int)BATCH_DEVICES_MAX <= (int)CHART_SERIES_MAX, "a chart has no room for all devices");

enum { PARTS = 4 /* batches, medians, least, most */ };

static bool add_curve(const struct batch_curve *curve, struct figure *f, struct chart *c, struct error *e)
{
    const size_t count = (size_t)curve->count;
    double *x = figure_memory(f, PARTS * count, sizeof *x, e), *y = x + count, *low = y + count, *high = low + count;
    struct chart_series *s = &c->series[c->n_series];

    if (!x)
        return false;
    for (size_t i = 0; i < count; i++) {
        x[i] = curve->rates[i].batch;
        y[i] = curve->rates[i].median;
        low[i] = curve->rates[i].least;
        high[i] = curve->rates[i].most;
    }
    *s = (struct chart_series){ .count = count, .x = x, .y = y, .low = low, .high = high, .spread = true,
                                .markers = true, .color = c->n_series };
    text_copy(s->name, sizeof s->name, curve->device);
    c->n_series++;
    return true;
}

/* A tick at each batch of the device that went furthest. */
static bool add_stops(const struct batch_probe *p, struct figure *f, struct chart *c, struct error *e)
{
    double *stops = figure_memory(f, BATCH_SIZES_MAX, sizeof *stops, e);

    if (!stops)
        return false;
    for (int i = 0; i < p->count; i++)
        for (int k = c->n_stops; k < p->curves[i].count; k++)
            stops[c->n_stops++] = p->curves[i].rates[k].batch;
    if (c->n_stops == 0)
        stops[c->n_stops++] = 1;
    c->stops = stops;
    return true;
}

bool batch_figure_make(const struct batch_probe *p, const struct recipe *r, struct figure *out, struct error *e)
{
    struct chart *c = figure_memory(out, 1, sizeof *c, e);
    bool good = c && add_stops(p, out, c, e);
    char date[32];

    for (int i = 0; good && i < p->count; i++)
        good = add_curve(&p->curves[i], out, c, e);
    if (!good)
        return false;
    text_append(c->texts.title, sizeof c->texts.title, "%s on %s: speed over batches", r->name,
                path_name(r->data.dataset));
    batch_probe_verdict(p, c->texts.subtitle, sizeof c->texts.subtitle);
    clock_date(date, sizeof date);
    text_append(c->texts.footer, sizeof c->texts.footer, "median, least and most of %d · %s · cuvette %s", BATCH_ROUNDS,
                date, CUVETTE_VERSION);
    text_copy(c->x_label, sizeof c->x_label, "batch (images a step)");
    text_copy(c->y_label, sizeof c->y_label, "training (images/s)");
    c->logarithmic = true;
    out->picture = chart_picture(c);
    return true;
}

/* How the gradient goes from the last layer to the first: of one run at three moments, of several at the last look. */
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "plot/chart.h"
#include "run/figures/figure.h"
#include "run/health_words.h"

enum { MOMENTS = 3 };

static bool was_looked_at(const struct run_data *d)
{
    return d->curves.n_looks > 0;
}

/* A point for each layer that has weights. */
static bool add_look(const struct health *h, const char *name, int color, struct figure *f, struct chart *c,
                     struct error *e)
{
    struct chart_series *s = &c->series[c->n_series++];
    double *x = figure_memory(f, 2 * HEALTH_LAYERS_MAX, sizeof *x, e), *y = x + HEALTH_LAYERS_MAX;

    if (!x)
        return false;
    *s = (struct chart_series){ .markers = true, .color = color, .x = x, .y = y };
    text_copy(s->name, sizeof s->name, name);
    for (int layer = 0; layer < h->n_layers; layer++) {
        double relative = health_words_relative(h, layer);

        if (isnan(relative))
            continue;
        x[s->count] = layer + 1;
        y[s->count++] = relative;
    }
    return true;
}

/* The first look, the one in the middle, and the last, as far as there are so many. */
static bool add_moments(const struct run_data *d, struct figure *f, struct chart *c, struct error *e)
{
    size_t n = d->curves.n_looks, moments = n < MOMENTS ? n : MOMENTS;
    bool good = true;

    for (size_t i = 0; good && i < moments; i++) {
        const struct health *h = &d->curves.looks[moments == 1 ? 0 : i * (n - 1) / (moments - 1)];
        char name[64];

        snprintf(name, sizeof name, "step %llu, epoch %.2f", (unsigned long long)h->step, h->position);
        good = add_look(h, name, (int)i, f, c, e);
    }
    return good;
}

static bool add_runs(const struct run_set *set, struct figure *f, struct chart *c, struct error *e)
{
    bool good = true;

    for (int run = 0; good && run < set->count; run++) {
        const struct run_data *d = &set->runs[run];

        if (was_looked_at(d))
            good = add_look(&d->curves.looks[d->curves.n_looks - 1], d->label, run, f, c, e);
    }
    return good;
}

static bool make(const struct figure_class *class, const struct run_set *set, const struct figure_wish *wish,
                 struct figure *out, struct error *e)
{
    struct chart *c = figure_memory(out, 1, sizeof *c, e);
    (void)class;
    (void)wish;

    if (!c)
        return false;
    figure_describe(set, &c->texts);
    c->x_axis = AXIS_STEP; /* whole numbers */
    c->logarithmic = true;
    text_copy(c->x_label, sizeof c->x_label, "layer (1: the first)");
    text_copy(c->y_label, sizeof c->y_label, "gradient norm, of the last layer's");
    if (set->count == 1 && was_looked_at(&set->runs[0]))
        health_words_network(&set->runs[0].curves.looks[set->runs[0].curves.n_looks - 1], &set->runs[0].recipe, c->note,
                             sizeof c->note);
    out->picture = chart_picture(c);
    return set->count > 1 ? add_runs(set, out, c, e) : add_moments(&set->runs[0], out, c, e);
}

const struct figure_class figure_health = {
    .name = "health",
    .help = "gradient health: what reaches each layer of the last one's gradient",
    .has = was_looked_at,
    .make = make,
};

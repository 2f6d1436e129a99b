/* What more threads or GPUs gain: images a second beside what would be perfect, and the share of that. */
#include <stddef.h>

#include "base/text.h"
#include "plot/chart.h"
#include "run/figures/comparison_figure.h"

/* A chart over units, and room for a figure of each step. */
struct drawing {
    struct chart *chart;
    const struct comparison_scaling *scaling;
    double *units, *speed, *low, *high, *ideal; /* [steps] */
};

static bool has_scaling(const struct comparison_data *d)
{
    return d->table->scaling.count > 0;
}

static bool begin(const struct comparison_data *d, struct drawing *g, struct figure *out, struct error *e)
{
    const size_t room = COMPARISON_VALUES_MOST;
    double *memory;

    g->chart = figure_memory(out, 1, sizeof *g->chart, e);
    memory = g->chart ? figure_memory(out, 5 * room, sizeof *memory, e) : NULL;
    if (!memory)
        return false;
    g->units = memory;
    g->speed = memory + room;
    g->low = memory + 2 * room;
    g->high = memory + 3 * room;
    g->ideal = memory + 4 * room;
    g->scaling = &d->table->scaling;
    comparison_figure_describe(d, &g->chart->texts);
    if (has_scaling(d))
        comparison_scaling_words(g->scaling, d->table->rows, g->chart->texts.subtitle,
                                 sizeof g->chart->texts.subtitle);
    g->chart->stops = g->units;
    g->chart->n_stops = g->scaling->count;
    text_append(g->chart->x_label, sizeof g->chart->x_label, "%ss", has_scaling(d) ? g->scaling->unit : "unit");
    return true;
}

/* Adds a step; its figure is `measured` times `factor`. */
static void add_step(struct drawing *g, const struct scaling_step *s, const struct comparison_spread *measured,
                     double factor, double ideal)
{
    const ptrdiff_t i = s - g->scaling->steps;

    g->units[i] = s->units;
    g->speed[i] = factor * measured->median;
    g->low[i] = factor * measured->least;
    g->high[i] = factor * measured->most;
    g->ideal[i] = ideal;
}

/* What was measured of each step, and what it would be at best. */
static void end(struct drawing *g, struct figure *out)
{
    const size_t count = (size_t)g->scaling->count;
    struct chart *c = g->chart;

    c->series[c->n_series++] = (struct chart_series){ .name = "perfect", .count = count, .x = g->units, .y = g->ideal,
                                                      .color = 1 };
    c->series[c->n_series++] = (struct chart_series){ .name = "measured", .count = count, .x = g->units, .y = g->speed,
                                                      .low = g->low, .high = g->high, .spread = true, .markers = true,
                                                      .color = 0 };
    out->picture = chart_picture(c);
}

static bool make_scaling(const struct comparison_figure_class *class, const struct comparison_data *d,
                         struct figure *out, struct error *e)
{
    struct drawing g = { .chart = NULL };
    (void)class;

    if (!begin(d, &g, out, e))
        return false;
    for (const struct scaling_step *s = g.scaling->steps; s < g.scaling->steps + g.scaling->count; s++)
        add_step(&g, s, &s->speed, 1, s->perfect);
    text_append(g.chart->y_label, sizeof g.chart->y_label, "images/s");
    g.chart->logarithmic = true;
    end(&g, out);
    return true;
}

const struct comparison_figure_class comparison_figure_scaling = {
    .name = "scaling",
    .help = "images per second with more threads or GPUs, and what would be perfect",
    .has = has_scaling,
    .make = make_scaling,
};

static bool make_efficiency(const struct comparison_figure_class *class, const struct comparison_data *d,
                            struct figure *out, struct error *e)
{
    const double percent = 100;
    struct drawing g = { .chart = NULL };
    (void)class;

    if (!begin(d, &g, out, e))
        return false;
    for (const struct scaling_step *s = g.scaling->steps; s < g.scaling->steps + g.scaling->count; s++)
        add_step(&g, s, &s->efficiency, percent, percent);
    text_append(g.chart->y_label, sizeof g.chart->y_label, "efficiency (%%)");
    g.chart->from_zero = true;
    end(&g, out);
    return true;
}

const struct comparison_figure_class comparison_figure_efficiency = {
    .name = "efficiency",
    .help = "the share of perfect scaling that more threads or GPUs reach (%)",
    .has = has_scaling,
    .make = make_efficiency,
};

/* What more threads or GPUs gain: images a second beside what would be perfect, and the share of that. */
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

/* `measured` of each step, and what it would be at best. */
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
    for (int i = 0; i < g.scaling->count; i++) {
        const struct scaling_step *s = &g.scaling->steps[i];

        g.units[i] = s->units;
        g.speed[i] = s->speed.median;
        g.low[i] = s->speed.least;
        g.high[i] = s->speed.most;
        g.ideal[i] = s->perfect;
    }
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
    for (int i = 0; i < g.scaling->count; i++) {
        const struct scaling_step *s = &g.scaling->steps[i];

        g.units[i] = s->units;
        g.speed[i] = percent * s->efficiency.median;
        g.low[i] = percent * s->efficiency.least;
        g.high[i] = percent * s->efficiency.most;
        g.ideal[i] = percent;
    }
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

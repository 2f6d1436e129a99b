/* How fast the runs of a comparison are: bars, and what more cores or GPUs gain. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "plot/bars.h"
#include "plot/chart.h"
#include "run/figures/comparison_figure.h"

static bool is_known(const struct comparison_row *r)
{
    return r->speedup > 0 && r->epoch_seconds.count > 0;
}

static bool has_speeds(const struct comparison_data *d)
{
    int known = 0;

    for (int i = 0; i < d->table->count; i++)
        known += is_known(&d->table->rows[i]);
    return known > 1;
}

/* Against the median of the first row, which is what the speed-up is against. */
static void fill_bar(const struct comparison_row *r, double base, struct bar *bar)
{
    text_copy(bar->name, sizeof bar->name, r->label);
    bar->parts[0] = r->speedup;
    text_append(bar->note, sizeof bar->note, "%.3g×  %.3g s an epoch", r->speedup, r->epoch_seconds.median);
    if (r->epoch_seconds.count > 1) {
        bar->low = base / r->epoch_seconds.most;
        bar->high = base / r->epoch_seconds.least;
    }
}

static bool make_bars(const struct comparison_figure_class *class, const struct comparison_data *d,
                      struct figure *out, struct error *e)
{
    struct bars *b = figure_memory(out, 1, sizeof *b, e);
    struct bar *list = b ? figure_memory(out, (size_t)d->table->count, sizeof *list, e) : NULL;
    const struct comparison_row *rows = d->table->rows;
    (void)class;

    if (!list)
        return false;
    comparison_figure_describe(d, &b->texts);
    text_append(b->label, sizeof b->label, "times as fast as %.40s", rows[0].label);
    text_copy(b->empty, sizeof b->empty, "no epoch was measured");
    text_copy(b->parts[0], sizeof b->parts[0], "speed-up");
    b->n_parts = 1;
    b->bars = list;
    for (int i = 0; i < d->table->count; i++)
        if (is_known(&rows[i]))
            fill_bar(&rows[i], rows[0].epoch_seconds.median, &list[b->n_bars++]);
    out->picture = bars_picture(b);
    return true;
}

const struct comparison_figure_class comparison_figure_speed_up = {
    .name = "speed-up",
    .help = "how many times as fast an epoch is as that of the first, with the spread of the epochs",
    .has = has_speeds,
    .make = make_bars,
};

/* The threads of a row that trained on a CPU; 0: none, or unknown. */
static int threads_of(const struct comparison_data *d, const struct comparison_row *r)
{
    return strncmp(r->device, "cpu", 3) == 0 && is_known(r) ? d->results[r->first].summary.threads : 0;
}

/* Only where nothing else varies, one row for each number of threads: else it would be unclear which gains what. */
static bool has_scaling(const struct comparison_data *d)
{
    const struct comparison *c = d->comparison;
    int known = 0;

    for (int i = 0; i < c->n_axes; i++)
        if (c->axes[i].count > 1 && i != comparison_devices(c) && i != comparison_seeds(c))
            return false;
    for (int i = 0; i < d->table->count; i++) {
        const int threads = threads_of(d, &d->table->rows[i]);

        known += threads > 0;
        for (int k = 0; threads > 0 && k < i; k++)
            if (threads_of(d, &d->table->rows[k]) == threads)
                return false;
    }
    return c->n_axes > 0 && known > 1;
}

struct scaling {
    int count;
    double *threads, *speed, *low, *high, *ideal; /* rising threads */
};

/* Puts a row where its threads belong. */
static void insert(struct scaling *s, double threads, const struct comparison_row *r)
{
    int at = s->count++;

    for (; at > 0 && s->threads[at - 1] > threads; at--) {
        s->threads[at] = s->threads[at - 1];
        s->speed[at] = s->speed[at - 1];
        s->low[at] = s->low[at - 1];
        s->high[at] = s->high[at - 1];
    }
    s->threads[at] = threads;
    s->speed[at] = 1 / r->epoch_seconds.median;
    s->low[at] = 1 / r->epoch_seconds.most;
    s->high[at] = 1 / r->epoch_seconds.least;
}

/* In multiples of the speed with the fewest threads. */
static void scale(struct scaling *s)
{
    const double base = s->speed[0];

    for (int i = 0; i < s->count; i++) {
        s->speed[i] /= base;
        s->low[i] /= base;
        s->high[i] /= base;
        s->ideal[i] = s->threads[i] / s->threads[0];
    }
}

static bool make_scaling(const struct comparison_figure_class *class, const struct comparison_data *d,
                         struct figure *out, struct error *e)
{
    const size_t room = (size_t)d->table->count;
    struct chart *c = figure_memory(out, 1, sizeof *c, e);
    double *memory = c ? figure_memory(out, 5 * room, sizeof *memory, e) : NULL;
    struct scaling s = { 0, memory, memory + room, memory + 2 * room, memory + 3 * room, memory + 4 * room };
    (void)class;

    if (!memory)
        return false;
    for (int i = 0; i < d->table->count; i++)
        if (threads_of(d, &d->table->rows[i]) > 0)
            insert(&s, threads_of(d, &d->table->rows[i]), &d->table->rows[i]);
    if (s.count > 0)
        scale(&s);
    comparison_figure_describe(d, &c->texts);
    c->stops = s.threads;
    c->n_stops = s.count;
    text_copy(c->x_label, sizeof c->x_label, "threads");
    text_append(c->y_label, sizeof c->y_label, "speed-up of an epoch");
    c->logarithmic = true;
    c->series[c->n_series++] = (struct chart_series){ .name = "ideal", .count = (size_t)s.count,
                                                      .x = s.threads, .y = s.ideal, .color = 1 };
    c->series[c->n_series++] = (struct chart_series){ .name = "measured", .count = (size_t)s.count, .x = s.threads,
                                                      .y = s.speed, .low = s.low, .high = s.high, .spread = true,
                                                      .markers = true, .color = 0 };
    out->picture = chart_picture(c);
    return true;
}

const struct comparison_figure_class comparison_figure_scaling = {
    .name = "scaling",
    .help = "how much faster an epoch is with more threads",
    .has = has_scaling,
    .make = make_scaling,
};

/* How fast the runs of a comparison are: bars. */
#include "base/text.h"
#include "plot/bars.h"
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

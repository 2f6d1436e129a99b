/* What a run asked of its device while it trained: processors, memory, GPU. */
#include <math.h>

#include "base/text.h"
#include "plot/chart.h"
#include "run/figures/figure.h"

enum { LOAD_LINES = 4 };

struct load_line {
    const char *name;
    double (*share)(const struct load_point *p); /* 0..1; NaN: unknown */
    double (*all)(const struct load_point *p);   /* bytes that 100 % are; NULL: they are none */
};

static double cpu(const struct load_point *p)
{
    return p->cpu;
}

static double memory_all(const struct load_point *p)
{
    return p->memory_limit;
}

static double memory(const struct load_point *p)
{
    return p->memory_limit > 0 ? p->memory / p->memory_limit : NAN;
}

static double gpu(const struct load_point *p)
{
    return p->gpu;
}

static double gpu_memory_all(const struct load_point *p)
{
    return p->gpu_memory_total;
}

static double gpu_memory(const struct load_point *p)
{
    return p->gpu_memory_total > 0 ? p->gpu_memory / p->gpu_memory_total : NAN;
}

static const struct load_line load_lines[LOAD_LINES] = {
    { "CPU", cpu, NULL },
    { "memory", memory, memory_all },
    { "GPU", gpu, NULL },
    { "GPU memory", gpu_memory, gpu_memory_all },
};

_Static_assert((int)RUNS_DRAWN_MAX <= (int)CHART_SERIES_MAX && (int)LOAD_LINES <= (int)CHART_SERIES_MAX,
               "a chart has no room for a line of each run, or for all of one");

static bool knows_load(const struct run_data *d)
{
    return d->curves.n_loads > 0;
}

/* The newest that is known; NaN: none is. */
static double newest(const struct run_data *d, double (*figure)(const struct load_point *p))
{
    double found = NAN;

    for (size_t i = 0; i < d->curves.n_loads; i++) {
        const double now = figure(&d->curves.loads[i]);

        found = isfinite(now) ? now : found;
    }
    return found;
}

/* With what 100 % are: "CPU (of 2 cores)", "memory (of 15.0 G)", "GPU (mean of 4)". */
static void name_line(const struct run_data *d, const struct load_line *line, char *to, size_t size)
{
    const double bytes = line->all ? newest(d, line->all) : NAN, cores = d->summary.cores_allotted;
    char text[32];

    text_append(to, size, "%s", line->name);
    if (bytes > 0) {
        text_bytes(text, sizeof text, (uint64_t)bytes);
        text_append(to, size, " (of %s)", text);
    }
    if (line->share == cpu && cores > 0)
        text_append(to, size, " (of %.0f core%s)", cores, cores == 1 ? "" : "s");
    if (line->share == gpu && d->summary.replicas > 1)
        text_append(to, size, " (mean of %d)", d->summary.replicas);
}

/* One that is not known anywhere is left out. */
static bool add_line(const struct run_set *set, int run, int position, struct figure *f, struct chart *c,
                     struct error *e)
{
    const struct run_data *d = &set->runs[run];
    const struct load_line *line = &load_lines[position];
    const size_t count = d->curves.n_loads;
    double *x = figure_memory(f, 2 * count, sizeof *x, e), *y = x + count;
    struct chart_series *s = &c->series[c->n_series];
    bool known = false;

    if (!x)
        return false;
    for (size_t i = 0; i < count; i++) {
        x[i] = d->curves.loads[i].seconds;
        y[i] = line->share(&d->curves.loads[i]) * 100;
        known |= isfinite(y[i]);
    }
    if (!known)
        return true;
    *s = (struct chart_series){ .count = count, .x = x, .y = y, .color = set->count > 1 ? run : position };
    if (set->count > 1)
        text_append(s->name, sizeof s->name, "%s, %s", d->label, line->name);
    else
        name_line(d, line, s->name, sizeof s->name);
    c->n_series++;
    return true;
}

/* Of several runs what their devices worked: two lines of each would be too many to tell apart. */
static bool is_drawn(const struct run_set *set, const struct run_data *d, int position)
{
    const bool on_gpu = isfinite(newest(d, gpu));

    return set->count == 1 || load_lines[position].share == (on_gpu ? gpu : cpu);
}

static bool make(const struct figure_class *class, const struct run_set *set, const struct figure_wish *wish,
                 struct figure *out, struct error *e)
{
    struct chart *c = figure_memory(out, 1, sizeof *c, e);
    bool good = c != NULL;
    (void)class;
    (void)wish;

    if (!good)
        return false;
    figure_describe(set, &c->texts);
    c->x_axis = AXIS_TIME;
    text_copy(c->x_label, sizeof c->x_label, "time trained");
    text_copy(c->y_label, sizeof c->y_label, "load (%)");
    c->y_high = 100;
    for (int run = 0; run < set->count; run++)
        for (int i = 0; good && knows_load(&set->runs[run]) && i < LOAD_LINES; i++)
            if (is_drawn(set, &set->runs[run], i))
                good = add_line(set, run, i, out, c, e);
    out->picture = chart_picture(c);
    return good;
}

const struct figure_class figure_device_load = {
    .name = "device-load",
    .help = "load of the device over time: processors, memory, GPU (%)",
    .has = knows_load,
    .make = make,
};

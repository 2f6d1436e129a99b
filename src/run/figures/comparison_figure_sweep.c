/* A sweep over two keys of the recipe: the best accuracy of each pair of values, as a heat map. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "plot/heat_map.h"
#include "run/figures/comparison_figure.h"

/* The two axes that are swept; false where there are not just two. Seeds are no axis: their mean is drawn. */
static bool find_axes(const struct comparison *c, int *rows, int *columns)
{
    int found = 0, axes[COMPARISON_AXES_MOST];

    for (int i = 0; i < c->n_axes; i++)
        if (c->axes[i].count > 1 && i != comparison_seeds(c))
            axes[found++] = i;
    if (found != 2 || c->axes[axes[0]].count > HEAT_MAP_SIDE_MAX || c->axes[axes[1]].count > HEAT_MAP_SIDE_MAX)
        return false;
    *rows = axes[0];
    *columns = axes[1];
    return true;
}

static bool has_sweep(const struct comparison_data *d)
{
    int rows, columns;

    return find_axes(d->comparison, &rows, &columns);
}

/* "optimiser.learning_rate" -> "learning rate" */
static void name_axis(const struct comparison_axis *axis, char *out, size_t size)
{
    const char *dot = strrchr(axis->key, '.');

    text_copy(out, size, dot ? dot + 1 : axis->key);
    for (char *c = out; *c; c++)
        if (*c == '_')
            *c = ' ';
}

static void name_values(const struct comparison_axis *axis, char names[][HEAT_MAP_NAME_SIZE])
{
    for (int i = 0; i < axis->count; i++)
        text_copy(names[i], HEAT_MAP_NAME_SIZE, axis->values[i]);
}

/* A row's mean, in the cell of its first entry. */
static void fill(const struct comparison_data *d, int rows, int columns, const struct heat_map *m, double *cells,
                 bool *marked)
{
    int best = -1;

    for (int i = 0; i < m->rows * m->columns; i++)
        cells[i] = NAN;
    for (int i = 0; i < d->table->count; i++) {
        const struct comparison_row *r = &d->table->rows[i];
        const int *at = d->comparison->entries[r->first].at, cell = at[rows] * m->columns + at[columns];

        if (r->best_accuracy.count == 0)
            continue;
        cells[cell] = r->best_accuracy.mean * 100;
        if (best < 0 || cells[cell] > cells[best])
            best = cell;
    }
    if (best >= 0)
        marked[best] = true;
}

static bool make_sweep(const struct comparison_figure_class *class, const struct comparison_data *d,
                       struct figure *out, struct error *e)
{
    const struct comparison *c = d->comparison;
    struct heat_map *m = figure_memory(out, 1, sizeof *m, e);
    int rows = 0, columns = 0;
    (void)class;

    if (!m)
        return false;
    if (!find_axes(c, &rows, &columns))
        return error_set(e, ERROR_USAGE, "a heat map is of two keys of the recipe that vary, not of more or fewer");
    m->rows = c->axes[rows].count;
    m->columns = c->axes[columns].count;

    const size_t count = (size_t)m->rows * (size_t)m->columns;
    double *cells = figure_memory(out, count, sizeof *cells, e);
    bool *marked = cells ? figure_memory(out, count, sizeof *marked, e) : NULL;

    if (!marked)
        return false;
    comparison_figure_describe(d, &m->texts);
    name_axis(&c->axes[rows], m->y_label, sizeof m->y_label);
    name_axis(&c->axes[columns], m->x_label, sizeof m->x_label);
    name_values(&c->axes[rows], m->y_names);
    name_values(&c->axes[columns], m->x_names);
    text_copy(m->label, sizeof m->label, "best accuracy (%)");
    fill(d, rows, columns, m, cells, marked);
    m->values = cells;
    m->marked = marked;
    out->picture = heat_map_picture(m);
    return true;
}

const struct comparison_figure_class comparison_figure_sweep = {
    .name = "sweep",
    .help = "best accuracy of each pair of two keys' values (%)",
    .has = has_sweep,
    .make = make_sweep,
};

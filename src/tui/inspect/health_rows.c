#include "tui/inspect/health_rows.h"

#include <math.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "tui/draw/shapes.h"

enum { NAME = 18, NAME_LEAST = 13, WORD = 11, FIGURE = 8, BAR_MOST = 16, BAR_LEAST = 4 };

static double dead_share(const struct health *h, int layer)
{
    return (double)h->layers[layer].dead;
}

static double update_ratio(const struct health *h, int layer)
{
    return layer_health_ratio(&h->layers[layer]);
}

/* What a bar shows: from `empty` to `full`, by powers of ten unless it is linear. Which faults colour it. */
static const struct column {
    const char *name, *brief;
    double (*measure)(const struct health *h, int layer);
    double empty, full;
    bool linear;
    const char *format;
    enum health_fault faults[2];
    int need; /* columns of the screen, below which it is left out */
} columns[] = {
    { "gradient, of last's", "gradient", health_words_relative, 1e-8, 1, false, "%.0e",
      { HEALTH_VANISHES, HEALTH_EXPLODES }, 0 },
    { "step / weight", "step", update_ratio, 1e-6, 1, false, "%.0e", { HEALTH_LARGE, HEALTH_SMALL }, 46 },
    { "dead ReLUs", "dead", dead_share, 0, 1, true, "%.0f %%", { HEALTH_DEAD, HEALTH_DEAD }, 0 },
};

enum { COLUMNS = sizeof columns / sizeof *columns };

/* Where things are in a row of so many columns. */
struct places {
    int name, bar, shown; /* columns of a name and of a bar; measures that are shown */
};

static bool is_shown(const struct column *column, int width)
{
    return width >= column->need;
}

static struct places places_of(int width)
{
    struct places p = { .name = int_clamp(width / 4, NAME_LEAST, NAME) };

    for (int i = 0; i < COLUMNS; i++)
        p.shown += is_shown(&columns[i], width);

    int room = (width - p.name - WORD - 1) / p.shown - FIGURE - 1;

    p.bar = room < BAR_LEAST ? 0 : int_min(room, BAR_MOST);
    return p;
}

enum role health_rows_role(enum health_fault fault)
{
    switch (fault) {
    case HEALTH_FINE: return ROLE_GOOD;
    case HEALTH_UNKNOWN: return ROLE_DIM;
    case HEALTH_SMALL:
    case HEALTH_LARGE: return ROLE_WARN;
    default: return ROLE_BAD;
    }
}

static enum role role_of(const struct column *column, const struct health *h, int layer)
{
    for (int i = 0; i < 2; i++)
        if (health_words_has(h, layer, column->faults[i]))
            return health_rows_role(column->faults[i]);
    return ROLE_GOOD;
}

static double filled(const struct column *column, double measured)
{
    return column->linear ? measured : log10(measured / column->empty) / log10(column->full / column->empty);
}

static void write_figure(const struct column *column, double measured, char *out, size_t size)
{
    if (isnan(measured))
        snprintf(out, size, "n/a");
    else
        snprintf(out, size, column->format, column->linear ? 100 * measured : measured);
}

static void draw_measure(struct canvas *c, int row, int at, int bar, const struct column *column,
                         const struct health *h, int layer)
{
    double measured = column->measure(h, layer);
    enum role role = isnan(measured) ? ROLE_DIM : role_of(column, h, layer);
    char text[24];

    write_figure(column, measured, text, sizeof text);
    if (bar > 0 && !isnan(measured)) {
        shape_bar(c, row, at, bar, filled(column, measured));
        canvas_role(c, row, at, bar, role);
    }
    canvas_text_right(c, row, at + bar + FIGURE, role == ROLE_GOOD ? ROLE_NORMAL : role, text);
}

static void draw_layer(struct canvas *c, int row, const struct places *p, const struct health *h,
                       const struct recipe *recipe, int layer)
{
    enum health_fault fault = health_words_layer(h, layer);
    const char *class = layer < recipe->n_layers ? recipe->layers[layer].class->name : "?";
    struct canvas name = canvas_part(c, (struct rectangle){ row, 0, 1, p->name - 1 });
    int at = p->name;

    canvas_format(&name, 0, 0, ROLE_NORMAL, "%3d %s", layer + 1, class);
    for (int i = 0; i < COLUMNS; i++)
        if (is_shown(&columns[i], c->clip.columns)) {
            draw_measure(c, row, at, p->bar, &columns[i], h, layer);
            at += p->bar + FIGURE + 1;
        }
    canvas_text(c, row, at + 1, health_rows_role(fault), health_words[fault]);
}

static void draw_heading(struct canvas *c, const struct places *p)
{
    int at = p->name;

    canvas_text(c, 0, 0, ROLE_DIM, "layer");
    for (int i = 0; i < COLUMNS; i++)
        if (is_shown(&columns[i], c->clip.columns)) {
            int width = p->bar + FIGURE;
            const char *name = canvas_text_width(columns[i].name) <= width ? columns[i].name : columns[i].brief;

            if (p->bar > 0)
                canvas_text(c, 0, at, ROLE_DIM, name);
            else
                canvas_text_right(c, 0, at + width, ROLE_DIM, name);
            at += width + 1;
        }
}

int health_rows_count(const struct health *h)
{
    int count = 0;

    for (int i = 0; i < h->n_layers; i++)
        count += layer_health_any(&h->layers[i]);
    return count;
}

void health_rows_draw(struct canvas *c, const struct health *h, const struct recipe *recipe, int first)
{
    const struct places p = places_of(c->clip.columns);
    int rows = c->clip.rows - 1, count = health_rows_count(h), line = 0;
    int from = int_max(int_min(first, count - rows), 0);

    draw_heading(c, &p);
    for (int layer = 0; layer < h->n_layers; layer++) {
        if (!layer_health_any(&h->layers[layer]))
            continue;
        if (line >= from && line - from < rows)
            draw_layer(c, 1 + line - from, &p, h, recipe, layer);
        line++;
    }
    shape_more(c, 1, rows, from > 0, from + rows < count);
}

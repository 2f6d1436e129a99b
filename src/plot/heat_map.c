#include "plot/heat_map.h"

#include <math.h>
#include <stdio.h>

#include "base/limits.h"
#include "plot/csv.h"
#include "plot/scale.h"

/* Measures for a picture of the usual size:
 *
 *        margin  title, subtitle
 *     y  0.1  ┌───────────┐  ┌┐ 80
 *     l 0.01  │    map    │  ││ 70     the axis of the colours
 *     a       └───────────┘  └┘ 60
 *     b         32    64     label     footer
 *             x label                  */
static const double gap = 14, smallest_text = 0.62, names_most = 0.25, axis_width = 1.8, cell_most = 280;

struct painter {
    struct chart_page page;
    const struct heat_map *map;
    struct scale scale;          /* of the numbers */
    double x, y, width, height;  /* of the map */
    struct chart_font name, figure;
    bool figures;                /* they fit */
};

static double value_at(const struct heat_map *m, int row, int column)
{
    return m->values[row * m->columns + column];
}

static int count_of(const struct heat_map *m)
{
    return m->rows * m->columns;
}

/* From the least number to the greatest. */
static struct scale scale_of(const struct heat_map *m)
{
    double low = INFINITY, high = -INFINITY;
    enum { TICKS = 9 };

    for (int i = 0; i < count_of(m); i++)
        if (isfinite(m->values[i])) {
            low = fmin(low, m->values[i]);
            high = fmax(high, m->values[i]);
        }
    struct scale s = scale_nice(low, high, TICKS);

    if (low < high) {
        s.low = low;
        s.high = high;
    }
    return s;
}

/* From a light tint to the full colour: the least number can be told from none. */
static struct color color_of(const struct painter *p, double fraction)
{
    const double least = 0.12;
    const struct palette *colors = p->page.palette;

    return palette_tint(colors, palette_color(colors, 0), least + (1 - least) * fraction);
}

static void figure_of(const struct painter *p, double number, char *out, size_t size)
{
    const double span = p->scale.high - p->scale.low;
    enum { DECIMALS_MOST = 4 };

    /* Cells have to differ where the numbers do: in about the 30th part of what there is. */
    snprintf(out, size, "%.*f", int_clamp((int)ceil(-log10(span / 30)), 0, DECIMALS_MOST), number);
}

static double widest_of(const struct painter *p, const char names[][HEAT_MAP_NAME_SIZE], int count)
{
    double widest = 0;

    for (int i = 0; i < count; i++)
        widest = fmax(widest, chart_text_width(p->page.cairo, &p->name, names[i]));
    return widest;
}

static void choose_figures(struct painter *p)
{
    const double column = p->width / p->map->columns, row = p->height / p->map->rows;
    double widest = 1;
    char text[32];

    p->figure = p->page.tick;
    p->figure.size = fmin(p->page.label.size, row * 0.6);
    for (int i = 0; i < count_of(p->map); i++) {
        if (!isfinite(p->map->values[i]))
            continue;
        figure_of(p, p->map->values[i], text, sizeof text);
        widest = fmax(widest, chart_text_width(p->page.cairo, &p->figure, text));
    }
    p->figure.size *= fmin(1, column * 0.85 / widest);
    p->figures = p->figure.size >= p->page.tick.size * smallest_text;
}

static void lay_out(struct painter *p, double top)
{
    const struct chart_page *page = &p->page;
    const struct heat_map *m = p->map;
    const double legend = 7 * page->tick.size + 2 * gap * page->unit, label = page->label.size * 1.5;

    p->name = page->tick;
    p->name.color = page->palette->ink;
    p->x = page->margin + label + fmin(widest_of(p, m->y_names, m->rows), page->width * names_most) + gap * page->unit;
    p->y = top + gap * page->unit;
    p->width = fmax(page->width - p->x - page->margin - legend, page->width / 10);
    p->height = fmax(chart_page_bottom(page) - p->y - page->tick.size * 1.6 - label - gap * page->unit,
                     page->height / 10);
    /* Cells of a few settings would be posters. */
    p->width = fmin(p->width, 2 * cell_most * page->unit * m->columns);
    p->height = fmin(p->height, cell_most * page->unit * m->rows);
    p->name.size = fmin(p->name.size, fmax(p->height / m->rows * 0.9, page->tick.size * smallest_text));
    choose_figures(p);
}

static void draw_cell(const struct painter *p, int row, int column)
{
    const struct heat_map *m = p->map;
    const struct chart_page *page = &p->page;
    const double width = p->width / m->columns, height = p->height / m->rows, number = value_at(m, row, column);
    const double x = p->x + column * width, y = p->y + row * height;
    const double edge = fmin(fmin(width, height) * 0.02, page->unit);
    const double fraction = fmin(fmax(scale_fraction(&p->scale, number), 0), 1), half = 0.55;
    struct chart_font font = p->figure;
    char text[32];

    if (!isfinite(number))
        return;
    chart_page_color(page, color_of(p, fraction));
    cairo_rectangle(page->cairo, x + edge, y + edge, width - 2 * edge, height - 2 * edge);
    cairo_fill(page->cairo);
    if (!p->figures)
        return;
    figure_of(p, number, text, sizeof text);
    font.color = fraction > half ? page->palette->paper : page->palette->ink;
    font.bold = m->marked && m->marked[row * m->columns + column];
    chart_text_line(page->cairo, &font, text, x + width / 2, y + height / 2 + font.size * 0.36, ALIGN_CENTER);
}

/* Above the cells, so that their neighbours do not cover it. */
static void draw_mark(const struct painter *p, int row, int column)
{
    const struct chart_page *page = &p->page;
    const double width = p->width / p->map->columns, height = p->height / p->map->rows, line = 5 * page->unit;

    if (!p->map->marked || !p->map->marked[row * p->map->columns + column])
        return;
    chart_page_color(page, palette_color(page->palette, 1));
    cairo_set_line_width(page->cairo, line);
    cairo_rectangle(page->cairo, p->x + column * width + line / 2, p->y + row * height + line / 2, width - line,
                    height - line);
    cairo_stroke(page->cairo);
}

/* Names along the columns, fewer of them where they have no room. */
static void draw_names(const struct painter *p)
{
    const struct heat_map *m = p->map;
    const struct chart_page *page = &p->page;
    const double near = gap * 0.6 * page->unit, column = p->width / m->columns, row = p->height / m->rows;
    const double widest = widest_of(p, m->x_names, m->columns), baseline = p->y + p->height + p->name.size + near;
    const int every = int_max((int)ceil((widest + near) / column), 1);
    char name[CHART_TEXT_SIZE];
    const int every_row = int_max((int)ceil(p->name.size * 1.05 / row), 1);

    for (int i = 0; i < m->columns; i += every)
        chart_text_line(page->cairo, &p->name, m->x_names[i], p->x + (i + 0.5) * column, baseline, ALIGN_CENTER);
    for (int i = 0; i < m->rows; i += every_row) {
        chart_text_fit(page->cairo, &p->name, m->y_names[i], page->width * names_most, CUT_BEGINNING, name);
        chart_text_line(page->cairo, &p->name, name, p->x - near, p->y + (i + 0.5) * row + p->name.size * 0.36,
                        ALIGN_RIGHT);
    }
    chart_text_line(page->cairo, &page->label, m->x_label, p->x + p->width / 2, baseline + page->label.size * 1.4,
                    ALIGN_CENTER);
    chart_text_upright(page->cairo, &page->label, m->y_label, page->margin + page->label.size * 0.6,
                       p->y + p->height / 2);
}

static void draw_legend(const struct painter *p)
{
    const struct chart_page *page = &p->page;
    const double width = page->tick.size, x = p->x + p->width + 2 * gap * page->unit, beside = x + width * 1.4;
    double ticks[TICKS_MAX], widest = 0;
    const int count = scale_ticks(&p->scale, ticks);
    char text[32];

    chart_page_colors(page, color_of(p, 0), color_of(p, 1), x, p->y, width, p->height);
    for (int i = 0; i < count; i++) {
        scale_label(&p->scale, ticks[i], text, sizeof text);
        widest = fmax(widest, chart_text_width(page->cairo, &page->tick, text));
        chart_text_line(page->cairo, &page->tick, text, beside,
                        p->y + (1 - scale_fraction(&p->scale, ticks[i])) * p->height + page->tick.size * 0.36,
                        ALIGN_LEFT);
    }
    chart_text_upright(page->cairo, &page->label, p->map->label, beside + widest + 1.6 * page->label.size,
                       p->y + p->height / 2);
}

static bool draw(const void *what, cairo_t *cairo, const struct picture_form *form, struct error *e)
{
    struct painter p = { .map = what };
    const struct heat_map *m = p.map;

    if (m->columns < 1 || m->columns > HEAT_MAP_SIDE_MAX || m->rows < 1 || m->rows > HEAT_MAP_SIDE_MAX)
        return error_set(e, ERROR_USAGE, "a heat map of %d×%d settings cannot be drawn", m->columns, m->rows);
    if (!chart_page_begin(&p.page, cairo, form, e))
        return false;
    p.scale = scale_of(m);
    lay_out(&p, chart_page_heading(&p.page, &m->texts, p.page.margin, p.page.width - 2 * p.page.margin));
    for (int i = 0; i < count_of(m); i++)
        draw_cell(&p, i / m->columns, i % m->columns);
    chart_page_color(&p.page, p.page.palette->axis);
    cairo_set_line_width(cairo, axis_width * p.page.unit);
    cairo_rectangle(cairo, p.x, p.y, p.width, p.height);
    cairo_stroke(cairo);
    for (int i = 0; i < count_of(m); i++)
        draw_mark(&p, i / m->columns, i % m->columns);
    draw_names(&p);
    draw_legend(&p);
    chart_page_footer(&p.page, &m->texts, p.page.width - p.page.margin);
    return true;
}

static void table(const void *what, FILE *out)
{
    const struct heat_map *m = what;
    char head[160];

    snprintf(head, sizeof head, "%s by %s", m->y_label, m->x_label);
    csv_print(out, head);
    for (int i = 0; i < m->columns; i++) {
        putc(',', out);
        csv_print(out, m->x_names[i]);
    }
    putc('\n', out);
    for (int row = 0; row < m->rows; row++) {
        csv_print(out, m->y_names[row]);
        csv_print_numbers(out, m->values + row * m->columns, m->columns);
    }
}

struct picture heat_map_picture(const struct heat_map *m)
{
    return (struct picture){ .title = m->texts.title, .what = m, .draw = draw, .table = table };
}

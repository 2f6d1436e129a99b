#include "plot/chart.h"

#include <math.h>

#include "base/limits.h"
#include "base/text.h"
#include "plot/csv.h"

/* Measures for a picture of the usual size; all are multiplied by the picture's unit.
 *
 *     margin  title
 *             subtitle
 *             ── train   ─●─ validation         legend
 *          y  ┌───────────────────────────┐
 *        l 1  │                           │
 *        a 0  └───────────────────────────┘
 *        b    0           x label         1
 *                                    footer    margin */
static const double gap = 14, tick_gap = 10, sample_width = 72, axis_width = 1.8, grid_width = 1.2;

struct painter {
    struct chart_page page;
    const struct chart *chart;
    struct chart_frame plot;
};

struct range {
    bool any;
    double low, high;
};

static void range_add(struct range *r, double value)
{
    r->low = r->any ? fmin(r->low, value) : value;
    r->high = r->any ? fmax(r->high, value) : value;
    r->any = true;
}

static bool has_place(const struct chart *c, double y)
{
    return isfinite(y) && (!c->logarithmic || y > 0);
}

/* False when there is not one point. */
static bool data_ranges(const struct chart *c, struct range *x, struct range *y)
{
    *x = *y = (struct range){ 0 };
    for (int k = 0; k < c->n_series; k++) {
        const struct chart_series *s = &c->series[k];

        for (size_t i = 0; i < s->count; i++) {
            if (!isfinite(s->x[i]) || !has_place(c, s->y[i]))
                continue;
            range_add(x, s->x[i]);
            range_add(y, s->y[i]);
            if (s->low && has_place(c, s->low[i]) && has_place(c, s->high[i])) {
                range_add(y, s->low[i]);
                range_add(y, s->high[i]);
            }
        }
    }
    return x->any;
}

/* The x axis begins at 0 when the data begin near it, and ends with the data: a round bound would leave the
 * end empty. */
static struct scale scale_across(const struct chart *c, struct range r)
{
    if (c->n_stops > 0) {
        const double first = c->stops[0], last = c->stops[c->n_stops - 1];

        return (struct scale){ .low = first < last ? first : first / 2,
                               .high = first < last ? last : last * 2,
                               .logarithmic = true };
    }
    if (r.low <= r.high / 2 || r.low == r.high)
        r.low = fmin(r.low, 0);
    return (struct scale){ .low = r.low, .high = r.low < r.high ? r.high : r.low + 1 };
}

/* With as many ticks as the height has room for. */
static struct scale scale_up(const struct chart *c, const struct chart_page *page, struct range r)
{
    const int ticks = int_clamp((int)(page->height / (4 * page->tick.size)), 3, 8);
    struct scale held = { 0 };

    if (c->logarithmic) {
        scale_hold(&held, &(struct scale_wish){ .low = r.any ? r.low : 1, .high = r.any ? r.high : 0,
                                                .ticks = ticks + 2, .logarithmic = true });
        return held;
    }
    if (c->y_low < c->y_high) {
        struct scale s = scale_nice(c->y_low, c->y_high, ticks);

        s.low = c->y_low;
        s.high = c->y_high;
        return s;
    }
    /* From zero when the data come near it, since the eye compares heights, and when there is only one height. */
    if (r.low > 0 && (c->from_zero || r.low < r.high / 2 || r.low == r.high))
        r.low = 0;
    return scale_nice(r.low, r.high, ticks);
}

/* A smoothed line must say that it is one. */
static void legend_name(const struct chart_series *s, char *out, size_t size)
{
    size_t window = chart_curve_window(s);

    text_copy(out, size, s->name);
    if (window > 1)
        text_append(out, size, ", %zu-point mean%s", window, s->bare ? "" : " (light: every point)");
}

/* As large as the longest name has room for. */
static struct chart_font legend_font(const struct painter *p, double width)
{
    struct chart_font font = p->page.label;
    const double room = width - (sample_width + gap) * p->page.unit;
    double widest = 0;
    char name[160];

    for (int i = 0; i < p->chart->n_series; i++) {
        legend_name(&p->chart->series[i], name, sizeof name);
        widest = fmax(widest, chart_text_width(p->page.cairo, &font, name));
    }
    font.size *= widest > room && room > 0 ? room / widest : 1;
    return font;
}

/* Draws rows of samples with their names, from the left; returns their height. */
static double draw_legend(const struct painter *p, double left, double top, double width)
{
    const struct chart_font fitting = legend_font(p, width), *font = &fitting;
    const double unit = p->page.unit, row = font->size * 1.45;
    double x = left, y = top;
    char name[160];

    for (int i = 0; i < p->chart->n_series; i++) {
        const struct chart_series *s = &p->chart->series[i];

        if (s->name[0] == '\0')
            continue;
        legend_name(s, name, sizeof name);
        double needed = (sample_width + gap) * unit + chart_text_width(p->page.cairo, font, name);
        if (x > left && x + needed > left + width) {
            x = left;
            y += row;
        }
        double baseline = y + font->size;
        chart_curve_sample(&p->page, s, x + sample_width / 2 * unit, baseline - font->size * 0.36, sample_width * unit);
        chart_text_line(p->page.cairo, font, name, x + (sample_width + gap) * unit, baseline, ALIGN_LEFT);
        x += needed + 2.5 * gap * unit;
    }
    return y + row - top;
}

/* Draws the heading, and computes where the plot goes: how high the heading is depends on its text. */
static void draw_heading(struct painter *p)
{
    const struct chart_page *page = &p->page;
    const double unit = page->unit, label_height = page->label.size * 1.4;
    double ticks[TICKS_MAX], widest = 0;
    char text[32];

    int count = scale_ticks(&p->plot.up, ticks);
    for (int i = 0; i < count; i++) {
        scale_label(&p->plot.up, ticks[i], text, sizeof text);
        widest = fmax(widest, chart_text_width(page->cairo, &page->tick, text));
    }
    p->plot.x = page->margin * 0.7 + label_height + (gap + tick_gap) * unit + widest;
    p->plot.width = fmax(page->width - p->plot.x - page->margin * 1.2, page->width / 10);

    double top = chart_page_heading(page, &p->chart->texts, p->plot.x, p->plot.width);
    top += draw_legend(p, p->plot.x, top, p->plot.width);
    p->plot.y = top + gap * unit;

    double below = tick_gap * unit + page->tick.size + label_height + gap * unit;
    /* Some of the plot is left, however long the text above it is. */
    p->plot.height = fmax(chart_page_bottom(page) - p->plot.y - below, page->height / 10);
}

/* At its stops, or at every second, fourth … where all have no room. */
static int stop_ticks(const struct painter *p, struct axis_tick out[AXIS_TICKS_MAX])
{
    const struct chart *c = p->chart;
    double widest = 0;
    char text[32];
    int every = 1, count = 0;

    for (int i = 0; i < c->n_stops; i++) {
        snprintf(text, sizeof text, "%.6g", c->stops[i]);
        widest = fmax(widest, chart_text_width(p->page.cairo, &p->page.tick, text));
    }

    const int room = int_clamp((int)(p->plot.width / (widest + p->page.tick.size)), 1, AXIS_TICKS_MAX);

    while (int_ceil_div(c->n_stops, every) > room)
        every *= 2;
    for (int i = 0; i < c->n_stops; i += every, count++) {
        out[count].at = c->stops[i];
        snprintf(out[count].label, sizeof out[count].label, "%.6g", c->stops[i]);
    }
    return count;
}

static void draw_across(const struct painter *p)
{
    const struct chart_frame *f = &p->plot;
    const struct chart_page *page = &p->page;
    const double label_columns = 1.6; /* of a tick's size, for each character */
    struct axis_tick ticks[AXIS_TICKS_MAX];
    double baseline = f->y + f->height + tick_gap * page->unit + page->tick.size;
    const int columns = (int)(f->width / (page->tick.size * label_columns));
    int count = p->chart->n_stops > 0 ? stop_ticks(p, ticks)
                                      : axis_ticks(p->chart->x_axis, f->across.low, f->across.high, columns, ticks);

    for (int i = 0; i < count; i++) {
        double x = f->x + scale_fraction(&f->across, ticks[i].at) * f->width;

        chart_page_color(page, page->palette->grid);
        cairo_set_line_width(page->cairo, grid_width * page->unit);
        chart_page_segment(page, x, f->y, 0, f->height);
        chart_text_line(page->cairo, &page->tick, ticks[i].label, x, baseline, ALIGN_CENTER);
    }
    chart_text_line(page->cairo, &page->label, p->chart->x_label, f->x + f->width / 2,
                    baseline + page->label.size * 1.4, ALIGN_CENTER);
}

/* The lines at 2, 3, 4 … 9 of each power of ten, which show that an axis is logarithmic. */
static void draw_decades(const struct painter *p)
{
    const struct chart_frame *f = &p->plot;
    const struct chart_page *page = &p->page;
    const double most = 8; /* decades, above which the lines would be one grey */

    if (!f->up.logarithmic || log10(f->up.high / f->up.low) > most)
        return;
    chart_page_color(page, palette_tint(page->palette, page->palette->grid, 0.6));
    cairo_set_line_width(page->cairo, grid_width * 0.7 * page->unit);
    for (double power = pow(10, floor(log10(f->up.low))); power < f->up.high; power *= 10)
        for (int digit = 2; digit < 10; digit++)
            if (digit * power > f->up.low && digit * power < f->up.high)
                chart_page_segment(page, f->x, f->y + (1 - scale_fraction(&f->up, digit * power)) * f->height, f->width,
                                   0);
}

static void draw_up(const struct painter *p)
{
    const struct chart_frame *f = &p->plot;
    const struct chart_page *page = &p->page;
    double ticks[TICKS_MAX];
    int count = scale_ticks(&f->up, ticks);
    char text[32];

    draw_decades(p);
    for (int i = 0; i < count; i++) {
        double y = f->y + (1 - scale_fraction(&f->up, ticks[i])) * f->height;

        chart_page_color(page, page->palette->grid);
        cairo_set_line_width(page->cairo, grid_width * page->unit);
        chart_page_segment(page, f->x, y, f->width, 0);
        scale_label(&f->up, ticks[i], text, sizeof text);
        chart_text_line(page->cairo, &page->tick, text, f->x - tick_gap * page->unit, y + page->tick.size * 0.36,
                        ALIGN_RIGHT);
    }
    chart_text_upright(page->cairo, &page->label, p->chart->y_label, page->margin * 0.7 + page->label.size,
                       f->y + f->height / 2);
}

static void draw_axes(const struct painter *p)
{
    const struct chart_frame *f = &p->plot;
    const struct chart_page *page = &p->page;

    draw_across(p);
    draw_up(p);
    chart_page_color(page, page->palette->axis);
    cairo_set_line_width(page->cairo, axis_width * page->unit);
    chart_page_segment(page, f->x, f->y + f->height, f->width, 0);
    chart_page_segment(page, f->x, f->y, 0, f->height);
    chart_page_footer(page, &p->chart->texts, f->x + f->width);
    chart_text_line(page->cairo, &page->subtitle, p->chart->note, f->x + f->width - gap * page->unit,
                    f->y + page->subtitle.size * 1.3, ALIGN_RIGHT);
}

static bool draw_curves(const struct painter *p, struct error *e)
{
    const struct chart_frame *f = &p->plot;
    cairo_t *cairo = p->page.cairo;
    /* Clips to the frame, with room for half a marker on it, so that bounds set by the caller are kept. */
    const double room = 10 * p->page.unit;
    bool drawn = true;

    cairo_save(cairo);
    cairo_rectangle(cairo, f->x - room, f->y - room, f->width + 2 * room, f->height + 2 * room);
    cairo_clip(cairo);
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    for (int i = 0; drawn && i < p->chart->n_series; i++)
        drawn = chart_curve_draw(&p->page, f, &p->chart->series[i], e);
    cairo_restore(cairo);
    return drawn;
}

static bool draw(const void *what, cairo_t *cairo, const struct picture_form *form, struct error *e)
{
    const struct chart *c = what;
    struct painter p = { .chart = c };
    struct range x, y;
    bool any = data_ranges(c, &x, &y);

    if (!chart_page_begin(&p.page, cairo, form, e))
        return false;
    p.plot.across = scale_across(c, x);
    p.plot.up = scale_up(c, &p.page, y);
    draw_heading(&p);
    draw_axes(&p);
    if (!any) /* a note says why */
        chart_text_line(cairo, &p.page.subtitle, c->note[0] ? "no value can be drawn" : "nothing measured yet",
                        p.plot.x + p.plot.width / 2, p.plot.y + p.plot.height / 2, ALIGN_CENTER);
    return draw_curves(&p, e);
}

static void table(const void *what, FILE *out)
{
    const struct chart *c = what;

    fputs("series,", out);
    csv_print(out, c->x_label);
    putc(',', out);
    csv_print(out, c->y_label);
    fputs(",lowest,highest\n", out);
    for (int k = 0; k < c->n_series; k++) {
        const struct chart_series *s = &c->series[k];

        for (size_t i = 0; i < s->count; i++) {
            csv_print(out, s->line[0] ? s->line : s->name);
            csv_print_numbers(out, (const double[]){ s->x[i], s->y[i], s->low ? s->low[i] : s->y[i],
                                                     s->high ? s->high[i] : s->y[i] }, 4);
        }
    }
}

struct picture chart_picture(const struct chart *c)
{
    return (struct picture){ .title = c->texts.title, .what = c, .draw = draw, .table = table };
}

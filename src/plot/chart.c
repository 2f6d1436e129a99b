#include "plot/chart.h"

#include <math.h>

#include "base/text.h"
#include "plot/chart_curve.h"
#include "plot/chart_text.h"
#include "plot/picture.h"

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
static const double margin = 48, gap = 14, tick_gap = 12, sample_width = 46, axis_width = 1.6, grid_width = 1.2;

static const struct color ink = { 0.13, 0.13, 0.13 }, soft = { 0.38, 0.38, 0.38 }, faint = { 0.58, 0.58, 0.58 },
                          axis = { 0.45, 0.45, 0.45 }, grid = { 0.90, 0.90, 0.90 };

struct painter {
    cairo_t *cairo;
    const struct chart *chart;
    double width, height;
    struct chart_font title, subtitle, label, tick, footer;
    struct chart_frame plot;
};

static void painter_begin(struct painter *p, cairo_t *cairo, const struct chart *c, double width, double height)
{
    double unit = fmin(width / CHART_WIDTH, height / CHART_HEIGHT);

    *p = (struct painter){
        .cairo = cairo,
        .chart = c,
        .width = width,
        .height = height,
        .title = { .size = 36 * unit, .bold = true, .color = ink },
        .subtitle = { .size = 22 * unit, .color = soft },
        .label = { .size = 23 * unit, .color = ink },
        .tick = { .size = 20 * unit, .color = soft },
        .footer = { .size = 16 * unit, .color = faint },
        .plot = { .unit = unit },
    };
}

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

/* False when there is not one point. */
static bool data_ranges(const struct chart *c, struct range *x, struct range *y)
{
    *x = *y = (struct range){ 0 };
    for (int k = 0; k < c->n_series; k++) {
        const struct chart_series *s = &c->series[k];

        for (size_t i = 0; i < s->count; i++) {
            if (!isfinite(s->x[i]) || !isfinite(s->y[i]))
                continue;
            range_add(x, s->x[i]);
            range_add(y, s->y[i]);
            if (s->low && isfinite(s->low[i]) && isfinite(s->high[i])) {
                range_add(y, s->low[i]);
                range_add(y, s->high[i]);
            }
        }
    }
    return x->any;
}

/* The x axis begins at 0 when the data begin near it, and ends with the data: a round bound would leave the
 * end empty. */
static struct scale scale_across(struct range r)
{
    enum { TICKS = 11 };

    if (r.low > 0 && r.low <= r.high / 2)
        r.low = 0;
    if (r.low == r.high && r.high > 0)
        r.low = 0;
    struct scale s = scale_nice(r.low, r.high, TICKS);
    /* x counts something, so a longer axis has no ticks at halves. */
    if (s.step < 1 && r.high - r.low >= 2)
        s = (struct scale){ .step = 1 };
    if (r.low < r.high) {
        s.low = r.low;
        s.high = r.high;
    }
    return s;
}

static struct scale scale_up(const struct chart *c, struct range r)
{
    enum { TICKS = 8 };

    if (c->y_low < c->y_high) {
        struct scale s = scale_nice(c->y_low, c->y_high, TICKS);

        s.low = c->y_low;
        s.high = c->y_high;
        return s;
    }
    /* From zero when the data come near it, since the eye compares heights, and when there is only one height. */
    if (r.low > 0 && (c->from_zero || r.low < r.high / 2 || r.low == r.high))
        r.low = 0;
    return scale_nice(r.low, r.high, TICKS);
}

static void set_color(cairo_t *cairo, struct color c)
{
    cairo_set_source_rgb(cairo, c.red, c.green, c.blue);
}

/* A smoothed line must say that it is one. */
static void legend_name(const struct chart_series *s, char *out, size_t size)
{
    size_t window = chart_curve_window(s);

    text_copy(out, size, s->name);
    if (window > 1)
        text_append(out, size, ", %zu-point mean (light: every point)", window);
}

/* Draws rows of samples with their names, from the left; returns their height. */
static double draw_legend(const struct painter *p, double left, double top, double width)
{
    const double unit = p->plot.unit, row = p->label.size * 1.5;
    double x = left, y = top;
    char name[160];

    for (int i = 0; i < p->chart->n_series; i++) {
        const struct chart_series *s = &p->chart->series[i];

        legend_name(s, name, sizeof name);
        double needed = (sample_width + gap) * unit + chart_text_width(p->cairo, &p->label, name);
        if (x > left && x + needed > left + width) {
            x = left;
            y += row;
        }
        double baseline = y + p->label.size;
        chart_curve_sample(p->cairo, s, x + sample_width / 2 * unit, baseline - p->label.size * 0.36,
                           sample_width * unit, unit);
        chart_text_line(p->cairo, &p->label, name, x + (sample_width + gap) * unit, baseline, ALIGN_LEFT);
        x += needed + 2.5 * gap * unit;
    }
    return y + row - top;
}

/* Draws the heading, and computes where the plot goes: how high the heading is depends on its text. */
static void draw_heading(struct painter *p)
{
    const double unit = p->plot.unit, label_height = p->label.size * 1.4;
    double ticks[TICKS_MAX], widest = 0, top = margin * 0.8 * unit;
    char text[32];

    int count = scale_ticks(&p->plot.up, ticks);
    for (int i = 0; i < count; i++) {
        scale_label(&p->plot.up, ticks[i], text, sizeof text);
        widest = fmax(widest, chart_text_width(p->cairo, &p->tick, text));
    }
    p->plot.x = margin * 0.7 * unit + label_height + (gap + tick_gap) * unit + widest;
    p->plot.width = p->width - p->plot.x - margin * 1.2 * unit;

    top += chart_text_block(p->cairo, &p->title, p->chart->title, p->plot.x, top, p->plot.width);
    top += chart_text_block(p->cairo, &p->subtitle, p->chart->subtitle, p->plot.x, top, p->plot.width);
    top += gap * unit;
    top += draw_legend(p, p->plot.x, top, p->plot.width);
    p->plot.y = top + gap * unit;

    double below = tick_gap * unit + p->tick.size + label_height + gap * unit + p->footer.size + margin * 0.8 * unit;
    /* Some of the plot is left, however long the text above it is. */
    p->plot.height = fmax(p->height - p->plot.y - below, p->height / 10);
}

static void draw_segment(cairo_t *cairo, double x, double y, double across, double down)
{
    cairo_move_to(cairo, x, y);
    cairo_rel_line_to(cairo, across, down);
    cairo_stroke(cairo);
}

static void draw_across(const struct painter *p)
{
    const struct chart_frame *f = &p->plot;
    double ticks[TICKS_MAX], baseline = f->y + f->height + tick_gap * f->unit + p->tick.size;
    int count = scale_ticks(&f->across, ticks);
    char text[32];

    for (int i = 0; i < count; i++) {
        double x = f->x + scale_fraction(&f->across, ticks[i]) * f->width;

        set_color(p->cairo, grid);
        cairo_set_line_width(p->cairo, grid_width * f->unit);
        draw_segment(p->cairo, x, f->y, 0, f->height);
        scale_label(&f->across, ticks[i], text, sizeof text);
        chart_text_line(p->cairo, &p->tick, text, x, baseline, ALIGN_CENTER);
    }
    chart_text_line(p->cairo, &p->label, p->chart->x_label, f->x + f->width / 2, baseline + p->label.size * 1.5,
                    ALIGN_CENTER);
}

static void draw_up(const struct painter *p)
{
    const struct chart_frame *f = &p->plot;
    double ticks[TICKS_MAX];
    int count = scale_ticks(&f->up, ticks);
    char text[32];

    for (int i = 0; i < count; i++) {
        double y = f->y + (1 - scale_fraction(&f->up, ticks[i])) * f->height;

        set_color(p->cairo, grid);
        cairo_set_line_width(p->cairo, grid_width * f->unit);
        draw_segment(p->cairo, f->x, y, f->width, 0);
        scale_label(&f->up, ticks[i], text, sizeof text);
        chart_text_line(p->cairo, &p->tick, text, f->x - tick_gap * f->unit, y + p->tick.size * 0.36, ALIGN_RIGHT);
    }
    chart_text_upright(p->cairo, &p->label, p->chart->y_label, margin * 0.7 * f->unit + p->label.size,
                       f->y + f->height / 2);
}

static void draw_axes(const struct painter *p)
{
    const struct chart_frame *f = &p->plot;

    draw_across(p);
    draw_up(p);
    set_color(p->cairo, axis);
    cairo_set_line_width(p->cairo, axis_width * f->unit);
    draw_segment(p->cairo, f->x, f->y + f->height, f->width, 0);
    draw_segment(p->cairo, f->x, f->y, 0, f->height);
    chart_text_line(p->cairo, &p->footer, p->chart->footer, f->x + f->width, p->height - margin * 0.5 * f->unit,
                    ALIGN_RIGHT);
}

static bool draw_curves(const struct painter *p, struct error *e)
{
    const struct chart_frame *f = &p->plot;
    /* Clips to the frame, with room for half a marker on it, so that bounds set by the caller are kept. */
    const double room = 10 * f->unit;
    bool drawn = true;

    cairo_save(p->cairo);
    cairo_rectangle(p->cairo, f->x - room, f->y - room, f->width + 2 * room, f->height + 2 * room);
    cairo_clip(p->cairo);
    cairo_set_line_cap(p->cairo, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(p->cairo, CAIRO_LINE_JOIN_ROUND);
    for (int i = 0; drawn && i < p->chart->n_series; i++)
        drawn = chart_curve_draw(p->cairo, f, &p->chart->series[i], e);
    cairo_restore(p->cairo);
    return drawn;
}

/* Fills width × height units of the surface from the origin. */
static bool draw_chart(cairo_t *cairo, const struct chart *c, double width, double height, struct error *e)
{
    struct painter p;
    struct range x, y;
    bool any = data_ranges(c, &x, &y);

    painter_begin(&p, cairo, c, width, height);
    p.plot.across = scale_across(x);
    p.plot.up = scale_up(c, y);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    draw_heading(&p);
    draw_axes(&p);
    if (!any)
        chart_text_line(cairo, &p.subtitle, "nothing measured yet", p.plot.x + p.plot.width / 2,
                        p.plot.y + p.plot.height / 2, ALIGN_CENTER);
    return draw_curves(&p, e);
}

struct drawing {
    const struct chart *chart;
    double width, height;
};

static bool draw(void *context, cairo_t *cairo, struct error *e)
{
    const struct drawing *d = context;

    return draw_chart(cairo, d->chart, d->width, d->height, e);
}

bool chart_write_png(const struct chart *c, const char *path, int width, int height, struct error *e)
{
    struct drawing d = { c, width, height };

    if (width < CHART_SIDE_MIN || width > CHART_SIDE_MAX || height < CHART_SIDE_MIN || height > CHART_SIDE_MAX)
        return error_set(e, ERROR_USAGE, "a picture of %d×%d is not possible: each side takes %d..%d pixels", width,
                         height, CHART_SIDE_MIN, CHART_SIDE_MAX);
    return picture_write_png(path, width, height, draw, &d, e);
}

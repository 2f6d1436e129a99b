#include "plot/chart_curve.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"

static const double line_width = 3.2, raw_width = 1.7, raw_ink = 0.36, marker_radius = 7, marker_edge = 2.5;

/* The window is a fiftieth of the curve: wide enough for a steady line, narrow enough to keep the curve's bends. */
enum { SMOOTHED_SHARE = 50 };

size_t chart_curve_window(const struct chart_series *s)
{
    return s->band ? s->count / SMOOTHED_SHARE / 2 * 2 + 1 : 1;
}

static double place_x(const struct chart_frame *f, double x)
{
    return f->x + scale_fraction(&f->across, x) * f->width;
}

static double place_y(const struct chart_frame *f, double y)
{
    return f->y + (1 - scale_fraction(&f->up, y)) * f->height;
}

static struct color color_of(const struct chart_page *page, const struct chart_series *s)
{
    return s->color == CHART_COLOR_INK ? page->palette->ink : palette_color(page->palette, s->color);
}

static bool is_point(const struct chart_frame *f, const struct chart_series *s, size_t i)
{
    return isfinite(scale_fraction(&f->across, s->x[i])) && isfinite(s->y[i]) &&
           isfinite(scale_fraction(&f->up, s->y[i]));
}

static bool is_spread(const struct chart_frame *f, const struct chart_series *s, size_t i)
{
    return is_point(f, s, i) && isfinite(scale_fraction(&f->up, s->low[i])) &&
           isfinite(scale_fraction(&f->up, s->high[i]));
}

/* The mean over a window around each point. At the beginning, where training curves are steep, the window shrinks on
 * both sides, so that the line does not start too low, but not so far that it follows the noise of a few points. At the
 * end, where curves are flat, it shrinks on the right alone. NaN where the point is not finite. */
static double *smooth(const struct chart_frame *f, const struct chart_series *s, struct error *e)
{
    size_t n = s->count, half = chart_curve_window(s) / 2;
    double *sum = memory_new(n + 1, sizeof *sum, e), *mean = memory_new(n, sizeof *mean, e);
    size_t *finite = memory_new(n + 1, sizeof *finite, e);

    if (sum && mean && finite) {
        for (size_t i = 0; i < n; i++) {
            sum[i + 1] = sum[i] + (is_point(f, s, i) ? s->y[i] : 0);
            finite[i + 1] = finite[i] + is_point(f, s, i);
        }
        for (size_t i = 0; i < n; i++) {
            size_t left = size_min(i, half), right = size_max(left, half / 8);
            size_t first = i - left, end = size_min(i + right + 1, n);

            mean[i] = is_point(f, s, i) ? (sum[end] - sum[first]) / (double)(finite[end] - finite[first]) : NAN;
        }
    } else {
        free(mean);
        mean = NULL;
    }
    free(sum);
    free(finite);
    return mean;
}

/* A line through points of which many may share a pixel column. Of each column only the first, lowest, highest and last
 * are drawn, which looks the same as drawing all. */
struct thinned {
    cairo_t *cairo;
    bool started; /* the line has a point already */
    bool open;    /* a column waits to be drawn */
    double column, first, low, high, last;
};

static void thinned_point(struct thinned *t, double y)
{
    if (!t->started)
        cairo_move_to(t->cairo, t->column, y);
    /* At the start a line to itself: with round caps, a line of one point is a dot. */
    cairo_line_to(t->cairo, t->column, y);
    t->started = true;
}

static void thinned_flush(struct thinned *t)
{
    if (!t->open)
        return;
    thinned_point(t, t->first);
    if (t->low < t->high) {
        thinned_point(t, t->low);
        thinned_point(t, t->high);
        thinned_point(t, t->last);
    }
    t->open = false;
}

static void thinned_add(struct thinned *t, double x, double y, double resolution)
{
    if (t->open && x - t->column < resolution) {
        t->low = fmin(t->low, y);
        t->high = fmax(t->high, y);
        t->last = y;
        return;
    }
    thinned_flush(t);
    t->column = x;
    t->first = t->low = t->high = t->last = y;
    t->open = true;
}

/* Draws a line through s->x and y, for `raw` through the extremes too, with gaps where a point is not finite. A point
 * between two gaps is a dot. */
static void stroke_line(const struct chart_page *page, const struct chart_frame *f, const struct chart_series *s,
                        const double *y, bool raw)
{
    struct thinned t = { .cairo = page->cairo };
    const double resolution = 0.5 * page->unit;

    for (size_t i = 0; i < s->count; i++) {
        if (is_point(f, s, i)) {
            double x = place_x(f, s->x[i]);

            thinned_add(&t, x, place_y(f, y[i]), resolution);
            if (raw && s->low && isfinite(s->low[i]) && isfinite(s->high[i])) {
                const double lowest = place_y(f, s->low[i]);

                thinned_add(&t, x, isfinite(lowest) ? lowest : f->y + f->height, resolution);
                thinned_add(&t, x, place_y(f, s->high[i]), resolution);
                thinned_add(&t, x, place_y(f, y[i]), resolution);
            }
            continue;
        }
        thinned_flush(&t);
        t.started = false;
    }
    thinned_flush(&t);
    cairo_stroke(page->cairo);
}

/* Series differ in shape as well, for prints in grey. */
static void marker_path(cairo_t *cairo, int color, double x, double y, double radius)
{
    enum { DIAMOND, CIRCLE, SQUARE, TRIANGLE, SHAPES };
    static const struct {
        int corners;
        double turn, size; /* half turns from pointing right; factors that make the sizes look alike */
    } shapes[SHAPES] = {
        [DIAMOND] = { 4, 0, 1.25 },
        [CIRCLE] = { 0, 0, 1 },
        [SQUARE] = { 4, 0.25, 1.25 },
        [TRIANGLE] = { 3, -0.5, 1.35 },
    };
    const int kind = color & (SHAPES - 1), corners = shapes[kind].corners;

    cairo_new_sub_path(cairo);
    if (corners == 0)
        cairo_arc(cairo, x, y, radius, 0, 2 * M_PI);
    for (int i = 0; i < corners; i++) {
        double angle = M_PI * (shapes[kind].turn + 2.0 * i / corners), reach = radius * shapes[kind].size;

        cairo_line_to(cairo, x + reach * cos(angle), y + reach * sin(angle));
    }
    cairo_close_path(cairo);
}

/* So do their lines. Caps are round, so that a dash is longer than it says. */
static void set_dashes(const struct chart_page *page, const struct chart_series *s)
{
    enum { DASHES_MOST = 4, KINDS = 4 };
    static const struct {
        int count;
        double lengths[DASHES_MOST];
    } kinds[KINDS] = { { 0, { 0 } }, { 2, { 13, 9 } }, { 4, { 15, 8, 0.5, 8 } }, { 2, { 0.5, 7 } } };
    const int kind = s->color == CHART_COLOR_INK ? 0 : s->color & (KINDS - 1);
    double dashes[DASHES_MOST];

    for (int i = 0; i < kinds[kind].count; i++)
        dashes[i] = kinds[kind].lengths[i] * page->unit;
    cairo_set_dash(page->cairo, dashes, kinds[kind].count, 0);
}

static void draw_marker(const struct chart_page *page, const struct chart_series *s, double x, double y)
{
    cairo_set_dash(page->cairo, NULL, 0, 0);
    marker_path(page->cairo, s->color == CHART_COLOR_INK ? 1 : s->color, x, y, marker_radius * page->unit);
    chart_page_color(page, page->palette->paper);
    cairo_set_line_width(page->cairo, marker_edge * page->unit);
    cairo_stroke_preserve(page->cairo);
    chart_page_color(page, color_of(page, s));
    cairo_fill(page->cairo);
}

static void draw_line(const struct chart_page *page, const struct chart_frame *f, const struct chart_series *s,
                      const double *y)
{
    chart_page_color(page, color_of(page, s));
    cairo_set_line_width(page->cairo, line_width * page->unit);
    set_dashes(page, s);
    stroke_line(page, f, s, y, false);
    cairo_set_dash(page->cairo, NULL, 0, 0);
    /* A line of one point would not be seen without a marker. */
    for (size_t i = 0; (s->markers || s->count == 1) && i < s->count; i++)
        if (is_point(f, s, i))
            draw_marker(page, s, place_x(f, s->x[i]), place_y(f, s->y[i]));
}

/* Between low and high, as far as both are there; what is behind it can be seen. */
static void fill_spread(const struct chart_page *page, const struct chart_frame *f, const struct chart_series *s)
{
    const double ink = 0.18;
    const struct color c = color_of(page, s);

    cairo_set_source_rgba(page->cairo, c.red, c.green, c.blue, ink);
    for (size_t i = 0, end; i < s->count; i = end + 1) {
        for (end = i; end < s->count && is_spread(f, s, end);)
            end++;
        cairo_new_sub_path(page->cairo);
        for (size_t k = i; k < end; k++)
            cairo_line_to(page->cairo, place_x(f, s->x[k]), place_y(f, s->high[k]));
        for (size_t k = end; k > i; k--)
            cairo_line_to(page->cairo, place_x(f, s->x[k - 1]), place_y(f, s->low[k - 1]));
        cairo_close_path(page->cairo);
    }
    cairo_fill(page->cairo);
}

bool chart_curve_draw(const struct chart_page *page, const struct chart_frame *f, const struct chart_series *s,
                      struct error *e)
{
    const double *line = s->y;
    double *smoothed = NULL;

    if (s->count == 0)
        return true;
    if (s->spread && s->low)
        fill_spread(page, f, s);
    if (chart_curve_window(s) > 1) {
        line = smoothed = smooth(f, s, e);
        if (!smoothed)
            return false;
    }
    if (smoothed && !s->bare) {
        chart_page_color(page, palette_tint(page->palette, color_of(page, s), raw_ink));
        cairo_set_line_width(page->cairo, raw_width * page->unit);
        stroke_line(page, f, s, s->y, true);
    }
    draw_line(page, f, s, line);
    free(smoothed);
    return true;
}

void chart_curve_sample(const struct chart_page *page, const struct chart_series *s, double x, double y, double width)
{
    cairo_t *cairo = page->cairo;

    if ((chart_curve_window(s) > 1 && !s->bare) || s->spread) {
        const double height = 9 * page->unit;

        chart_page_color(page, palette_tint(page->palette, color_of(page, s), raw_ink));
        cairo_rectangle(cairo, x - width / 2, y - height, width, 2 * height);
        cairo_fill(cairo);
    }
    chart_page_color(page, color_of(page, s));
    cairo_set_line_width(cairo, line_width * page->unit);
    set_dashes(page, s);
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
    chart_page_segment(page, x - width / 2, y, width, 0);
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_BUTT);
    cairo_set_dash(cairo, NULL, 0, 0);
    if (s->markers)
        draw_marker(page, s, x, y);
}

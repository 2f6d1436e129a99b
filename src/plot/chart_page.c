#include "plot/chart_page.h"

#include <math.h>

double chart_page_dpi(int width, int height)
{
    return CHART_DPI * fmin((double)width / CHART_WIDTH, (double)height / CHART_HEIGHT);
}

bool chart_page_begin(struct chart_page *p, cairo_t *cairo, const struct picture_form *form, struct error *e)
{
    const double largest = 1.7; /* text as in a picture so many times as large: more would leave nothing for curves */
    const double fitting = chart_page_dpi(form->width, form->height) / CHART_DPI;
    const double unit = form->dpi > 0 ? fmin(form->dpi / CHART_DPI, largest * fitting) : fitting;
    const struct palette *colors = palette_of(form->palette);

    if (form->width < CHART_SIDE_MIN || form->width > PICTURE_SIDE_MAX || form->height < CHART_SIDE_MIN ||
        form->height > PICTURE_SIDE_MAX)
        return error_set(e, ERROR_USAGE, "a chart of %d×%d is not possible: each side takes %d..%d pixels", form->width,
                         form->height, CHART_SIDE_MIN, PICTURE_SIDE_MAX);
    *p = (struct chart_page){
        .cairo = cairo,
        .palette = colors,
        .width = form->width,
        .height = form->height,
        .unit = unit,
        .margin = 40 * unit,
        .title = { .size = 36 * unit, .bold = true, .color = colors->ink },
        .subtitle = { .size = 23 * unit, .color = colors->soft },
        .label = { .size = 27 * unit, .color = colors->ink },
        .tick = { .size = 24 * unit, .color = colors->soft },
        .footer = { .size = 17 * unit, .color = colors->faint },
    };
    chart_page_color(p, colors->paper);
    cairo_paint(cairo);
    return true;
}

double chart_page_heading(const struct chart_page *p, const struct chart_texts *t, double left, double width)
{
    double top = p->margin * 0.8;

    top += chart_text_block(p->cairo, &p->title, t->title, left, top, width);
    top += chart_text_block(p->cairo, &p->subtitle, t->subtitle, left, top, width);
    return top + 14 * p->unit;
}

void chart_page_footer(const struct chart_page *p, const struct chart_texts *t, double right)
{
    chart_text_line(p->cairo, &p->footer, t->footer, right, p->height - p->margin * 0.5, ALIGN_RIGHT);
}

double chart_page_bottom(const struct chart_page *p)
{
    return p->height - p->margin * 0.8 - p->footer.size;
}

void chart_page_color(const struct chart_page *p, struct color c)
{
    cairo_set_source_rgb(p->cairo, c.red, c.green, c.blue);
}

void chart_page_colors(const struct chart_page *p, struct color from, struct color to, double x, double y, double width,
                       double height)
{
    cairo_pattern_t *colors = cairo_pattern_create_linear(0, y + height, 0, y);

    cairo_pattern_add_color_stop_rgb(colors, 0, from.red, from.green, from.blue);
    cairo_pattern_add_color_stop_rgb(colors, 1, to.red, to.green, to.blue);
    cairo_rectangle(p->cairo, x, y, width, height);
    cairo_set_source(p->cairo, colors);
    cairo_fill(p->cairo);
    cairo_pattern_destroy(colors);
}

void chart_page_segment(const struct chart_page *p, double x, double y, double across, double down)
{
    cairo_move_to(p->cairo, x, y);
    cairo_rel_line_to(p->cairo, across, down);
    cairo_stroke(p->cairo);
}

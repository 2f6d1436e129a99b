#include "plot/bars.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "plot/csv.h"
#include "plot/scale.h"

/* Measures for a picture of the usual size:
 *
 *        margin  title, subtitle
 *                ■ forward  ■ backward        legend
 *       conv2d  │████████▒▒▒▒▒▒▒▒▒ 12.4 ms    a row a bar
 *        dense  │██▒▒ 1.1 ms
 *               └──────────────────────
 *               0          10                 label, footer */
static const double gap = 14, row_least = 22, row_most = 340, bar_share = 0.62, thickest = 160;
static const double axis_width = 1.8, grid_width = 1.2;

struct painter {
    struct chart_page page;
    const struct bars *bars;
    const struct bar **shown; /* [n_shown] */
    int n_shown;
    double x, y, width, height; /* of the plot */
    struct scale scale;
    struct chart_font name; /* of a bar */
};

static double part_of(const struct bar *bar, int part)
{
    return bar->parts[part] > 0 && isfinite(bar->parts[part]) ? bar->parts[part] : 0;
}

static double sum_of(const struct bars *b, const struct bar *bar)
{
    double sum = 0;

    for (int i = 0; i < b->n_parts; i++)
        sum += part_of(bar, i);
    return sum;
}

static bool has_spread(const struct bar *bar)
{
    return isfinite(bar->low) && isfinite(bar->high) && bar->low >= 0 && bar->low < bar->high;
}

/* How far it goes. */
static double end_of(const struct bars *b, const struct bar *bar)
{
    return fmax(sum_of(b, bar), has_spread(bar) ? bar->high : 0);
}

/* Where the palette has no more colours, paler ones. */
static struct color color_of_part(const struct palette *p, int part)
{
    const double pale = 0.45;

    return part < PALETTE_CURVES ? palette_color(p, part) : palette_tint(p, palette_color(p, part), pale);
}

/* Draws squares with the names of the parts; returns their height. */
static double draw_legend(const struct painter *p, double top)
{
    const struct chart_page *page = &p->page;
    const double side = page->label.size * 0.75;
    double x = page->margin, y = top, row = page->label.size * 1.45;

    if (p->bars->n_parts < 2)
        return 0;
    for (int i = 0; i < p->bars->n_parts; i++) {
        const char *name = p->bars->parts[i];
        const double needed = side * 1.6 + chart_text_width(page->cairo, &page->label, name);

        if (x > page->margin && x + needed > page->width - page->margin) {
            x = page->margin;
            y += row;
        }
        chart_page_color(page, color_of_part(page->palette, i));
        cairo_rectangle(page->cairo, x, y + page->label.size * 0.2, side, side);
        cairo_fill(page->cairo);
        chart_text_line(page->cairo, &page->label, name, x + side * 1.6, y + page->label.size * 0.9, ALIGN_LEFT);
        x += needed + 2 * gap * page->unit;
    }
    return y + row - top;
}

static bool shorter(const struct bars *b, const struct bar *one, const struct bar *other)
{
    return sum_of(b, one) < sum_of(b, other);
}

/* Of bars that have no room the shortest are left out; the others keep their order. */
static void choose(struct painter *p, int room)
{
    p->n_shown = p->bars->n_bars;
    for (int i = 0; i < p->n_shown; i++)
        p->shown[i] = &p->bars->bars[i];
    while (p->n_shown > room) {
        int least = 0;

        for (int i = 1; i < p->n_shown; i++)
            if (shorter(p->bars, p->shown[i], p->shown[least]))
                least = i;
        p->n_shown--;
        for (int i = least; i < p->n_shown; i++)
            p->shown[i] = p->shown[i + 1];
    }
}

static void note_of(const struct painter *p, const struct bar *bar, char *out, size_t size)
{
    out[0] = '\0';
    if (bar->note[0])
        text_copy(out, size, bar->note);
    else
        text_append(out, size, "%.3g", sum_of(p->bars, bar));
}

/* What is written at the ends of the bars must have room, too. */
static void lay_out(struct painter *p, double top)
{
    const struct chart_page *page = &p->page;
    double names = 0, notes = 0, longest = 0, bottom;
    char note[64];

    p->y = top + gap * page->unit;
    bottom = chart_page_bottom(page) - page->tick.size - page->label.size * 1.4 - 2 * gap * page->unit;
    p->height = fmax(bottom - p->y, page->height / 10);
    choose(p, int_max((int)(p->height / (row_least * page->unit)), 1));
    p->height = fmin(p->height, p->n_shown * row_most * page->unit);
    p->name = page->tick;
    p->name.color = page->palette->ink;
    if (p->n_shown > 0)
        p->name.size = fmin(p->name.size, p->height / p->n_shown * 0.8);
    for (int i = 0; i < p->n_shown; i++) {
        note_of(p, p->shown[i], note, sizeof note);
        names = fmax(names, chart_text_width(page->cairo, &p->name, p->shown[i]->name));
        notes = fmax(notes, chart_text_width(page->cairo, &p->name, note));
        longest = fmax(longest, end_of(p->bars, p->shown[i]));
    }
    p->x = page->margin + fmin(names, page->width * 0.35) + gap * page->unit;
    p->width = fmax(page->width - p->x - page->margin - notes - gap * page->unit, page->width / 10);
    p->scale = scale_nice(0, longest, int_clamp((int)(p->width / (4 * page->tick.size)), 2, 8));
    p->scale.high = longest > 0 ? longest : 1;
}

static void draw_axis(const struct painter *p)
{
    const struct chart_page *page = &p->page;
    double ticks[TICKS_MAX], baseline = p->y + p->height + page->tick.size + gap * 0.7 * page->unit;
    int count = scale_ticks(&p->scale, ticks);
    char text[32];

    for (int i = 0; i < count; i++) {
        double x = p->x + scale_fraction(&p->scale, ticks[i]) * p->width;

        chart_page_color(page, page->palette->grid);
        cairo_set_line_width(page->cairo, grid_width * page->unit);
        chart_page_segment(page, x, p->y, 0, p->height);
        scale_label(&p->scale, ticks[i], text, sizeof text);
        chart_text_line(page->cairo, &page->tick, text, x, baseline, ALIGN_CENTER);
    }
    chart_text_line(page->cairo, &page->label, p->bars->label, p->x + p->width / 2, baseline + page->label.size * 1.4,
                    ALIGN_CENTER);
}

/* What tells names apart is at the end more often. */
static void draw_name(const struct painter *p, const struct bar *bar, double baseline)
{
    const double room = p->x - p->page.margin - gap * p->page.unit;
    char name[CHART_TEXT_SIZE];

    chart_text_fit(p->page.cairo, &p->name, bar->name, room * 1.001, CUT_BEGINNING, name);
    chart_text_line(p->page.cairo, &p->name, name, p->page.margin + room, baseline, ALIGN_RIGHT);
}

static double place_of(const struct painter *p, double sum)
{
    return p->x + sum / p->scale.high * p->width;
}

/* A line with a stroke at each end. */
static void draw_spread(const struct painter *p, const struct bar *bar, double middle, double height)
{
    const struct chart_page *page = &p->page;
    const double low = place_of(p, bar->low), high = place_of(p, bar->high);

    chart_page_color(page, page->palette->ink);
    cairo_set_line_width(page->cairo, axis_width * page->unit);
    chart_page_segment(page, low, middle, high - low, 0);
    chart_page_segment(page, low, middle - height / 2, 0, height);
    chart_page_segment(page, high, middle - height / 2, 0, height);
}

static void draw_bar(const struct painter *p, const struct bar *bar, double top, double row)
{
    const struct chart_page *page = &p->page;
    const double baseline = top + row / 2 + p->name.size * 0.36, thick = fmin(row * bar_share, thickest * page->unit);
    double x = p->x;
    char note[64];

    for (int i = 0; i < p->bars->n_parts; i++) {
        const double width = part_of(bar, i) / p->scale.high * p->width;

        chart_page_color(page, color_of_part(page->palette, i));
        cairo_rectangle(page->cairo, x, top + (row - thick) / 2, width, thick);
        cairo_fill(page->cairo);
        x += width;
    }
    if (has_spread(bar))
        draw_spread(p, bar, top + row / 2, thick / 3);
    draw_name(p, bar, baseline);
    x = place_of(p, end_of(p->bars, bar));
    note_of(p, bar, note, sizeof note);
    chart_text_line(page->cairo, &p->name, note, x + gap * 0.6 * page->unit, baseline, ALIGN_LEFT);
}

static void draw_bars(const struct painter *p)
{
    const struct chart_page *page = &p->page;
    const double row = p->n_shown > 0 ? p->height / p->n_shown : 0;
    char left_out[64] = "";

    for (int i = 0; i < p->n_shown; i++)
        draw_bar(p, p->shown[i], p->y + i * row, row);
    chart_page_color(page, page->palette->axis);
    cairo_set_line_width(page->cairo, axis_width * page->unit);
    chart_page_segment(page, p->x, p->y, 0, p->height);
    if (p->n_shown < p->bars->n_bars) {
        text_append(left_out, sizeof left_out, "the %d shortest of %d are left out", p->bars->n_bars - p->n_shown,
                    p->bars->n_bars);
        chart_text_line(page->cairo, &page->footer, left_out, page->margin, page->height - page->margin * 0.5,
                        ALIGN_LEFT);
    }
}

static bool draw(const void *what, cairo_t *cairo, const struct picture_form *form, struct error *e)
{
    struct painter p = { .bars = what };

    if (!chart_page_begin(&p.page, cairo, form, e))
        return false;
    p.shown = memory_new((size_t)p.bars->n_bars, sizeof *p.shown, e);
    if (!p.shown)
        return false;

    double top = chart_page_heading(&p.page, &p.bars->texts, p.page.margin, p.page.width - 2 * p.page.margin);

    chart_page_footer(&p.page, &p.bars->texts, p.page.width - p.page.margin);
    if (p.bars->n_bars > 0) {
        top += draw_legend(&p, top);
        lay_out(&p, top);
        draw_axis(&p);
        draw_bars(&p);
    } else {
        chart_text_line(cairo, &p.page.subtitle, p.bars->empty, p.page.width / 2, p.page.height / 2, ALIGN_CENTER);
    }
    free(p.shown);
    return true;
}

static bool any_spread(const struct bars *b)
{
    bool any = false;

    for (int i = 0; i < b->n_bars; i++)
        any |= has_spread(&b->bars[i]);
    return any;
}

static void table(const void *what, FILE *out)
{
    const struct bars *b = what;

    csv_print(out, b->label);
    for (int i = 0; i < b->n_parts; i++) {
        putc(',', out);
        csv_print(out, b->parts[i]);
    }
    fputs(any_spread(b) ? ",lowest,highest\n" : "\n", out);
    for (int i = 0; i < b->n_bars; i++) {
        const struct bar *bar = &b->bars[i];
        double numbers[BARS_PARTS_MAX + 2];

        memcpy(numbers, bar->parts, sizeof bar->parts);
        numbers[b->n_parts] = has_spread(bar) ? bar->low : NAN;
        numbers[b->n_parts + 1] = has_spread(bar) ? bar->high : NAN;
        csv_print(out, bar->name);
        csv_print_numbers(out, numbers, b->n_parts + (any_spread(b) ? 2 : 0));
    }
}

struct picture bars_picture(const struct bars *b)
{
    return (struct picture){ .title = b->texts.title, .what = b, .draw = draw, .table = table };
}

#include "plot/confusion_map.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "plot/csv.h"

/* Measures for a picture of the usual size:
 *
 *        margin  title, subtitle
 *     l    cat  ┌───────────┐  ┌┐ 100 %     a bar of the colours
 *     a    dog  │  matrix   │  ││
 *     b         └───────────┘  └┘ 0
 *                cat   dog                  footer
 *                  answer                   */
static const double gap = 14, names_most = 0.25, smallest_text = 0.62;

enum { RECTANGLES_MOST = 40 /* a side: more cells are an image */ };

struct painter {
    struct chart_page page;
    const struct confusion_map *map;
    int cells;          /* a side, at most `classes` */
    float *share;       /* [cells][cells] of the images of a row; the largest of those that share a cell */
    double x, y, side;  /* of the matrix */
    double cell;
    struct chart_font name;
    int every;          /* so many classes have one name */
    bool upright;       /* the names below, */
    double below;       /* which are so high */
};

static uint32_t count_of(const struct confusion_map *m, int label, int answer)
{
    return m->count[(size_t)label * (size_t)m->classes + (size_t)answer];
}

static bool find_shares(struct painter *p, struct error *e)
{
    const struct confusion_map *m = p->map;

    p->share = memory_new((size_t)p->cells * (size_t)p->cells, sizeof *p->share, e);
    for (int label = 0; p->share && label < m->classes; label++) {
        double sum = 0;

        for (int answer = 0; answer < m->classes; answer++)
            sum += count_of(m, label, answer);
        for (int answer = 0; sum > 0 && answer < m->classes; answer++) {
            const size_t row = (size_t)label * (size_t)p->cells / (size_t)m->classes;
            const size_t column = (size_t)answer * (size_t)p->cells / (size_t)m->classes;
            float *share = &p->share[row * (size_t)p->cells + column];

            *share = fmaxf(*share, (float)(count_of(m, label, answer) / sum));
        }
    }
    return p->share != NULL;
}

/* From paper to a dark blue; the smallest share that there is can be told from none. */
static struct color color_of(const struct painter *p, double share)
{
    const double least = 0.12;
    const struct palette *colors = p->page.palette;

    return share > 0 ? palette_tint(colors, palette_color(colors, 0), least + (1 - least) * share) : colors->paper;
}

static double widest_name(const struct painter *p)
{
    double widest = 0;

    for (int i = 0; i < p->map->classes; i += p->every)
        widest = fmax(widest, chart_text_width(p->page.cairo, &p->name, p->map->names[i]));
    return widest;
}

/* Names as large as a row has room for, and fewer of them where they would be too small. */
static void choose_names(struct painter *p, double side)
{
    const double row = side / p->map->classes, largest = p->page.tick.size;

    p->name = p->page.tick;
    p->name.color = p->page.palette->ink;
    p->name.size = fmin(fmax(row * 0.85, largest * smallest_text), largest);
    p->every = 1;
    for (int i = 0; p->every * row < p->name.size * 1.1 && p->every < p->map->classes; i++)
        p->every = p->every * (i % 3 == 1 ? 5 : 4) / 2; /* 1, 2, 5, 10, 20, 50 … */
}

/* The names decide how much is left for the matrix, and that how large they are: once more is enough. */
static void lay_out(struct painter *p, double top)
{
    const struct chart_page *page = &p->page;
    const double label = page->label.size * 1.5, legend = 8 * page->tick.size;
    const double bottom = chart_page_bottom(page) - gap * page->unit;
    double side = fmin(bottom - top - label - 2 * page->tick.size, page->width * 0.7), names = 0;

    for (int pass = 0; pass < 2; pass++) {
        choose_names(p, fmax(side, page->height / 10));
        names = fmin(widest_name(p), page->width * names_most);
        p->upright = names > side / p->map->classes * p->every * 0.9;
        p->below = p->upright ? fmin(names, page->height * names_most) : p->name.size * 1.3;
        side = fmin(bottom - top - label - p->below - gap * page->unit,
                    page->width - 2 * page->margin - label - names - legend);
        side = fmax(side, page->height / 10);
    }
    p->x = page->margin + label + names + gap * page->unit;
    p->y = top + gap * 0.5 * page->unit;
    p->side = side - gap * 0.5 * page->unit;
    p->cells = int_min(p->map->classes, int_max((int)p->side, 1));
    p->cell = p->side / p->cells;
}

static void draw_rectangles(const struct painter *p)
{
    const double edge = fmin(p->cell * 0.04, p->page.unit);

    for (int row = 0; row < p->cells; row++)
        for (int column = 0; column < p->cells; column++) {
            chart_page_color(&p->page, color_of(p, p->share[row * p->cells + column]));
            cairo_rectangle(p->page.cairo, p->x + column * p->cell, p->y + row * p->cell, p->cell - edge,
                            p->cell - edge);
            cairo_fill(p->page.cairo);
        }
}

static void draw_image(const struct painter *p)
{
    cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, p->cells, p->cells);
    const int stride = cairo_image_surface_get_stride(image);
    unsigned char *to = cairo_image_surface_get_data(image);

    for (int row = 0; to && row < p->cells; row++)
        for (int column = 0; column < p->cells; column++) {
            const struct color c = color_of(p, p->share[(size_t)row * (size_t)p->cells + (size_t)column]);

            ((uint32_t *)(void *)(to + (size_t)row * (size_t)stride))[column] =
                (uint32_t)lround(c.red * 255) << 16 | (uint32_t)lround(c.green * 255) << 8 |
                (uint32_t)lround(c.blue * 255);
        }
    cairo_surface_mark_dirty(image);
    cairo_save(p->page.cairo);
    cairo_translate(p->page.cairo, p->x, p->y);
    cairo_scale(p->page.cairo, p->cell, p->cell);
    cairo_set_source_surface(p->page.cairo, image, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(p->page.cairo), CAIRO_FILTER_NEAREST);
    cairo_paint(p->page.cairo); /* filled, it would be a pattern in SVG, which some viewers show as black */
    cairo_restore(p->page.cairo);
    cairo_surface_destroy(image);
}

/* Where all of them fit: some cells without would look as if they were 0. */
static void draw_counts(const struct painter *p)
{
    const struct confusion_map *m = p->map;
    struct chart_font font = p->page.tick;
    uint32_t most = 0;
    char text[16];

    for (size_t i = 0; i < (size_t)m->classes * (size_t)m->classes; i++)
        most = m->count[i] > most ? m->count[i] : most;
    snprintf(text, sizeof text, "%u", most);
    font.size = fmin(font.size, p->cell * 0.6);
    font.size *= fmin(1, p->cell * 0.9 / fmax(chart_text_width(p->page.cairo, &font, text), 1));
    if (p->cells < m->classes || font.size < p->page.tick.size * smallest_text)
        return;
    for (int row = 0; row < p->cells; row++)
        for (int column = 0; column < p->cells; column++) {
            const uint32_t count = count_of(m, row, column);

            if (count == 0)
                continue;
            snprintf(text, sizeof text, "%u", count);
            font.color = p->share[row * p->cells + column] > 0.5 ? p->page.palette->paper : p->page.palette->ink;
            chart_text_line(p->page.cairo, &font, text, p->x + (column + 0.5) * p->cell,
                            p->y + (row + 0.5) * p->cell + font.size * 0.36, ALIGN_CENTER);
        }
}

static void draw_name(const struct painter *p, const char *name, double x, double y, double room, bool upright)
{
    cairo_t *cairo = p->page.cairo;
    char fitting[CHART_TEXT_SIZE];

    chart_text_fit(cairo, &p->name, name, room, CUT_BEGINNING, fitting);
    cairo_save(cairo);
    cairo_translate(cairo, x, y);
    if (upright)
        cairo_rotate(cairo, -M_PI / 2);
    chart_text_line(cairo, &p->name, fitting, 0, p->name.size * 0.36, ALIGN_RIGHT);
    cairo_restore(cairo);
}

static void draw_names(const struct painter *p)
{
    const struct chart_page *page = &p->page;
    const double near = gap * 0.6 * page->unit, step = p->side / p->map->classes;

    for (int i = 0; i < p->map->classes; i += p->every) {
        const char *name = p->map->names[i];
        const double middle = (i + 0.5) * step;

        draw_name(p, name, p->x - near, p->y + middle, page->width * names_most, false);
        if (p->upright)
            draw_name(p, name, p->x + middle, p->y + p->side + near, page->height * names_most, true);
        else
            chart_text_line(page->cairo, &p->name, name, p->x + middle, p->y + p->side + p->name.size * 1.2,
                            ALIGN_CENTER);
    }
    chart_text_upright(page->cairo, &page->label, "class of the images", page->margin + page->label.size * 0.6,
                       p->y + p->side / 2);
    chart_text_line(page->cairo, &page->label, "answer", p->x + p->side / 2,
                    p->y + p->side + p->below + page->label.size * 1.3, ALIGN_CENTER);
}

static void draw_legend(const struct painter *p)
{
    static const struct {
        double share;
        const char *text;
    } ticks[] = { { 0, "0 %" }, { 0.5, "50 %" }, { 1, "100 % of a row" } };
    const struct chart_page *page = &p->page;
    const double x = p->x + p->side + 2 * gap * page->unit, width = page->tick.size;
    char note[96] = "";

    /* Any share is told from none: they begin with a tint. */
    chart_page_colors(page, color_of(p, DBL_MIN), color_of(p, 1), x, p->y, width, p->side);
    for (size_t i = 0; i < sizeof ticks / sizeof *ticks; i++)
        chart_text_line(page->cairo, &page->tick, ticks[i].text, x + width * 1.4,
                        p->y + (1 - ticks[i].share) * (p->side - page->tick.size) + page->tick.size * 0.85, ALIGN_LEFT);
    if (p->cells < p->map->classes) {
        text_append(note, sizeof note, "a dot is the largest share of about %.1f × %.1f classes",
                    (double)p->map->classes / p->cells, (double)p->map->classes / p->cells);
        chart_text_line(page->cairo, &page->footer, note, page->margin, page->height - page->margin * 0.5, ALIGN_LEFT);
    }
}

static bool draw(const void *what, cairo_t *cairo, const struct picture_form *form, struct error *e)
{
    struct painter p = { .map = what };

    if (p.map->classes < 1 || p.map->classes > PICTURE_SIDE_MAX)
        return error_set(e, ERROR_USAGE, "a matrix of %d classes cannot be drawn", p.map->classes);
    if (!chart_page_begin(&p.page, cairo, form, e))
        return false;
    lay_out(&p, chart_page_heading(&p.page, &p.map->texts, p.page.margin, p.page.width - 2 * p.page.margin));
    if (!find_shares(&p, e))
        return false;
    if (p.cells <= RECTANGLES_MOST)
        draw_rectangles(&p);
    else
        draw_image(&p);
    draw_counts(&p);
    chart_page_color(&p.page, p.page.palette->axis);
    cairo_set_line_width(cairo, 1.8 * p.page.unit);
    cairo_rectangle(cairo, p.x, p.y, p.side, p.side);
    cairo_stroke(cairo);
    draw_names(&p);
    draw_legend(&p);
    chart_page_footer(&p.page, &p.map->texts, p.page.width - p.page.margin);
    free(p.share);
    return true;
}

static void table(const void *what, FILE *out)
{
    const struct confusion_map *m = what;

    fputs("class,answer,images\n", out);
    for (int label = 0; label < m->classes; label++)
        for (int answer = 0; answer < m->classes; answer++) {
            if (count_of(m, label, answer) == 0)
                continue;
            csv_print(out, m->names[label]);
            putc(',', out);
            csv_print(out, m->names[answer]);
            fprintf(out, ",%u\n", count_of(m, label, answer));
        }
}

struct picture confusion_map_picture(const struct confusion_map *m)
{
    return (struct picture){ .title = m->texts.title, .what = m, .draw = draw, .table = table };
}

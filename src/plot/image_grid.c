#include "plot/image_grid.h"

#include <math.h>

#include "base/limits.h"
#include "plot/chart_text.h"
#include "plot/picture.h"

/* Measures in pixels:
 *
 *     margin  title
 *             subtitle
 *             airplane 5,000     automobile 5,000        a row of blocks: a caption, and
 *             ▓▓ ▓▓ ▓▓ ▓▓        ▓▓ ▓▓ ▓▓ ▓▓             the images below it, `gap` apart
 *
 *             bird 5,000         …
 *                                                footer    margin */
enum {
    MARGIN = 32,
    GAP = 3,
    BLOCK_GAP = 22,
    CAPTION = 26,
    CAPTION_SIZE = 17,
    TITLE_SIZE = 30,
    SUBTITLE_SIZE = 18,
    FOOTER_SIZE = 14,
    BLOCK_LEAST = 120, /* a caption needs some room */
    WIDTH_LEAST = 640,
    MARK_COLOR = 1, /* of the curves' */
    PIXELS_MOST = 100000000
};

static const double shape_wanted = 1.5; /* width to height */

struct plan {
    int scale;                 /* an image is so many times as large */
    int height, width;         /* of an image in the picture */
    int block_rows;            /* of a block's images: they are wrapped where a class has many */
    int block_columns;
    int block_height, block_width;
    int columns, rows;         /* of blocks */
    double heading;            /* its height, in whole pixels: images stand on them */
    int picture_height, picture_width;
};

int image_grid_side(int images)
{
    return images <= 200 ? 96 : images <= 1000 ? 64 : 48;
}

static void plan_blocks(struct plan *p, const struct image_grid *g, int columns)
{
    p->columns = columns;
    p->rows = int_ceil_div(g->n_classes, columns);
    p->picture_width = int_max(2 * MARGIN + columns * (p->block_width + BLOCK_GAP) - BLOCK_GAP, WIDTH_LEAST);
    p->picture_height = 2 * MARGIN + (int)p->heading + p->rows * (p->block_height + BLOCK_GAP) + 2 * FOOTER_SIZE;
}

/* As many blocks beside each other as give a picture of the usual shape. */
static struct plan make_plan(const struct image_grid *g, double heading)
{
    const int side = int_max(g->height, g->width), wanted = image_grid_side(g->each * g->n_classes);
    struct plan p = { .scale = int_max((wanted + side / 2) / side, 1), .heading = ceil(heading) };

    p.height = g->height * p.scale;
    p.width = g->width * p.scale;
    p.block_columns = int_min(g->each, 10);
    p.block_rows = int_ceil_div(g->each, p.block_columns);
    p.block_width = int_max(p.block_columns * (p.width + GAP) - GAP, BLOCK_LEAST);
    p.block_height = CAPTION + p.block_rows * (p.height + GAP) - GAP;
    for (int columns = 1; columns <= g->n_classes; columns++) {
        plan_blocks(&p, g, columns);
        if (p.picture_width >= shape_wanted * p.picture_height)
            break;
    }
    return p;
}

/* Enlarged already: viewers of SVG and PDF would blur an image that they enlarge themselves. */
static cairo_surface_t *surface_of(const struct image_grid *g, const struct plan *p, const uint8_t *rgb)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, p->width, p->height);
    const int stride = cairo_image_surface_get_stride(surface);
    unsigned char *to = cairo_image_surface_get_data(surface);

    for (int y = 0; to && y < p->height; y++)
        for (int x = 0; x < p->width; x++) {
            const uint8_t *from = rgb + ((size_t)(y / p->scale) * (size_t)g->width + (size_t)(x / p->scale)) * 3;

            ((uint32_t *)(void *)(to + (size_t)y * (size_t)stride))[x] =
                (uint32_t)from[0] << 16 | (uint32_t)from[1] << 8 | from[2];
        }
    cairo_surface_mark_dirty(surface);
    return surface;
}

/* Painted, not filled: an SVG then has a plain image, which more viewers can show than a pattern. */
static void draw_image(cairo_t *cairo, const struct image_grid *g, const struct plan *p, const uint8_t *rgb, double x,
                       double y)
{
    cairo_surface_t *image = surface_of(g, p, rgb);

    cairo_set_source_surface(cairo, image, x, y);
    cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_NEAREST);
    cairo_paint(cairo);
    cairo_surface_destroy(image);
}

static void draw_caption(cairo_t *cairo, const struct image_grid_class *class, double x, double y, double width)
{
    const struct palette *colors = palette_of(PALETTE_LIGHT);
    const struct chart_font name = { .size = CAPTION_SIZE, .bold = true,
                                     .color = class->marked ? palette_color(colors, MARK_COLOR) : colors->ink };
    const struct chart_font note = { .size = CAPTION_SIZE - 3, .color = colors->soft };
    const double space = 8, beside = chart_text_width(cairo, &note, class->note);
    char title[CHART_TEXT_SIZE];

    chart_text_fit(cairo, &name, class->title, width, CUT_END, title);
    chart_text_line(cairo, &name, title, x, y, ALIGN_LEFT);

    const double used = chart_text_width(cairo, &name, title);

    if (used + space + beside <= width)
        chart_text_line(cairo, &note, class->note, x + used + space, y, ALIGN_LEFT);
}

/* Around the block's images, in the gap between blocks. */
static void draw_mark(cairo_t *cairo, const struct plan *p, const struct image_grid_class *class, double x, double y)
{
    const double width = 4, away = width / 2 + 1;
    const struct color c = palette_color(palette_of(PALETTE_LIGHT), MARK_COLOR);
    const int columns = int_min(class->n, p->block_columns), rows = int_ceil_div(class->n, p->block_columns);

    if (!class->marked || class->n == 0)
        return;
    cairo_set_source_rgb(cairo, c.red, c.green, c.blue);
    cairo_set_line_width(cairo, width);
    cairo_rectangle(cairo, x - away, y + CAPTION - away, columns * (p->width + GAP) - GAP + 2 * away,
                    rows * (p->height + GAP) - GAP + 2 * away);
    cairo_stroke(cairo);
}

static void draw_block(cairo_t *cairo, const struct image_grid *g, const struct plan *p, int class, double x, double y)
{
    const struct image_grid_class *c = &g->classes[class];

    draw_caption(cairo, c, x, y + CAPTION_SIZE, p->block_width);
    for (int i = 0; i < c->n; i++)
        draw_image(cairo, g, p, c->rgb + (size_t)i * (size_t)g->height * (size_t)g->width * 3,
                   x + i % p->block_columns * (p->width + GAP),
                   y + CAPTION + i / p->block_columns * (p->height + GAP));
    draw_mark(cairo, p, c, x, y);
}

static double draw_heading(cairo_t *cairo, const struct image_grid *g, double width)
{
    const struct palette *colors = palette_of(PALETTE_LIGHT);
    const struct chart_font title = { .size = TITLE_SIZE, .bold = true, .color = colors->ink };
    const struct chart_font subtitle = { .size = SUBTITLE_SIZE, .color = colors->soft };
    double height = chart_text_block(cairo, &title, g->title, MARGIN, MARGIN, width);

    height += chart_text_block(cairo, &subtitle, g->subtitle, MARGIN, MARGIN + height, width);
    return height + BLOCK_GAP;
}

static void draw_all(cairo_t *cairo, const struct image_grid *g, const struct plan *p)
{
    const struct palette *colors = palette_of(PALETTE_LIGHT);
    const struct chart_font footer = { .size = FOOTER_SIZE, .color = colors->faint };

    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    draw_heading(cairo, g, p->picture_width - 2 * MARGIN);
    for (int i = 0; i < g->n_classes; i++)
        draw_block(cairo, g, p, i, MARGIN + i % p->columns * (p->block_width + BLOCK_GAP),
                   MARGIN + p->heading + i / p->columns * (p->block_height + BLOCK_GAP));
    chart_text_line(cairo, &footer, g->footer, p->picture_width - MARGIN, p->picture_height - MARGIN, ALIGN_RIGHT);
}

/* How high the heading is depends on the width, and that on the number of columns: twice is enough. */
static struct plan plan_all(const struct image_grid *g)
{
    cairo_surface_t *paper = cairo_recording_surface_create(CAIRO_CONTENT_COLOR, NULL);
    cairo_t *cairo = cairo_create(paper);
    struct plan p = make_plan(g, TITLE_SIZE + SUBTITLE_SIZE + BLOCK_GAP);

    p = make_plan(g, draw_heading(cairo, g, p.picture_width - 2 * MARGIN));
    cairo_destroy(cairo);
    cairo_surface_destroy(paper);
    return p;
}

struct drawing {
    const struct image_grid *grid;
    struct plan plan;
};

static bool draw(const void *what, cairo_t *cairo, const struct picture_form *form, struct error *e)
{
    const struct drawing *d = what;
    (void)form;
    (void)e;

    draw_all(cairo, d->grid, &d->plan);
    return true;
}

bool image_grid_write(const struct image_grid *g, const char *path, struct error *e)
{
    const struct drawing d = { g, plan_all(g) };
    const struct picture picture = { .title = g->title, .what = &d, .draw = draw };
    const struct picture_form form = { .width = d.plan.picture_width, .height = d.plan.picture_height };
    enum picture_format format;

    if (form.width > PICTURE_SIDE_MAX || form.height > PICTURE_SIDE_MAX ||
        (double)form.width * form.height > PIXELS_MOST)
        return error_set(e, ERROR_USAGE,
                         "the picture would be %d×%d pixels; ask for fewer images of each class, or fewer classes",
                         form.width, form.height);
    return picture_format_of(path, &format, e) && picture_write(&picture, format, &form, path, e);
}

#include "tui/draw/shapes.h"

#include <math.h>

#include "base/limits.h"

enum { LEVELS = 8 }; /* of a cell: eighths of a block, or characters of growing weight */

/* One horizontal line of a frame, with its two corners. */
static void draw_edge(struct canvas *c, int row, const char *title, enum role role, uint32_t left, uint32_t right)
{
    int last = c->clip.columns - 1;

    for (int column = 1; column < last; column++)
        canvas_put(c, row, column, role, 0x2500);
    canvas_put(c, row, 0, role, left);
    canvas_put(c, row, last, role, right);
    if (title != NULL && title[0] != '\0') {
        struct canvas edge = canvas_part(c, (struct rectangle){ row, 1, 1, c->clip.columns - 2 });

        canvas_text(&edge, 0, 0, ROLE_TITLE, title);
    }
}

struct canvas shape_frame(struct canvas *c, const char *title, bool focus, bool joined, bool open)
{
    enum role role = focus ? ROLE_FRAME_FOCUS : ROLE_FRAME;
    int rows = c->clip.rows, columns = c->clip.columns;

    for (int row = 1; row < rows; row++) {
        canvas_put(c, row, 0, role, 0x2502);
        canvas_put(c, row, columns - 1, role, 0x2502);
    }
    if (!open)
        draw_edge(c, rows - 1, NULL, role, 0x2514, 0x2518);
    draw_edge(c, 0, title, role, joined ? 0x251C : 0x250C, joined ? 0x2524 : 0x2510);
    return canvas_part(c, (struct rectangle){ 1, 1, rows - (open ? 1 : 2), columns - 2 });
}

struct canvas shape_box(struct canvas *c, const char *title, bool focus)
{
    return shape_frame(c, title, focus, false, false);
}

void shape_more(struct canvas *c, int row, int rows, bool above, bool below)
{
    if (above)
        canvas_put(c, row, c->clip.columns - 1, ROLE_STRONG, 0x2191);
    if (below)
        canvas_put(c, row + rows - 1, c->clip.columns - 1, ROLE_STRONG, 0x2193);
}

void shape_bar(struct canvas *c, int row, int column, int columns, double fraction)
{
    double share = fraction > 0 ? (fraction < 1 ? fraction : 1) : 0; /* NaN is an empty bar */
    int eighths = (int)(share * columns * 8 + 0.5);

    for (int i = 0; i < columns; i++) {
        int filled = int_min(int_max(eighths - 8 * i, 0), 8);
        uint32_t glyph = c->unicode ? 0x2590u - (uint32_t)filled : (filled >= 4 ? '#' : '.');

        canvas_put(c, row, column + i, ROLE_BAR, filled == 0 && c->unicode ? 0x2581 : glyph);
    }
}

/* A level of 1 to LEVELS in one cell. */
static uint32_t level_glyph(int level, bool unicode)
{
    static const char ascii[LEVELS + 1] = "_.:-=+*#";

    return unicode ? 0x2580 + (uint32_t)level : (uint32_t)ascii[level - 1];
}

void shape_level(struct canvas *c, int row, int column, int rows, double fraction)
{
    double share = fraction > 0 ? fmin(fraction, 1) : 0;
    int level = int_max((int)lround(share * rows * LEVELS), 1); /* the lowest stands for nothing */

    for (int lowest = row + rows - 1; lowest >= row && level > 0; lowest--, level -= LEVELS)
        canvas_put(c, lowest, column, ROLE_BAR, level_glyph(int_min(level, LEVELS), c->unicode));
}

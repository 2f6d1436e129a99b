#include "tui/draw/graph.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"

enum { AXIS_COLUMNS = 4, LABEL_SIZE = 32, ROWS_MAX = 512, MARK_DISTANCE = 3, BRAILLE = 0x2800 };

/* How many dots a cell has, and the bit of each: [down][across]. */
struct raster {
    int across, down;
    uint8_t bits[4][2];
};

/* Unicode numbers the dots of braille by columns; the fourth row was added later. */
static const struct raster braille = { 2, 4, { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } } };
static const struct raster halves = { 1, 2, { { 0x01 }, { 0x02 } } };

static const struct raster *raster_of(bool unicode)
{
    return unicode ? &braille : &halves;
}

/* The character for a cell's dots. */
static uint32_t glyph_of(uint8_t dots, bool unicode)
{
    static const char ascii[] = { ' ', '\'', '.', ':' };

    return unicode ? BRAILLE + (uint32_t)dots : (uint32_t)ascii[dots];
}

int graph_points(int columns, bool unicode)
{
    return int_clamp((columns - AXIS_COLUMNS) * raster_of(unicode)->across, 1, COLUMNS_MAX);
}

static const double thousand = 1000;

/* "600k" for 600000, "500µ" for 0.0005. */
static void write_with_unit(double value, char label[LABEL_SIZE])
{
    static const char *const units[] = { "n", "µ", "m", "", "k", "M", "G", "T", "P", "E" };
    enum { ONE = 3, UNITS = sizeof units / sizeof *units };
    const double almost_one = 1 - 1e-9;
    int unit = ONE;

    for (; value >= thousand && unit < UNITS - 1; unit++)
        value /= thousand;
    for (; value < almost_one && unit > 0; unit--)
        value *= thousand;
    snprintf(label, LABEL_SIZE, "%.3g%s", value, units[unit]);
}

/* Short enough for the axis, if need be without the 0 before the point or with a unit. */
static void write_label(const struct scale *s, double value, char label[LABEL_SIZE])
{
    scale_label(s, value, label, LABEL_SIZE);
    if (strlen(label) < AXIS_COLUMNS)
        return;
    if (fabs(value) < s->step / 2)
        snprintf(label, LABEL_SIZE, "0");
    else if (label[0] == '0')
        memmove(label, label + 1, strlen(label));
    if (strlen(label) > AXIS_COLUMNS || value >= thousand)
        write_with_unit(value, label);
}

void graph_draw_axis(struct canvas *c, const struct scale *s)
{
    double ticks[TICKS_MAX];
    int n = scale_ticks(s, ticks);

    for (int i = 0; i < n; i++) {
        int row = (int)lround((1 - scale_fraction(s, ticks[i])) * (c->clip.rows - 1));
        char label[LABEL_SIZE];

        write_label(s, ticks[i], label);
        /* A blank before the curves, unless the label needs its column. */
        canvas_text_right(c, row, AXIS_COLUMNS - (canvas_text_width(label) < AXIS_COLUMNS), ROLE_DIM, label);
    }
}

static struct canvas beside_axis(const struct canvas *c)
{
    return canvas_part(c, (struct rectangle){ 0, AXIS_COLUMNS, c->clip.rows, c->clip.columns - AXIS_COLUMNS });
}

/* The row of dots for a value, from the top; values outside the scale are drawn at its edge. */
static int dot_row(const struct scale *s, double height, int dots)
{
    double fraction = scale_fraction(s, height);

    fraction = fraction > 1 ? 1 : fraction > 0 ? fraction : 0;
    return (int)lround((1 - fraction) * (dots - 1));
}

/* Sets the dots from row `from` to row `to` of the dot column `across` in a column of cells. */
static void rise(uint8_t *cells, const struct raster *r, int across, int from, int to)
{
    int step = to < from ? -1 : 1;

    for (int y = from; y != to + step; y += step)
        cells[y / r->down] |= r->bits[y % r->down][across];
}

/* A rise in a point's own column joins it to the point before, so that what is drawn once stays as it is. A gap between
 * two points is crossed at the height of the first. */
void graph_draw_line(struct canvas *c, const struct scale *s, const struct columns *line, enum role role)
{
    struct canvas plot = beside_axis(c);
    const struct raster *r = raster_of(c->unicode);
    int rows = int_min(c->clip.rows, ROWS_MAX), before = -1;

    for (int column = 0; column < plot.clip.columns; column++) {
        uint8_t cells[ROWS_MAX] = { 0 };

        for (int across = 0; across < r->across; across++) {
            int x = column * r->across + across, y = before;

            if (x >= line->used)
                break;
            if (line->column[x].count > 0)
                y = dot_row(s, (double)line->column[x].mean, rows * r->down);
            if (y >= 0)
                rise(cells, r, across, before < 0 ? y : before, y);
            before = y;
        }
        for (int row = 0; row < rows; row++)
            if (cells[row] != 0)
                canvas_put(&plot, row, column, role, glyph_of(cells[row], c->unicode));
    }
}

/* Marks keep a distance, so that the line can be seen between them. */
void graph_draw_marks(struct canvas *c, const struct scale *s, const struct columns *marks, enum role role)
{
    struct canvas plot = beside_axis(c);
    const struct raster *r = raster_of(c->unicode);
    int next = 0;

    for (int x = 0; x < marks->used; x++) {
        int column = x / r->across;

        if (marks->column[x].count == 0 || column < next)
            continue;
        canvas_text(&plot, dot_row(s, (double)marks->column[x].mean, plot.clip.rows), column, role, GRAPH_MARK);
        next = column + MARK_DISTANCE;
    }
}

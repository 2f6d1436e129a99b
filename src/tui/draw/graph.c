#include "tui/draw/graph.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"

enum { AXIS_COLUMNS = 4, LABEL_SIZE = 32, ROWS_MAX = 512, MARK_DISTANCE = 3, BRAILLE = 0x2800, NOWHERE = -1000000 };

/* How many dots a cell has, the bit of each, [down][across], and its characters (none: those of braille). */
struct raster {
    int across, down;
    uint8_t bits[4][2];
    uint32_t glyphs[4];
};

/* Unicode numbers the dots of braille by columns; the fourth row was added later. */
static const struct raster rasters[] = {
    [GRAPH_ASCII] = { 1, 2, { { 0x01 }, { 0x02 } }, { ' ', '\'', '.', ':' } },
    [GRAPH_BLOCKS] = { 1, 2, { { 0x01 }, { 0x02 } }, { ' ', 0x2580, 0x2584, 0x2588 } },
    [GRAPH_BRAILLE] = { 2, 4, { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } }, { 0 } },
};

static uint32_t glyph_of(const struct raster *r, uint8_t dots)
{
    return r->glyphs[0] ? r->glyphs[dots] : BRAILLE + (uint32_t)dots;
}

int graph_points(int columns, enum graph_dots dots)
{
    return int_clamp((columns - AXIS_COLUMNS) * rasters[dots].across, 1, COLUMNS_MAX);
}

int graph_cells(int columns)
{
    return int_max(columns - AXIS_COLUMNS, 1);
}

static const double thousand = 1000;

/* "600k" for 600000. */
static void write_with_unit(double value, char label[LABEL_SIZE])
{
    static const char *const units[] = { "", "k", "M", "G", "T", "P", "E" };
    enum { UNITS = sizeof units / sizeof *units };
    int unit = 0;

    for (; value >= thousand && unit < UNITS - 1; unit++)
        value /= thousand;
    snprintf(label, LABEL_SIZE, "%.6g%s", value, units[unit]);
}

/* "5e-4" for 0.0005. */
static void write_power(double value, char label[LABEL_SIZE])
{
    const double slack = 1e-9;
    int power = (int)floor(log10(value) + slack);

    snprintf(label, LABEL_SIZE, "%.6ge%d", value / pow(10, power), power);
}

/* Short enough for the axis, if need be without the 0 before the point, with a unit or a power of ten; "" where the
 * figure has no such form. */
static void write_label(const struct scale *s, double value, char label[LABEL_SIZE])
{
    scale_label(s, value, label, LABEL_SIZE);
    if (strlen(label) < AXIS_COLUMNS)
        return;
    if (!s->logarithmic && fabs(value) < s->step / 2)
        snprintf(label, LABEL_SIZE, "0");
    else if (label[0] == '0')
        memmove(label, label + 1, strlen(label));
    if (value > 0 && value < 1 && strlen(label) > AXIS_COLUMNS)
        write_power(value, label);
    else if (strlen(label) > AXIS_COLUMNS || value >= thousand)
        write_with_unit(value, label);
    if (strlen(label) > AXIS_COLUMNS)
        label[0] = '\0';
}

/* The labels of ticks that share a row with another one are left out. */
static void draw_labels(struct canvas *c, const struct scale *s, int rows)
{
    double ticks[TICKS_MAX];
    int n = scale_ticks(s, ticks), taken = rows;

    for (int i = 0; i < n; i++) {
        int row = (int)lround((1 - scale_fraction(s, ticks[i])) * (rows - 1));
        char label[LABEL_SIZE];

        if (row >= taken)
            continue;
        write_label(s, ticks[i], label);
        if (label[0] == '\0')
            continue;
        /* A blank before the curves, unless the label needs its column. */
        canvas_text_right(c, row, AXIS_COLUMNS - (canvas_text_width(label) < AXIS_COLUMNS), ROLE_DIM, label);
        taken = row;
    }
}

struct graph graph_begin(struct canvas *c, enum graph_dots dots, const struct scale *up, bool across)
{
    int rows = c->clip.rows - across;

    draw_labels(c, up, rows);
    return (struct graph){
        .plot = canvas_part(c, (struct rectangle){ 0, AXIS_COLUMNS, rows, c->clip.columns - AXIS_COLUMNS }),
        .dots = dots,
        .up = *up,
    };
}

/* The axis begins with its name, in place of a tick. */
void graph_draw_across(struct canvas *c, enum axis axis, struct window w)
{
    struct axis_tick ticks[AXIS_TICKS_MAX];
    int row = c->clip.rows - 1, columns = c->clip.columns - AXIS_COLUMNS;
    int n = axis_ticks(axis, w.low, w.high, columns, ticks), taken;

    taken = canvas_text(c, row, 0, ROLE_DIM, axis_name(axis));
    for (int i = 0; i < n; i++) {
        int length = (int)strlen(ticks[i].label), at = columns_at(columns, w, ticks[i].at);
        int left = int_min(AXIS_COLUMNS + at - length / 2, c->clip.columns - length);

        if (left > taken)
            taken = left + canvas_text(c, row, left, ROLE_DIM, ticks[i].label);
    }
}

/* The row of dots for a value, from the top; above it -1, below it `dots`, for what has no place NOWHERE. */
static int dot_row(const struct scale *s, double value, int dots)
{
    double fraction = scale_fraction(s, value);

    if (isnan(fraction))
        return NOWHERE;
    return fraction > 1 + 1e-9 ? -1 : fraction < -1e-9 ? dots : (int)lround((1 - fraction) * (dots - 1));
}

/* Dots of one column of cells. */
struct stripe {
    const struct raster *raster;
    int rows;
    uint8_t cells[ROWS_MAX];
};

static struct stripe stripe_begin(const struct graph *g)
{
    return (struct stripe){ .raster = &rasters[g->dots], .rows = int_min(g->plot.clip.rows, ROWS_MAX) };
}

/* Sets the dots from row `from` to row `to` in the dot column `across`, as far as they are in the plot. */
static void stripe_set(struct stripe *s, int across, int from, int to)
{
    int first = int_max(int_min(from, to), 0), last = int_min(int_max(from, to), s->rows * s->raster->down - 1);

    for (int y = first; y <= last; y++)
        s->cells[y / s->raster->down] |= s->raster->bits[y % s->raster->down][across];
}

static void stripe_put(struct graph *g, const struct stripe *s, int column, enum role role)
{
    for (int row = 0; row < s->rows; row++)
        if (s->cells[row] != 0)
            canvas_put(&g->plot, row, column, role, glyph_of(s->raster, s->cells[row]));
}

/* A rise in a point's own column joins it to the point before, so that what is drawn once stays as it is. A gap between
 * two points is crossed at the height of the first. */
static void draw_line(struct graph *g, const struct columns *line, enum role role, const char *dash)
{
    const int period = (int)strlen(dash);
    int before = NOWHERE;

    for (int column = 0; column < g->plot.clip.columns; column++) {
        struct stripe s = stripe_begin(g);

        for (int across = 0; across < s.raster->across; across++) {
            int x = column * s.raster->across + across, y = before;

            if (x >= line->used)
                break;
            if (line->column[x].count > 0)
                y = dot_row(&g->up, (double)line->column[x].mean, s.rows * s.raster->down);
            if (y != NOWHERE)
                stripe_set(&s, across, before == NOWHERE ? y : before, y);
            before = y;
        }
        if (dash[column % period] != ' ')
            stripe_put(g, &s, column, role);
    }
}

void graph_draw_line(struct graph *g, const struct columns *line, enum role role)
{
    draw_line(g, line, role, "-");
}

void graph_draw_by_hand(struct graph *g, const struct columns *line, const struct graph_hand *hand)
{
    draw_line(g, line, hand->role, hand->dash);
}

/* The last value up to the end of a column of cells; NaN: the line has not begun. */
static double value_in_cell(const struct columns *line, int column, int across)
{
    for (int x = int_min((column + 1) * across, line->used) - 1; x >= 0; x--)
        if (line->column[x].count > 0)
            return (double)line->column[x].mean;
    return NAN;
}

void graph_draw_letters(struct graph *g, const struct columns *line, const struct graph_hand *hand)
{
    const int across = rasters[g->dots].across, last = (line->used - 1) / across, rows = g->plot.clip.rows;
    const int end = line->used > 0 ? last + GRAPH_LETTER_DISTANCE : 0;

    for (int column = hand->at; column < end; column += GRAPH_LETTER_DISTANCE) {
        const int at = int_min(column, last);
        const int row = dot_row(&g->up, value_in_cell(line, at, across), rows);

        if (row >= 0 && row < rows)
            canvas_put(&g->plot, row, at, hand->role, (unsigned char)hand->letter);
    }
}

void graph_draw_band(struct graph *g, const struct columns *line, enum role role)
{
    for (int column = 0; column < g->plot.clip.columns; column++) {
        struct stripe s = stripe_begin(g);

        for (int across = 0; across < s.raster->across; across++) {
            int x = column * s.raster->across + across, dots = s.rows * s.raster->down;
            int low, high;

            if (x >= line->used || line->column[x].count == 0)
                continue;
            low = dot_row(&g->up, (double)line->column[x].low, dots);
            high = dot_row(&g->up, (double)line->column[x].high, dots);
            if (high != NOWHERE)
                stripe_set(&s, across, low == NOWHERE ? dots : low, high);
        }
        stripe_put(g, &s, column, role);
    }
}

/* Marks keep a distance, so that the line can be seen between them. */
void graph_draw_marks(struct graph *g, const struct columns *marks, enum role role)
{
    int across = rasters[g->dots].across, next = 0;

    for (int x = 0; x < marks->used; x++) {
        int column = x / across, row;

        if (marks->column[x].count == 0 || column < next)
            continue;
        row = dot_row(&g->up, (double)marks->column[x].mean, g->plot.clip.rows);
        if (row < 0 || row >= g->plot.clip.rows)
            continue;
        canvas_text(&g->plot, row, column, role, GRAPH_MARK);
        next = column + MARK_DISTANCE;
    }
}

void graph_draw_upright(struct graph *g, int point, enum role role)
{
    for (int row = 0; row < g->plot.clip.rows; row++)
        canvas_put(&g->plot, row, point / rasters[g->dots].across, role, 0x2502);
}

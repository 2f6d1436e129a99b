#include "tui/draw/sparkline.h"

#include <math.h>

enum { LEVELS = 8 }; /* of a cell: eighths of a block, or characters of growing weight */

int sparkline_span(int columns)
{
    return (SPARKLINE_SECONDS + columns - 1) / columns;
}

static uint32_t glyph_of(int level, bool unicode)
{
    static const char ascii[LEVELS + 1] = "_.:-=+*#";

    return unicode ? 0x2580 + (uint32_t)level : (uint32_t)ascii[level - 1];
}

/* Eighths of a cell in `rows` of them; the lowest stands for nothing. */
static int level_of(double fraction, int rows)
{
    double share = fraction > 0 ? fmin(fraction, 1) : 0;
    int level = (int)lround(share * rows * LEVELS);

    return level > 0 ? level : 1;
}

void sparkline_level(struct canvas *c, int row, int column, double fraction)
{
    canvas_put(c, row, column, ROLE_BAR, glyph_of(level_of(fraction, 1), c->unicode));
}

/* A column from the bottom up. */
static void draw_column(struct canvas *c, int column, double fraction)
{
    int level = level_of(fraction, c->clip.rows);

    for (int row = c->clip.rows - 1; row >= 0 && level > 0; row--, level -= LEVELS)
        canvas_put(c, row, column, ROLE_BAR, glyph_of(level < LEVELS ? level : LEVELS, c->unicode));
}

void sparkline_draw(struct canvas *c, const struct history *h, double top)
{
    int columns = c->clip.columns < SPARKLINE_SECONDS ? c->clip.columns : SPARKLINE_SECONDS;

    if (columns < SPARKLINE_LEAST)
        return;

    /* Columns are numbered from the start on; only whole ones are drawn, in the place of their number. */
    int span = sparkline_span(columns);
    uint64_t whole = h->count / (uint64_t)span;
    uint64_t first = whole >= (uint64_t)columns ? whole - (uint64_t)columns + 1 : 0;

    for (uint64_t i = first; i < whole; i++) {
        struct reading mean = history_mean(h, i * (uint64_t)span, span);

        if (mean.known)
            draw_column(c, (int)(i % (uint64_t)columns), mean.value / top);
    }
}

double sparkline_top(const struct history *h, double least)
{
    static const double steps[] = { 1, 2, 5, 10 };
    double peak = fmax(history_peak(h), least), unit = pow(10, floor(log10(peak)));
    int step = 0;

    while (step < 3 && steps[step] * unit < peak)
        step++;
    return steps[step] * unit;
}

/* What a reading was over the last minutes: one sample a second is kept, the oldest are overwritten. A zeroed history
 * is empty.
 *
 * The newest column is the last, near the right edge. When it has reached that, all moves to the left by a fifth of the
 * width, which is free again then: so a cell changes every few seconds, and all of them twice a minute. */
#ifndef TUI_HISTORY_H
#define TUI_HISTORY_H

#include <stdint.h>

#include "host/reading.h"
#include "tui/draw/canvas.h"

enum {
    HISTORY_SECONDS = 256,     /* kept */
    HISTORY_SHOWN = 120,       /* seconds that a drawing holds at least, once there are so many */
    HISTORY_COLUMNS_LEAST = 6, /* nothing is drawn on fewer */
};
#define HISTORY_LEGEND "2 min ago → now"

struct history {
    uint64_t count;                /* samples so far, which is the number of the next one */
    float sample[HISTORY_SECONDS]; /* sample n at n modulo HISTORY_SECONDS; NaN: unknown */
    double top;                    /* of its scale, see history_top(); 0: not known yet */
};

void history_add(struct history *h, struct reading reading);

/* The mean of `n` samples from number `first` on, of those that are known and still kept; unknown when none is. */
struct reading history_mean(const struct history *h, uint64_t first, int n);

/* The largest known sample that is kept; 0 when there is none. */
double history_peak(const struct history *h);

/* The top of a scale for bytes a second: 1, 2, 5, 10 … 500 of a unit from a mebibyte on. It holds still: it rises
 * with the first sample above it, and falls only when all that are kept are below a tenth of it. */
double history_top(const struct history *h);

/* How many seconds each column stands for, so that HISTORY_SHOWN seconds are always in sight. */
int history_span(int columns);

/* Fills the whole clip, of one row or more. Values from `top` on fill a column, zero is a line along the bottom, and
 * what is unknown stays blank. */
void history_draw(struct canvas *c, const struct history *h, double top);

/* One row of a fraction as heat, for many histories below each other: its share decides shade and colour. */
void history_draw_heat(struct canvas *c, const struct history *h);
#define HISTORY_HEAT "▁░▒▓█" /* the shades, from nothing to all */

/* As history_draw() for bytes a second, with its scale to the right. */
void history_draw_rate(struct canvas *c, const struct history *h);

#endif

/* What a reading was over the last minutes: one sample a second is kept, the oldest are overwritten. A zeroed history
 * is empty.
 *
 * It is drawn in columns that hold still, as the beam of an oscilloscope: the newest column overwrites the oldest, and
 * a gap moves ahead of it. A cell changes every few seconds, and nothing is ever shifted. */
#ifndef TUI_HISTORY_H
#define TUI_HISTORY_H

#include <stdint.h>

#include "host/reading.h"
#include "tui/draw/canvas.h"

enum {
    HISTORY_SECONDS = 256,     /* kept */
    HISTORY_SHOWN = 120,       /* seconds that a drawing holds */
    HISTORY_COLUMNS_LEAST = 6, /* nothing is drawn on fewer */
};
#define HISTORY_LEGEND "last 2 min"

struct history {
    uint64_t count;                /* samples so far, which is the number of the next one */
    float sample[HISTORY_SECONDS]; /* sample n at n modulo HISTORY_SECONDS; NaN: unknown */
};

void history_add(struct history *h, struct reading reading);

/* The mean of `n` samples from number `first` on, of those that are known and still kept; unknown when none is. */
struct reading history_mean(const struct history *h, uint64_t first, int n);

/* The largest known sample that is kept; 0 when there is none. */
double history_peak(const struct history *h);

/* How many seconds each column stands for, so that all columns together hold HISTORY_SHOWN seconds. */
int history_span(int columns);

/* Fills the whole clip, of one row or more; at most HISTORY_SHOWN columns are used. Values from `top` on fill a column,
 * zero is a line along the bottom, and what is unknown stays blank. */
void history_draw(struct canvas *c, const struct history *h, double top);

/* A top for readings that have no limit of their own: 1, 2 or 5 times a power of ten, and at least `least`. */
double history_top(const struct history *h, double least);

#endif

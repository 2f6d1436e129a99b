/* A curve squeezed into a fixed number of columns that hold still: new points fill the next column; when all are
 * full, neighbours are merged in pairs (halving) and every column stands for twice as many points. Nothing that was
 * drawn moves between halvings, so a terminal chart changes a few cells a frame. */
#ifndef PLOT_COLUMNS_H
#define PLOT_COLUMNS_H

#include <stdbool.h>

enum { COLUMNS_MAX = 1024 };

struct column {
    float low, high, mean; /* of the values merged here */
    int count;             /* 0: nothing yet */
};

struct columns {
    int width;        /* 1..COLUMNS_MAX */
    double per_column; /* positions (e.g. epochs) a column spans */
    struct column column[COLUMNS_MAX];
    int used;         /* columns with something, from the left; gaps between are possible */
};

/* `first_span` is what one column spans at the start, before any halving. */
void columns_begin(struct columns *c, int width, double first_span);

/* Adds a value at a position ≥ 0; halves as often as needed to make it fit. True when it halved. Non-finite values
 * are left out. */
bool columns_add(struct columns *c, double position, float value);

#endif

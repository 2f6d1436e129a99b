/* A curve in a fixed number of columns. New points go into the next column; when all columns are full, neighbours are
 * merged in pairs (halving), and each column then holds twice as many points. Between halvings nothing that was drawn
 * moves, so a terminal chart changes only a few cells a frame. */
#ifndef PLOT_COLUMNS_H
#define PLOT_COLUMNS_H

#include <stdbool.h>

enum { COLUMNS_MAX = 1024 };

struct column {
    float low, high, mean; /* of the values in this column */
    int count;             /* of values; 0: the column is empty */
};

struct columns {
    int width;        /* 1..COLUMNS_MAX */
    double per_column; /* positions (e.g. epochs) a column spans */
    struct column column[COLUMNS_MAX];
    int used;         /* columns up to the last that is not empty */
};

/* `first_span`: the positions that one column spans before the first halving. */
void columns_begin(struct columns *c, int width, double first_span);

/* Adds a value at a position ≥ 0, after as many halvings as it needs; true when there was one. Values that are not
 * finite are left out. */
bool columns_add(struct columns *c, double position, float value);

#endif

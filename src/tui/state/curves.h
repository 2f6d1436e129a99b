/* Loss and accuracy of a run as columns that hold still, taken from the trainer's series point by point. */
#ifndef TUI_CURVES_H
#define TUI_CURVES_H

#include "nn/train/series.h"
#include "plot/columns.h"
#include "plot/scale.h"

struct curve_pair {
    struct columns train, valid;
    struct scale scale;
};

struct curves {
    int width;            /* points across */
    int epochs;           /* the run's: one width spans them all, unless they are many */
    size_t steps, checks; /* points taken so far */
    struct curve_pair loss, accuracy;
};

void curves_begin(struct curves *c, int width, int epochs);

/* Takes what has come since the last call: a point each training step, one each validation. True when something came. */
bool curves_follow(struct curves *c, const struct series *steps, const struct series *checks);

#endif

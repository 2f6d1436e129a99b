/* A chart of lying bars, each of one or several parts: where time goes, what is faster. */
#ifndef PLOT_BARS_H
#define PLOT_BARS_H

#include "plot/chart_page.h"

enum { BARS_PARTS_MAX = 9 };

struct bar {
    char name[96], note[64];      /* the note stands at its end: "12.4 ms"; "": the sum in the axis's unit */
    double parts[BARS_PARTS_MAX]; /* at least 0, in the unit of the axis; others are left out */
    double low, high; /* a thin line from here to there, the spread of the sum; when equal, none */
};

struct bars {
    struct chart_texts texts;
    char label[64], empty[96]; /* of the axis, with the unit; what is said where there is no bar */
    int n_parts;
    char parts[BARS_PARTS_MAX][48]; /* their names, for the legend, which is drawn where there are several */
    int n_bars;
    const struct bar *bars; /* [n_bars], the caller's, from the top; where there is no room, the longest are drawn */
};

struct picture bars_picture(const struct bars *b);

#endif

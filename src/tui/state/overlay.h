/* The same curve of several runs over one another: which curve, along which axis and how smooth. What is shown is
 * fitted to the data when points come and when the user changes something; drawing changes nothing. */
#ifndef TUI_OVERLAY_H
#define TUI_OVERLAY_H

#include "plot/scale.h"
#include "tui/state/curves.h"
#include "tui/state/smoothing.h"

struct overlay {
    int curve;           /* of overlay_curves() */
    enum axis axis;
    enum smoothing smoothing;
    bool logarithmic;
    int points, ticks;   /* columns of dots, and ticks up; 0: not known yet */
    struct window window;
    struct scale scale;
};

/* What can be shown: a line of a kind of chart. Validations come first. */
struct overlay_curve {
    enum chart_position kind;
    int line;
};
int overlay_curves(void); /* how many */
struct overlay_curve overlay_curve(int position);

void overlay_next_axis(struct overlay *o); /* they and what is set by hand need overlay_fit() anew */

/* `rows` of the plot, and columns of dots. True when that is something else. */
bool overlay_resize(struct overlay *o, int rows, int points);

/* To the curves; `going`: more will come. Bounds are held while points come, unless it is `anew`. */
void overlay_fit(struct overlay *o, const struct curves *curves, int count, bool going, bool anew);

void overlay_columns(const struct overlay *o, const struct curves *curves, struct columns *out);

#endif

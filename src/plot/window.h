/* The part of an axis that a chart shows. While points come in it is wider than what there is, up to twice as wide, and
 * holds still until it is full: what is drawn is drawn again only then. */
#ifndef PLOT_WINDOW_H
#define PLOT_WINDOW_H

#include <stdbool.h>

struct window {
    double low, high; /* low < high */
};

/* From 0 to where there is room for data up to `data`: to the end of the run, or half of that, or half of that again
 * …, but not less than `least`. In its second half, then, the window is the whole run. `end` 0: it is not known, and
 * the windows are 1, 2, 4 and 6 times a power of ten. */
struct window window_fit(double data, double least, double end);

/* `now` while it holds the data and is less than twice as wide as `fitted`; else that. */
struct window window_hold(struct window now, struct window fitted, double data);

/* The window `times` as wide around `about`, which keeps its place; inside `all`, and not narrower than `least`. */
struct window window_zoom(struct window w, struct window all, double about, double times, double least);

/* Moved by a share of its width, to the right for positive ones, as far as `all` goes. */
struct window window_pan(struct window w, struct window all, double share);

double window_fraction(struct window w, double at); /* 0 at low, 1 at high */
bool window_holds(struct window w, double at);

#endif

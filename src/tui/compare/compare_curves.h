/* The curves of a comparison over one another. */
#ifndef TUI_COMPARE_CURVES_H
#define TUI_COMPARE_CURVES_H

#include "tui/draw/graph.h"
#include "tui/state/comparing.h"
#include "tui/state/overlay.h"

/* Fits an overlay to the curves and to a chart on so many rows and columns. `anew`: bounds are not held. */
void compare_curves_fit(struct overlay *o, const struct comparing *c, int rows, int columns, enum graph_dots dots,
                        bool anew);

/* "accuracy (%), validation" */
enum { COMPARE_TITLE_SIZE = 96 };
void compare_curves_title(const struct overlay *o, const struct comparing *c, char out[COMPARE_TITLE_SIZE]);

/* Fills the canvas. The runs of a row have one hand. */
void compare_curves_draw(struct canvas *c, const struct overlay *o, const struct comparing *comparing,
                         enum graph_dots dots);

#endif

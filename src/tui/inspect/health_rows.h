/* A row a layer: gradient, update and dead ReLUs as small bars, each with its figure, and a word. */
#ifndef TUI_HEALTH_ROWS_H
#define TUI_HEALTH_ROWS_H

#include "nn/recipe/recipe.h"
#include "run/health_words.h"
#include "tui/draw/canvas.h"

enum { HEALTH_ROWS_LEAST = 3 /* rows that a table takes: its heading, and two layers */ };

int health_rows_count(const struct health *h); /* layers of which something is known */

/* From row `first` of the table on. Bars of gradients and updates are logarithmic; where there is no room for bars
 * there are figures alone, and on the narrowest screen no updates. */
void health_rows_draw(struct canvas *c, const struct health *h, const struct recipe *recipe, int first);

enum role health_rows_role(enum health_fault fault); /* its colour */

#endif

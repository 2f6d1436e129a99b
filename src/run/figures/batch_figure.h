/* The chart of a batch probe: images a second over batches, a line for each device. */
#ifndef RUN_FIGURES_BATCH_FIGURE_H
#define RUN_FIGURES_BATCH_FIGURE_H

#include "run/batch_probe.h"
#include "run/figures/figure.h"

#define BATCH_FIGURE_NAME "crossover" /* of its file */

/* On logarithmic axes, with a tick at each batch; the recipe says what was trained. figure_free() it. */
bool batch_figure_make(const struct batch_probe *p, const struct recipe *r, struct figure *out, struct error *e);

#endif

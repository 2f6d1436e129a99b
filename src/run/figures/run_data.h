/* All that a run's folder tells about it, for charts and reports. */
#ifndef RUN_FIGURES_RUN_DATA_H
#define RUN_FIGURES_RUN_DATA_H

#include "base/path.h"
#include "nn/recipe/recipe.h"
#include "run/layer_times.h"
#include "run/metrics.h"
#include "run/summary.h"

enum { RUNS_DRAWN_MAX = 8 }; /* on one chart: as many as there are colours */

struct run_data {
    char folder[PATH_SIZE], label[64]; /* the label tells it from others: the folder's name */
    struct recipe recipe;
    struct summary summary;
    struct metrics_curves curves;
    struct layer_times layers; /* count 0: they are not known */
};

/* While it runs or after. False with an error that says what the folder lacks. run_data_free() it. */
bool run_data_read(struct run_data *d, const char *folder, struct error *e);
void run_data_free(struct run_data *d);

#endif

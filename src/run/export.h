/* A run's charts as PNG files, from its folder, while it runs or after. */
#ifndef RUN_EXPORT_H
#define RUN_EXPORT_H

#include "base/error.h"
#include "base/path.h"
#include "run/chart_kinds.h"

struct export_files {
    char path[CHART_COUNT][PATH_SIZE]; /* of each chart */
};

/* Writes NAME.png for each kind of chart into the folder `into` (NULL: the run's plots/), which is made when it is
 * missing. False with an error; files that were written before it stay. */
bool export_charts(const char *run_folder, const char *into, struct export_files *out, struct error *e);

#endif

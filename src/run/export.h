/* A run's charts as PNG files, from its folder, while it runs or after. */
#ifndef RUN_EXPORT_H
#define RUN_EXPORT_H

#include "base/error.h"
#include "base/path.h"
#include "run/chart_kinds.h"

struct export_files {
    char path[CHART_COUNT][PATH_SIZE]; /* of each chart */
};

/* Writes NAME.png for each chart kind into `into` (NULL: the run's plots/), which is made where it lacks. False with an
 * error; the files before the one that could not be written stay. */
bool export_charts(const char *run_folder, const char *into, struct export_files *out, struct error *e);

#endif

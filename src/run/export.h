/* A run's charts: loss and accuracy as PNG, from its folder, while it runs or after. */
#ifndef RUN_EXPORT_H
#define RUN_EXPORT_H

#include "base/error.h"
#include "base/path.h"

struct export_files {
    char loss[PATH_SIZE], accuracy[PATH_SIZE];
};

/* Writes loss.png and accuracy.png into `into` (NULL: the run's plots/), which is made where it lacks. */
bool export_charts(const char *run_folder, const char *into, struct export_files *out, struct error *e);

#endif

/* What `cuvette inspect` found, as a picture of the confusion matrix. */
#ifndef CLI_INSPECT_CHART_H
#define CLI_INSPECT_CHART_H

#include "run/predictions/inspect_run.h"

/* The file appears whole or not at all. False with an error. */
bool inspect_chart(const struct run_inspection *r, const char *path, struct error *e);

#endif

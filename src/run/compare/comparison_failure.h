/* Why a run of a comparison could not begin. A run that made no step leaves nothing but its error: here that is kept,
 * as the recipe and the summary of a run that failed, until the run is tried again. */
#ifndef RUN_COMPARE_COMPARISON_FAILURE_H
#define RUN_COMPARE_COMPARISON_FAILURE_H

#include "run/compare/comparison.h"

/* Into the folder of the entry, where nothing is yet: a run that has a folder tells of itself. False with an error. */
bool comparison_failure_keep(const struct comparison *c, int entry, const char *why, struct error *e);

/* Before it is tried again. What is in the folder of a run that had begun stays. */
void comparison_failure_forget(const struct comparison *c, int entry);

#endif

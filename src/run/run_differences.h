/* Which values differ between the recipes of runs. */
#ifndef RUN_RUN_DIFFERENCES_H
#define RUN_RUN_DIFFERENCES_H

#include "nn/recipe/recipe_differences.h"

/* Reads the recipes of 2 to RECIPE_DIFFERENCES_MOST folders, and calls `row` as recipe_differences() does; *rows: how
 * often. False with an error, ERROR_USAGE for too few or too many. */
bool run_differences(const char *const *folders, int count,
                     void (*row)(void *context, const struct recipe_difference *d), void *context, int *rows,
                     struct error *e);

#endif

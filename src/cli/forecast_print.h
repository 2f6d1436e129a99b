/* What `cuvette train --forecast` prints: the memory that a run will take, counted and measured, and its time. */
#ifndef CLI_FORECAST_PRINT_H
#define CLI_FORECAST_PRINT_H

#include <stdbool.h>

#include "nn/recipe/recipe.h"

/* Times a few steps, where there is room for them. False with an error, ERROR_MEMORY when the run will not fit; `json`:
 * one object for programs. */
bool forecast_print(struct recipe *recipe, bool json, struct error *e);

#endif

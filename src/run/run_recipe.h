/* The recipe of a run, from its folder. */
#ifndef RUN_RUN_RECIPE_H
#define RUN_RUN_RECIPE_H

#include "nn/recipe/recipe.h"

/* Under the name that it had when the run began, as far as the run's metrics tell it: the file's is always "recipe". *r
 * is changed only on success. False with an error. */
bool run_recipe_load(struct recipe *r, const char *folder, struct error *e);

#endif

/* What `cuvette train --profile` prints: for people, and for programs. */
#ifndef CLI_PROFILE_PRINT_H
#define CLI_PROFILE_PRINT_H

#include <stdio.h>

#include "nn/recipe/recipe.h"
#include "run/recipe_profile.h"

/* One aligned line an operation, in the order of the plan, and the whole step. */
void profile_print_table(const struct profile *p, const struct recipe *recipe, FILE *out);

/* One JSON object on standard output. False with an error when it cannot be made or printed. */
bool profile_print_json(const struct recipe_profile *p, const struct recipe *recipe, struct error *e);

#endif

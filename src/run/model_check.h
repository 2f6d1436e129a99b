/* Before anything runs: does the network fit the images, and can its weights be saved? */
#ifndef RUN_MODEL_CHECK_H
#define RUN_MODEL_CHECK_H

#include "data/sources/source.h"
#include "nn/recipe/recipe_warnings.h"

/* `source`: of the images; NULL: the recipe's, which are looked at. *parameters: trainable numbers. *warnings: values
 * that are hardly meant. False with an error. */
bool model_check(const struct recipe *recipe, struct source *source, size_t *parameters,
                 struct recipe_warnings *warnings, struct error *e);

#endif

/* Before anything runs: does the network fit the images, is there the memory, and can its weights be saved? */
#ifndef RUN_MODEL_CHECK_H
#define RUN_MODEL_CHECK_H

#include "data/sources/source.h"
#include "nn/recipe/recipe_warnings.h"
#include "nn/train/pretrained.h"
#include "run/devices.h"

/* `source`: of the images; NULL: the recipe's, which are looked at. `pretrained`: what the network begins with, where
 * it has a plan: it must fit, and the recipe's last layer and training.head become what comes of it. `device`: whose
 * run must not need more memory than there is; NULL: it may. *parameters: trainable numbers. *warnings: values that are
 * hardly meant, and what `pretrained` was taken for. False with an error. */
bool model_check(struct recipe *recipe, struct source *source, const struct pretrained *pretrained,
                 const struct device *device, size_t *parameters, struct recipe_warnings *warnings, struct error *e);

#endif

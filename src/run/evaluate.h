/* Measures the model of a run again: on its own test images or those of another data set, on any device. */
#ifndef RUN_EVALUATE_H
#define RUN_EVALUATE_H

#include "nn/train/executor_evaluate.h"
#include "nn/recipe/recipe.h"

struct evaluate_setup {
    const char *folder;  /* the run's: recipe.ini and model.h5 are read */
    const char *dataset; /* NULL: the recipe's */
    const char *device;  /* NULL: the recipe's */
};

/* Runs the model over the test images. *recipe becomes the run's, with the data set and the device that were used.
 * False with an error. */
bool evaluate_run(const struct evaluate_setup *setup, struct recipe *recipe, struct evaluation *out, struct error *e);

#endif

/* The model of a run, measured again: on its own test images or on another data set's, on any device. */
#ifndef RUN_EVALUATE_H
#define RUN_EVALUATE_H

#include "nn/train/executor_evaluate.h"
#include "nn/recipe/recipe.h"

struct evaluate_setup {
    const char *folder;  /* the run's: recipe.ini and model.h5 are read */
    const char *dataset; /* NULL: the recipe's */
    const char *device;  /* NULL: the recipe's */
};

/* Over the test images. *recipe becomes the run's, with the data set and the device that were used. */
bool evaluate_run(const struct evaluate_setup *setup, struct recipe *recipe, struct evaluation *out, struct error *e);

#endif

/* Measures the model of a run again: on its own test images or those of another data set, on any device. */
#ifndef RUN_EVALUATE_H
#define RUN_EVALUATE_H

#include "nn/train/executor_evaluate.h"
#include "nn/recipe/recipe.h"

struct evaluate_setup {
    const char *folder;  /* the run's: recipe.ini and a model file are read */
    bool best;           /* the weights of its best epoch, not those that it ended with */
    const char *dataset; /* NULL: the recipe's */
    const char *device;  /* NULL: the recipe's */
};

/* The name of the file that is read: best.h5 when it is wanted, and for a run that goes on or was killed, which has no
 * model.h5. */
const char *evaluate_file(const struct evaluate_setup *setup);

/* Runs the model over the test images. *recipe becomes the run's, with the data set and the device that were used.
 * False with an error. */
bool evaluate_run(const struct evaluate_setup *setup, struct recipe *recipe, struct evaluation *out, struct error *e);

#endif

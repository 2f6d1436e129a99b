/* How fast a device is at a recipe's steps, for those that share a batch by it. Only computing is measured, on images
 * of noise: not reading, and no sum over ranks. */
#ifndef NN_STEP_SPEED_H
#define NN_STEP_SPEED_H

#include "nn/plan/backend.h"
#include "nn/recipe/recipe.h"

struct step_speed_wish {
    const struct recipe *recipe;
    struct shape input;
    int classes;
    bool apart; /* as in compile_options */
    int rows;   /* images of a step */
    const struct backend_class *backend;
    struct device_choice device;
    bool (*go_on)(void *context); /* asked before each step */
    void *context;
};

/* Images a second: the median of short rounds, of about half a second together, or the second step where one takes
 * longer than that. False with an error, ERROR_STOPPED where go_on() was false. */
bool step_speed_measure(const struct step_speed_wish *w, double *images_per_second, struct error *e);

#endif

/* A recipe's plan with weights that are all different, for tests of a run's model file. */
#ifndef TESTS_SUPPORT_DRAWN_MODEL_H
#define TESTS_SUPPORT_DRAWN_MODEL_H

#include "nn/recipe/recipe.h"
#include "nn/train/trainer.h"

extern const char drawn_model_everything[]; /* layers of three classes, one after another: all that have weights */
extern const char drawn_model_branched[];   /* with skips */

struct drawn_model {
    struct recipe recipe;
    struct plan *plan;
    float *parameters, *statistics;
    struct trainer_weights weights;
};

/* The plan to train with, or to evaluate alone. drawn_model_free() it. */
void drawn_model_make(struct drawn_model *m, const char *layers, struct shape input, bool training);
void drawn_model_free(struct drawn_model *m);

void drawn_model_write(const struct drawn_model *m, const char *path); /* as a run's model.h5 */

/* Written into a folder that is empty, from a plan to train with, and read into one to evaluate alone, they are the
 * same bit for bit. */
void drawn_model_comes_back(const char *folder, const char *layers, struct shape input);

#endif

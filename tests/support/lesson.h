/* Short trainings without recipe files, trainer or screen: a plan, a device and a loader, on any backend. */
#ifndef SUPPORT_LESSON_H
#define SUPPORT_LESSON_H

#include "data/sources/source.h"
#include "nn/plan/backend.h"
#include "nn/recipe/recipe.h"

struct lesson_layer {
    const char *class, *settings; /* "conv2d", "filters=8 kernel=3" */
};

/* Every value at its preset, and these layers, which end with a NULL class. Fails the test when a layer cannot be. */
struct recipe lesson_recipe(const struct lesson_layer *layers);

/* Trains `epochs` epochs, or until `steps_most` steps are done, as the trainer would: the same weights, batches and chances for
 * the same recipe and seed. losses (may be NULL) takes the loss of each step. *accuracy (may be NULL) is that on the test images. */
bool lesson_train(const struct backend_class *class, const struct recipe *recipe, struct source *source, int epochs,
                  int steps_most, float *losses, double *accuracy, struct error *e);

#endif

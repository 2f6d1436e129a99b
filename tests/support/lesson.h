/* Short trainings without recipe files, trainer or screen: a plan, a device and a loader, on any backend. */
#ifndef SUPPORT_LESSON_H
#define SUPPORT_LESSON_H

#include "data/sources/source.h"
#include "nn/plan/backend.h"
#include "nn/recipe/recipe.h"
#include "nn/train/health.h"

struct lesson_layer {
    const char *class, *settings; /* "conv2d", "filters=8 kernel=3" */
};

/* A recipe of presets with these layers, which end with a NULL class. Fails the test if a layer cannot be made. */
struct recipe lesson_recipe(const struct lesson_layer *layers);

/* A small network that learns the built-in digits within `epochs` epochs. Its learning rate falls to zero: with a
 * constant one the accuracy of the last epoch varies by a percent, and how a device rounds would decide. */
struct recipe lesson_digits(enum precision precision, int epochs);

/* Trains `epochs` epochs, or until `steps_most` steps are done (0: no limit), as the trainer would: the same recipe and
 * seed give the same weights, batches and random numbers. losses [steps] and *accuracy may be NULL: the loss of each
 * step, and the accuracy on the test images. The source stays the caller's. */
bool lesson_train(const struct backend_class *class, const struct recipe *recipe, struct source *source, int epochs,
                  int steps_most, float *losses, double *accuracy, struct error *e);

/* The same on `ranks` devices of that class, which train together, each on a thread of its own. losses [steps_most]: of
 * the whole batches. */
bool lesson_train_together(const struct backend_class *class, const struct recipe *recipe, struct source *source,
                           int ranks, int epochs, int steps_most, float *losses, struct error *e);

/* The same as lesson_train() up to step `steps`, which is looked at if `out` is not NULL. *parameters: the
 * arena after it, or NULL; the caller frees it. */
bool lesson_look(const struct backend_class *class, const struct recipe *recipe, struct source *source, int steps,
                 struct health *out, float **parameters, size_t *bytes, struct error *e);

#endif

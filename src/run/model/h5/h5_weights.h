/* The weights in an HDF5 model file, read behind the guard. */
#ifndef RUN_H5_WEIGHTS_H
#define RUN_H5_WEIGHTS_H

#include "nn/plan/plan.h"
#include "nn/recipe/recipe.h"

/* Of a file that cuvette wrote (model_file.h): fills the arenas of a plan made from the recipe, [arena_bytes] each.
 * False with an error, also when the file's shapes and counts are not those of the plan. */
bool h5_weights_read(const char *path, const struct recipe *recipe, const struct plan *plan, float *parameters,
                     float *statistics, struct error *e);

/* The names that a file's layers with weights have, in the order of the plan. */
struct h5_weights_names {
    const char *owner; /* whose they are, for errors: "Keras's VGG16" */
    int n;
    const char *const *layers;
};

/* The same of a file that holds Keras's weights alone, as save_weights() writes them. */
bool h5_weights_read_named(const char *path, const struct recipe *recipe, const struct plan *plan,
                           const struct h5_weights_names *names, float *parameters, float *statistics,
                           struct error *e);

#endif

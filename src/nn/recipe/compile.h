/* From a recipe to a plan: layers emit the forward list, the passes append and rewrite the rest. */
#ifndef NN_COMPILE_H
#define NN_COMPILE_H

#include "base/slice.h"
#include "nn/plan/plan.h"
#include "nn/recipe/recipe.h"

/* The whole plan of a recipe for images of a shape, for as many rows at once as the recipe has (recipe_rows()), in its
 * precision. `training` false: evaluation only (no gradients, no optimiser state). NULL with an error that names the
 * layer and both shapes. plan_free() it. */
struct plan *compile_recipe(const struct recipe *recipe, struct shape input, int classes, bool training,
                            struct error *e);

/* How a plan to train with differs from that. */
struct compile_options {
    bool apart; /* its frozen layers are apart, for those who keep what these make of each image: see plan.h on
                   `features` */
    int rank, ranks; /* that train together, each with such a plan, on its slice of the batch; ranks 0 or 1: it is
                        alone */
    struct batch_share share; /* of the batch; zeroed: as much as each other's */
};

/* Weights are in the same places. */
struct plan *compile_recipe_with(const struct recipe *recipe, struct shape input, int classes,
                                 const struct compile_options *options, struct error *e);

/* The training input alone: SPAN_FORWARD makes *out, [batch][H][W][C], of a batch as training would see it. */
struct plan *compile_augmentation(const struct recipe *recipe, struct shape input, value *out, struct error *e);

#endif

/* From a recipe to a plan: layers emit the forward list, the passes append and rewrite the rest. */
#ifndef NN_COMPILE_H
#define NN_COMPILE_H

#include "nn/plan/plan.h"
#include "nn/recipe/recipe.h"

/* The whole plan of a recipe for images of a shape, in the recipe's batch and precision. `training` false: evaluation
 * only (no gradients, no optimiser state). NULL with an error that names the layer and both shapes. plan_free() it. */
struct plan *compile_recipe(const struct recipe *recipe, struct shape input, int classes, bool training,
                            struct error *e);

/* The training input alone: SPAN_FORWARD makes *out, [batch][H][W][C], of a batch as training would see it. */
struct plan *compile_augmentation(const struct recipe *recipe, struct shape input, value *out, struct error *e);

#endif

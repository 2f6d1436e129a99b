/* Profiles a recipe: its network, with fresh weights, on its data set and its device. Nothing is written to disk. */
#ifndef RUN_RECIPE_PROFILE_H
#define RUN_RECIPE_PROFILE_H

#include "nn/train/profile.h"
#include "nn/recipe/recipe.h"
#include "run/devices.h"

struct recipe_profile {
    struct device device;
    struct plan *plan;
    struct profile *profile; /* of the plan */
};

/* `c`: of several processes that do so together, each with a device of its own; NULL: one alone, which may be replicas
 * that train together; rank 0's is the profile then. `device`: what to measure on; NULL: what the recipe names. Looks
 * at the images as recipe_images_look() does. Takes a few seconds once they are read. recipe_profile_free() it, also
 * after an error. */
bool recipe_profile_measure(struct recipe *recipe, struct communicator *c, const struct device *device,
                            struct recipe_profile *out, struct error *e);
void recipe_profile_free(struct recipe_profile *p);

#endif

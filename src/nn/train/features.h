/* What the frozen layers make of each image: it stays the same, so that it is computed once and kept, and an epoch
 * computes the other layers alone. Curves are the same; bit for bit, unless a dense layer is frozen, the last bits of
 * whose products depend on the number of rows. */
#ifndef NN_FEATURES_H
#define NN_FEATURES_H

#include "data/sources/source.h"
#include "nn/recipe/recipe.h"

/* Bytes for all images. 0: nothing can be kept, as no layer is frozen, the images are others in every epoch, or the
 * recipe wants none kept. */
uint64_t features_bytes(const struct recipe *r, const struct dataset_info *info);

/* Is it kept: is there room beside the images that are held, as recipe_images_memory() has it? */
bool features_kept(const struct recipe *r, const struct dataset_info *info, uint64_t allotted);

#endif

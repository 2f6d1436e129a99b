/* Images as training would see them, for those who want to look at what a recipe's augmentation does. */
#ifndef RUN_AUGMENTED_IMAGES_H
#define RUN_AUGMENTED_IMAGES_H

#include <stdint.h>

#include "data/preview.h"
#include "nn/plan/shape.h"
#include "nn/recipe/recipe.h"

/* Runs the very operations of training on the CPU, on one thread, for `count` images of one shape, [count][H][W][C], as
 * if they were the whole of training step `step` of the recipe (1 is the first, each is another draw, odd ones mirror
 * what even ones leave where flips alternate), and turns the result back into bytes, out [count][H][W][C]. What moves
 * in from outside and what is cut out has these images' mean colour, which stands for the data set's. Images are mixed
 * with the next one, the last with the first. Without augmentation they stay as they are. False with an error. */
bool augmented_images(const struct recipe *recipe, struct shape image, const uint8_t *images, int count, uint64_t step,
                      uint8_t *out, struct error *e);

/* The same as a change of previews, where images are cropped at random, too, if the recipe says so. */
struct augmented_preview {
    struct recipe recipe;
    uint64_t step;
};
struct preview_change augmented_images_change(const struct augmented_preview *p); /* which has to stay as long */

#endif

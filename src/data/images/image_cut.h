/* Which part of an image is wanted. */
#ifndef DATA_IMAGE_CUT_H
#define DATA_IMAGE_CUT_H

#include "data/images/image.h"

/* The part of an image of h × w pixels that becomes *height × *width; with IMAGE_PAD these are made smaller. It is in
 * the middle, so that it does not matter how the image is turned. */
struct image_box image_cut_fit(enum image_fit fit, int h, int w, int *height, int *width);

/* A part of 8 to 100 % of an image of h × w pixels, with sides of a ratio from 3:4 to 4:3 and whole pixels, anywhere in
 * it: that of torchvision's RandomResizedCrop (Szegedy et al., "Going deeper with convolutions", CVPR 2015). Where ten
 * tries do not fit, the largest part in the middle with such a ratio. A function of what is in `draw` alone. */
struct image_box image_cut_random(const struct image_draw *draw, int h, int w);

#endif

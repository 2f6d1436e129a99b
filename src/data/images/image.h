/* Photographs: what is wanted of one, and a rectangle of its pixels. */
#ifndef DATA_IMAGE_H
#define DATA_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How an image of another shape becomes the wanted one. */
enum image_fit {
    IMAGE_CROP,    /* scaled until it covers it, and the middle taken */
    IMAGE_STRETCH, /* scaled in each direction by itself */
    IMAGE_PAD      /* scaled until it fits into it, with black around */
};

struct image_wanted {
    int height, width, channels; /* 1 grey or 3 RGB */
    enum image_fit fit;
};

/* As it would be shown: rotated as its file says. */
struct image_size {
    int height, width;
    bool grey;
};

/* A rectangle; in pixels from the top left corner, and where it is between them. */
struct image_box {
    double top, left, height, width;
};

/* What a random part of an image depends on (image_cut.h). */
struct image_draw {
    uint64_t seed;
    uint32_t epoch, image; /* its number in the split */
};

/* A part of an image as its decoder gives it: pixels [height][width][channels], where pixel (0, 0) is pixel (top, left)
 * of the image shrunk to `scale`. */
struct image_part {
    uint8_t *pixels;
    size_t room; /* bytes allocated; kept from image to image */
    int height, width, channels;
    int top, left;
    double scale_down, scale_across; /* 1: as in the file */
};

/* Pixels in an image's file, at most: what is larger is not for training, and would take gigabytes to look at. */
enum { IMAGE_PIXELS_MOST = 200000000 };

#endif

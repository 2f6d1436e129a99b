/* Pixels as the bytes of a file: JPEG, and PNG for what must stay as it is. */
#ifndef DATA_IMAGE_ENCODE_H
#define DATA_IMAGE_ENCODE_H

#include "base/error.h"
#include "data/images/image.h"

/* [height][width][channels] pixels, of 1 or 3 channels. */
struct image_pixels {
    const uint8_t *pixels;
    int height, width, channels;
};

/* The same pixels give the same bytes: *out of *size bytes; free() it. `quality` is 1 to 100. False with an error. */
bool image_encode_jpeg(const struct image_pixels *from, int quality, uint8_t **out, size_t *size, struct error *e);

/* The same, without loss. */
bool image_encode_png(const struct image_pixels *from, uint8_t **out, size_t *size, struct error *e);

#endif

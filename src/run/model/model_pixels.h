/* The numbers that models from elsewhere take in place of pixels. */
#ifndef RUN_MODEL_PIXELS_H
#define RUN_MODEL_PIXELS_H

#include "data/sources/source.h"

/* Of a pixel of 0 to 255: X(KIND, words, help). */
#define MODEL_PIXELS(X)                                                                                                \
    X(UNIT, "0..1", "the pixel, divided by 255")                                                                       \
    X(BYTES, "0..255", "the pixel")                                                                                    \
    X(SIGNED, "-1..1", "the pixel, divided by 127.5, less 1")                                                          \
    X(IMAGENET, "imagenet", "of 0..1 ImageNet's mean taken away, divided by its deviation, as PyTorch does it")

#define MODEL_PIXELS_LISTED "0..1, 0..255, -1..1 and imagenet"

enum model_pixels {
    PIXELS_AS_SAID, /* by the file; where it has no scaling at all, 0..1 */
#define MODEL_PIXELS_ROW(kind, words, help) PIXELS_##kind,
    MODEL_PIXELS(MODEL_PIXELS_ROW)
#undef MODEL_PIXELS_ROW
};

/* A pixel × scale + offset of each of CHANNELS_MAX channels. */
void model_pixels_numbers(enum model_pixels range, double scale[CHANNELS_MAX], double offset[CHANNELS_MAX]);
bool model_pixels_find(const char *words, enum model_pixels *out, struct error *e); /* false with ERROR_USAGE */

#endif

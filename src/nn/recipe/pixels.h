/* The numbers that networks take in place of pixels: those that a published network was trained with, or those that a
 * data set's own mean and deviation give. */
#ifndef NN_PIXELS_H
#define NN_PIXELS_H

#include "base/error.h"

/* Of a pixel of 0 to 255: X(KIND, words, help). */
#define PIXELS(X)                                                                                                      \
    X(UNIT, "0..1", "the pixel, divided by 255")                                                                       \
    X(BYTES, "0..255", "the pixel")                                                                                    \
    X(SIGNED, "-1..1", "the pixel, divided by 127.5, less 1")                                                          \
    X(IMAGENET, "imagenet", "of 0..1 ImageNet's mean taken away, divided by its deviation, as PyTorch does it")        \
    X(CAFFE, "caffe", "of 0..255 ImageNet's mean taken away, as Keras does it for VGG and ResNet")                     \
    X(LITE, "lite", "the pixel, less 127, divided by 128, as for EfficientNet-Lite")

#define PIXELS_LISTED "0..1, 0..255, -1..1, imagenet, caffe and lite"

enum pixels {
    PIXELS_UNSAID, /* in a recipe: mean and deviation of the training images; of a file: as it says, else 0..1 */
#define PIXELS_ROW(kind, words, help) PIXELS_##kind,
    PIXELS(PIXELS_ROW)
#undef PIXELS_ROW
};

extern const char *const pixels_names[]; /* "measured" for PIXELS_UNSAID; ends with NULL */

/* Of a channel, from 0: the number is pixel × scale + offset. Beyond the third they begin again. */
struct pixels_line {
    double scale, offset;
};
struct pixels_line pixels_line(enum pixels range, int channel);

bool pixels_find(const char *words, enum pixels *out, struct error *e); /* false with ERROR_USAGE */

#endif

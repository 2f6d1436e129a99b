/* What all forms of CIFAR-10 and CIFAR-100 (A. Krizhevsky, 2009) have in common. */
#ifndef DATA_CIFAR_H
#define DATA_CIFAR_H

#include "data/sources/source.h"

enum {
    CIFAR_SIDE = 32,
    CIFAR_CHANNELS = 3,
    CIFAR_PLANE = CIFAR_SIDE * CIFAR_SIDE,
    CIFAR_IMAGE = CIFAR_CHANNELS * CIFAR_PLANE, /* bytes */
    CIFAR_CLASSES_MAX = 100,
    CIFAR_FILES_MOST = 6,
};

/* The files that a form of a data set consists of; ends with a NULL name. */
struct cifar_file {
    const char *name;
    enum split split;
};

/* Which file has image `index` of a split, where file i has count[i] images; `index` becomes the image's number in that
 * file. */
int cifar_find(const struct cifar_file *files, const uint32_t *count, enum split split, uint32_t *index);

bool cifar_has(const char *folder, const char *name); /* a file in a folder */

/* planes [3][32][32] -> pixels [32][32][3] */
static inline void cifar_interleave(const uint8_t *planes, uint8_t *pixels)
{
    for (int i = 0; i < CIFAR_PLANE; i++)
        for (int c = 0; c < CIFAR_CHANNELS; c++)
            pixels[CIFAR_CHANNELS * i + c] = planes[CIFAR_PLANE * c + i];
}

#endif

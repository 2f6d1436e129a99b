/* Reads and checks an HDF5 file in the layout of the Keras lessons:
 *
 *     x_train [N][H][W][C] or [N][H][W] uint8,    y_train [N] or [N][1], any integer type
 *             or floating-point numbers
 *     x_test, y_test or x_valid, y_valid          class_names [classes] text, optional
 *
 * Call with hdf5_lock() held. `path` is for errors. */
#ifndef DATA_KERAS_LAYOUT_H
#define DATA_KERAS_LAYOUT_H

#include <hdf5.h>

#include "data/sources/source.h"

struct keras_images {
    hid_t dataset; /* close it */
    const char *name;
    uint32_t count;
    int height, width, channels;
    uint32_t chunk; /* images that are best read together */
    int rank;         /* 4, or 3 when there is no axis of channels */
    bool are_numbers; /* floating-point ones, in place of bytes */
    size_t element;   /* bytes of one as it is stored */
};

/* Opens a split's images, with a chunk cache that holds a row of chunks (all chunks that share their images). False
 * with an error. */
bool keras_layout_images(hid_t file, const char *path, enum split split, struct keras_images *out, struct error *e);

/* A split's labels, [images->count], in 0..classes-1 (classes ≤ CLASSES_MAX). NULL with an error; free() it. */
int32_t *keras_layout_labels(hid_t file, const char *path, const struct keras_images *images, int classes,
                             struct error *e);

/* Class names, and how many in *count: 0 and NULL when the file has none. False with an error; free() them. */
bool keras_layout_class_names(hid_t file, const char *path, char (**out)[CLASS_NAME_SIZE], int *count, struct error *e);

#endif

/* The images and labels of a split that NumPy saved:
 *
 *     x_train [N][H][W] or [N][H][W][C] uint8,    y_train [N] or [N][1], whole numbers
 *             or floating-point numbers           x_test, y_test, and the other names in numpy_split.c
 *
 * in an .npz file, as Keras keeps MNIST, or a folder of .npy files. */
#ifndef DATA_NUMPY_SPLIT_H
#define DATA_NUMPY_SPLIT_H

#include "data/sources/npy.h"
#include "data/sources/pixel_range.h"
#include "data/sources/source.h"

struct numpy_split {
    const char *path; /* the caller's: of the file or folder */
    FILE *images;     /* after image `next` - 1 */
    uint32_t next;
    const char *name; /* of the images: "x_train" */
    int32_t *labels;  /* [count] */
    uint32_t count;
    int height, width, channels;
    struct npy array; /* the images */
    uint8_t *stored;  /* an image as it is stored, and as numbers; NULL: they are bytes */
    float *values;
    enum pixel_range range; /* of these */
};

/* Opens the images, and reads the labels. False with an error; close it all the same. */
bool numpy_split_open(struct numpy_split *split, const char *path, enum split which, struct error *e);
void numpy_split_close(struct numpy_split *split);

/* Finds what range the numbers of its first images are in, unless they are bytes. */
bool numpy_split_find_range(struct numpy_split *split, struct error *e);

/* Images index..index+count as bytes. Reads on from the last one; to go back in an archive is to begin again. */
bool numpy_split_read(struct numpy_split *split, uint32_t index, uint32_t count, uint8_t *to, struct error *e);

/* Has the folder an .npy file of images? */
bool numpy_split_in_folder(const char *folder);

#endif

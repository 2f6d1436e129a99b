/* HDF5 files in the layout of the lessons, made for tests of what is read of them: a correct one, to be varied. */
#ifndef TESTS_SUPPORT_HDF5_PARTS_H
#define TESTS_SUPPORT_HDF5_PARTS_H

#include <hdf5.h>

#include "data/sources/source.h"

enum { TRAIN = 23, TEST = 7, HEIGHT = 4, WIDTH = 5, STRANGE_FILTER = 400 };

/* A data set to write; a rank of 0 leaves it out. */
struct part {
    const char *name;
    hid_t type;  /* in the file */
    hid_t given; /* of the values */
    int rank;
    hsize_t size[4], chunk[4]; /* chunk[0] = 0: not chunked */
    const void *values;
    bool strange; /* passed through a filter that only its writer has; chunked */
};

/* Pixels for two splits of at most 3 channels, and labels of several types. */
struct made {
    uint8_t pixels[SPLIT_COUNT][TRAIN * HEIGHT * WIDTH * 3];
    int32_t labels[SPLIT_COUNT][TRAIN];
};

enum { X_TRAIN, Y_TRAIN, X_TEST, Y_TEST, NAMES, PARTS };

/* The correct layout, to be varied; `made` must live as long. */
void hdf5_parts_good(struct part parts[PARTS], struct made *made);

/* A file of the parts that are not left out. */
void hdf5_parts_write(const char *path, const struct part *parts, size_t count);

struct source *hdf5_parts_open(const char *path); /* fails the test where it cannot be opened */

/* Opening the file, or reading its images, must fail with words that name it. */
void hdf5_parts_refused(const char *path, const char *words);

void hdf5_parts_make(struct made *made, int channels); /* fills it in */

#endif

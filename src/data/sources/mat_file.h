/* Arrays of numbers in MATLAB's files of level 5, plain or compressed (as save() writes them since version 7). Only
 * what plain arrays need is read: structures, cells and text are passed over. */
#ifndef DATA_MAT_FILE_H
#define DATA_MAT_FILE_H

#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

enum { MAT_RANK_MAX = 4 };

struct mat_array {
    bool bytes;                  /* its elements are unsigned bytes */
    int rank;                    /* 2 to MAT_RANK_MAX */
    uint32_t size[MAT_RANK_MAX]; /* the first index runs fastest */
    uint64_t count;              /* of all its elements */
    int type;                    /* of an element in the file */
    bool swapped;                /* elements have their bytes the other way round */
};

/* The elements of the first array with this name, from the first on. NULL with an error; fclose() it. A damaged file
 * shows as an early end with ferror(). */
FILE *mat_file_open(const char *path, const char *name, struct mat_array *out, struct error *e);

/* The next element as a number. False at an early end. */
bool mat_file_number(FILE *in, const struct mat_array *array, double *out);

#endif

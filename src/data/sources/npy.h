/* The header of NumPy's array format, versions 1 to 3 (NEP 1). */
#ifndef DATA_NPY_H
#define DATA_NPY_H

#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

enum { NPY_RANK_MAX = 4 };

struct npy {
    char kind;    /* as in NumPy: 'u', 'i', 'f', 'b' … */
    int bytes;    /* of an element, 1 to 8 */
    bool swapped; /* elements of several bytes have their highest first */
    int rank;     /* 0 to NPY_RANK_MAX */
    uint64_t size[NPY_RANK_MAX];
};

/* Reads the header; the elements follow, the last index running fastest. `name` is for errors. False with an error,
 * also for arrays of another order, of structures or objects, or of too high a rank. */
bool npy_read_header(FILE *in, const char *name, struct npy *out, struct error *e);

/* Reads `count` elements of an array of whole numbers. False at an early end. */
bool npy_read_integers(FILE *in, const struct npy *array, size_t count, int64_t *to);

/* `count` elements of an array of floating-point numbers, of 2, 4 or 8 bytes, that are at `from`. */
void npy_floats(const struct npy *array, const uint8_t *from, size_t count, float *to);

/* "uint8 (60000, 28, 28)" */
const char *npy_format(const struct npy *array, char *to, size_t size);

#endif

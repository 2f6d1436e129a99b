/* Matrix products by OpenBLAS, on the calling thread. Matrices are row-major.
 *
 * The library is loaded when a plan first needs it, and not before: to prepare itself it takes 128 MB of addresses for
 * each core, and where a limit (`ulimit -v`) does not grant them it tries for ever, also for what computes nothing. */
#ifndef BASE_GEMM_H
#define BASE_GEMM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* A factor. If `transposed`, it is the transpose of the matrix in memory. */
struct matrix {
    const float *at;
    int64_t stride; /* floats from a row to the next, of the matrix in memory */
    bool transposed;
};

/* Makes gemm() ready for that many more threads at the same time: loads OpenBLAS, and gets the memory that each of them
 * needs in it. False with ERROR_MEMORY where there is no room for that, or with ERROR_DEVICE where this node has no
 * OpenBLAS or one for fewer threads. gemm_release() it, after true. From any thread. */
bool gemm_reserve(int threads, struct error *e);
void gemm_release(int threads);

/* C [m][n] = A [m][k] B [k][n], plus C when `add`. Sizes and strides must fit in an int. */
void gemm(int64_t m, int64_t n, int64_t k, struct matrix a, struct matrix b, float *c, int64_t c_stride, bool add);

#endif

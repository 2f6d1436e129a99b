/* Matrix products by OpenBLAS, on the calling thread. Matrices are row-major. */
#ifndef BASE_GEMM_H
#define BASE_GEMM_H

#include <stdbool.h>
#include <stdint.h>

/* A factor. If `transposed`, it is the transpose of the matrix in memory. */
struct matrix {
    const float *at;
    int64_t stride; /* floats from a row to the next, of the matrix in memory */
    bool transposed;
};

/* C [m][n] = A [m][k] B [k][n], plus C when `add`. Sizes and strides must fit in an int. */
void gemm(int64_t m, int64_t n, int64_t k, struct matrix a, struct matrix b, float *c, int64_t c_stride, bool add);

/* Keeps OpenBLAS from starting threads of its own. Each thread calls this before its first gemm(). */
void gemm_prepare(void);

#endif

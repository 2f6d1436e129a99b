/* Matrix products, row-major, on the calling thread: C = A B (+ C when `add`), A m×k, B k×n, C m×n.
 * A or B may be given transposed; the leading dimension is that of the matrix as it lies in memory. */
#ifndef BASE_GEMM_H
#define BASE_GEMM_H

#include <stdbool.h>
#include <stdint.h>

struct matrix {
    const float *at;
    int64_t stride; /* floats from a row to the next */
    bool transposed;
};

void gemm(int64_t m, int64_t n, int64_t k, struct matrix a, struct matrix b, float *c, int64_t c_stride, bool add);

/* One thread a call: the callers are the team. Each of its threads calls this first. */
void gemm_prepare(void);

#endif

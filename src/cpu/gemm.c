#include "cpu/gemm.h"

#include <cblas.h>

void gemm(int64_t m, int64_t n, int64_t k, struct matrix a, struct matrix b, float *c, int64_t c_stride, bool add)
{
    if (m <= 0 || n <= 0)
        return;
    cblas_sgemm(CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans, b.transposed ? CblasTrans : CblasNoTrans,
                (int)m, (int)n, (int)k, 1.0f, a.at, (int)a.stride, b.at, (int)b.stride, add ? 1.0f : 0.0f, c,
                (int)c_stride);
}

void gemm_prepare(void)
{
    openblas_set_num_threads(1);
}

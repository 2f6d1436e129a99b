#include "base/gemm.h"

#include <cblas.h>
#include <pthread.h>

void gemm(int64_t m, int64_t n, int64_t k, struct matrix a, struct matrix b, float *c, int64_t c_stride, bool add)
{
    if (m <= 0 || n <= 0)
        return;
    cblas_sgemm(CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans, b.transposed ? CblasTrans : CblasNoTrans,
                (int)m, (int)n, (int)k, 1.0f, a.at, (int)a.stride, b.at, (int)b.stride, add ? 1.0f : 0.0f, c,
                (int)c_stride);
}

/* If OpenBLAS is built with OpenMP, the number of threads is a setting of the calling thread; if not, it is one setting
 * for all. The call sets both, and is not safe for two threads at once. */
void gemm_prepare(void)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

    pthread_mutex_lock(&lock);
    openblas_set_num_threads(1);
    pthread_mutex_unlock(&lock);
}

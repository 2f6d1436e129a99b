/* What cuBLASLt's descriptors hold. */
#ifndef CUDA_ON_HOST_CUBLAS_H
#define CUDA_ON_HOST_CUBLAS_H

#include <cublasLt.h>

struct cublasLtMatmulDescOpaque {
    int32_t compute, scale, pointer_mode, transpose_a, transpose_b;
    uint32_t epilogue;
    const void *bias;
    int32_t bias_type; /* -1: the result's */
};

/* Column-major by default; any other order is refused. */
struct cublasLtMatrixLayoutOpaque {
    uint32_t type;
    int32_t order;
    uint64_t rows, columns;
    int64_t leading;
    int32_t batch;
    int64_t batch_stride;
};

struct cublasLtMatmulPreferenceOpaque {
    uint32_t search_mode;
    uint64_t workspace;
    uint32_t reductions;
    uint32_t alignment_a, alignment_b, alignment_c, alignment_d;
};

namespace on_host
{
int cublas_alive();
}

#endif

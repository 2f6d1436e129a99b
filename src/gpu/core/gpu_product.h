/* Matrix products by cuBLASLt, with bias and ReLU fused into them.
 *
 * Matrices are row-major here and column-major in cuBLASLt, so every product is asked for as its transpose. Operands
 * are floats, or with PRECISION_BF16 bfloat16 (gpu_operands.h); results and sums are always floats. */
#ifndef GPU_GPU_PRODUCT_H
#define GPU_GPU_PRODUCT_H

#include "gpu/core/gpu.h"

/* c [rows][columns] = (accumulate ? c : 0) + A · B, with A [rows][inner] and B [inner][columns]. In memory a transposed
 * operand has the other of its sizes first. */
struct gpu_product {
    int64_t rows, columns, inner;
    int64_t stride_a, stride_b; /* elements from row to row in memory; 0: rows follow each other without a gap */
    bool transpose_a, transpose_b;
    bool accumulate;
    enum precision precision;
    const float *bias; /* [columns], added to every row; or NULL */
    bool relu;         /* after the bias */
};

bool gpu_products_open(struct gpu *gpu);  /* false with the sticky error */
void gpu_products_close(struct gpu *gpu); /* also when open() failed, or was never called */

/* Queues a product on gpu->stream. An algorithm is chosen when a shape first comes, and kept. */
void gpu_product(struct gpu *gpu, const struct gpu_product *p, const void *a, const void *b, float *c);

/* Elements from row to row of an operand that is made for a product. Every row is aligned to 16 bytes, as the fast
 * loads of tensor cores need. */
int64_t gpu_product_stride(enum precision precision, int64_t columns);

/* The precision that cuBLASLt has an algorithm for: p->precision, or fp32. To be asked before operands are rounded;
 * rounded ones must be aligned to GPU_ALIGNMENT. */
enum precision gpu_product_precision(struct gpu *gpu, const struct gpu_product *p, const float *c);

#endif

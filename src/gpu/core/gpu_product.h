/* Matrix products by cuBLASLt, with what can be fused behind them.
 *
 * Matrices are row-major. cuBLASLt's are column-major, so every product is asked for as its transpose. Operands are
 * float, or bfloat16 (uint16_t's bits) for PRECISION_BF16; results and sums are always float. */
#ifndef GPU_GPU_PRODUCTS_H
#define GPU_GPU_PRODUCTS_H

#include "gpu/core/gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* c [rows][columns] = (accumulate ? c : 0) + A · B, A [rows][inner], B [inner][columns]; a transposed operand lies the
 * other way round in memory. */
struct gpu_product {
    int64_t rows, columns, inner;
    int64_t stride_a, stride_b; /* elements from row to row in memory; 0 where there is nothing between them */
    bool transpose_a, transpose_b;
    bool accumulate;
    enum precision precision;
    const float *bias; /* [columns], added to every row; or NULL */
    bool relu;         /* after the bias */
};

bool gpu_products_open(struct gpu *gpu);  /* false with the sticky error */
void gpu_products_close(struct gpu *gpu); /* harmless when not open */

/* Queued on gpu->stream. The algorithm of a shape is chosen when it is first met and kept. */
void gpu_product(struct gpu *gpu, const struct gpu_product *p, const void *a, const void *b, float *c);

/* Elements from row to row of an operand that is made for a product: every row begins at a multiple of 16 bytes, which
 * is what the tensor cores' fast loads ask for. */
int64_t gpu_product_stride(enum precision precision, int64_t columns);

/* The precision to be had: p->precision, or fp32 where cuBLASLt has no algorithm for this product with less. To be
 * asked before operands are rounded; they will lie in the workspace at multiples of 256. */
enum precision gpu_product_precision(struct gpu *gpu, const struct gpu_product *p, const float *c);

#ifdef __cplusplus
}
#endif

#endif

/* product() of operands in bf16, with sums in fp32. Steps come in pairs: a word of a or b holds those of steps 2k and
 * 2k + 1 (bf16.h); strides count words. On processors with AVX512_BF16 a pair is one instruction; elsewhere it is two,
 * and no quicker than fp32. */
#ifndef KERNELS_PRODUCT_BF16_H
#define KERNELS_PRODUCT_BF16_H

#include <stdbool.h>
#include <stdint.h>

void product_bf16(const uint32_t *a, int64_t a_row, int64_t a_step, const uint32_t *b, int64_t b_step, float *c,
                  int64_t c_row, int64_t rows, int64_t pairs, bool add);

#endif

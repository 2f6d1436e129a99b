/* Matrix products on the calling thread: of rows with one panel, which is TILE_COLUMNS columns of a matrix stored row
 * after row, and of whole matrices that are too small for a library to be fast. */
#ifndef KERNELS_PRODUCT_H
#define KERNELS_PRODUCT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "kernels/tile.h"

/* c(row, column) = sum over k < steps of a(row, k) × b(k, column), plus what is at c when `add`, for `rows` rows and
 * TILE_COLUMNS columns. a(row, k) is at row × a_row + k × a_step, b(k, 0) at k × b_step, c(row, 0) at row × c_row. */
void product_panel(const float *a, int64_t a_row, int64_t a_step, const float *b, int64_t b_step, float *c,
                   int64_t c_row, int64_t rows, int64_t steps, bool add);

/* The same of operands in bf16, with sums in fp32. Steps come in pairs: a word of a or b holds those of steps 2k and
 * 2k + 1 (vector_to_bf16()); strides of a and b count words. Processors with AVX512_BF16, and arm64 with BF16,
 * compute a pair in one instruction; others take two, and are no faster than in fp32. */
void product_panel_bf16(const uint32_t *a, int64_t a_row, int64_t a_step, const uint32_t *b, int64_t b_step, float *c,
                        int64_t c_row, int64_t rows, int64_t pairs, bool add);

/* Columns rounded up to whole panels. */
static inline int64_t product_panel_columns(int64_t columns)
{
    return int64_round_up(columns, TILE_COLUMNS);
}

/* A matrix whose element (row, column) is at row × rows + column × columns; one of the two is 1. */
struct strided {
    const float *at;
    int64_t rows, columns;
};

/* Floats of scratch memory that product_small() needs. */
enum {
    PRODUCT_SMALL_DEPTH = 256,
    PRODUCT_SMALL_HEIGHT = 4 * TILE_ROWS,
    PRODUCT_SMALL_SCRATCH = (PRODUCT_SMALL_DEPTH + PRODUCT_SMALL_HEIGHT) * TILE_COLUMNS
};

/* C [m][n] = A [m][k] B [k][n], rows of C at row × c_row. */
void product_small(int64_t m, int64_t n, int64_t k, struct strided a, struct strided b, float *c, int64_t c_row,
                   float *scratch);

#endif

/* Products of any number of rows with a panel: TILE_COLUMNS columns of a matrix that lie together, row after row. */
#ifndef KERNELS_PRODUCT_H
#define KERNELS_PRODUCT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "kernels/tile.h"

/* c(row, column) = sum over k < steps of a(row, k) × b(k, column), plus what is at c when `add`, for `rows` rows and
 * TILE_COLUMNS columns. a(row, k) stands at row × a_row + k × a_step, b's row k at k × b_step, c's rows at row × c_row.
 */
void product(const float *a, int64_t a_row, int64_t a_step, const float *b, int64_t b_step, float *c, int64_t c_row,
             int64_t rows, int64_t steps, bool add);

/* Columns filled up to whole panels. */
static inline int64_t panel_columns(int64_t columns)
{
    return int64_round_up(columns, TILE_COLUMNS);
}

#endif

#include "kernels/column_sums.h"

#include "kernels/vector.h"

enum { BLOCK_ROWS = 64, BLOCK_COLUMNS = 64 };

void column_sums_add(const float *x, int64_t rows, int64_t columns, int64_t stride, double *sums)
{
    for (int64_t column = 0; column < columns; column += BLOCK_COLUMNS) {
        int64_t width = columns - column < BLOCK_COLUMNS ? columns - column : BLOCK_COLUMNS;

        for (int64_t row = 0; row < rows; row += BLOCK_ROWS) {
            int64_t end = row + BLOCK_ROWS < rows ? row + BLOCK_ROWS : rows;
            float block[BLOCK_COLUMNS] = { 0 };

            for (int64_t r = row; r < end; r++)
                for (int64_t i = 0; i < width; i++)
                    block[i] += x[r * stride + column + i];
            for (int64_t i = 0; i < width; i++)
                sums[column + i] += block[i];
        }
    }
}

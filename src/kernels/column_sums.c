#include "kernels/column_sums.h"

#include "base/limits.h"
#include "kernels/vector.h"

enum { BLOCK_ROWS = 64, CHAINS = 4 };

/* LANES columns of up to BLOCK_ROWS rows: several sums at once, for an addition takes longer than its turn. */
static vector vector_sums(const float *x, int64_t rows, int64_t stride)
{
    vector sums[CHAINS] = { 0 };
    int64_t row = 0;

    for (; row + CHAINS <= rows; row += CHAINS)
#pragma GCC unroll 4
        for (int i = 0; i < CHAINS; i++)
            sums[i] += *(const vector *)(x + (row + i) * stride);
    for (; row < rows; row++)
        sums[0] += *(const vector *)(x + row * stride);
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

static float number_sum(const float *x, int64_t rows, int64_t stride)
{
    float sum = 0.0f;

    for (int64_t row = 0; row < rows; row++)
        sum += x[row * stride];
    return sum;
}

void column_sums_add(const float *x, int64_t rows, int64_t columns, int64_t stride, double *sums)
{
    for (int64_t row = 0; row < rows; row += BLOCK_ROWS, x += BLOCK_ROWS * stride) {
        int64_t count = int64_min(rows - row, BLOCK_ROWS), column = 0;

        for (; column + LANES <= columns; column += LANES) {
            vector block = vector_sums(x + column, count, stride);

            for (int i = 0; i < LANES; i++)
                sums[column + i] += block[i];
        }
        for (; column < columns; column++)
            sums[column] += number_sum(x + column, count, stride);
    }
}

#include "kernels/product.h"

typedef void tile_function(const float *a, int64_t a_row, int64_t a_step, const float *b, int64_t b_step, float *c,
                           int64_t c_row, int64_t steps);

#define TILE(rows)                                                                                                     \
    static void set_##rows(const float *a, int64_t a_row, int64_t a_step, const float *b, int64_t b_step, float *c,    \
                           int64_t c_row, int64_t steps)                                                               \
    {                                                                                                                  \
        tile(a, a_row, a_step, b, b_step, c, c_row, steps, rows, false);                                               \
    }                                                                                                                  \
    static void add_##rows(const float *a, int64_t a_row, int64_t a_step, const float *b, int64_t b_step, float *c,    \
                           int64_t c_row, int64_t steps)                                                               \
    {                                                                                                                  \
        tile(a, a_row, a_step, b, b_step, c, c_row, steps, rows, true);                                                \
    }
#define ROW(rows) [rows] = { set_##rows, add_##rows },

TILE_HEIGHTS(TILE)
static tile_function *const tiles[TILE_ROWS + 1][2] = { TILE_HEIGHTS(ROW) };

void product(const float *a, int64_t a_row, int64_t a_step, const float *b, int64_t b_step, float *c, int64_t c_row,
             int64_t rows, int64_t steps, bool add)
{
    int64_t count = tile_count(rows);

    for (int64_t i = 0; i < count; i++) {
        int64_t height = tile_height(rows, count, i);

        tiles[height][add](a, a_row, a_step, b, b_step, c, c_row, steps);
        a += height * a_row;
        c += height * c_row;
    }
}

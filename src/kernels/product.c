#include "kernels/product.h"

#if defined(__AVX512BF16__)
#include <immintrin.h>
#elif defined(__ARM_FEATURE_BF16_VECTOR_ARITHMETIC)
#include <arm_neon.h>
#endif

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

void product_panel(const float *a, int64_t a_row, int64_t a_step, const float *b, int64_t b_step, float *c,
                   int64_t c_row, int64_t rows, int64_t steps, bool add)
{
    int64_t count = tile_count(rows);

    for (int64_t i = 0; i < count; i++) {
        int64_t height = tile_height(rows, count, i);

        tiles[height][add](a, a_row, a_step, b, b_step, c, c_row, steps);
        a += height * a_row;
        c += height * c_row;
    }
}

/* sum + both products of a pair, the second first, in the order of AVX-512's instruction. */
#if defined(__AVX512BF16__)
VECTOR_INLINE vector add_pair(vector sum, uint32_t a, vector_words b)
{
    return (vector)_mm512_dpbf16_ps((__m512)sum, (__m512bh)_mm512_set1_epi32((int)a), (__m512bh)b);
}
#elif defined(__ARM_FEATURE_BF16_VECTOR_ARITHMETIC)
/* Arm's adds the two products first. */
VECTOR_INLINE vector add_pair(vector sum, uint32_t a, vector_words b)
{
    return (vector)vbfdotq_f32((float32x4_t)sum, (bfloat16x8_t)vdupq_n_u32(a), (bfloat16x8_t)b);
}
#else
VECTOR_INLINE vector add_pair(vector sum, uint32_t a, vector_words b)
{
    const uint32_t second = 0xFFFF0000u;

    sum += (vector)(b & second) * vector_float(a & second);
    return sum + (vector)(b << 16) * vector_float(a << 16);
}
#endif

VECTOR_INLINE void tile_bf16(const uint32_t *a, int64_t a_row, int64_t a_step, const uint32_t *b, int64_t b_step,
                             float *c, int64_t c_row, int64_t pairs, const int rows, const bool add)
{
    vector sums[TILE_ROWS][TILE_VECTORS];

#pragma GCC unroll 12
    for (int row = 0; row < rows; row++)
#pragma GCC unroll 2
        for (int v = 0; v < TILE_VECTORS; v++)
            sums[row][v] = add ? *(vector *)(c + row * c_row + v * LANES) : (vector){ 0 };
    for (int64_t k = 0; k < pairs; k++) {
        vector_words left = *(const vector_words *)(b + k * b_step),
                     right = *(const vector_words *)(b + k * b_step + LANES);

#pragma GCC unroll 12
        for (int row = 0; row < rows; row++) {
            uint32_t factors = a[row * a_row + k * a_step];

            sums[row][0] = add_pair(sums[row][0], factors, left);
            sums[row][1] = add_pair(sums[row][1], factors, right);
        }
    }
#pragma GCC unroll 12
    for (int row = 0; row < rows; row++)
#pragma GCC unroll 2
        for (int v = 0; v < TILE_VECTORS; v++)
            *(vector *)(c + row * c_row + v * LANES) = sums[row][v];
}

typedef void tile_bf16_function(const uint32_t *a, int64_t a_row, int64_t a_step, const uint32_t *b, int64_t b_step,
                                float *c, int64_t c_row, int64_t pairs);

#define TILE_BF16(rows)                                                                                                \
    static void set_bf16_##rows(const uint32_t *a, int64_t a_row, int64_t a_step, const uint32_t *b, int64_t b_step,   \
                                float *c, int64_t c_row, int64_t pairs)                                                \
    {                                                                                                                  \
        tile_bf16(a, a_row, a_step, b, b_step, c, c_row, pairs, rows, false);                                          \
    }                                                                                                                  \
    static void add_bf16_##rows(const uint32_t *a, int64_t a_row, int64_t a_step, const uint32_t *b, int64_t b_step,   \
                                float *c, int64_t c_row, int64_t pairs)                                                \
    {                                                                                                                  \
        tile_bf16(a, a_row, a_step, b, b_step, c, c_row, pairs, rows, true);                                           \
    }
#define ROW_BF16(rows) [rows] = { set_bf16_##rows, add_bf16_##rows },

TILE_HEIGHTS(TILE_BF16)
static tile_bf16_function *const tiles_bf16[TILE_ROWS + 1][2] = { TILE_HEIGHTS(ROW_BF16) };

void product_panel_bf16(const uint32_t *a, int64_t a_row, int64_t a_step, const uint32_t *b, int64_t b_step, float *c,
                        int64_t c_row, int64_t rows, int64_t pairs, bool add)
{
    int64_t count = tile_count(rows);

    for (int64_t i = 0; i < count; i++) {
        int64_t height = tile_height(rows, count, i);

        tiles_bf16[height][add](a, a_row, a_step, b, b_step, c, c_row, pairs);
        a += height * a_row;
        c += height * c_row;
    }
}

static struct strided part(struct strided x, int64_t row, int64_t column)
{
    x.at += row * x.rows + column * x.columns;
    return x;
}

/* B's first `width` columns as a panel [depth][TILE_COLUMNS], filled up with zeros. */
static void pack(struct strided b, int64_t depth, int64_t width, float *panel)
{
    for (int64_t k = 0; k < depth; k++, panel += TILE_COLUMNS) {
        const float *from = b.at + k * b.rows;

        if (b.columns == 1 && width == TILE_COLUMNS) {
            memcpy(panel, from, TILE_COLUMNS * sizeof *panel);
            continue;
        }
        for (int64_t i = 0; i < TILE_COLUMNS; i++)
            panel[i] = i < width ? from[i * b.columns] : 0.0f;
    }
}

static void copy(const float *from, int64_t from_row, float *to, int64_t to_row, int64_t rows, int64_t width)
{
    for (int64_t row = 0; row < rows; row++)
        for (int64_t i = 0; i < width; i++)
            to[row * to_row + i] = from[row * from_row + i];
}

/* Of a panel of fewer than TILE_COLUMNS columns: its results go through `edge`, which has them all. */
static void edge_product(struct strided a, const float *panel, float *c, int64_t c_row, int64_t m, int64_t depth,
                         int64_t width, bool add, float *edge)
{
    for (int64_t row = 0; row < m; row += PRODUCT_SMALL_HEIGHT, c += PRODUCT_SMALL_HEIGHT * c_row) {
        int64_t rows = int64_min(m - row, PRODUCT_SMALL_HEIGHT);

        if (add)
            copy(c, c_row, edge, TILE_COLUMNS, rows, width);
        product_panel(part(a, row, 0).at, a.rows, a.columns, panel, TILE_COLUMNS, edge, TILE_COLUMNS, rows, depth, add);
        copy(edge, TILE_COLUMNS, c, c_row, rows, width);
    }
}

/* B goes through panel by panel, PRODUCT_SMALL_DEPTH rows at a time, so that a panel stays in the first-level cache
 * while all of A is multiplied with it. Rows of B can lie at distances that fall into few sets of that cache: so they
 * are copied together first. */
void product_small(int64_t m, int64_t n, int64_t k, struct strided a, struct strided b, float *c, int64_t c_row,
                   float *scratch)
{
    float *edge = scratch + PRODUCT_SMALL_DEPTH * TILE_COLUMNS;

    for (int64_t column = 0; column < n; column += TILE_COLUMNS) {
        int64_t width = int64_min(n - column, TILE_COLUMNS);

        for (int64_t step = 0; step < k; step += PRODUCT_SMALL_DEPTH) {
            int64_t depth = int64_min(k - step, PRODUCT_SMALL_DEPTH);
            struct strided left = part(a, 0, step);

            pack(part(b, step, column), depth, width, scratch);
            if (width == TILE_COLUMNS)
                product_panel(left.at, a.rows, a.columns, scratch, TILE_COLUMNS, c + column, c_row, m, depth, step > 0);
            else
                edge_product(left, scratch, c + column, c_row, m, depth, width, step > 0, edge);
        }
    }
}

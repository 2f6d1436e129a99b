/* B goes through panel by panel, SMALL_PRODUCT_DEPTH rows at a time, so that a panel stays in the first-level cache
 * while all of A passes it. Rows of B that lie far apart would crowd into few of the cache's sets: they are brought
 * together. */
#include "kernels/small_product.h"

static struct strided part(struct strided x, int64_t row, int64_t column)
{
    x.at += row * x.rows + column * x.columns;
    return x;
}

/* Panel [depth][TILE_COLUMNS] of B's first `width` columns, zeros beyond. */
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

/* A panel that is not full: what it has goes through a whole one. */
static void edge_product(struct strided a, const float *panel, float *c, int64_t c_row, int64_t m, int64_t depth,
                         int64_t width, bool add, float *edge)
{
    for (int64_t row = 0; row < m; row += SMALL_PRODUCT_HEIGHT, c += SMALL_PRODUCT_HEIGHT * c_row) {
        int64_t rows = int64_min(m - row, SMALL_PRODUCT_HEIGHT);

        if (add)
            copy(c, c_row, edge, TILE_COLUMNS, rows, width);
        product(part(a, row, 0).at, a.rows, a.columns, panel, TILE_COLUMNS, edge, TILE_COLUMNS, rows, depth, add);
        copy(edge, TILE_COLUMNS, c, c_row, rows, width);
    }
}

void small_product(int64_t m, int64_t n, int64_t k, struct strided a, struct strided b, float *c, int64_t c_row,
                   float *room)
{
    float *edge = room + SMALL_PRODUCT_DEPTH * TILE_COLUMNS;

    for (int64_t column = 0; column < n; column += TILE_COLUMNS) {
        int64_t width = int64_min(n - column, TILE_COLUMNS);

        for (int64_t step = 0; step < k; step += SMALL_PRODUCT_DEPTH) {
            int64_t depth = int64_min(k - step, SMALL_PRODUCT_DEPTH);
            struct strided left = part(a, 0, step);

            pack(part(b, step, column), depth, width, room);
            if (width == TILE_COLUMNS)
                product(left.at, a.rows, a.columns, room, TILE_COLUMNS, c + column, c_row, m, depth, step > 0);
            else
                edge_product(left, room, c + column, c_row, m, depth, width, step > 0, edge);
        }
    }
}

/* The products of a direct convolution's weight gradient, a block of output pixels at a time. */
#ifndef KERNELS_DIRECT_PRODUCTS_H
#define KERNELS_DIRECT_PRODUCTS_H

#include "kernels/direct_blocks.h"
#include "kernels/tile.h"

struct direct_products {
    const struct direct_blocks *blocks;
    int64_t depth, filters;
    const int32_t *windows; /* direct_blocks_windows */
    const int32_t *numbers; /* [depth], direct_blocks_numbers */
    float *strip; /* scratch of TILE_ROWS × direct_blocks_pixels, to bring together what a tile sees of a block:
                     it pays where that is read for many panels; NULL: it is read where it is */
    float *sums;  /* [panels of TILE_COLUMNS filters][depth][TILE_COLUMNS] */
};

/* Adds the block's x^T × dy to the sums. dy of TILE_COLUMNS filters stands at `pixel` floats from a pixel to the next,
 * and `panel` floats from these filters to the next ones; it is read in whole vectors. */
struct direct_dy {
    const float *at;
    int64_t pixel, panel;
};
void direct_products_add(const struct direct_products *p, const float *seen, struct direct_dy dy, int64_t rows);

#endif

/* The products of direct convolutions and of their weight gradients, one block of output pixels at a time
 * (direct_blocks.h), in tiles of sums that stay in registers (tile.h). */
#ifndef KERNELS_DIRECT_TILES_H
#define KERNELS_DIRECT_TILES_H

#include "kernels/direct_blocks.h"
#include "kernels/direct_panels.h"

struct direct_convolution {
    const struct direct_panels *panels;
    int64_t first, depth;    /* rows of the panels' depth that hold this convolution's weights [kh][kw][C] */
    const int32_t *elements; /* [depth], direct_blocks_element_offsets() */
    const int32_t *windows;  /* direct_blocks_window_offsets() */
    const int32_t *outputs;  /* direct_blocks_pixel_offsets(): of each output pixel from y */
    bool relu;
};

/* All filters at `pixels` pixels: products of the input `seen` plus bias, then ReLU if asked for, go to y. */
void direct_tiles_convolve(const struct direct_convolution *c, const float *seen, int64_t pixels, float *y);

struct direct_products {
    const struct direct_blocks *blocks;
    int64_t depth, filters;
    const int32_t *windows;  /* direct_blocks_window_offsets() */
    const int32_t *elements; /* [depth], direct_blocks_element_offsets() */
    float *strip; /* scratch of TILE_ROWS × direct_blocks_pixels(), where the input of a tile is gathered: worth it
                     where many panels read it; NULL: it is read where it is */
    float *sums;  /* [panels of TILE_COLUMNS filters][depth][TILE_COLUMNS] */
};

/* dy as the tiles read it, in whole vectors. */
struct direct_dy {
    const float *at; /* the first pixel's first filters */
    int64_t pixel;   /* floats from a pixel to the next */
    int64_t panel;   /* floats from TILE_COLUMNS filters to the next */
};

/* Adds x^T × dy of a block of `rows` output rows to the sums. */
void direct_tiles_add_products(const struct direct_products *p, const float *seen, struct direct_dy dy, int64_t rows);

#endif

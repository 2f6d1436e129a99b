/* The products of a direct convolution, a block of output pixels at a time. */
#ifndef KERNELS_DIRECT_TILES_H
#define KERNELS_DIRECT_TILES_H

#include "kernels/direct_blocks.h"
#include "kernels/direct_panels.h"

struct direct_convolution {
    const struct direct_panels *panels;
    int64_t first, depth;   /* rows of the panels' depth that hold this convolution's weights [kh][kw][C] */
    const int32_t *numbers; /* of direct_blocks_numbers, windows and places */
    const int32_t *from, *to;
    bool relu;
};

/* Every filter at `pixels` pixels, from what is seen to the places behind y, plus bias, through ReLU if told. */
void direct_convolve(const struct direct_convolution *c, const float *seen, int64_t pixels, float *y);

#endif

/* The transforms of Winograd's F(4×4, 3×3) (Lavin and Gray, arXiv:1509.09308) between images and planes: a convolution
 * is the sum over channels of products in 36 planes, each with one number a tile of 4×4 output pixels and channel.
 *
 * Evaluation points 0, ±1/2, ±3/2 and infinity: in single precision half the error of the usual 0, ±1, ±2. */
#ifndef KERNELS_WINOGRAD_TILES_H
#define KERNELS_WINOGRAD_TILES_H

#include <stdint.h>

enum { WINOGRAD_KERNEL = 3, WINOGRAD_OUT = 4, WINOGRAD_IN = 6, WINOGRAD_PLANES = WINOGRAD_IN * WINOGRAD_IN };

/* Images [H][W][channels], cut into a grid of tiles: a tile's first pixel is at its position in the grid times
 * WINOGRAD_OUT less the padding. */
struct winograd_images {
    int height, width, channels;
    int pad_top, pad_left;
    int tile_rows, tile_columns; /* of an image */
    float *outside;              /* [channels], what lies outside the images: zeros to read, rubbish to write */
    int64_t first_row;           /* of pixels, counted through all images: where the memory given with them begins */
};

/* What the words of a plane are: its rows are one a tile, or one a pair of tiles. */
enum winograd_format {
    WINOGRAD_FLOATS,
    WINOGRAD_CHANNEL_PAIRS, /* bf16 (vector.h), channels 2k and 2k + 1 of a tile in a word */
    WINOGRAD_TILE_PAIRS     /* bf16, a channel of tiles 2k and 2k + 1 in a word; zero where there is no second tile */
};

/* Plane p is at p × plane words, its row r at r × stride words from there. */
struct winograd_planes {
    float *at;
    int64_t plane, stride;
    enum winograd_format format;
};

/* The three take the rows of tiles begin..end-1, counted through all images; the planes hold these tiles only. Channels
 * past the last, up to a whole vector, are zeros in the planes. */

/* V = Bᵀ x B: what the products take of an input. */
void winograd_data(const struct winograd_images *images, const float *x, int64_t begin, int64_t end,
                   struct winograd_planes v);
/* y = Aᵀ M A: the output, from the sums of the products, floats. */
void winograd_output(const struct winograd_images *images, struct winograd_planes m, int64_t begin, int64_t end,
                     float *y);
/* D = A dy Aᵀ: the gradient of M, as floats or as pairs of tiles. */
void winograd_output_gradient(const struct winograd_images *images, const float *dy, int64_t begin, int64_t end,
                              struct winograd_planes d);

#endif

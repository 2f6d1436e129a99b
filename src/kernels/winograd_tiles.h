/* The transforms of Winograd's F(4×4, 3×3) (Lavin and Gray, arXiv:1509.09308) between images and planes. In 36 planes a
 * convolution is a sum of products over channels; a plane has one number for each tile of 4×4 output pixels and each
 * channel. That is a quarter of the multiplications of the definition.
 *
 * The evaluation points are 0, ±1/2, ±3/2 and infinity: in single precision the error is half that of the usual
 * 0, ±1, ±2. */
#ifndef KERNELS_WINOGRAD_TILES_H
#define KERNELS_WINOGRAD_TILES_H

#include <stdint.h>

enum { WINOGRAD_KERNEL = 3, WINOGRAD_OUT = 4, WINOGRAD_IN = 6, WINOGRAD_PLANES = WINOGRAD_IN * WINOGRAD_IN };

/* Images [H][W][channels], divided into a grid of tiles: a tile begins at its position in the grid times WINOGRAD_OUT,
 * minus the padding. */
struct winograd_images {
    int height, width, channels;
    int pad_top, pad_left;
    int tile_rows, tile_columns; /* of an image */
    float *outside;              /* [channels], a pixel outside the images: zeros to read; what is written is ignored */
    int64_t first_row;           /* of pixels, numbered through all images: the first in the memory given with them */
};

/* The words of a plane, which has a row for each tile, or for each pair of tiles. */
enum winograd_format {
    WINOGRAD_FLOATS,
    WINOGRAD_CHANNEL_PAIRS, /* bf16 (vector.h), channels 2k and 2k + 1 of a tile in a word */
    WINOGRAD_TILE_PAIRS     /* bf16, a channel of tiles 2k and 2k + 1 in a word; 0 if there is no second tile */
};

/* Plane p is p × plane words from `at`, its row r is r × stride words from there. */
struct winograd_planes {
    float *at;
    int64_t plane, stride;
    enum winograd_format format;
};

/* All three transform rows of tiles begin..end-1, numbered through all images; the planes hold these tiles only. In the
 * planes, channels past the last are zeros, up to a whole vector. */

/* V = Bᵀ x B: the input of the products. */
void winograd_tiles_data(const struct winograd_images *images, const float *x, int64_t begin, int64_t end,
                         struct winograd_planes v);
/* y = Aᵀ M A: the output, from the sums of the products, which are floats. */
void winograd_tiles_output(const struct winograd_images *images, struct winograd_planes m, int64_t begin, int64_t end,
                           float *y);
/* D = A dy Aᵀ: the gradient of M, as floats or as pairs of tiles. */
void winograd_tiles_output_gradient(const struct winograd_images *images, const float *dy, int64_t begin, int64_t end,
                                    struct winograd_planes d);

#endif

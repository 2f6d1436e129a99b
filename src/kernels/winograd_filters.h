/* The transforms of Winograd's F(4×4, 3×3) between a convolution's weights and the planes (winograd_tiles.h).
 * In the planes, filters are in panels (product.h): plane p is [filters / TILE_COLUMNS][rows][TILE_COLUMNS], with a row
 * for each channel and the last panel filled up. */
#ifndef KERNELS_WINOGRAD_FILTERS_H
#define KERNELS_WINOGRAD_FILTERS_H

#include <stdbool.h>
#include <stdint.h>

struct winograd_filters {
    int channels, filters; /* of the convolution that the planes are for */
    bool bf16;             /* channels 2k and 2k + 1 in a word (vector.h): a plane has half as many rows */
    bool turned;           /* the input gradient: w is [3][3][filters][channels], to be rotated by 180 degrees */
};

/* Rows of a panel; words of a plane; words of all planes. */
int64_t winograd_filters_rows(const struct winograd_filters *shape);
int64_t winograd_filters_plane(const struct winograd_filters *shape);
int64_t winograd_filters_words(const struct winograd_filters *shape);

/* U = G w Gᵀ for channels begin..end-1, where `begin` is even. u: winograd_filters_words(). */
void winograd_filters(const struct winograd_filters *shape, const float *w, int64_t begin, int64_t end, float *u);

/* dw [3][3][channels][filters] = Gᵀ dU G for channels begin..end-1. dU is the sum of `count` partial sums, which are
 * `stride` floats apart. For filters that are neither `turned` nor `bf16`. */
void winograd_filters_gradient(const struct winograd_filters *shape, const float *du, int count, int64_t stride,
                               int64_t begin, int64_t end, float *dw);

#endif

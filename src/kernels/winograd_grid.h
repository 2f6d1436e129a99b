/* A convolution divided into tiles, and the memory in which a thread works on a block of them. */
#ifndef KERNELS_WINOGRAD_GRID_H
#define KERNELS_WINOGRAD_GRID_H

#include "kernels/kernels.h"
#include "kernels/winograd_filters.h"
#include "kernels/winograd_tiles.h"

/* Whether Winograd's way is the faster one for a window and its gradients. */
bool winograd_grid_suits(const struct op_window *window);

/* For the input gradient the convolution is the mirrored one, from dy to dx. */
struct winograd_grid {
    struct winograd_images in, out; /* the same grid of tiles over both */
    enum winograd_format in_format, out_format;
    struct winograd_filters filters; /* U, or dU */
    int64_t block_rows;              /* rows of tiles in a block: as many as keep their planes in the core's cache */
    int64_t memory_rows; /* if pooled: rows of pixels of the convolution's own output that a block can touch; else 0 */
};

struct winograd_grid winograd_grid_of(const struct op *op);

/* A thread's memory for a block: the planes of the input (V) and of the output (M, or D in the weight gradient), and if
 * pooled, rows of the convolution's own output, which are nowhere else. */
struct winograd_memory {
    struct winograd_planes in, out;
    float *rows;
};

size_t winograd_grid_workspace(const struct op *op);
/* Lays out a workspace of that many bytes, and points the grid's images at the zeros in it that lie outside of them. */
struct winograd_memory winograd_grid_memory(struct winograd_grid *grid, void *workspace);

/* The rows of pixels, numbered through all images, that rows of tiles begin..end-1 cover, and those that they see. */
struct share winograd_grid_covered(const struct winograd_images *out, int64_t begin, int64_t end);
struct share winograd_grid_seen(const struct winograd_images *in, int64_t begin, int64_t end);

/* `rows` of the convolution's own dy: dy itself, or, if pooled, unpooled into `memory` and images->first_row set. */
const float *winograd_grid_unpooled(const struct op_window *window, const float *dy, const uint8_t *winner,
                                    struct share rows, struct winograd_images *images, float *memory);

#endif

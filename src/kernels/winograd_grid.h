/* A convolution cut into tiles, and the thread's memory that blocks of them pass through. */
#ifndef KERNELS_WINOGRAD_GRID_H
#define KERNELS_WINOGRAD_GRID_H

#include "kernels/kernels.h"
#include "kernels/winograd_filters.h"
#include "kernels/winograd_tiles.h"

/* Whether Winograd's way is the faster one for a window and its gradients. */
bool winograd_grid_suits(const struct op_window *window);

/* For the input's gradient the convolution is the mirrored one, from dy to dx. */
struct winograd_grid {
    struct winograd_images in, out; /* one grid of tiles over both */
    enum winograd_format in_format, out_format;
    struct winograd_filters filters; /* U, or dU */
    int64_t block_rows;  /* rows of tiles that are worked on at once, so that their planes stay in the core's cache */
    int64_t memory_rows; /* of pixels of the convolution's own map that a block can touch, if it is pooled; else 0 */
};

struct winograd_grid winograd_grid_of(const struct op *op);

/* A thread's memory: the planes of a block on the input's side (V) and on the output's (M, or D in the weights'
 * gradient), and for a pooled convolution rows of its own map, which is nowhere else. */
struct winograd_memory {
    struct winograd_planes in, out;
    float *rows;
};

size_t winograd_grid_workspace(const struct op *op);
/* Places the memory, and what is outside the grid's images, in the workspace. */
struct winograd_memory winograd_grid_place(struct winograd_grid *grid, void *workspace);

/* The rows of pixels, counted through all images, that rows of tiles begin..end-1 cover, and those that they see. */
struct share winograd_grid_covered(const struct winograd_images *out, int64_t begin, int64_t end);
struct share winograd_grid_seen(const struct winograd_images *in, int64_t begin, int64_t end);

/* Rows of dy as it is for the convolution itself: dy, or of a pooled one `rows` of it unpooled into memory. The images
 * are told where they begin. */
const float *winograd_grid_unpooled(const struct op_window *window, const float *dy, const uint8_t *winner,
                                    struct share rows, struct winograd_images *images, float *memory);

#endif

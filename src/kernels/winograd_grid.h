/* A convolution cut into tiles, and the thread's memory that blocks of them pass through. */
#ifndef KERNELS_WINOGRAD_GRID_H
#define KERNELS_WINOGRAD_GRID_H

#include "kernels/kernels.h"
#include "kernels/winograd_filters.h"
#include "kernels/winograd_tiles.h"

/* For the input's gradient the convolution is the mirrored one, from dy to dx. */
struct winograd_grid {
    struct winograd_images in, out; /* one grid of tiles over both */
    struct winograd_filters filters;
    int64_t block_rows; /* rows of tiles that are worked on at once, so that their planes stay in the core's cache */
};

struct winograd_grid winograd_grid_of(const struct op_window *window, bool input_gradient);

/* A thread's workspace: what lies outside the images, the planes of a block on the input's side (V) and on the output's
 * (M, or D in the weights' gradient). */
size_t winograd_grid_workspace(const struct winograd_grid *grid);
/* Points the grid's and the planes' addresses into the workspace, and zeroes what is outside the input. */
void winograd_grid_place(struct winograd_grid *grid, void *workspace, struct winograd_planes *in,
                         struct winograd_planes *out);

/* This thread's rows of tiles, counted through all images. */
struct share winograd_grid_share(const struct winograd_grid *grid, const struct kernel_task *task, int thread);

/* The first row of pixels, counted through all images, that a row of the output's tiles covers. */
int64_t winograd_grid_pixel_row(const struct winograd_images *images, int64_t tile_row);

#endif

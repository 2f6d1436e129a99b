/* How a direct convolution goes through its images.
 *
 * Output rows are computed in blocks: some rows of one image, or several whole images. A block sees the input pixels
 * under its windows. For a block, input rows are a constant number of floats apart and extend past the edges of the
 * image: where windows overlap an edge, the rows are copied to scratch memory with zeros around them, otherwise they
 * are read where they are. So what an output pixel sees of one kernel row is kernel_width × channels adjacent floats,
 * and no loop over products has to handle edges. */
#ifndef KERNELS_DIRECT_BLOCKS_H
#define KERNELS_DIRECT_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nn/plan/ops.h"

/* `pooled` says of this window that its input is a pooled dy, which is unpooled row by row. Padding may be negative:
 * the windows then begin inside the image. A kernel of 0×0 sees nothing. */
struct direct_blocks {
    struct op_window window;
    bool copied;                  /* the input is copied to scratch memory */
    int rows;                     /* of a block within one image, at most */
    int images;                   /* whole images in a block, at most; 0 if an image is more than a block */
    int64_t row_step, image_step; /* floats from an input row to the next, and from an image to the next */
};

/* Output rows row..row + rows - 1 of images image..image + images - 1; if there are several images, all their rows. */
struct direct_block {
    int64_t image;
    int images, row, rows;
};

/* What is convolved: x [N][H][W][C], or a pooled dy [N][H/2][W/2][C] with its winners, where H and W are even. */
struct direct_input {
    const float *x;
    const uint8_t *winner;
};

/* The window of an operation. If it is pooled, H' and W' are made even: a pool leaves out an odd last row or column. */
struct op_window direct_blocks_window(const struct op *op);

/* A block has at most `pixels` output pixels and sees at most `seen` floats, but it has at least `grain` rows; rows are
 * divided at multiples of `grain`. */
struct direct_blocks direct_blocks_of(const struct op_window *window, int grain, int pixels, int seen);

/* Floats that stay in the second-level cache beside the weights: 128 KB of at least 512 KB for each core on processors
 * of recent years. */
enum { DIRECT_BLOCKS_SEEN = 32 * 1024 };

/* Of the largest block: output rows, output pixels, and floats of scratch memory for direct_blocks_input(). */
int64_t direct_blocks_rows(const struct direct_blocks *b);
int64_t direct_blocks_pixels(const struct direct_blocks *b);
int64_t direct_blocks_scratch(const struct direct_blocks *b);

/* The block that begins at row `at` and ends at row `end` or before; rows are numbered through all images. */
struct direct_block direct_blocks_at(const struct direct_blocks *b, int64_t at, int64_t end);

/* The input that a block sees: a pointer to the start of its first output pixel's window, in x or in scratch memory. */
const float *direct_blocks_input(const struct direct_blocks *b, struct direct_block block, struct direct_input input,
                                 float *scratch);

/* Offsets from there to the window of each output pixel, [direct_blocks_pixels()]. They are those of the largest block;
 * a smaller one uses the first of them. */
void direct_blocks_window_offsets(const struct direct_blocks *b, int32_t *windows);

/* Offsets from the start of a window to its elements, in the order of the weights: [kh][kw][C]. */
void direct_blocks_element_offsets(const struct direct_blocks *b, int32_t *elements);

/* Offsets of the same output pixels in memory where images, rows and pixels are so many floats apart. */
void direct_blocks_pixel_offsets(const struct direct_blocks *b, int64_t image, int64_t row, int64_t pixel,
                                 int32_t *pixels);

#endif

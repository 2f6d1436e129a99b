/* How a direct convolution goes through its images.
 *
 * Output rows are done in blocks, some rows of an image or some whole images. The input rows that a block sees lie at
 * even distances and reach over the edges: where windows hang over the edge of an image, the rows are copied into
 * scratch with zeros around them, else they are seen where they are. So what an output pixel sees of one kernel row is
 * kernel_width × channels adjacent floats, and no loop over products knows of edges. */
#ifndef KERNELS_DIRECT_BLOCKS_H
#define KERNELS_DIRECT_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nn/plan/ops.h"

/* `pooled` says of this window that its input is a dy that lies pooled: it is undone row by row. Padding may be
 * negative: the windows then start inside. A kernel of 0×0 sees nothing. */
struct direct_blocks {
    struct op_window window;
    bool copied;        /* what is seen is in scratch */
    int rows;           /* of a block within an image, at most */
    int images;         /* whole images in a block, at most; 0 where an image is more than a block */
    int64_t row, image; /* floats from a row of what is seen to the next, and from an image to the next */
};

/* Output rows row..row + rows - 1 of images image..image + images - 1; of several images, all rows of each. */
struct direct_block {
    int64_t image;
    int images, row, rows;
};

/* What is convolved: x [N][H][W][C], or a pooled dy [N][H/2][W/2][C] and its winners, H and W even. */
struct direct_input {
    const float *x;
    const uint8_t *winner;
};

/* The window of an operation without the last odd row and column where a pool leaves them out: H' and W' are even. */
struct op_window direct_window(const struct op *op);

/* A block has at most `pixels` output pixels and sees at most `seen` floats, or has, if that is more, `grain` rows;
 * `grain` rows stay together. */
struct direct_blocks direct_blocks_of(const struct op_window *window, int grain, int pixels, int seen);

/* What a block sees stays in the second-level cache beside the weights: 128 KB of the 512 KB that a core has at least
 * on the processors of the last years. */
enum { DIRECT_SEEN = 32 * 1024 };

/* The output rows and pixels of the largest block, and the floats of scratch that direct_blocks_see wants. */
int64_t direct_blocks_rows(const struct direct_blocks *b);
int64_t direct_blocks_pixels(const struct direct_blocks *b);
int64_t direct_blocks_scratch(const struct direct_blocks *b);

/* The block that begins at row `at` of the rows of all images, and goes no further than `end`. */
struct direct_block direct_blocks_at(const struct direct_blocks *b, int64_t at, int64_t end);

/* What a block sees: where the window of its first output pixel begins. */
const float *direct_blocks_see(const struct direct_blocks *b, struct direct_block block, struct direct_input input,
                               float *scratch);

/* Offsets from there to the window of each output pixel, [direct_blocks_pixels()]. They are those of the largest block; a
 * smaller one uses the first of them. */
void direct_blocks_window_offsets(const struct direct_blocks *b, int32_t *windows);

/* Offsets from the start of a window to its elements, in the order of the weights: [kh][kw][C]. */
void direct_blocks_element_offsets(const struct direct_blocks *b, int32_t *elements);

/* Offsets of the same output pixels in memory where images, rows and pixels are so many floats apart. */
void direct_blocks_pixel_offsets(const struct direct_blocks *b, int64_t image, int64_t row, int64_t pixel,
                                 int32_t *pixels);

#endif

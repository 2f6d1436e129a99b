/* Which pixels a window sees. */
#ifndef KERNELS_WINDOW_PART_H
#define KERNELS_WINDOW_PART_H

#include "base/limits.h"
#include "nn/plan/ops.h"

/* The part of a window that lies within the image: rows y..y_end-1 and columns x..x_end-1 of the window. */
struct window_part {
    int top, left; /* of the whole window in the image; may be negative */
    int y, y_end, x, x_end;
};

static inline struct window_part window_part_of(const struct op_window *window, int out_y, int out_x)
{
    struct window_part part = { out_y * window->stride - window->pad_top, out_x * window->stride - window->pad_left };
    int bottom = window->height - part.top, right = window->width - part.left;

    part.y = int_max(-part.top, 0);
    part.x = int_max(-part.left, 0);
    part.y_end = int_min(bottom, window->kernel_height);
    part.x_end = int_min(right, window->kernel_width);
    return part;
}

#endif

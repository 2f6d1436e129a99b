#include "tests/support/draw_window.h"

#include "base/limits.h"

enum { SIDE_MAX = 19 };

static void draw_side(struct chance *r, bool same, int stride, int kernel, int *size, int *out, int *pad)
{
    *size = chance_int(r, same ? 1 : kernel, SIDE_MAX);
    *out = same ? int_ceil_div(*size, stride) : (*size - kernel) / stride + 1;

    int over = (*out - 1) * stride + kernel - *size;

    *pad = same && over > 0 ? over / 2 : 0;
}

void draw_window(struct op_window *w, struct chance *r, int height, int width)
{
    bool same = chance_toss(r);

    w->kernel_height = height;
    w->kernel_width = width;
    draw_side(r, same, w->stride, height, &w->height, &w->out_height, &w->pad_top);
    draw_side(r, same, w->stride, width, &w->width, &w->out_width, &w->pad_left);
}

int draw_window_input(const struct op_window *w)
{
    return w->height * w->width * w->channels;
}

int draw_window_output(const struct op_window *w)
{
    const struct op_window pool = op_pool_window(w);

    return w->pooled ? draw_window_output(&pool) : w->out_height * w->out_width * w->out_channels;
}

int draw_window_weights(const struct op_window *w)
{
    return w->kernel_height * w->kernel_width * w->channels * w->out_channels;
}

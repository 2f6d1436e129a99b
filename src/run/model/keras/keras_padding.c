#include "run/model/keras/keras_padding.h"

#include <math.h>

#include "base/limits.h"

static bool is_as(const struct op_window *w, enum padding padding)
{
    const struct shape in = shape_image(w->height, w->width, w->channels);
    struct op_window other;

    if (padding == PADDING_VALID && (w->kernel_height > w->height || w->kernel_width > w->width))
        return false;
    other = layer_window(in, w->kernel_height, w->stride, padding, w->out_channels);
    return w->kernel_height == w->kernel_width && w->out_height == other.out_height &&
           w->out_width == other.out_width && w->pad_top == other.pad_top && w->pad_left == other.pad_left;
}

/* As many on both sides where that changes nothing, else as few as are seen. */
static int zeros_after(int size, int out, int kernel, int stride, int before)
{
    if ((size + 2 * before - kernel) / stride + 1 == out)
        return before;
    return int_max((out - 1) * stride + kernel - size - before, 0);
}

struct keras_padding keras_padding_of(const struct op_window *w)
{
    if (is_as(w, PADDING_VALID))
        return (struct keras_padding){ .word = padding_names[PADDING_VALID] };
    if (is_as(w, PADDING_SAME) && !w->counts_padding)
        return (struct keras_padding){ .word = padding_names[PADDING_SAME] };
    return (struct keras_padding){
        .word = padding_names[PADDING_VALID],
        .padded = true,
        .zeros = { .top = w->pad_top,
                   .bottom = zeros_after(w->height, w->out_height, w->kernel_height, w->stride, w->pad_top),
                   .left = w->pad_left,
                   .right = zeros_after(w->width, w->out_width, w->kernel_width, w->stride, w->pad_left) },
    };
}

enum { PADDED_MAX = 64 }; /* of zero_padding2d */

/* One number, two (height, width), or four (top, bottom, left, right). */
bool keras_padding_read(const struct keras_node *n, struct keras_zeros *out, struct error *e)
{
    double to[4] = { 1, 1, 1, 1 };
    int count = keras_node_has(n, "padding") ? keras_node_numbers(n, "padding", 4, to) : 1;
    int step = count == 4 ? 1 : 0, across = count == 1 ? 0 : count / 2;

    for (int i = 0; i < count && i < 4; i++)
        if (!(to[i] >= 0 && to[i] <= PADDED_MAX) || to[i] != floor(to[i]))
            count = 0;
    if (count != 1 && count != 2 && count != 4)
        return keras_node_refuse(n, e, "its padding is not one, two or four numbers of at most %d pixels", PADDED_MAX);
    *out = (struct keras_zeros){
        .top = (int)to[0], .bottom = (int)to[step], .left = (int)to[across], .right = (int)to[across + step]
    };
    return true;
}

bool keras_padding_match(struct shape in, int kernel, int stride, const struct keras_zeros *zeros, bool half_alone,
                         enum padding *out)
{
    int height = in.height + zeros->top + zeros->bottom, width = in.width + zeros->left + zeros->right;
    struct op_window w;

    if (kernel < 1 || stride < 1 || height < kernel || width < kernel)
        return false;
    w = layer_window(in, kernel, stride, PADDING_HALF, in.channels);
    w.pad_top = zeros->top;
    w.pad_left = zeros->left;
    w.out_height = (height - kernel) / stride + 1;
    w.out_width = (width - kernel) / stride + 1;
    *out = is_as(&w, PADDING_HALF) ? PADDING_HALF : PADDING_SAME;
    return *out == PADDING_HALF || (!half_alone && is_as(&w, PADDING_SAME));
}

#include "nn/layers/layer_shape.h"

#include "base/limits.h"
#include "base/text.h"

const char *const padding_names[] = {
    [PADDING_SAME] = "same", [PADDING_VALID] = "valid", [PADDING_HALF] = "half", NULL
};

bool layer_needs_image(struct shape in, struct error *e)
{
    if (in.rank == 3)
        return true;
    return error_set(e, ERROR_INPUT,
                     "takes an image (height x width x channels), not %d flat values: move it before flatten",
                     in.channels);
}

bool layer_needs_flat(struct shape in, struct error *e)
{
    char got[32];

    if (in.rank == 1)
        return true;
    shape_format(in, false, got, sizeof got);
    return error_set(e, ERROR_INPUT,
                     "takes flat values, not an image of %s: put flatten (to %zu) or global_avgpool (to %d) before it",
                     got, shape_size(in), in.channels);
}

bool layer_window_fits(struct shape in, int kernel, enum padding padding, struct error *e)
{
    if (padding != PADDING_VALID || (kernel <= in.height && kernel <= in.width))
        return true;
    return error_set(e, ERROR_INPUT, "a %dx%d window does not fit into %dx%dx%d without padding", kernel, kernel,
                     in.height, in.width, in.channels);
}

/* Windows along one side. */
static int windows(int size, int kernel, int stride, enum padding padding)
{
    int added = padding == PADDING_HALF ? kernel / 2 * 2 : 0;

    return padding == PADDING_SAME ? int_ceil_div(size, stride) : (size + added - kernel) / stride + 1;
}

/* Before the first pixel; an odd rest of "same" is at the bottom and right. */
static int padding_before(int size, int kernel, int stride, int out, enum padding padding)
{
    if (padding == PADDING_HALF)
        return kernel / 2;

    int all = (out - 1) * stride + kernel - size;

    return padding == PADDING_SAME && all > 0 ? all / 2 : 0;
}

struct op_window layer_window(struct shape in, int kernel, int stride, enum padding padding, int out_channels)
{
    int out_height = windows(in.height, kernel, stride, padding),
        out_width = windows(in.width, kernel, stride, padding);

    return (struct op_window){
        .height = in.height,
        .width = in.width,
        .channels = in.channels,
        .out_height = out_height,
        .out_width = out_width,
        .out_channels = out_channels,
        .kernel_height = kernel,
        .kernel_width = kernel,
        .stride = stride,
        .pad_top = padding_before(in.height, kernel, stride, out_height, padding),
        .pad_left = padding_before(in.width, kernel, stride, out_width, padding),
    };
}

struct shape layer_window_shape(const struct op_window *w)
{
    return shape_image(w->out_height, w->out_width, w->out_channels);
}

void layer_window_summarise(char *out, size_t size, bool unicode, int kernel, int stride, enum padding padding,
                            enum activation a)
{
    text_append(out, size, " %d%s%d", kernel, unicode ? "×" : "x", kernel);
    if (stride > 1)
        text_append(out, size, "/%d", stride);
    if (padding != PADDING_SAME)
        text_append(out, size, " %s", padding_names[padding]);
    if (a != ACTIVATION_LINEAR)
        text_append(out, size, " %s", activation_names[a]);
}

bool layer_shape_same(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    (void)l;
    (void)e;
    *out = in;
    return true;
}

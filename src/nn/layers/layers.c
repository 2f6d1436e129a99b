#include "nn/layers/layers.h"

#include <string.h>

const char *const padding_names[] = { [PADDING_SAME] = "same", [PADDING_VALID] = "valid", NULL };

bool layers_need_image(struct shape in, struct error *e)
{
    if (in.rank == 3)
        return true;
    return error_set(e, ERROR_INPUT, "takes an image (height x width x channels), not %d flat values: move it before flatten",
                     in.channels);
}

bool layers_need_flat(struct shape in, struct error *e)
{
    char got[32];

    if (in.rank == 1)
        return true;
    shape_format(in, false, got, sizeof got);
    return error_set(e, ERROR_INPUT, "takes flat values, not an image of %s: put flatten (to %zu) or global_avgpool (to %d) before it",
                     got, shape_size(in), in.channels);
}

/* TensorFlow's "same": ceil(size / stride) outputs, the odd pixel of padding at the bottom and right. */
static int same_padding(int size, int kernel, int stride, int out)
{
    int all = (out - 1) * stride + kernel - size;

    return all > 0 ? all / 2 : 0;
}

bool layers_window(struct shape in, int kernel, int stride, enum padding padding, int out_channels,
                   struct op_window *out, struct error *e)
{
    if (padding == PADDING_VALID && (kernel > in.height || kernel > in.width))
        return error_set(e, ERROR_INPUT, "a %dx%d window does not fit into %dx%dx%d without padding", kernel, kernel,
                         in.height, in.width, in.channels);

    bool same = padding == PADDING_SAME;

    *out = (struct op_window){
        .height = in.height,
        .width = in.width,
        .channels = in.channels,
        .out_height = same ? (in.height + stride - 1) / stride : (in.height - kernel) / stride + 1,
        .out_width = same ? (in.width + stride - 1) / stride : (in.width - kernel) / stride + 1,
        .out_channels = out_channels,
        .kernel_height = kernel,
        .kernel_width = kernel,
        .stride = stride,
    };
    if (same) {
        out->pad_top = same_padding(in.height, kernel, stride, out->out_height);
        out->pad_left = same_padding(in.width, kernel, stride, out->out_width);
    }
    return true;
}

value layers_emit_conv2d(struct plan_builder *b, value in, const struct op_window *w, bool bias)
{
    const int kernel_dims[] = { w->kernel_height, w->kernel_width, w->channels, w->out_channels };
    int area = w->kernel_height * w->kernel_width;
    value kernel = plan_parameter(b, "kernel", 4, kernel_dims, INITIALISE_GLOROT_UNIFORM, area * w->channels,
                                  area * w->out_channels);
    value bias_value = bias ? plan_parameter(b, "bias", 1, &w->out_channels, INITIALISE_ZERO, 0, 0) : VALUE_NONE;
    value out = plan_activation(b, "conv", shape_image(w->out_height, w->out_width, w->out_channels));

    plan_append(b, &(struct op){ .kind = OP_CONV2D,
                                 .in = { in, kernel, bias_value },
                                 .out = { out, VALUE_NONE, VALUE_NONE },
                                 .window = *w });
    return out;
}

value layers_emit_activation(struct plan_builder *b, value in, enum activation a, float slope)
{
    if (a == ACTIVATION_LINEAR)
        return in;

    struct shape s = plan_shape(b, in);
    value out = plan_activation(b, activation_names[a], s);

    plan_append(b, &(struct op){ .kind = OP_ACTIVATION,
                                 .in = { in },
                                 .out = { out },
                                 .elements = { .per_image = (int)shape_size(s), .activation = a, .slope = slope } });
    return out;
}

value layers_emit_batch_norm(struct plan_builder *b, value in, double momentum, double epsilon)
{
    struct shape s = plan_shape(b, in);
    int channels = s.channels;
    const int two_rows[] = { 2, channels };
    value gamma = plan_parameter(b, "gamma", 1, &channels, INITIALISE_ONE, 0, 0);
    value beta = plan_parameter(b, "beta", 1, &channels, INITIALISE_ZERO, 0, 0);
    value moving = plan_statistic(b, "moving", 2, two_rows);
    value out = plan_activation(b, "norm", s);
    struct op op = { .kind = b->training ? OP_BATCH_NORM : OP_BATCH_NORM_INFERENCE,
                     .in = { in, gamma, beta, moving, VALUE_NONE },
                     .out = { out, VALUE_NONE },
                     .norm = { .pixels = s.height * s.width,
                               .channels = channels,
                               .momentum = (float)momentum,
                               .epsilon = (float)epsilon } };

    if (b->training)
        op.out[1] = plan_scratch(b, "saved", 2, two_rows);
    plan_append(b, &op);
    return out;
}

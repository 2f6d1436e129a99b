#include "nn/layers/layer_emit.h"

#include "nn/layers/layer_shape.h"

value layer_emit_conv2d(struct plan_builder *b, value in, const struct op_window *w, bool bias)
{
    const int kernel_dims[] = { w->kernel_height, w->kernel_width, w->channels, w->out_channels };
    int area = w->kernel_height * w->kernel_width;
    value kernel = plan_parameter(b, "kernel", 4, kernel_dims, INITIALISE_GLOROT_UNIFORM, area * w->channels,
                                  area * w->out_channels);
    value bias_value = bias ? plan_parameter(b, "bias", 1, &w->out_channels, INITIALISE_ZERO, 0, 0) : VALUE_NONE;
    value out = plan_activation(b, "conv", layer_window_shape(w));

    plan_append(b, &(struct op){ .kind = OP_CONV2D,
                                 .in = { in, kernel, bias_value },
                                 .out = { out, VALUE_NONE, VALUE_NONE },
                                 .window = *w });
    return out;
}

value layer_emit_depthwise_conv2d(struct plan_builder *b, value in, const struct op_window *w, bool bias)
{
    const int kernel_dims[] = { w->kernel_height, w->kernel_width, w->channels, 1 };
    int area = w->kernel_height * w->kernel_width;
    value kernel =
        plan_parameter(b, "depthwise_kernel", 4, kernel_dims, INITIALISE_GLOROT_UNIFORM, area * w->channels, area);
    value bias_value = bias ? plan_parameter(b, "bias", 1, &w->channels, INITIALISE_ZERO, 0, 0) : VALUE_NONE;
    value out = plan_activation(b, "depthwise", layer_window_shape(w));

    plan_append(b, &(struct op){ .kind = OP_DEPTHWISE_CONV2D,
                                 .in = { in, kernel, bias_value },
                                 .out = { out, VALUE_NONE },
                                 .window = *w });
    return out;
}

value layer_emit_activation(struct plan_builder *b, value in, enum activation a, float slope)
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

value layer_emit_batch_norm(struct plan_builder *b, value in, double momentum, double epsilon)
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

value layer_emit_global_average(struct plan_builder *b, value in, struct shape out)
{
    struct shape s = plan_shape(b, in);
    value means = plan_activation(b, "global_avgpool", out);

    plan_append(b, &(struct op){ .kind = OP_GLOBAL_AVERAGE_POOL,
                                 .in = { in },
                                 .out = { means },
                                 .window = { .height = s.height, .width = s.width, .channels = s.channels,
                                             .out_height = 1, .out_width = 1, .out_channels = s.channels,
                                             .kernel_height = s.height, .kernel_width = s.width, .stride = 1 } });
    return means;
}

/* A 1×1 convolution of an image of one pixel. */
static value convolve_pixel(struct plan_builder *b, value in, int filters)
{
    const struct op_window w = layer_window(plan_shape(b, in), 1, 1, PADDING_VALID, filters);

    return layer_emit_conv2d(b, in, &w, true);
}

value layer_emit_squeeze_excite(struct plan_builder *b, value in, int filters, enum activation a)
{
    struct shape s = plan_shape(b, in);
    value means = layer_emit_global_average(b, in, shape_image(1, 1, s.channels));
    value squeezed = layer_emit_activation(b, convolve_pixel(b, means, filters), a, LEAKY_SLOPE);
    value gate = layer_emit_activation(b, convolve_pixel(b, squeezed, s.channels), ACTIVATION_SIGMOID, 0);
    value out = plan_activation(b, "gated", s);

    plan_append(b, &(struct op){ .kind = OP_GATE,
                                 .in = { in, gate },
                                 .out = { out },
                                 .norm = { .pixels = s.height * s.width, .channels = s.channels } });
    return out;
}

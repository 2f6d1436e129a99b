/* Depthwise convolutions. Most have kernels and strides as networks have them. */
#include <math.h>

#include "tests/support/draw.h"

static void draw_depthwise(struct op_case *c, struct chance *r)
{
    const double products_max = 1e6;
    struct op_window *w = &c->op.window;

    do {
        bool common = chance_int(r, 0, 3) > 0;
        int kernel = chance_toss(r) ? 3 : 5;

        w->stride = chance_int(r, 1, common ? 2 : 4);
        w->channels = w->out_channels = draw_channels(r);
        draw_window(w, r, common ? kernel : chance_int(r, 1, 7), common ? kernel : chance_int(r, 1, 7));
        if (chance_int(r, 0, 3) == 0)
            draw_padding(w, r);
    } while ((double)c->plan.batch * draw_window_output(w) * w->kernel_height * w->kernel_width > products_max);
}

static int weights(const struct op_case *c)
{
    return c->op.window.kernel_height * c->op.window.kernel_width * c->op.window.channels;
}

void draw_depthwise_conv2d(struct op_case *c, struct chance *r)
{
    struct op_window *w = &c->op.window;

    draw_depthwise(c, r);
    w->activation =
        (enum activation)(chance_toss(r) ? ACTIVATION_LINEAR : chance_int(r, ACTIVATION_LINEAR, ACTIVATIONS_COUNT - 1));
    w->slope = 0.2f;
    c->op.in[0] = draw_image_input(c, r, draw_window_input(w));
    c->op.in[1] = draw_input(c, r, weights(c));
    draw_scale(c, c->op.in[1], 2.0f / sqrtf((float)(w->kernel_height * w->kernel_width)));
    if (chance_toss(r))
        c->op.in[2] = draw_input(c, r, w->channels);
    c->op.out[0] = draw_image_output(c, r, draw_window_output(w));
    if (w->activation == ACTIVATION_LINEAR && chance_toss(r))
        c->op.out[1] = draw_two_rows(c, r, w->channels, true);
}

void draw_depthwise_conv2d_input_gradient(struct op_case *c, struct chance *r)
{
    draw_depthwise(c, r);
    c->op.in[0] = draw_image_input(c, r, draw_window_output(&c->op.window));
    c->op.in[1] = draw_input(c, r, weights(c));
    c->op.out[0] = draw_image_output(c, r, draw_window_input(&c->op.window));
}

void draw_depthwise_conv2d_weight_gradient(struct op_case *c, struct chance *r)
{
    draw_depthwise(c, r);
    c->op.in[0] = draw_image_input(c, r, draw_window_input(&c->op.window));
    c->op.in[1] = draw_image_input(c, r, draw_window_output(&c->op.window));
    c->op.out[0] = draw_output(c, r, weights(c));
    if (chance_toss(r))
        c->op.out[1] = draw_output(c, r, c->op.window.channels);
}

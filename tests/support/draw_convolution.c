/* Convolutions. Half of them are 3×3 with stride 1, as most in networks are; half of those that can be pooled are. */
#include <math.h>

#include "tests/support/draw.h"

static void draw_common(struct op_window *w, struct chance *r)
{
    const int channels_max = 70, kernel = 3;

    w->stride = 1;
    w->channels = chance_int(r, 1, channels_max);
    w->out_channels = chance_int(r, 1, channels_max);
    draw_window(w, r, kernel, kernel);
}

static bool is_common(const struct op_window *w)
{
    return w->kernel_height == 3 && w->kernel_width == 3 && w->stride == 1;
}

static void draw_any(struct op_window *w, struct chance *r)
{
    int height = chance_int(r, 1, chance_int(r, 0, 3) ? 3 : 7), width = chance_int(r, 1, chance_int(r, 0, 3) ? 3 : 7);

    w->stride = chance_int(r, 1, 3);
    w->channels = draw_channels(r);
    w->out_channels = draw_channels(r);
    draw_window(w, r, height, width);
    if (!is_common(w) && chance_int(r, 0, 3) == 0)
        draw_padding(w, r);
}

static double products(const struct op_case *c, const struct op_window *w)
{
    return (double)c->plan.batch * w->out_height * w->out_width * draw_window_weights(w);
}

static void draw_convolution(struct op_case *c, struct chance *r)
{
    const double products_max = 3e6;
    struct op_window *w = &c->op.window;
    bool common = chance_toss(r);

    if (w->channels > 0) /* given */
        return;
    do
        (common ? draw_common : draw_any)(w, r);
    while (products(c, w) > products_max);
    w->pooled = chance_toss(r) && w->out_height >= 2 && w->out_width >= 2;
    w->activation = (enum activation)chance_int(r, 0, w->pooled ? ACTIVATION_RELU : ACTIVATIONS_COUNT - 1);
    w->slope = 0.2f;
    if (!w->pooled && chance_toss(r))
        w->activation = ACTIVATION_LINEAR;
}

/* A bias of a hundred times the sums' deviation (which is about 1.5 sqrt(n) for n products of whole numbers in -2..2):
 * a variance that is computed from sums of squares alone would drown in rounding errors. The bias is a whole number, as
 * the sums are, so that adding it loses nothing. */
static void draw_far_mean(struct op_case *c)
{
    const struct op_window *w = &c->op.window;
    float *b = (float *)(void *)(c->contents + c->values[c->op.in[2]].offset);

    for (int k = 0; c->contents && k < w->out_channels; k++)
        b[k] = rintf(150.0f * sqrtf((float)(w->kernel_height * w->kernel_width * w->channels)));
}

static void draw_moments(struct op_case *c, struct chance *r, bool whole)
{
    const struct op_window *w = &c->op.window;

    if (w->pooled || w->activation != ACTIVATION_LINEAR || !chance_int(r, 0, 3))
        return;
    c->op.out[2] = draw_two_rows(c, r, w->out_channels, true);
    if (whole && c->op.in[2] != VALUE_NONE)
        draw_far_mean(c);
}

/* Whole numbers if a pool has to find the first of equal sums (but not for Winograd's algorithm, which may round sums
 * so that no two are equal), or if moments may be asked for. Otherwise weights as large as an initialiser makes them:
 * with larger ones every sum would be where the activation is flat, or where it makes a rounding error large. */
void draw_conv2d(struct op_case *c, struct chance *r)
{
    const struct op_window *w = &c->op.window;
    bool whole;

    draw_convolution(c, r);
    whole = chance_toss(r) && (w->pooled ? !is_common(w) : w->activation == ACTIVATION_LINEAR);
    c->op.in[0] = draw_image_input(c, r, draw_window_input(w));
    c->op.in[1] = draw_input(c, r, draw_window_weights(w));
    if (whole) {
        draw_whole_numbers(c, c->op.in[0]);
        draw_whole_numbers(c, c->op.in[1]);
    } else
        draw_scale(c, c->op.in[1], 2.0f / sqrtf((float)(w->kernel_height * w->kernel_width * w->channels)));
    if (chance_toss(r))
        c->op.in[2] = draw_input(c, r, w->out_channels);
    c->op.out[0] = draw_image_output(c, r, draw_window_output(w));
    if (w->pooled && chance_int(r, 0, 3))
        c->op.out[1] = draw_value(c, r, ELEMENT_U8, true, draw_window_output(w), FILL_UNDEFINED);
    draw_moments(c, r, whole);
}

/* Winners that a pooled convolution could have had; VALUE_NONE if it is not pooled. */
static value draw_winners(struct op_case *c, struct chance *r)
{
    const struct op_window *w = &c->op.window;
    const int winners = w->activation == ACTIVATION_RELU ? WINNER_NONE + 1 : WINNER_NONE;

    if (!w->pooled)
        return VALUE_NONE;

    value v = draw_value(c, r, ELEMENT_U8, true, draw_window_output(w), FILL_SIGNED);

    for (size_t i = 0; c->contents && i < c->values[v].bytes; i++)
        c->contents[c->values[v].offset + i] %= (unsigned char)winners;
    return v;
}

void draw_conv2d_input_gradient(struct op_case *c, struct chance *r)
{
    const struct op_window *w = &c->op.window;

    draw_convolution(c, r);
    c->op.in[0] = draw_image_input(c, r, draw_window_output(w));
    c->op.in[1] = draw_input(c, r, draw_window_weights(w));
    c->op.in[2] = draw_winners(c, r);
    c->op.out[0] = draw_image_output(c, r, draw_window_input(w));
}

void draw_conv2d_weight_gradient(struct op_case *c, struct chance *r)
{
    const struct op_window *w = &c->op.window;

    draw_convolution(c, r);
    c->op.in[0] = draw_image_input(c, r, draw_window_input(w));
    c->op.in[1] = draw_image_input(c, r, draw_window_output(w));
    c->op.in[2] = draw_winners(c, r);
    c->op.out[0] = draw_output(c, r, draw_window_weights(w));
    if (chance_toss(r))
        c->op.out[1] = draw_output(c, r, w->out_channels);
}

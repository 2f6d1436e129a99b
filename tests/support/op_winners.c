#include "tests/support/op_winners.h"

#include <math.h>

static const float *floats(const struct op_case *c, const unsigned char *contents, value v)
{
    return (const float *)(const void *)(contents + c->values[v].offset);
}

/* The sum at a position of the window that winner i stands for, in doubles. */
static double sum_at(const struct op_case *c, size_t i, int position)
{
    const struct op_window *w = &c->op.window;
    const float *x = floats(c, c->contents, c->op.in[0]), *weights = floats(c, c->contents, c->op.in[1]);
    size_t filters = (size_t)w->out_channels, k = i % filters;
    int pixel = (int)(i / filters), width = w->out_width / 2, height = w->out_height / 2;
    int top = (pixel / width % height * 2 + position / 2) * w->stride - w->pad_top;
    int left = (pixel % width * 2 + position % 2) * w->stride - w->pad_left, image = pixel / width / height;
    double sum = c->op.in[2] != VALUE_NONE ? (double)floats(c, c->contents, c->op.in[2])[k] : 0.0;

    for (int ky = 0; ky < w->kernel_height; ky++)
        for (int kx = 0; kx < w->kernel_width; kx++) {
            int64_t at = ((int64_t)(image * w->height + top + ky) * w->width + left + kx) * w->channels;

            if (top + ky < 0 || top + ky >= w->height || left + kx < 0 || left + kx >= w->width)
                continue;
            for (int channel = 0; channel < w->channels; channel++)
                sum += (double)x[at + channel] *
                       (double)weights[(size_t)((ky * w->kernel_width + kx) * w->channels + channel) * filters + k];
        }
    return sum;
}

/* What a choice gives: nothing where ReLU lets nothing through. */
static double chosen(const struct op_case *c, size_t i, int winner)
{
    if (winner < WINNER_NONE)
        return sum_at(c, i, winner);
    return winner == WINNER_NONE && c->op.window.activation == ACTIVATION_RELU ? 0.0 : INFINITY;
}

double op_winners_difference(const struct op_case *c, const unsigned char *expected, const unsigned char *got)
{
    const struct plan_value *winners = &c->values[c->op.out[1]];
    const float *y = floats(c, expected, c->op.out[0]);
    size_t count = winners->bytes / (size_t)c->plan.batch * (size_t)c->step.rows;
    double largest = 0.1, worst = 0.0;

    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs((double)y[i]));
    for (size_t i = 0; i < winners->bytes; i++) {
        int wanted = expected[winners->offset + i], is = got[winners->offset + i];

        if (is != wanted)
            worst = fmax(worst, i < count ? fabs(chosen(c, i, wanted) - chosen(c, i, is)) : INFINITY);
    }
    return worst / largest;
}

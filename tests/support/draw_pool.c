/* Pools, and what makes images larger again. */
#include <math.h>

#include "tests/support/draw.h"

static int draw_kernel(struct chance *r)
{
    return chance_int(r, 1, chance_int(r, 0, 3) ? 3 : 6);
}

static void draw_pool(struct op_case *c, struct chance *r)
{
    const double products_max = 2e6;
    struct op_window *w = &c->op.window;

    do {
        w->stride = chance_int(r, 1, 3);
        w->channels = w->out_channels = draw_channels(r);
        draw_window(w, r, draw_kernel(r), draw_kernel(r));
    } while ((double)c->plan.batch * draw_window_output(w) * w->kernel_height * w->kernel_width > products_max);
}

void draw_max_pool(struct op_case *c, struct chance *r)
{
    const struct op_window *w = &c->op.window;

    draw_pool(c, r);
    draw_one_to_one(c, r, draw_window_input(w), draw_window_output(w));
    if (chance_int(r, 0, 3))
        c->op.out[1] = draw_value(c, r, ELEMENT_U8, true, draw_window_output(w), FILL_UNDEFINED);
    if (chance_toss(r))
        draw_whole_numbers(c, c->op.in[0]);
    if (chance_toss(r) && c->contents) /* it wins at any position of a window */
        ((float *)(c->contents + c->values[c->op.in[0]].offset))[chance_int(r, 0, draw_window_input(w) - 1)] = NAN;
}

/* Winners are within the image, as those of the forward operation are. */
void draw_max_pool_gradient(struct op_case *c, struct chance *r)
{
    const struct op_window *w = &c->op.window;

    draw_pool(c, r);
    c->op.in[0] = draw_image_input(c, r, draw_window_output(w));
    c->op.in[1] = draw_value(c, r, ELEMENT_U8, true, draw_window_output(w), FILL_UNDEFINED);
    c->op.out[0] = draw_image_output(c, r, draw_window_input(w));
    for (int i = 0; c->contents && i < draw_window_output(w) * c->plan.batch; i++) {
        int pixel = i / w->channels % (w->out_height * w->out_width);
        int top = pixel / w->out_width * w->stride - w->pad_top, left = pixel % w->out_width * w->stride - w->pad_left;
        int y, x;

        do {
            y = chance_int(r, 0, w->kernel_height - 1);
            x = chance_int(r, 0, w->kernel_width - 1);
        } while (top + y < 0 || top + y >= w->height || left + x < 0 || left + x >= w->width);
        c->contents[c->values[c->op.in[1]].offset + (size_t)i] = (unsigned char)(y * w->kernel_width + x);
    }
}

/* Zeros around an image, as a mean (nn/plan/plan_fuse_padding.h). */
static void draw_zeros(struct op_window *w, struct chance *r)
{
    w->stride = w->kernel_height = w->kernel_width = 1;
    w->channels = w->out_channels = draw_channels(r);
    w->height = chance_int(r, 1, 7);
    w->width = chance_int(r, 1, 7);
    w->pad_top = chance_int(r, 0, 3);
    w->pad_left = chance_int(r, 0, 3);
    w->out_height = w->height + w->pad_top + chance_int(r, 0, 3);
    w->out_width = w->width + w->pad_left + chance_int(r, 0, 3);
    w->counts_padding = true;
}

static void draw_mean(struct op_case *c, struct chance *r)
{
    if (chance_int(r, 0, 4) == 0) {
        draw_zeros(&c->op.window, r);
        return;
    }
    draw_pool(c, r);
    c->op.window.counts_padding = chance_toss(r);
}

void draw_average_pool(struct op_case *c, struct chance *r)
{
    draw_mean(c, r);
    draw_one_to_one(c, r, draw_window_input(&c->op.window), draw_window_output(&c->op.window));
}

void draw_average_pool_gradient(struct op_case *c, struct chance *r)
{
    draw_mean(c, r);
    draw_one_to_one(c, r, draw_window_output(&c->op.window), draw_window_input(&c->op.window));
}

void draw_global_average_pool(struct op_case *c, struct chance *r)
{
    draw_pool(c, r);
    draw_one_to_one(c, r, draw_window_input(&c->op.window), c->op.window.channels);
}

void draw_global_average_pool_gradient(struct op_case *c, struct chance *r)
{
    draw_pool(c, r);
    draw_one_to_one(c, r, c->op.window.channels, draw_window_input(&c->op.window));
}

static void draw_whole_image(struct op_case *c, struct chance *r)
{
    c->op.norm = (struct op_norm){ .pixels = chance_int(r, 1, 400), .channels = draw_channels(r) };
}

void draw_global_max_pool(struct op_case *c, struct chance *r)
{
    const struct op_norm *norm = &c->op.norm;
    int floats;

    draw_whole_image(c, r);
    floats = norm->pixels * norm->channels;
    draw_one_to_one(c, r, floats, norm->channels);
    if (chance_int(r, 0, 3))
        c->op.out[1] = draw_value(c, r, ELEMENT_I32, true, norm->channels, FILL_UNDEFINED);
    if (chance_toss(r))
        draw_whole_numbers(c, c->op.in[0]);
    for (int i = chance_toss(r) ? 0 : chance_int(r, 1, 3); c->contents && i > 0; i--) /* the first of them wins */
        ((float *)(void *)(c->contents + c->values[c->op.in[0]].offset))[chance_int(r, 0, floats - 1)] = NAN;
}

void draw_global_max_pool_gradient(struct op_case *c, struct chance *r)
{
    const struct op_norm *norm = &c->op.norm;

    draw_whole_image(c, r);
    c->op.in[0] = draw_image_input(c, r, norm->channels);
    c->op.in[1] = draw_value(c, r, ELEMENT_I32, true, norm->channels, FILL_UNDEFINED);
    c->op.out[0] = draw_image_output(c, r, norm->pixels * norm->channels);
    for (int i = 0; c->contents && i < norm->channels * c->plan.batch; i++)
        ((int32_t *)(void *)(c->contents + c->values[c->op.in[1]].offset))[i] = chance_int(r, 0, norm->pixels - 1);
}

static void draw_upsampling(struct op_case *c, struct chance *r)
{
    struct op_window *w = &c->op.window;

    w->stride = chance_int(r, 2, 4);
    w->channels = w->out_channels = draw_channels(r);
    w->height = chance_int(r, 1, 9);
    w->width = chance_int(r, 1, 9);
    w->out_height = w->height * w->stride;
    w->out_width = w->width * w->stride;
}

void draw_upsample(struct op_case *c, struct chance *r)
{
    draw_upsampling(c, r);
    draw_one_to_one(c, r, draw_window_input(&c->op.window), draw_window_output(&c->op.window));
}

void draw_upsample_gradient(struct op_case *c, struct chance *r)
{
    draw_upsampling(c, r);
    draw_one_to_one(c, r, draw_window_output(&c->op.window), draw_window_input(&c->op.window));
}

/* Batch norm, factors of channels, and channels that are silent. */
#include <math.h>

#include "tests/support/draw.h"

static int draw_norm(struct op_case *c, struct chance *r)
{
    c->op.norm = (struct op_norm){
        .pixels = chance_int(r, 1, 150), .channels = draw_channels(r), .momentum = 0.9f, .epsilon = 1e-3f
    };
    return c->op.norm.pixels * c->op.norm.channels;
}

static int draw_norm_forward(struct op_case *c, struct chance *r)
{
    int count = draw_norm(c, r), channels = c->op.norm.channels;

    draw_one_to_one(c, r, count, count);
    c->op.in[1] = draw_input(c, r, channels);
    c->op.in[2] = draw_input(c, r, channels);
    c->op.in[3] = draw_two_rows(c, r, channels, false);
    return count;
}

/* Now and then a mean far from 0, in which a variance from sums of squares alone would drown. Not over a few pixels:
 * their deviation can be so small that y, which is divided by it, shows how a mean of 100 is rounded to a float. */
void draw_batch_norm(struct op_case *c, struct chance *r)
{
    const int many = 8;
    int count = draw_norm_forward(c, r);
    float offset = chance_int(r, 0, 2) || c->step.rows * c->op.norm.pixels < many ? 0.0f : 100.0f;

    c->op.out[1] = draw_two_rows(c, r, c->op.norm.channels, true);
    if (chance_toss(r))
        c->op.in[4] = draw_two_rows(c, r, c->op.norm.channels, false);
    for (int i = 0; c->contents && i < count * c->plan.batch; i++)
        ((float *)c->contents)[i] += offset;
}

void draw_batch_norm_inference(struct op_case *c, struct chance *r)
{
    draw_norm_forward(c, r);
}

/* dgamma and dbeta are sums over n pixels of numbers of either sign, about 1 each. Rounding errors grow with the
 * square root of n, as such a sum itself mostly does; but one that happens to cancel tells nothing of their size. */
void draw_batch_norm_gradient(struct op_case *c, struct chance *r)
{
    int count = draw_norm(c, r), channels = c->op.norm.channels;

    c->op.in[0] = draw_image_input(c, r, count);
    c->op.in[1] = draw_image_input(c, r, count);
    c->op.in[2] = draw_input(c, r, channels);
    c->op.in[3] = draw_two_rows(c, r, channels, false);
    c->op.out[0] = draw_image_output(c, r, count);
    c->op.out[1] = draw_output(c, r, channels);
    c->op.out[2] = draw_output(c, r, channels);
    for (int k = 1; k <= 2; k++)
        c->magnitude[c->op.out[k]] *= sqrt((double)c->step.rows * c->op.norm.pixels);
}

static void draw_ranks(struct op_case *c, struct chance *r)
{
    c->op.norm.ranks = chance_int(r, 2, 5);
    c->op.norm.rank = chance_int(r, 0, c->op.norm.ranks - 1);
}

void draw_spread_moments(struct op_case *c, struct chance *r)
{
    int count = draw_norm(c, r), channels = c->op.norm.channels;

    draw_ranks(c, r);
    c->op.in[0] = draw_image_input(c, r, count);
    if (chance_toss(r))
        c->op.in[1] = draw_two_rows(c, r, channels, false);
    c->op.out[0] = draw_output(c, r, c->op.norm.ranks * 3 * channels);
}

/* Ranks with few and with many pixels, and now and then with none. */
void draw_merge_moments(struct op_case *c, struct chance *r)
{
    draw_norm(c, r);
    draw_ranks(c, r);

    const int channels = c->op.norm.channels, ranks = c->op.norm.ranks;

    c->op.in[0] = draw_value(c, r, ELEMENT_F32, false, ranks * 3 * channels, FILL_POSITIVE);
    for (int rank = 0; c->contents && rank < ranks; rank++) {
        float *of = (float *)(void *)(c->contents + c->values[c->op.in[0]].offset) + rank * 3 * channels;
        int pixels = chance_int(r, 0, 3) ? chance_int(r, 1, 10000) : 0;

        for (int i = 0; i < 3 * channels; i++)
            of[i] = pixels == 0 ? 0.0f : i < channels ? (float)pixels : of[i];
    }
    c->op.out[0] = draw_two_rows(c, r, channels, true);
}

void draw_batch_norm_sums(struct op_case *c, struct chance *r)
{
    int count = draw_norm(c, r), channels = c->op.norm.channels;

    c->op.in[0] = draw_image_input(c, r, count);
    c->op.in[1] = draw_image_input(c, r, count);
    c->op.in[2] = draw_two_rows(c, r, channels, false);
    c->op.out[0] = draw_two_rows(c, r, channels, true);
    c->op.out[1] = draw_output(c, r, channels);
    c->op.out[2] = draw_output(c, r, channels);
    for (int k = 0; k <= 2; k++)
        c->magnitude[c->op.out[k]] *= sqrt((double)c->step.rows * c->op.norm.pixels);
}

void draw_batch_norm_input_gradient(struct op_case *c, struct chance *r)
{
    int count = draw_norm(c, r), channels = c->op.norm.channels;

    c->op.in[0] = draw_image_input(c, r, count);
    c->op.in[1] = draw_image_input(c, r, count);
    c->op.in[2] = draw_input(c, r, channels);
    c->op.in[3] = draw_two_rows(c, r, channels, false);
    c->op.in[4] = draw_two_rows(c, r, channels, false);
    c->op.out[0] = draw_image_output(c, r, count);
}

void draw_gate(struct op_case *c, struct chance *r)
{
    int count = draw_norm(c, r);

    draw_one_to_one(c, r, count, count);
    c->op.in[1] = draw_image_input(c, r, c->op.norm.channels);
    if (chance_toss(r))
        c->values[c->op.out[0]].alias = c->op.in[0];
}

/* The factors' gradients are sums over n pixels, as batch norm's are. */
void draw_gate_gradient(struct op_case *c, struct chance *r)
{
    int count = draw_norm(c, r), channels = c->op.norm.channels;

    draw_one_to_one(c, r, count, count);
    c->op.in[1] = draw_image_input(c, r, count);
    c->op.in[2] = draw_image_input(c, r, channels);
    c->op.out[1] = draw_image_output(c, r, channels);
    c->magnitude[c->op.out[1]] *= sqrt((double)c->op.norm.pixels);
    if (chance_toss(r))
        c->values[c->op.out[0]].alias = c->op.in[1];
}

/* What a ReLU leaves: of some channels nothing, of others one number in many. */
void draw_silent(struct op_case *c, struct chance *r)
{
    int count = draw_norm(c, r), channels = c->op.norm.channels;

    c->op.in[0] = draw_image_input(c, r, count);
    c->op.out[0] = draw_output(c, r, 1);
    for (int channel = 0; c->contents && channel < channels; channel++) {
        float *x = (float *)(void *)(c->contents + c->values[c->op.in[0]].offset);
        int rows = c->plan.batch * c->op.norm.pixels, kept = chance_toss(r) ? -1 : chance_int(r, 0, rows - 1);

        for (int i = 0; i < rows; i++)
            if (i != kept)
                x[(size_t)i * (size_t)channels + (size_t)channel] = 0.0f;
    }
}

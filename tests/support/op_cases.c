#include "tests/support/op_cases.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/chance.h"

/* Sizes around the widths of vectors and blocks, and one. */
static int draw_channels(struct chance *r)
{
    static const int sizes[] = { 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 130 };

    return sizes[chance_int(r, 0, (int)(sizeof sizes / sizeof *sizes) - 1)];
}

enum fill { FILL_RUBBISH, FILL_SIGNED, FILL_POSITIVE, FILL_LARGE };

/* A new value of `count` elements (an image, when per_image) in the arena. */
static value add(struct op_case *c, struct chance *r, enum element element, bool per_image, int count, enum fill fill)
{
    value v = c->plan.n_values++;
    size_t elements = (size_t)count * (size_t)(per_image ? c->plan.batch : 1);
    size_t bytes = elements * (element == ELEMENT_U8 ? 1 : 4),
           offset = (c->plan.arena_bytes[ARENA_ACTIVATIONS] + 63) / 64 * 64;
    unsigned char *grown = realloc(c->contents, offset + bytes);

    c->values[v] = (struct plan_value){ .arena = ARENA_ACTIVATIONS,
                                        .element = element,
                                        .per_image = per_image,
                                        .rank = 2,
                                        .dims = { per_image ? c->plan.batch : count, per_image ? count : 1 },
                                        .bytes = bytes,
                                        .offset = offset,
                                        .alias = VALUE_NONE,
                                        .gradient = VALUE_NONE };
    snprintf(c->values[v].name, sizeof c->values[v].name, "value %d", v);
    if (!grown) {
        c->plan.n_ops = 0;
        return v;
    }
    c->contents = grown;
    memset(grown + c->plan.arena_bytes[ARENA_ACTIVATIONS], 0, offset - c->plan.arena_bytes[ARENA_ACTIVATIONS]);
    c->plan.arena_bytes[ARENA_ACTIVATIONS] = offset + bytes;
    memset(grown + offset, 0xFF, bytes); /* as floats: not numbers */
    for (size_t i = 0; fill != FILL_RUBBISH && element == ELEMENT_F32 && i < elements; i++)
        ((float *)(grown + offset))[i] = fill == FILL_SIGNED     ? chance_between(r, -1, 1)
                                         : fill == FILL_POSITIVE ? chance_between(r, 0.01f, 1)
                                                                 : chance_between(r, -12, 12);
    for (size_t i = 0; fill != FILL_RUBBISH && element == ELEMENT_U8 && i < elements; i++)
        grown[offset + i] = (unsigned char)chance_word(r);
    return v;
}

static value image_input(struct op_case *c, struct chance *r, int count)
{
    return add(c, r, ELEMENT_F32, true, count, FILL_SIGNED);
}

static value image_output(struct op_case *c, struct chance *r, int count)
{
    return add(c, r, ELEMENT_F32, true, count, FILL_RUBBISH);
}

static value input(struct op_case *c, struct chance *r, int count)
{
    return add(c, r, ELEMENT_F32, false, count, FILL_SIGNED);
}

static value output(struct op_case *c, struct chance *r, int count)
{
    return add(c, r, ELEMENT_F32, false, count, FILL_RUBBISH);
}

/* The operands of most: an image to an image. */
static void one_to_one(struct op_case *c, struct chance *r, int in, int out)
{
    c->op.in[0] = image_input(c, r, in);
    c->op.out[0] = image_output(c, r, out);
}

/* Mean and variance, or any two rows of which the second must not be negative. */
static value two_rows(struct op_case *c, struct chance *r, int count, bool rubbish)
{
    value v = add(c, r, ELEMENT_F32, false, 2 * count, rubbish ? FILL_RUBBISH : FILL_POSITIVE);

    c->values[v].dims[0] = 2;
    c->values[v].dims[1] = count;
    return v;
}

static value labels(struct op_case *c, struct chance *r, int classes)
{
    value v = add(c, r, ELEMENT_I32, true, 1, FILL_RUBBISH);

    for (int i = 0; c->contents && i < c->plan.batch; i++)
        ((int32_t *)(c->contents + c->values[v].offset))[i] = chance_int(r, 0, classes - 1);
    return v;
}

/* One side of a window: sizes and padding as the layers make them. */
static void draw_side(struct chance *r, bool same, int stride, int *size, int *kernel, int *out, int *pad)
{
    *kernel = chance_int(r, 1, chance_int(r, 0, 3) ? 3 : 6);
    *size = chance_int(r, same ? 1 : *kernel, 19);
    *out = same ? (*size + stride - 1) / stride : (*size - *kernel) / stride + 1;

    int over = (*out - 1) * stride + *kernel - *size;

    *pad = same && over > 0 ? over / 2 : 0;
}

static double products(const struct op_case *c, const struct op_window *w)
{
    return (double)c->plan.batch * w->out_height * w->out_width * w->kernel_height * w->kernel_width * w->channels *
           w->out_channels;
}

static void draw_window(struct op_case *c, struct chance *r, bool pool)
{
    struct op_window *w = &c->op.window;

    do {
        bool same = chance_toss(r);

        w->stride = chance_int(r, 1, 3);
        draw_side(r, same, w->stride, &w->height, &w->kernel_height, &w->out_height, &w->pad_top);
        draw_side(r, same, w->stride, &w->width, &w->kernel_width, &w->out_width, &w->pad_left);
        w->channels = draw_channels(r);
        w->out_channels = pool ? w->channels : draw_channels(r);
        w->activation = (enum activation)chance_int(r, ACTIVATION_LINEAR, ACTIVATION_GELU);
        w->slope = 0.2f;
    } while (products(c, w) > 2e6 * (pool ? w->channels : 1));
}

static int window_input(const struct op_case *c)
{
    return c->op.window.height * c->op.window.width * c->op.window.channels;
}

static int window_output(const struct op_case *c)
{
    return c->op.window.out_height * c->op.window.out_width * c->op.window.out_channels;
}

static int window_weights(const struct op_case *c)
{
    const struct op_window *w = &c->op.window;

    return w->kernel_height * w->kernel_width * w->channels * w->out_channels;
}

static void draw_gather(struct op_case *c, struct chance *r)
{
    struct op_gather *g = &c->op.gather;

    *g = (struct op_gather){ .height = chance_int(r, 1, 20),
                             .width = chance_int(r, 1, 20),
                             .channels = chance_int(r, 1, 4),
                             .augment = chance_int(r, 0, 3),
                             .flip = chance_toss(r),
                             .shift = chance_int(r, 0, 4) };
    c->op.in[0] = add(c, r, ELEMENT_U8, true, g->height * g->width * g->channels, FILL_SIGNED);
    c->op.in[1] = labels(c, r, 60000);
    c->op.in[2] = two_rows(c, r, g->channels, false);
    c->op.out[0] = image_output(c, r, g->height * g->width * g->channels);
}

static void draw_conv2d(struct op_case *c, struct chance *r)
{
    draw_window(c, r, false);
    c->op.in[0] = image_input(c, r, window_input(c));
    c->op.in[1] = input(c, r, window_weights(c));
    if (chance_toss(r))
        c->op.in[2] = input(c, r, c->op.window.out_channels);
    c->op.out[0] = image_output(c, r, window_output(c));
}

static void draw_conv2d_input_gradient(struct op_case *c, struct chance *r)
{
    draw_window(c, r, false);
    c->op.in[0] = image_input(c, r, window_output(c));
    c->op.in[1] = input(c, r, window_weights(c));
    c->op.out[0] = image_output(c, r, window_input(c));
}

static void draw_conv2d_weight_gradient(struct op_case *c, struct chance *r)
{
    draw_window(c, r, false);
    c->op.in[0] = image_input(c, r, window_input(c));
    c->op.in[1] = image_input(c, r, window_output(c));
    c->op.out[0] = output(c, r, window_weights(c));
    if (chance_toss(r))
        c->op.out[1] = output(c, r, c->op.window.out_channels);
}

static void draw_dense_sizes(struct op_case *c, struct chance *r)
{
    c->plan.batch = chance_int(r, 1, chance_toss(r) ? 9 : 100);
    c->step.rows = chance_int(r, 1, c->plan.batch);
    c->op.dense = (struct op_dense){ .inputs = chance_int(r, 1, 200),
                                     .outputs = draw_channels(r),
                                     .activation = (enum activation)chance_int(r, ACTIVATION_LINEAR, ACTIVATION_GELU),
                                     .slope = 0.3f };
}

static void draw_dense(struct op_case *c, struct chance *r)
{
    draw_dense_sizes(c, r);
    c->op.in[0] = image_input(c, r, c->op.dense.inputs);
    c->op.in[1] = input(c, r, c->op.dense.inputs * c->op.dense.outputs);
    if (chance_toss(r))
        c->op.in[2] = input(c, r, c->op.dense.outputs);
    c->op.out[0] = image_output(c, r, c->op.dense.outputs);
}

static void draw_dense_input_gradient(struct op_case *c, struct chance *r)
{
    draw_dense_sizes(c, r);
    c->op.in[0] = image_input(c, r, c->op.dense.outputs);
    c->op.in[1] = input(c, r, c->op.dense.inputs * c->op.dense.outputs);
    c->op.out[0] = image_output(c, r, c->op.dense.inputs);
}

static void draw_dense_weight_gradient(struct op_case *c, struct chance *r)
{
    draw_dense_sizes(c, r);
    c->op.in[0] = image_input(c, r, c->op.dense.inputs);
    c->op.in[1] = image_input(c, r, c->op.dense.outputs);
    c->op.out[0] = output(c, r, c->op.dense.inputs * c->op.dense.outputs);
    if (chance_toss(r))
        c->op.out[1] = output(c, r, c->op.dense.outputs);
}

static void draw_max_pool(struct op_case *c, struct chance *r)
{
    draw_window(c, r, true);
    c->op.in[0] = image_input(c, r, window_input(c));
    c->op.out[0] = image_output(c, r, window_output(c));
    if (chance_int(r, 0, 3))
        c->op.out[1] = add(c, r, ELEMENT_U8, true, window_output(c), FILL_RUBBISH);
    /* Ties: the first of equals must win. */
    if (chance_toss(r) && c->contents)
        for (int i = 0; i < window_input(c) * c->plan.batch; i++)
            ((float *)c->contents)[i] = rintf(2 * ((float *)c->contents)[i]);
}

/* Winners within the image, as the forward operation leaves them. */
static void draw_max_pool_gradient(struct op_case *c, struct chance *r)
{
    const struct op_window *w = &c->op.window;
    value v;

    draw_window(c, r, true);
    c->op.in[0] = image_input(c, r, window_output(c));
    c->op.in[1] = v = add(c, r, ELEMENT_U8, true, window_output(c), FILL_RUBBISH);
    c->op.out[0] = image_output(c, r, window_input(c));
    for (int i = 0; c->contents && i < window_output(c) * c->plan.batch; i++) {
        int pixel = i / w->channels % (w->out_height * w->out_width);
        int top = pixel / w->out_width * w->stride - w->pad_top, left = pixel % w->out_width * w->stride - w->pad_left;
        int y, x;

        do {
            y = chance_int(r, 0, w->kernel_height - 1);
            x = chance_int(r, 0, w->kernel_width - 1);
        } while (top + y < 0 || top + y >= w->height || left + x < 0 || left + x >= w->width);
        c->contents[c->values[v].offset + (size_t)i] = (unsigned char)(y * w->kernel_width + x);
    }
}

static void draw_average_pool(struct op_case *c, struct chance *r)
{
    draw_window(c, r, true);
    one_to_one(c, r, window_input(c), window_output(c));
}

static void draw_average_pool_gradient(struct op_case *c, struct chance *r)
{
    draw_window(c, r, true);
    one_to_one(c, r, window_output(c), window_input(c));
}

static void draw_global_average_pool(struct op_case *c, struct chance *r)
{
    draw_window(c, r, true);
    one_to_one(c, r, window_input(c), c->op.window.channels);
}

static void draw_global_average_pool_gradient(struct op_case *c, struct chance *r)
{
    draw_window(c, r, true);
    one_to_one(c, r, c->op.window.channels, window_input(c));
}

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

    one_to_one(c, r, count, count);
    c->op.in[1] = input(c, r, channels);
    c->op.in[2] = input(c, r, channels);
    c->op.in[3] = two_rows(c, r, channels, false);
    return count;
}

/* Now and then a mean far from 0: a variance that is told from sums of squares alone would drown. */
static void draw_batch_norm(struct op_case *c, struct chance *r)
{
    int count = draw_norm_forward(c, r);
    float offset = chance_int(r, 0, 2) ? 0.0f : 100.0f;

    c->op.out[1] = two_rows(c, r, c->op.norm.channels, true);
    for (int i = 0; c->contents && i < count * c->plan.batch; i++)
        ((float *)c->contents)[i] += offset;
}

static void draw_batch_norm_inference(struct op_case *c, struct chance *r)
{
    draw_norm_forward(c, r);
}

static void draw_batch_norm_gradient(struct op_case *c, struct chance *r)
{
    int count = draw_norm(c, r), channels = c->op.norm.channels;

    c->op.in[0] = image_input(c, r, count);
    c->op.in[1] = image_input(c, r, count);
    c->op.in[2] = input(c, r, channels);
    c->op.in[3] = two_rows(c, r, channels, false);
    c->op.out[0] = image_output(c, r, count);
    c->op.out[1] = output(c, r, channels);
    c->op.out[2] = output(c, r, channels);
}

static int draw_elements(struct op_case *c, struct chance *r)
{
    c->op.elements =
        (struct op_elements){ .per_image = chance_int(r, 1, 700),
                              .activation = (enum activation)chance_int(r, ACTIVATION_LINEAR, ACTIVATION_GELU),
                              .slope = 0.2f,
                              .rate = chance_between(r, 0, 0.9f),
                              .salt = chance_word(r) >> 8 };
    return c->op.elements.per_image;
}

static void draw_activation(struct op_case *c, struct chance *r)
{
    int count = draw_elements(c, r);

    c->op.in[0] = add(c, r, ELEMENT_F32, true, count, chance_toss(r) ? FILL_LARGE : FILL_SIGNED);
    c->op.out[0] = image_output(c, r, count);
}

static void draw_activation_gradient(struct op_case *c, struct chance *r)
{
    draw_activation(c, r);
    c->op.in[1] = image_input(c, r, c->op.elements.per_image);
    if (chance_toss(r))
        c->values[c->op.out[0]].alias = c->op.in[1];
}

static void draw_dropout(struct op_case *c, struct chance *r)
{
    int count = draw_elements(c, r);

    one_to_one(c, r, count, count);
}

static void draw_add(struct op_case *c, struct chance *r)
{
    draw_dropout(c, r);
    c->op.in[1] = image_input(c, r, c->op.elements.per_image);
    if (chance_toss(r))
        c->values[c->op.out[0]].alias = c->op.in[chance_toss(r)];
}

static void draw_loss(struct op_case *c, struct chance *r)
{
    c->op.loss = (struct op_loss){ .classes = chance_int(r, 2, chance_toss(r) ? 12 : 400),
                                   .smoothing = chance_toss(r) ? 0.1f : 0 };
    c->plan.batch = chance_int(r, 1, 40);
    c->step.rows = chance_int(r, 1, c->plan.batch);
}

static void draw_softmax_loss(struct op_case *c, struct chance *r)
{
    draw_loss(c, r);
    c->op.in[0] = add(c, r, ELEMENT_F32, true, c->op.loss.classes, chance_toss(r) ? FILL_LARGE : FILL_SIGNED);
    c->op.in[1] = labels(c, r, c->op.loss.classes);
    c->op.out[0] = image_output(c, r, c->op.loss.classes);
    c->op.out[1] = two_rows(c, r, 1, true);
}

static void draw_softmax_loss_gradient(struct op_case *c, struct chance *r)
{
    draw_loss(c, r);
    c->op.in[0] = add(c, r, ELEMENT_F32, true, c->op.loss.classes, FILL_POSITIVE);
    c->op.in[1] = labels(c, r, c->op.loss.classes);
    c->op.out[0] = image_output(c, r, c->op.loss.classes);
}

static int draw_update(struct op_case *c, struct chance *r)
{
    int count = chance_int(r, 1, chance_toss(r) ? 100 : 20000);

    c->op.update = (struct op_update){ .count = count,
                                       .clip = chance_between(r, 0.1f, 100),
                                       .momentum = 0.9f,
                                       .nesterov = chance_toss(r),
                                       .beta1 = 0.9f,
                                       .beta2 = 0.999f,
                                       .epsilon = 1e-7f,
                                       .weight_decay = chance_toss(r) ? 0.01f : 0,
                                       .decoupled = chance_toss(r) };
    return count;
}

static void draw_clip_gradient(struct op_case *c, struct chance *r)
{
    c->op.in[0] = input(c, r, draw_update(c, r));
}

static void draw_sgd(struct op_case *c, struct chance *r)
{
    int count = draw_update(c, r);

    for (int i = 0, operands = chance_int(r, 2, 3); i < operands; i++)
        c->op.in[i] = input(c, r, count);
}

static void draw_adam(struct op_case *c, struct chance *r)
{
    int count = draw_update(c, r);

    for (int i = 0; i < 3; i++)
        c->op.in[i] = input(c, r, count);
    c->op.in[3] = add(c, r, ELEMENT_F32, false, count, FILL_POSITIVE);
}

static void (*const draws[OP_COUNT])(struct op_case *c, struct chance *r) = {
    [OP_GATHER] = draw_gather,
    [OP_CONV2D] = draw_conv2d,
    [OP_CONV2D_INPUT_GRADIENT] = draw_conv2d_input_gradient,
    [OP_CONV2D_WEIGHT_GRADIENT] = draw_conv2d_weight_gradient,
    [OP_DENSE] = draw_dense,
    [OP_DENSE_INPUT_GRADIENT] = draw_dense_input_gradient,
    [OP_DENSE_WEIGHT_GRADIENT] = draw_dense_weight_gradient,
    [OP_MAX_POOL] = draw_max_pool,
    [OP_MAX_POOL_GRADIENT] = draw_max_pool_gradient,
    [OP_AVERAGE_POOL] = draw_average_pool,
    [OP_AVERAGE_POOL_GRADIENT] = draw_average_pool_gradient,
    [OP_GLOBAL_AVERAGE_POOL] = draw_global_average_pool,
    [OP_GLOBAL_AVERAGE_POOL_GRADIENT] = draw_global_average_pool_gradient,
    [OP_BATCH_NORM] = draw_batch_norm,
    [OP_BATCH_NORM_INFERENCE] = draw_batch_norm_inference,
    [OP_BATCH_NORM_GRADIENT] = draw_batch_norm_gradient,
    [OP_ACTIVATION] = draw_activation,
    [OP_ACTIVATION_GRADIENT] = draw_activation_gradient,
    [OP_DROPOUT] = draw_dropout,
    [OP_DROPOUT_GRADIENT] = draw_dropout,
    [OP_ADD] = draw_add,
    [OP_SOFTMAX_LOSS] = draw_softmax_loss,
    [OP_SOFTMAX_LOSS_GRADIENT] = draw_softmax_loss_gradient,
    [OP_CLIP_GRADIENT] = draw_clip_gradient,
    [OP_SGD] = draw_sgd,
    [OP_ADAM] = draw_adam,
};

bool op_case_draw(struct op_case *c, enum op_kind kind, uint64_t seed)
{
    struct chance r = { .seed = seed * OP_COUNT + kind };

    *c = (struct op_case){ .op = { .kind = kind, .layer = -1 } };
    for (int i = 0; i < OP_INPUTS; i++)
        c->op.in[i] = VALUE_NONE;
    for (int i = 0; i < OP_OUTPUTS; i++)
        c->op.out[i] = VALUE_NONE;
    c->plan = (struct plan){ .batch = chance_int(&r, 1, 9), .values = c->values, .ops = &c->op, .n_ops = 1 };
    c->step = (struct step){ .rows = chance_int(&r, 1, c->plan.batch),
                             .number = (uint64_t)chance_int(&r, 1, 5000),
                             .seed = chance_word(&r),
                             .learning_rate = 0.01 };
    draws[kind](c, &r);
    return c->plan.n_ops > 0;
}

void op_case_free(struct op_case *c)
{
    free(c->contents);
    c->contents = NULL;
}

#include "tests/support/op_cases.h"

#include <stdlib.h>

#include "tests/support/draw.h"

static draw_function *const draws[OP_COUNT] = {
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

static bool draw_case(struct op_case *c, enum op_kind kind, const struct op_window *window, draw_function *draw,
                      uint64_t seed)
{
    struct chance r = { .seed = seed * OP_COUNT + kind };

    *c = (struct op_case){ .op = { .kind = kind, .layer = -1 }, .seed = seed };
    if (window->channels > 0)
        c->op.window = *window;
    for (int i = 0; i < OP_INPUTS; i++)
        c->op.in[i] = VALUE_NONE;
    for (int i = 0; i < OP_OUTPUTS; i++)
        c->op.out[i] = VALUE_NONE;
    c->plan = (struct plan){ .batch = chance_int(&r, 1, 9), .values = c->values, .ops = &c->op, .n_ops = 1 };
    c->step = (struct step){ .rows = chance_int(&r, 1, c->plan.batch),
                             .number = (uint64_t)chance_int(&r, 1, 5000),
                             .seed = chance_word(&r),
                             .learning_rate = 0.01 };
    draw(c, &r);
    return c->plan.n_ops > 0;
}

bool op_case_draw(struct op_case *c, enum op_kind kind, uint64_t seed)
{
    return draw_case(c, kind, &(struct op_window){ 0 }, draws[kind], seed);
}

bool op_case_draw_window(struct op_case *c, enum op_kind kind, const struct op_window *window, uint64_t seed)
{
    return draw_case(c, kind, window, draws[kind], seed);
}

bool op_case_draw_by(struct op_case *c, enum op_kind kind, draw_function *draw, uint64_t seed)
{
    return draw_case(c, kind, &(struct op_window){ 0 }, draw, seed);
}

void op_case_free(struct op_case *c)
{
    free(c->contents);
    free(c->held);
    free(c->expected);
    c->contents = c->held = c->expected = NULL;
}

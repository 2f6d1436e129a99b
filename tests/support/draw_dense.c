/* Dense layers. */
#include "tests/support/draw.h"

static void draw_dense_sizes(struct op_case *c, struct chance *r)
{
    c->plan.batch = chance_int(r, 1, chance_toss(r) ? 9 : 100);
    c->step.rows = chance_int(r, 1, c->plan.batch);
    c->op.dense = (struct op_dense){ .inputs = chance_int(r, 1, 200),
                                     .outputs = draw_channels(r),
                                     .activation = (enum activation)chance_int(r, 0, ACTIVATIONS_COUNT - 1),
                                     .slope = 0.3f };
}

void draw_dense(struct op_case *c, struct chance *r)
{
    draw_dense_sizes(c, r);
    c->op.in[0] = draw_image_input(c, r, c->op.dense.inputs);
    c->op.in[1] = draw_input(c, r, c->op.dense.inputs * c->op.dense.outputs);
    if (chance_toss(r))
        c->op.in[2] = draw_input(c, r, c->op.dense.outputs);
    c->op.out[0] = draw_image_output(c, r, c->op.dense.outputs);
}

void draw_dense_input_gradient(struct op_case *c, struct chance *r)
{
    draw_dense_sizes(c, r);
    c->op.in[0] = draw_image_input(c, r, c->op.dense.outputs);
    c->op.in[1] = draw_input(c, r, c->op.dense.inputs * c->op.dense.outputs);
    c->op.out[0] = draw_image_output(c, r, c->op.dense.inputs);
}

void draw_dense_weight_gradient(struct op_case *c, struct chance *r)
{
    draw_dense_sizes(c, r);
    c->op.in[0] = draw_image_input(c, r, c->op.dense.inputs);
    c->op.in[1] = draw_image_input(c, r, c->op.dense.outputs);
    c->op.out[0] = draw_output(c, r, c->op.dense.inputs * c->op.dense.outputs);
    if (chance_toss(r))
        c->op.out[1] = draw_output(c, r, c->op.dense.outputs);
}

/* The end of a step: the loss, clipping, the optimisers, and norms. */
#include "tests/support/draw.h"

static void draw_loss(struct op_case *c, struct chance *r)
{
    c->op.loss = (struct op_loss){ .classes = chance_int(r, 2, chance_toss(r) ? 12 : 400),
                                   .smoothing = chance_toss(r) ? 0.1f : 0,
                                   .mixed = chance_toss(r) };
    c->op.loss.next = c->op.loss.mixed ? chance_int(r, 0, 1) : 0;
    c->plan.batch = chance_int(r, 1, 40);
    c->step.rows = chance_int(r, 1, c->plan.batch);
    draw_mixture(c, r, 1, 1);
}

static void draw_weights(struct op_case *c, struct chance *r)
{
    if (chance_toss(r))
        c->op.in[2] = draw_value(c, r, ELEMENT_F32, false, c->op.loss.classes, FILL_POSITIVE);
}

void draw_softmax_loss(struct op_case *c, struct chance *r)
{
    draw_loss(c, r);
    c->op.in[0] = draw_value(c, r, ELEMENT_F32, true, c->op.loss.classes, chance_toss(r) ? FILL_LARGE : FILL_SIGNED);
    c->op.in[1] = draw_labels(c, r, c->op.loss.classes, c->op.loss.next);
    draw_weights(c, r);
    c->op.out[0] = draw_image_output(c, r, c->op.loss.classes);
    c->op.out[1] = draw_two_rows(c, r, 1, true);
    if (chance_toss(r)) /* of equal ones the first is the answer */
        draw_whole_numbers(c, c->op.in[0]);
}

void draw_softmax_loss_gradient(struct op_case *c, struct chance *r)
{
    draw_loss(c, r);
    c->op.in[0] = draw_value(c, r, ELEMENT_F32, true, c->op.loss.classes, FILL_POSITIVE);
    c->op.in[1] = draw_labels(c, r, c->op.loss.classes, c->op.loss.next);
    draw_weights(c, r);
    c->op.out[0] = draw_image_output(c, r, c->op.loss.classes);
}

static int draw_update(struct op_case *c, struct chance *r)
{
    int count = chance_int(r, 1, chance_toss(r) ? 100 : 20000);

    c->op.update = (struct op_update){ .count = count,
                                       .share = chance_toss(r) ? 1 : chance_between(r, 0, 1),
                                       .clip = chance_between(r, 0.1f, 100),
                                       .momentum = 0.9f,
                                       .nesterov = chance_toss(r),
                                       .rho = 0.9f,
                                       .beta1 = 0.9f,
                                       .beta2 = 0.999f,
                                       .epsilon = 1e-7f,
                                       .weight_decay = chance_toss(r) ? 0.01f : 0,
                                       .decoupled = chance_toss(r) };
    return count;
}

void draw_accumulate(struct op_case *c, struct chance *r)
{
    int count = draw_update(c, r);

    c->step.parts = chance_int(r, 1, 4);
    c->step.part = chance_int(r, 0, c->step.parts - 1);
    c->op.in[0] = draw_input(c, r, count);
    c->op.in[1] = draw_input(c, r, count);
}

void draw_clip_gradient(struct op_case *c, struct chance *r)
{
    c->op.in[0] = draw_input(c, r, draw_update(c, r));
}

void draw_sgd(struct op_case *c, struct chance *r)
{
    int count = draw_update(c, r);

    for (int i = 0, operands = chance_int(r, 2, 3); i < operands; i++)
        c->op.in[i] = draw_input(c, r, count);
}

void draw_adam(struct op_case *c, struct chance *r)
{
    int count = draw_update(c, r);

    for (int i = 0; i < 3; i++)
        c->op.in[i] = draw_input(c, r, count);
    c->op.in[3] = draw_value(c, r, ELEMENT_F32, false, count, FILL_POSITIVE);
}

void draw_rmsprop(struct op_case *c, struct chance *r)
{
    int count = draw_update(c, r);

    for (int i = 0; i < 2; i++)
        c->op.in[i] = draw_input(c, r, count);
    c->op.in[2] = draw_value(c, r, ELEMENT_F32, false, count, FILL_POSITIVE);
    if (chance_toss(r))
        c->op.in[3] = draw_input(c, r, count);
}

void draw_all_reduce(struct op_case *c, struct chance *r)
{
    c->op.in[0] = draw_input(c, r, draw_update(c, r));
}

void draw_await(struct op_case *c, struct chance *r)
{
    draw_all_reduce(c, r);
}

void draw_l2_norm(struct op_case *c, struct chance *r)
{
    int count = draw_update(c, r);

    c->op.in[0] = draw_input(c, r, count);
    if (chance_toss(r))
        c->op.in[1] = draw_input(c, r, count);
    c->op.out[0] = draw_output(c, r, 1);
    if (chance_toss(r))
        c->op.out[1] = draw_output(c, r, count);
}

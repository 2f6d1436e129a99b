/* Element-wise operations. */
#include "tests/support/draw.h"

static int draw_elements(struct op_case *c, struct chance *r)
{
    c->op.elements =
        (struct op_elements){ .per_image = chance_int(r, 1, 700),
                              .activation = (enum activation)chance_int(r, 0, ACTIVATIONS_COUNT - 1),
                              .slope = 0.2f,
                              .rate = chance_between(r, 0, 0.9f),
                              .salt = chance_word(r) >> 8 };
    return c->op.elements.per_image;
}

void draw_activation(struct op_case *c, struct chance *r)
{
    int count = draw_elements(c, r);

    c->op.in[0] = draw_value(c, r, ELEMENT_F32, true, count, chance_toss(r) ? FILL_LARGE : FILL_SIGNED);
    c->op.out[0] = draw_image_output(c, r, count);
}

void draw_activation_gradient(struct op_case *c, struct chance *r)
{
    draw_activation(c, r);
    c->op.in[1] = draw_image_input(c, r, c->op.elements.per_image);
    if (chance_toss(r))
        c->values[c->op.out[0]].alias = c->op.in[1];
}

void draw_dropout(struct op_case *c, struct chance *r)
{
    int count = draw_elements(c, r);

    draw_one_to_one(c, r, count, count);
}

void draw_dropout_gradient(struct op_case *c, struct chance *r)
{
    draw_dropout(c, r);
}

void draw_add(struct op_case *c, struct chance *r)
{
    draw_dropout(c, r);
    c->op.in[1] = draw_image_input(c, r, c->op.elements.per_image);
    if (chance_toss(r))
        c->values[c->op.out[0]].alias = c->op.in[chance_toss(r)];
}

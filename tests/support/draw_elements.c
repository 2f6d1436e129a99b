/* Gathering images, and element-wise operations. */
#include <stdlib.h>

#include "tests/support/draw.h"

/* A split that the device holds. */
static void draw_held(struct op_case *c, struct chance *r, int images, int image_bytes)
{
    c->held_bytes = (size_t)images * (size_t)image_bytes;
    c->held = malloc(c->held_bytes);
    for (size_t i = 0; c->held && i < c->held_bytes; i++)
        c->held[i] = (unsigned char)chance_word(r);
    if (!c->held)
        c->plan.n_ops = 0;
}

void draw_gather(struct op_case *c, struct chance *r)
{
    struct op_gather *g = &c->op.gather;
    const int held = 40;

    *g = (struct op_gather){ .height = chance_int(r, 1, 20),
                             .width = chance_int(r, 1, 20),
                             .channels = chance_int(r, 1, 4),
                             .augment = chance_int(r, 0, 3),
                             .flip = chance_toss(r),
                             .shift = chance_int(r, 0, 4) };
    c->op.in[0] = draw_value(c, r, ELEMENT_U8, true, g->height * g->width * g->channels, FILL_SIGNED);
    c->op.in[1] = draw_labels(c, r, held);
    c->op.in[2] = draw_two_rows(c, r, g->channels, false);
    if (chance_toss(r))
        draw_held(c, r, held, g->height * g->width * g->channels);
    c->op.out[0] = draw_image_output(c, r, g->height * g->width * g->channels);
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

/* Gathering images, and what becomes of them before the first layer. */
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
                             .flip = (enum flip)chance_int(r, FLIP_NONE, FLIP_ALTERNATING),
                             .shift = chance_int(r, 0, chance_toss(r) ? 4 : 30),
                             .rotation = chance_toss(r) ? chance_between(r, 0, 180) : 0,
                             .reflect = chance_toss(r),
                             .next = chance_int(r, 0, 1) };
    c->step.epoch = (uint32_t)chance_int(r, 1, 2);
    c->op.in[0] = draw_with_next(c, r, ELEMENT_U8, g->height * g->width * g->channels, FILL_SIGNED, g->next);
    c->op.in[1] = draw_labels(c, r, held, g->next);
    c->op.in[2] = draw_two_rows(c, r, g->channels, false);
    if (chance_toss(r))
        draw_held(c, r, held, g->height * g->width * g->channels);
    c->op.out[0] = draw_with_next(c, r, ELEMENT_F32, g->height * g->width * g->channels, FILL_UNDEFINED, g->next);
}

static float draw_amount(struct chance *r)
{
    return chance_toss(r) ? chance_between(r, 0, 1.5f) : 0;
}

/* Colours around 0..1: with a mean and a deviation of 0.01..1, some of -1..1 are in that range, some outside. */
void draw_retouch(struct op_case *c, struct chance *r)
{
    struct op_retouch *o = &c->op.retouch;
    int count;

    *o = (struct op_retouch){ .height = chance_int(r, 1, 20),
                              .width = chance_int(r, 1, 20),
                              .channels = chance_int(r, 1, 4),
                              .brightness = draw_amount(r),
                              .contrast = draw_amount(r),
                              .saturation = draw_amount(r),
                              .cutout = chance_toss(r) ? chance_int(r, 0, 25) : 0,
                              .next = chance_int(r, 0, 1) };
    count = o->height * o->width * o->channels;
    c->op.in[0] = draw_with_next(c, r, ELEMENT_F32, count, FILL_SIGNED, o->next);
    c->op.in[1] = draw_two_rows(c, r, o->channels, false);
    draw_invert_second_row(c, c->op.in[1]);
    c->op.out[0] = draw_with_next(c, r, ELEMENT_F32, count, FILL_UNDEFINED, o->next);
    if (chance_toss(r))
        c->values[c->op.out[0]].alias = c->op.in[0];
}

void draw_mixture(struct op_case *c, struct chance *r, int height, int width)
{
    struct step_mix *m = &c->step.mix;

    *m = (struct step_mix){ .blend = chance_toss(r) ? 1 : chance_between(r, 0, 1),
                            .top = chance_int(r, 0, height),
                            .left = chance_int(r, 0, width),
                            .share = chance_between(r, 0, 1) };
    m->bottom = chance_int(r, m->top, height);
    m->right = chance_int(r, m->left, width);
    if (chance_toss(r)) {
        m->top = m->left = 0;
        m->bottom = height;
        m->right = width;
    }
}

void draw_mix(struct op_case *c, struct chance *r)
{
    struct op_mix *o = &c->op.mix;

    *o = (struct op_mix){ chance_int(r, 1, 20), chance_int(r, 1, 20), chance_int(r, 1, 4), chance_int(r, 0, 1) };
    draw_mixture(c, r, o->height, o->width);
    c->op.in[0] = draw_with_next(c, r, ELEMENT_F32, o->height * o->width * o->channels, FILL_SIGNED, o->next);
    c->op.out[0] = draw_image_output(c, r, o->height * o->width * o->channels);
}

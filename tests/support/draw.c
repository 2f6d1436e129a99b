#include "tests/support/draw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"

int draw_channels(struct chance *r)
{
    static const int sizes[] = { 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 130 };

    return sizes[chance_int(r, 0, (int)(sizeof sizes / sizeof *sizes) - 1)];
}

static void fill_floats(float *to, struct chance *r, size_t count, enum fill fill)
{
    static const float low[] = { [FILL_SIGNED] = -1, [FILL_POSITIVE] = 0.01f, [FILL_LARGE] = -12 };
    static const float high[] = { [FILL_SIGNED] = 1, [FILL_POSITIVE] = 1, [FILL_LARGE] = 12 };

    for (size_t i = 0; i < count; i++)
        to[i] = chance_between(r, low[fill], high[fill]);
}

value draw_value(struct op_case *c, struct chance *r, enum element element, bool per_image, int count, enum fill fill)
{
    value v = c->plan.n_values++;
    size_t elements = (size_t)count * (size_t)(per_image ? c->plan.batch : 1);
    size_t bytes = elements * (element == ELEMENT_U8 ? 1 : 4), before = c->plan.arena_bytes[ARENA_ACTIVATIONS];
    size_t offset = size_round_up(before, MEMORY_LINE);
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
    c->magnitude[v] = 0.1;
    snprintf(c->values[v].name, sizeof c->values[v].name, "value %d", v);
    if (!grown) {
        c->plan.n_ops = 0;
        return v;
    }
    c->contents = grown;
    c->plan.arena_bytes[ARENA_ACTIVATIONS] = offset + bytes;
    memset(grown + before, 0, offset - before);
    memset(grown + offset, 0xFF, bytes); /* as floats: NANs */
    if (fill != FILL_UNDEFINED && element == ELEMENT_F32)
        fill_floats((float *)(grown + offset), r, elements, fill);
    for (size_t i = 0; fill != FILL_UNDEFINED && element == ELEMENT_U8 && i < elements; i++)
        grown[offset + i] = (unsigned char)chance_word(r);
    return v;
}

void draw_scale(struct op_case *c, value v, float factor)
{
    float *floats = (float *)(c->contents + c->values[v].offset);

    for (size_t i = 0; c->contents && i < c->values[v].bytes / sizeof *floats; i++)
        floats[i] *= factor;
}

void draw_whole_numbers(struct op_case *c, value v)
{
    float *floats = (float *)(c->contents + c->values[v].offset);

    for (size_t i = 0; c->contents && i < c->values[v].bytes / sizeof *floats; i++)
        floats[i] = rintf(2 * floats[i]);
}

value draw_with_next(struct op_case *c, struct chance *r, enum element element, int count, enum fill fill, int next)
{
    c->plan.batch += next;

    value v = draw_value(c, r, element, true, count, fill);

    c->plan.batch -= next;
    return v;
}

value draw_image_input(struct op_case *c, struct chance *r, int count)
{
    return draw_value(c, r, ELEMENT_F32, true, count, FILL_SIGNED);
}

value draw_image_output(struct op_case *c, struct chance *r, int count)
{
    return draw_value(c, r, ELEMENT_F32, true, count, FILL_UNDEFINED);
}

value draw_input(struct op_case *c, struct chance *r, int count)
{
    return draw_value(c, r, ELEMENT_F32, false, count, FILL_SIGNED);
}

value draw_output(struct op_case *c, struct chance *r, int count)
{
    return draw_value(c, r, ELEMENT_F32, false, count, FILL_UNDEFINED);
}

void draw_one_to_one(struct op_case *c, struct chance *r, int in, int out)
{
    c->op.in[0] = draw_image_input(c, r, in);
    c->op.out[0] = draw_image_output(c, r, out);
}

value draw_two_rows(struct op_case *c, struct chance *r, int count, bool undefined)
{
    value v = draw_value(c, r, ELEMENT_F32, false, 2 * count, undefined ? FILL_UNDEFINED : FILL_POSITIVE);

    c->values[v].dims[0] = 2;
    c->values[v].dims[1] = count;
    return v;
}

void draw_invert_second_row(struct op_case *c, value v)
{
    float *floats = (float *)(c->contents + c->values[v].offset);
    int count = c->values[v].dims[1];

    for (int i = count; c->contents && i < 2 * count; i++)
        floats[i] = 1 / floats[i];
}

value draw_labels(struct op_case *c, struct chance *r, int classes, int next)
{
    value v = draw_with_next(c, r, ELEMENT_I32, 1, FILL_UNDEFINED, next);

    for (int i = 0; c->contents && i < c->plan.batch + next; i++)
        ((int32_t *)(c->contents + c->values[v].offset))[i] = chance_int(r, 0, classes - 1);
    return v;
}

enum { SIDE_MAX = 19 };

enum padded { SAME, VALID, HALF };

static void draw_side(struct chance *r, enum padded padded, int stride, int kernel, int *size, int *out, int *pad)
{
    int all = padded == HALF ? kernel / 2 * 2 : 0;

    *size = chance_int(r, padded == VALID ? kernel : 1, SIDE_MAX);
    *out = padded == SAME ? int_ceil_div(*size, stride) : (*size + all - kernel) / stride + 1;
    if (padded == SAME)
        all = int_max((*out - 1) * stride + kernel - *size, 0);
    *pad = all / 2;
}

void draw_window(struct op_window *w, struct chance *r, int height, int width)
{
    enum padded padded = (enum padded)chance_int(r, SAME, HALF);

    w->kernel_height = height;
    w->kernel_width = width;
    draw_side(r, padded, w->stride, height, &w->height, &w->out_height, &w->pad_top);
    draw_side(r, padded, w->stride, width, &w->width, &w->out_width, &w->pad_left);
}

static void pad_side(struct chance *r, int stride, int size, int kernel, int *out, int *pad)
{
    int before = chance_int(r, 0, kernel - 1), after = chance_int(r, 0, kernel - 1), most = before + size + after;

    if (most < kernel)
        return;
    *pad = before;
    *out = (most - kernel) / stride + 1;
}

void draw_padding(struct op_window *w, struct chance *r)
{
    pad_side(r, w->stride, w->height, w->kernel_height, &w->out_height, &w->pad_top);
    pad_side(r, w->stride, w->width, w->kernel_width, &w->out_width, &w->pad_left);
}

int draw_window_input(const struct op_window *w)
{
    return w->height * w->width * w->channels;
}

int draw_window_output(const struct op_window *w)
{
    const struct op_window pool = op_pool_window(w);

    return w->pooled ? draw_window_output(&pool) : w->out_height * w->out_width * w->out_channels;
}

int draw_window_weights(const struct op_window *w)
{
    return w->kernel_height * w->kernel_width * w->channels * w->out_channels;
}

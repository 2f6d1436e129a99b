/* Zeros around an image are a mean of 1×1 windows that go beyond its edges, and count what is there: no operation of
 * their own is needed. A window behind them takes them in (plan_fuse_padding.h), so that nothing is copied. */
#include <stdio.h>

#include "nn/layers/layer_shape.h"

enum { AS_SIZE = -1, ZEROS_MAX = 64 };

struct zeros {
    int size, top, bottom, left, right;
};

static const struct field fields[] = {
    INTEGER_FIELD(struct zeros, size, 0, ZEROS_MAX, 1, "pixels of zeros on each side"),
    INTEGER_FIELD(struct zeros, top, AS_SIZE, ZEROS_MAX, AS_SIZE, "rows above; -1: size"),
    INTEGER_FIELD(struct zeros, bottom, AS_SIZE, ZEROS_MAX, AS_SIZE, "rows below; -1: size"),
    INTEGER_FIELD(struct zeros, left, AS_SIZE, ZEROS_MAX, AS_SIZE, "columns at the left; -1: size"),
    INTEGER_FIELD(struct zeros, right, AS_SIZE, ZEROS_MAX, AS_SIZE, "columns at the right; -1: size"),
};

static int side(const struct zeros *s, int own)
{
    return own == AS_SIZE ? s->size : own;
}

/* All four sides are said. */
static struct zeros sides_of(const struct layer *l)
{
    const struct zeros *s = (const struct zeros *)l->settings;

    return (struct zeros){ .top = side(s, s->top),
                           .bottom = side(s, s->bottom),
                           .left = side(s, s->left),
                           .right = side(s, s->right) };
}

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    const struct zeros s = sides_of(l);

    if (!layer_needs_image(in, e))
        return false;
    *out = shape_image(in.height + s.top + s.bottom, in.width + s.left + s.right, in.channels);
    return true;
}

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    const struct zeros s = sides_of(l);
    struct op_window w = layer_window(plan_shape(b, in), 1, 1, PADDING_VALID, plan_shape(b, in).channels);

    w.pad_top = s.top;
    w.pad_left = s.left;
    w.out_height += s.top + s.bottom;
    w.out_width += s.left + s.right;
    w.counts_padding = true;

    value out = plan_activation(b, "padded", layer_window_shape(&w));

    plan_append(b, &(struct op){ .kind = OP_AVERAGE_POOL, .in = { in }, .out = { out }, .window = w });
    return out;
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    const struct zeros s = sides_of(l);

    (void)unicode;
    if (s.top == s.bottom && s.left == s.right && s.top == s.left)
        snprintf(out, size, "zeros %d", s.top);
    else
        snprintf(out, size, "zeros %d %d %d %d", s.top, s.bottom, s.left, s.right);
}

LAYER_CLASS(zero_padding2d) = {
    .name = "zero_padding2d",
    .category = "convolution",
    .help = "zeros around the image",
    .fields = LAYER_FIELDS(struct zeros, fields),
    .shape = shape,
    .emit = emit,
    .summary = summary,
};

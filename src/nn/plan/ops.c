#include "nn/plan/ops.h"

#include <stddef.h>

/* The letters of ops.h; a smaller number is itself. */
enum letter { N = 16, M, R, H, W, C, K, KH, KW, OH, OW, PH, PW, I, O, P, G };

static int64_t window_dimension(const struct op *op, int letter)
{
    const struct op_window *w = &op->window;
    const struct op_window behind = w->pooled ? op_pool_window(w) : *w;

    switch (letter) {
    case H: return w->height;
    case W: return w->width;
    case C: return w->channels;
    case K: return w->out_channels;
    case KH: return w->kernel_height;
    case KW: return w->kernel_width;
    case OH: return w->out_height;
    case OW: return w->out_width;
    case PH: return behind.out_height;
    case PW: return behind.out_width;
    default: return 0;
    }
}

static int64_t dense_dimension(const struct op *op, int letter)
{
    switch (letter) {
    case I: return op->dense.inputs;
    case O: return op->dense.outputs;
    default: return 0;
    }
}

static int64_t norm_dimension(const struct op *op, int letter)
{
    switch (letter) {
    case P: return op->norm.pixels;
    case C: return op->norm.channels;
    case R: return op->norm.ranks;
    default: return 0;
    }
}

static int64_t elements_dimension(const struct op *op, int letter)
{
    return letter == P ? op->elements.per_image : 0;
}

/* Of M what it has more than N. */
static int64_t image_dimension(int height, int width, int channels, int next, int letter)
{
    switch (letter) {
    case M: return next;
    case H: return height;
    case W: return width;
    case C: return channels;
    default: return 0;
    }
}

static int64_t gather_dimension(const struct op *op, int letter)
{
    return image_dimension(op->gather.height, op->gather.width, op->gather.channels, op->gather.next, letter);
}

static int64_t retouch_dimension(const struct op *op, int letter)
{
    return image_dimension(op->retouch.height, op->retouch.width, op->retouch.channels, op->retouch.next, letter);
}

static int64_t mix_dimension(const struct op *op, int letter)
{
    return image_dimension(op->mix.height, op->mix.width, op->mix.channels, op->mix.next, letter);
}

static int64_t loss_dimension(const struct op *op, int letter)
{
    switch (letter) {
    case M: return op->loss.next;
    case K: return op->loss.classes;
    default: return 0;
    }
}

static int64_t update_dimension(const struct op *op, int letter)
{
    return letter == G ? op->update.count : 0;
}

#define IN(...) { __VA_ARGS__ }
#define OUT(...) { __VA_ARGS__ }
#define PRODUCTS(...) { __VA_ARGS__ }
#define NO_PRODUCTS { 0 }
#define OPERAND(how, maybe, kind, called, ...) \
    { .name = #called, .use = OP_##how, .element = ELEMENT_##kind, .optional = maybe, .dimensions = { __VA_ARGS__ } }
#define READ(...) OPERAND(READ, false, __VA_ARGS__)
#define WRITE(...) OPERAND(WRITE, false, __VA_ARGS__)
#define UPDATE(...) OPERAND(UPDATE, false, __VA_ARGS__)
#define REPLACE(...) OPERAND(REPLACE, false, __VA_ARGS__)
#define MAYBE_READ(...) OPERAND(READ, true, __VA_ARGS__)
#define MAYBE_WRITE(...) OPERAND(WRITE, true, __VA_ARGS__)
#define MAYBE_UPDATE(...) OPERAND(UPDATE, true, __VA_ARGS__)

const struct op_class op_classes[OP_COUNT] = {
#define OPERATION(KIND, name_, settings, gradient, multiplied, inputs, outputs) \
    [OP_##KIND] = { #KIND, multiplied, inputs, outputs, settings##_dimension },
    OPERATIONS(OPERATION)
#undef OPERATION
};

const char *const precision_names[] = {
#define PRECISION(KIND, name) [PRECISION_##KIND] = #name,
    PRECISIONS(PRECISION)
#undef PRECISION
    NULL,
};

const char *op_name(enum op_kind kind)
{
    return op_classes[kind].name;
}

bool op_multiplies(enum op_kind kind)
{
    return op_classes[kind].products[0] != 0;
}

bool op_is_convolution(enum op_kind kind)
{
    return op_multiplies(kind) && op_classes[kind].dimension == window_dimension;
}

bool op_is_update(enum op_kind kind)
{
    switch (kind) {
    case OP_SGD:
    case OP_ADAM:
    case OP_RMSPROP: return true;
    default: return false;
    }
}

double op_count(const struct op *op, const unsigned char *dimensions, int rows)
{
    double count = 1;

    for (; *dimensions; dimensions++)
        if (*dimensions == N)
            count *= rows;
        else if (*dimensions == M)
            count *= (double)(rows + op_classes[op->kind].dimension(op, M));
        else
            count *= (double)(*dimensions < N ? *dimensions : op_classes[op->kind].dimension(op, *dimensions));
    return count;
}

bool op_per_image(const struct op_operand *operand)
{
    return operand->dimensions[0] == N || operand->dimensions[0] == M;
}

struct op_window op_pool_window(const struct op_window *convolution)
{
    enum { SIDE = 2 };

    return (struct op_window){ .height = convolution->out_height,
                               .width = convolution->out_width,
                               .channels = convolution->out_channels,
                               .out_height = convolution->out_height / SIDE,
                               .out_width = convolution->out_width / SIDE,
                               .out_channels = convolution->out_channels,
                               .kernel_height = SIDE,
                               .kernel_width = SIDE,
                               .stride = SIDE };
}

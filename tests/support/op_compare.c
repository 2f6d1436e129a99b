#include "tests/support/op_compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/reference/reference.h"

static bool hold_images(const struct op_case *c, struct backend *b, struct buffer *out)
{
    if (!c->held)
        return true;
    if (!b->ops->alloc(b, c->held_bytes, out))
        return false;
    b->ops->upload(b, *out, 0, c->held, c->held_bytes);
    return true;
}

bool op_case_run(const struct op_case *c, const struct backend_class *class, int threads, unsigned char *after,
                 struct error *e)
{
    struct backend *b = class->open(&(struct device_choice){ .threads = threads }, e);
    struct buffer arenas[ARENA_COUNT] = { 0 };
    struct step step = c->step;
    size_t bytes = c->plan.arena_bytes[ARENA_ACTIVATIONS];
    bool ok;

    if (!b)
        return false;
    if (b->ops->alloc(b, bytes, &arenas[ARENA_ACTIVATIONS]) && hold_images(c, b, &step.images)) {
        b->ops->upload(b, arenas[ARENA_ACTIVATIONS], 0, c->contents, bytes);
        if (b->ops->prepare(b, &c->plan, arenas))
            b->ops->run(b, 0, 1, &step);
    }
    ok = b->ops->wait(b, e);
    if (ok)
        b->ops->download(b, after, arenas[ARENA_ACTIVATIONS], 0, bytes);
    b->ops->free(b, step.images);
    b->ops->free(b, arenas[ARENA_ACTIVATIONS]);
    b->ops->close(b);
    return ok;
}

static double row_difference(const float *expected, const float *got, size_t count, double magnitude)
{
    double largest = magnitude, difference = 0.0;

    for (size_t i = 0; i < count; i++) {
        if (!memcmp(&expected[i], &got[i], sizeof *got)) {
            largest = isfinite(expected[i]) && fabs(expected[i]) > largest ? fabs(expected[i]) : largest;
            continue;
        }
        if (!isfinite(expected[i]) || !isfinite(got[i]))
            return INFINITY;
        largest = fabs(expected[i]) > largest ? fabs(expected[i]) : largest;
        difference = fabs((double)expected[i] - got[i]) > difference ? fabs((double)expected[i] - got[i]) : difference;
    }
    return difference / largest;
}

static const float *floats(const struct op_case *c, const unsigned char *contents, value v)
{
    return (const float *)(const void *)(contents + c->values[v].offset);
}

/* The sum at a position of the window of winner i, in doubles. */
static double sum_at(const struct op_case *c, size_t i, int position)
{
    const struct op_window *w = &c->op.window;
    const float *x = floats(c, c->contents, c->op.in[0]), *weights = floats(c, c->contents, c->op.in[1]);
    size_t filters = (size_t)w->out_channels, k = i % filters;
    int pixel = (int)(i / filters), width = w->out_width / 2, height = w->out_height / 2;
    int top = (pixel / width % height * 2 + position / 2) * w->stride - w->pad_top;
    int left = (pixel % width * 2 + position % 2) * w->stride - w->pad_left, image = pixel / width / height;
    double sum = c->op.in[2] != VALUE_NONE ? (double)floats(c, c->contents, c->op.in[2])[k] : 0.0;

    for (int ky = 0; ky < w->kernel_height; ky++)
        for (int kx = 0; kx < w->kernel_width; kx++) {
            int64_t at = ((int64_t)(image * w->height + top + ky) * w->width + left + kx) * w->channels;

            if (top + ky < 0 || top + ky >= w->height || left + kx < 0 || left + kx >= w->width)
                continue;
            for (int channel = 0; channel < w->channels; channel++)
                sum += (double)x[at + channel] *
                       (double)weights[(size_t)((ky * w->kernel_width + kx) * w->channels + channel) * filters + k];
        }
    return sum;
}

/* The value of a choice: 0 if it is that ReLU lets nothing through. */
static double chosen(const struct op_case *c, size_t i, int winner)
{
    if (winner < WINNER_NONE)
        return sum_at(c, i, winner);
    return winner == WINNER_NONE && c->op.window.activation == ACTIVATION_RELU ? 0.0 : INFINITY;
}

/* By how much the values that `got` chose fall short of those that `expected` chose: the largest difference, relative
 * to the largest value of `expected` (0.1 if all are smaller). Two sums may differ by less than their rounding errors,
 * and then either may win. INFINITY if there is no such choice. */
static double winners_difference(const struct op_case *c, const unsigned char *expected, const unsigned char *got)
{
    const struct plan_value *winners = &c->values[c->op.out[1]];
    const float *y = floats(c, expected, c->op.out[0]);
    size_t count = winners->bytes / (size_t)c->plan.batch * (size_t)c->step.rows;
    double largest = 0.1, worst = 0.0;

    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs((double)y[i]));
    for (size_t i = 0; i < winners->bytes; i++) {
        int wanted = expected[winners->offset + i], is = got[winners->offset + i];

        if (is != wanted)
            worst = fmax(worst, i < count ? fabs(chosen(c, i, wanted) - chosen(c, i, is)) : INFINITY);
    }
    return worst / largest;
}

double op_case_difference(const struct op_case *c, value v, const unsigned char *expected, const unsigned char *got)
{
    const struct plan_value *at = plan_place(&c->plan, v);
    size_t rows = at->dims[0] == 2 && !at->per_image ? 2 : 1, count = at->bytes / sizeof(float) / rows;
    double worst = 0.0;

    if (c->op.kind == OP_CONV2D && v == c->op.out[1])
        return winners_difference(c, expected, got);
    expected += at->offset;
    got += at->offset;
    if (at->element != ELEMENT_F32)
        return memcmp(expected, got, at->bytes) ? INFINITY : 0.0;
    for (size_t row = 0; row < rows; row++)
        worst = fmax(worst, row_difference((const float *)(const void *)expected + row * count,
                                           (const float *)(const void *)got + row * count, count, c->magnitude[v]));
    return worst;
}

static bool is_depthwise(enum op_kind kind)
{
    return kind >= OP_DEPTHWISE_CONV2D && kind <= OP_DEPTHWISE_CONV2D_WEIGHT_GRADIENT;
}

/* An error that describes the case. */
static bool describe(const struct op_case *c, value v, double difference, struct error *e)
{
    const struct op_window *w = &c->op.window;

    error_set(e, ERROR_RUN, "%s, seed %d: value %d differs by %.2g; %d of %d rows", op_name(c->op.kind), (int)c->seed,
              v, difference, c->step.rows, c->plan.batch);
    if (op_is_convolution(c->op.kind) || is_depthwise(c->op.kind))
        return error_context(e, "%dx%dx%d to %dx%dx%d, kernel %dx%d, stride %d, padding %d %d%s", w->height, w->width,
                             w->channels, w->out_height, w->out_width, w->out_channels, w->kernel_height,
                             w->kernel_width, w->stride, w->pad_top, w->pad_left, w->pooled ? ", pooled" : "");
    return false;
}

bool op_case_expect(struct op_case *c, struct error *e)
{
    size_t bytes = c->plan.arena_bytes[ARENA_ACTIVATIONS];

    c->expected = malloc(bytes);
    if (!c->expected)
        return error_set(e, ERROR_MEMORY, "no memory for a case of %zu bytes", bytes);
    return op_case_run(c, &reference_backend_class, 1, c->expected, e);
}

bool op_case_agrees(const struct op_case *c, const struct backend_class *class, int threads, double bound,
                    struct error *e)
{
    size_t bytes = c->plan.arena_bytes[ARENA_ACTIVATIONS];
    unsigned char *got = malloc(bytes);
    bool ok = got ? true : error_set(e, ERROR_MEMORY, "no memory for a case of %zu bytes", bytes);

    ok = ok && op_case_run(c, class, threads, got, e);
    for (value v = 0; ok && v < c->plan.n_values; v++) {
        double difference = op_case_difference(c, v, c->expected, got);

        if (!(difference <= bound))
            ok = describe(c, v, difference, e);
    }
    free(got);
    return ok;
}

bool op_cases_agree(const struct backend_class *class, int threads, enum op_kind kind, int count, double bound,
                    struct error *e)
{
    bool ok = true;

    for (int seed = 0; ok && seed < count; seed++) {
        struct op_case c;

        if (op_case_draw(&c, kind, (uint64_t)seed))
            ok = op_case_expect(&c, e) && op_case_agrees(&c, class, threads, bound, e);
        else
            ok = error_set(e, ERROR_MEMORY, "no memory to draw a case");
        op_case_free(&c);
    }
    return ok;
}

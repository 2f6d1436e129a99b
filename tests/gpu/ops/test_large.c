/* Sizes that random cases do not have: loops that go round a grid more than once, sums of more parts than a block has
 * threads, images and classes by the thousand. */
#include "tests/gpu/gpu_cases.h"
#include "tests/support/draw.h"

static void set_rows(struct op_case *c, int batch, int rows)
{
    c->plan.batch = batch;
    c->step.rows = rows;
}

static void draw_large_images(struct op_case *c, struct chance *r, int height, int width, int channels)
{
    int count = height * width * channels;

    set_rows(c, 20, 19);
    c->op.gather = (struct op_gather){ height, width, channels, .augment = true, .flip = true, .shift = 11 };
    c->op.in[0] = draw_value(c, r, ELEMENT_U8, true, count, FILL_SIGNED);
    c->op.in[1] = draw_labels(c, r, c->plan.batch, 0);
    c->op.in[2] = draw_two_rows(c, r, channels, false);
    c->op.out[0] = draw_image_output(c, r, count);
}

static void draw_photographs(struct op_case *c, struct chance *r)
{
    draw_large_images(c, r, 132, 150, 3);
}

static void draw_odd_photographs(struct op_case *c, struct chance *r)
{
    draw_large_images(c, r, 131, 151, 3);
}

static void draw_pool_window(struct op_case *c, int side, int channels, int kernel, int stride)
{
    int out = (side - kernel) / stride + 1;

    set_rows(c, 6, 5);
    c->op.window = (struct op_window){ side, side, channels, out, out, channels, kernel, kernel, stride };
}

static void draw_large_pool(struct op_case *c, struct chance *r)
{
    draw_pool_window(c, 61, 36, 3, 2);
    draw_one_to_one(c, r, 61 * 61 * 36, 30 * 30 * 36);
}

static void draw_large_pool_gradient(struct op_case *c, struct chance *r)
{
    draw_pool_window(c, 61, 36, 3, 2);
    draw_one_to_one(c, r, 30 * 30 * 36, 61 * 61 * 36);
}

static void draw_large_max_pool_gradient(struct op_case *c, struct chance *r)
{
    draw_large_pool_gradient(c, r);
    c->op.in[1] = draw_value(c, r, ELEMENT_U8, true, 30 * 30 * 36, FILL_SIGNED);
    for (size_t i = 0; c->contents && i < c->values[c->op.in[1]].bytes; i++)
        c->contents[c->values[c->op.in[1]].offset + i] %= 3 * 3;
}

static void draw_large_map(struct op_case *c, struct chance *r)
{
    draw_pool_window(c, 57, 130, 57, 1);
    draw_one_to_one(c, r, 57 * 57 * 130, 130);
}

static void draw_large_elements(struct op_case *c, struct chance *r)
{
    const int count = 500009;

    set_rows(c, 3, 3);
    c->op.elements = (struct op_elements){ count, ACTIVATION_GELU, .rate = 0.3f, .salt = 5 };
    draw_one_to_one(c, r, count, count);
}

static void draw_large_norm(struct op_case *c, struct chance *r)
{
    const int pixels = 64 * 64, channels = 20;

    set_rows(c, 9, 8);
    c->op.norm = (struct op_norm){ pixels, channels, .momentum = 0.9f, .epsilon = 1e-3f };
    c->op.in[0] = draw_image_input(c, r, pixels * channels);
}

static void draw_large_batch_norm(struct op_case *c, struct chance *r)
{
    const float far = 100.0f;

    draw_large_norm(c, r);
    c->op.in[1] = draw_input(c, r, c->op.norm.channels);
    c->op.in[2] = draw_input(c, r, c->op.norm.channels);
    c->op.in[3] = draw_two_rows(c, r, c->op.norm.channels, false);
    c->op.out[0] = draw_image_output(c, r, c->op.norm.pixels * c->op.norm.channels);
    c->op.out[1] = draw_two_rows(c, r, c->op.norm.channels, true);
    for (size_t i = 0; c->contents && i < c->values[c->op.in[0]].bytes / sizeof(float); i++)
        ((float *)(void *)(c->contents + c->values[c->op.in[0]].offset))[i] += far;
}

static void draw_large_batch_norm_gradient(struct op_case *c, struct chance *r)
{
    draw_large_norm(c, r);
    c->op.in[1] = draw_image_input(c, r, c->op.norm.pixels * c->op.norm.channels);
    c->op.in[2] = draw_input(c, r, c->op.norm.channels);
    c->op.in[3] = draw_two_rows(c, r, c->op.norm.channels, false);
    c->op.out[0] = draw_image_output(c, r, c->op.norm.pixels * c->op.norm.channels);
    c->op.out[1] = draw_output(c, r, c->op.norm.channels);
    c->op.out[2] = draw_output(c, r, c->op.norm.channels);
}

static void set_large_window(struct op_case *c)
{
    set_rows(c, 3, 2);
    c->op.window = (struct op_window){ 61, 70, 12, 61, 70, 20, 3, 3, 1, 1, 1, .activation = ACTIVATION_LINEAR };
}

static void draw_large_conv2d(struct op_case *c, struct chance *r)
{
    set_large_window(c);
    draw_conv2d(c, r);
}

static void draw_large_conv2d_input_gradient(struct op_case *c, struct chance *r)
{
    set_large_window(c);
    draw_conv2d_input_gradient(c, r);
}

static void draw_large_conv2d_weight_gradient(struct op_case *c, struct chance *r)
{
    set_large_window(c);
    draw_conv2d_weight_gradient(c, r);
}

static void draw_large_dense_weight_gradient(struct op_case *c, struct chance *r)
{
    set_rows(c, 1000, 997);
    c->op.dense = (struct op_dense){ .inputs = 130, .outputs = 70 };
    c->op.in[0] = draw_image_input(c, r, c->op.dense.inputs);
    c->op.in[1] = draw_image_input(c, r, c->op.dense.outputs);
    c->op.out[0] = draw_output(c, r, c->op.dense.inputs * c->op.dense.outputs);
    c->op.out[1] = draw_output(c, r, c->op.dense.outputs);
}

static void draw_loss_of(struct op_case *c, struct chance *r, int images, int classes, enum fill fill)
{
    set_rows(c, images, images - 3);
    c->op.loss = (struct op_loss){ .classes = classes, .smoothing = 0.1f };
    c->op.in[0] = draw_value(c, r, ELEMENT_F32, true, classes, fill);
    c->op.in[1] = draw_labels(c, r, classes, 0);
    c->op.out[0] = draw_image_output(c, r, classes);
}

static void draw_loss_of_many_images(struct op_case *c, struct chance *r)
{
    draw_loss_of(c, r, 3000, 10, FILL_SIGNED);
    c->op.out[1] = draw_two_rows(c, r, 1, true);
}

static void draw_loss_of_many_classes(struct op_case *c, struct chance *r)
{
    draw_loss_of(c, r, 7, 5003, FILL_LARGE);
    c->op.out[1] = draw_two_rows(c, r, 1, true);
}

static void draw_loss_gradient_of_many(struct op_case *c, struct chance *r)
{
    draw_loss_of(c, r, 300, 1001, FILL_POSITIVE);
}

static void draw_large_arenas(struct op_case *c, struct chance *r, int arenas)
{
    const int count = 2500003;

    c->op.update = (struct op_update){ .count = count,
                                       .clip = 10,
                                       .momentum = 0.9f,
                                       .beta1 = 0.9f,
                                       .beta2 = 0.999f,
                                       .epsilon = 1e-7f,
                                       .weight_decay = 0.01f,
                                       .decoupled = true };
    for (int i = 0; i < arenas; i++)
        c->op.in[i] = draw_value(c, r, ELEMENT_F32, false, count, FILL_POSITIVE);
}

static void draw_large_clip(struct op_case *c, struct chance *r)
{
    draw_large_arenas(c, r, 1);
}

static void draw_large_sgd(struct op_case *c, struct chance *r)
{
    draw_large_arenas(c, r, 3);
}

static void draw_large_adam(struct op_case *c, struct chance *r)
{
    draw_large_arenas(c, r, 4);
}

struct large {
    const char *name;
    enum op_kind kind;
    draw_function *draw;
};

static void test_agrees_with_the_reference(void **state)
{
    const struct large *large = *state;
    struct error e = { 0 };
    struct op_case c;

    assert_true(op_case_draw_by(&c, large->kind, large->draw, 1));
    assert_good(op_case_expect(&c, &e), e);
    gpu_case_expect_agreement(&c);
    op_case_free(&c);
}

int main(void)
{
    static struct large cases[] = {
        { "photographs", OP_GATHER, draw_photographs },
        { "photographs of odd sizes", OP_GATHER, draw_odd_photographs },
        { "maxima of large images", OP_MAX_POOL, draw_large_pool },
        { "maxima of large images, back", OP_MAX_POOL_GRADIENT, draw_large_max_pool_gradient },
        { "means of large images", OP_AVERAGE_POOL, draw_large_pool },
        { "means of large images, back", OP_AVERAGE_POOL_GRADIENT, draw_large_pool_gradient },
        { "mean of large images", OP_GLOBAL_AVERAGE_POOL, draw_large_map },
        { "convolution of large images", OP_CONV2D, draw_large_conv2d },
        { "convolution of large images, back", OP_CONV2D_INPUT_GRADIENT, draw_large_conv2d_input_gradient },
        { "weights of large images", OP_CONV2D_WEIGHT_GRADIENT, draw_large_conv2d_weight_gradient },
        { "weights of many rows", OP_DENSE_WEIGHT_GRADIENT, draw_large_dense_weight_gradient },
        { "normal large images", OP_BATCH_NORM, draw_large_batch_norm },
        { "normal large images, back", OP_BATCH_NORM_GRADIENT, draw_large_batch_norm_gradient },
        { "activations of large images", OP_ACTIVATION, draw_large_elements },
        { "dropout in large images", OP_DROPOUT, draw_large_elements },
        { "loss of many images", OP_SOFTMAX_LOSS, draw_loss_of_many_images },
        { "loss of many classes", OP_SOFTMAX_LOSS, draw_loss_of_many_classes },
        { "gradient of many losses", OP_SOFTMAX_LOSS_GRADIENT, draw_loss_gradient_of_many },
        { "clipping many gradients", OP_CLIP_GRADIENT, draw_large_clip },
        { "descent of many parameters", OP_SGD, draw_large_sgd },
        { "Adam of many parameters", OP_ADAM, draw_large_adam },
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    struct CMUnitTest tests[COUNT];

    for (int i = 0; i < COUNT; i++)
        tests[i] = (struct CMUnitTest){ cases[i].name, test_agrees_with_the_reference, NULL, NULL, &cases[i] };
    return cmocka_run_group_tests_name("large operations of the GPU", tests, NULL, NULL);
}

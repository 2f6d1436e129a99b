/* The gradients of every layer against finite differences, in doubles from end to end: the plan's backward operations,
 * run by the reference. There is a convolution before most layers, so that the gradient of the layer's input is checked
 * too, by way of the weights of that convolution. */
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>

#include "nn/recipe/augmentation.h"
#include "nn/recipe/compile.h"
#include "nn/train/executor.h"
#include "nn/recipe/recipe_file.h"
#include "tests/reference/reference.h"
#include "tests/support/chance.h"

static const struct stack {
    const char *name, *layers;
    bool smoothing;
    const char *data; /* of the section, or NULL */
} stacks[] = {
    { "conv2d_same", "conv2d = filters=3 kernel=3 activation=tanh\nconv2d = filters=2 kernel=3\nflatten =\n" },
    { "conv2d_stride_2", "conv2d = filters=2 kernel=2\nconv2d = filters=4 kernel=3 stride=2\nflatten =\n" },
    { "conv2d_stride_3_valid",
      "conv2d = filters=2 kernel=1\nconv2d = filters=2 kernel=4 stride=3 padding=valid\nflatten =\n" },
    { "conv2d_without_bias", "conv2d = filters=2 kernel=3 bias=no\nconv2d = filters=1 kernel=1 bias=no\nflatten =\n" },
    { "conv2d_activations", "conv2d = filters=2 kernel=3 activation=relu\nconv2d = filters=3 kernel=2 activation=gelu\n"
                            "conv2d = filters=2 kernel=1 activation=leaky_relu\nflatten =\n" },
    { "depthwise_conv2d", "conv2d = filters=3 kernel=2\ndepthwise_conv2d = activation=tanh\nflatten =\n" },
    { "depthwise_conv2d_stride_2", "conv2d = filters=3 kernel=2\ndepthwise_conv2d = kernel=5 stride=2 padding=half\n"
                                   "batch_norm =\ndepthwise_conv2d = kernel=2 stride=3 bias=no\nflatten =\n" },
    { "separable_conv2d", "conv2d = filters=3 kernel=2\nseparable_conv2d = filters=4 activation=relu\nflatten =\n" },
    { "zero_padding2d", "conv2d = filters=2 kernel=2\nzero_padding2d = top=0 right=2\nmaxpool2d =\n"
                        "zero_padding2d =\nconv2d = filters=2 kernel=3 padding=valid\nflatten =\n" },
    { "dense", "conv2d = filters=2 kernel=2\nflatten =\ndense = units=7 activation=sigmoid\n" },
    { "dense_without_bias", "flatten =\ndense = units=5 bias=no activation=tanh\ndense = units=4 activation=gelu\n" },
    { "maxpool2d", "conv2d = filters=3 kernel=2\nmaxpool2d =\nflatten =\n" },
    { "maxpool2d_pooled_convolutions",
      "conv2d = filters=3 kernel=3 activation=relu\nmaxpool2d =\n"
      "conv2d = filters=4 kernel=2\nmaxpool2d =\nactivation = function=relu\nflatten =\n" },
    { "maxpool2d_overlapping", "conv2d = filters=2 kernel=2\nmaxpool2d = size=3 stride=2 padding=same\nflatten =\n" },
    { "maxpool2d_half",
      "conv2d = filters=2 kernel=3 stride=2 padding=half\nmaxpool2d = size=3 stride=2 padding=half\nflatten =\n" },
    { "avgpool2d_half",
      "conv2d = filters=3 kernel=2 padding=half\navgpool2d = size=3 stride=2 padding=half\nflatten =\n" },
    { "avgpool2d", "conv2d = filters=3 kernel=2\navgpool2d = padding=same\nflatten =\n" },
    { "avgpool2d_overlapping", "conv2d = filters=2 kernel=2\navgpool2d = size=3 stride=1 padding=same\nflatten =\n" },
    { "global_avgpool", "conv2d = filters=4 kernel=2 activation=tanh\nglobal_avgpool =\n" },
    { "global_maxpool", "conv2d = filters=4 kernel=2 activation=tanh\nglobal_maxpool =\n" },
    { "upsample2d", "conv2d = filters=2 kernel=2\nupsample2d =\nconv2d = filters=2 kernel=3\nflatten =\n" },
    { "batch_norm", "conv2d = filters=3 kernel=2\nbatch_norm =\nflatten =\n" },
    { "batch_norm_first", "batch_norm =\nflatten =\n" },
    { "batch_norm_flat", "flatten =\ndense = units=6\nbatch_norm =\n" },
    { "relu", "conv2d = filters=2 kernel=2\nactivation = function=relu\nflatten =\n" },
    { "relu6", "conv2d = filters=2 kernel=7\nactivation = function=relu6\nflatten =\n" },
    { "leaky_relu", "conv2d = filters=2 kernel=2\nactivation = function=leaky_relu slope=0.1\nflatten =\n" },
    { "sigmoid", "conv2d = filters=2 kernel=2\nactivation = function=sigmoid\nflatten =\n" },
    { "tanh", "conv2d = filters=2 kernel=2\nactivation = function=tanh\nflatten =\n" },
    { "gelu", "conv2d = filters=2 kernel=2\nactivation = function=gelu\nflatten =\n" },
    { "silu", "conv2d = filters=2 kernel=2\nactivation = function=silu\nflatten =\n" },
    { "hard_swish", "conv2d = filters=2 kernel=7\nactivation = function=hard_swish\nflatten =\n" },
    { "dropout", "conv2d = filters=2 kernel=2\ndropout = rate=0.4\nflatten =\ndropout = rate=0.2\n" },
    { "residual", "conv2d = filters=3 kernel=2\nresidual = filters=3\nflatten =\n" },
    { "residual_projected", "conv2d = filters=2 kernel=2\nresidual = filters=3 stride=2\nglobal_avgpool =\n" },
    { "residual_twice", "residual = filters=2 activation=gelu\nresidual = filters=2\nflatten =\n" },
    { "residual_half", "conv2d = filters=2 kernel=2\nresidual = filters=3 stride=2 padding=half epsilon=0.1\n"
                       "flatten =\n" },
    { "bottleneck", "bottleneck = filters=2 expansion=2 activation=silu\nbottleneck = filters=2 expansion=2\n"
                    "flatten =\n" },
    { "bottleneck_stride", "conv2d = filters=2 kernel=2\nbottleneck = filters=2 expansion=3 stride=2 padding=half\n"
                           "bottleneck = filters=3 expansion=2 stride=2 stride_first=yes\nglobal_avgpool =\n" },
    { "squeeze_excite",
      "conv2d = filters=3 kernel=2\nsqueeze_excite = filters=2 activation=silu\nflatten =\n" },
    { "layer_scale", "conv2d = filters=3 kernel=2\nlayer_scale = initial=0.5\nflatten =\n" },
    { "inverted_residual", "inverted_residual = filters=2 expansion=2 activation=tanh\n"
                           "inverted_residual = filters=2 expansion=1 squeeze_excite=0.5 activation=silu\n"
                           "flatten =\n" },
    { "inverted_residual_stride", "conv2d = filters=2 kernel=2\ninverted_residual = filters=3 expansion=2 stride=2 "
                                  "kernel=5 padding=half squeeze_excite=0.5 activation=tanh\nflatten =\n" },
    { "squeeze_excite_first", "squeeze_excite = filters=3\nglobal_maxpool =\n" },
    { "label_smoothing", "conv2d = filters=2 kernel=2\nflatten =\n", .smoothing = true },
    { "class_weights", "conv2d = filters=2 kernel=2\nflatten =\n", .smoothing = true, .data = "balance = weights\n" },
    { "mixed_labels", "conv2d = filters=2 kernel=2\nflatten =\n", .data = "mixup = 0.4\n" },
    { "mixed_labels_with_weights", "flatten =\n", .smoothing = true,
      .data = "flip = yes\nshift = 2\nrotation = 30\ncontrast = 0.4\ncutmix = 1\nbalance = weights\n" },
};

enum { CASES = 4, COORDINATES = 40 };

/* A tiny network with random sizes, weights and images. */
struct network {
    struct plan *plan;
    struct executor x;
    struct step step;
    struct chance chance;
};

static double *doubles(struct network *n, value v)
{
    const struct plan_value *place = plan_place(n->plan, v);

    return reference_doubles(n->x.arenas[place->arena]) + place->offset / sizeof(float);
}

static void fill(struct network *n, int classes)
{
    const struct plan *plan = n->plan;
    struct shape in = plan->input;
    uint8_t *images = test_malloc((size_t)plan->batch * shape_size(in));
    int32_t *labels = test_malloc((size_t)plan->batch * sizeof *labels);
    double *normalisation = doubles(n, plan->normalisation);

    for (size_t i = 0; i < (size_t)plan->batch * shape_size(in); i++)
        images[i] = (uint8_t)chance_word(&n->chance);
    for (int i = 0; i < plan->batch; i++)
        labels[i] = chance_int(&n->chance, 0, classes - 1);
    for (int c = 0; c < in.channels; c++) {
        normalisation[c] = 0.5;
        normalisation[in.channels + c] = 3.0;
    }
    n->x.backend->ops->upload(n->x.backend, n->x.arenas[ARENA_BATCH], plan->values[plan->images].offset, images,
                              (size_t)plan->batch * shape_size(in));
    n->x.backend->ops->upload(n->x.backend, n->x.arenas[ARENA_BATCH], plan->values[plan->labels].offset, labels,
                              (size_t)plan->batch * sizeof *labels);
    for (size_t i = 0; i < plan->arena_bytes[ARENA_PARAMETERS] / sizeof(float); i++)
        reference_doubles(n->x.arenas[ARENA_PARAMETERS])[i] = chance_between(&n->chance, -0.4f, 0.6f);
    for (int c = 0; plan->class_weights != VALUE_NONE && c < classes; c++)
        doubles(n, plan->class_weights)[c] = chance_between(&n->chance, 0.2f, 3);
    test_free(images);
    test_free(labels);
}

static void network_open(struct network *n, const struct stack *stack, uint64_t seed)
{
    static struct recipe recipe;
    struct error e = { 0 };
    char text[1000];
    int classes;

    *n = (struct network){ .step = { .number = 5, .seed = seed, .learning_rate = 0.1 }, .chance = { .seed = seed } };
    classes = chance_int(&n->chance, 2, 4);
    snprintf(text, sizeof text,
             "[data]\n%s[training]\nbatch = %d\nlabel_smoothing = %g\n[layers]\n%sdense = units=%d\n",
             stack->data ? stack->data : "", chance_int(&n->chance, seed == 0 ? 1 : 2, seed == 0 ? 1 : 4),
             stack->smoothing ? 0.2 : 0.0, stack->layers, classes);
    recipe_preset(&recipe);
    assert_good(recipe_parse(&recipe, text, stack->name, &e), e);
    n->plan = compile_recipe(
        &recipe, shape_image(chance_int(&n->chance, 5, 8), chance_int(&n->chance, 5, 8), chance_int(&n->chance, 1, 3)),
        classes, true, &e);
    assert_good(n->plan, e);
    n->step.rows = n->plan->batch;
    n->step.mix = augmentation_mix(&recipe.data, n->plan->input, seed, n->step.number);
    assert_good(executor_open(&n->x, &reference_double_backend_class, &(struct device_choice){ 0 }, n->plan, &e), e);
    fill(n, classes);
}

static void network_close(struct network *n)
{
    executor_close(&n->x);
    plan_free(n->plan);
}

static void run(struct network *n, enum span span)
{
    n->x.backend->ops->run(n->x.backend, n->plan->spans[span].first, n->plan->spans[span].end, &n->step);
}

static double loss(struct network *n)
{
    run(n, SPAN_FORWARD);
    return doubles(n, n->plan->metrics)[0];
}

/* A central difference: in doubles and with this step, its error is about 1e-9. */
static double slope(struct network *n, size_t i)
{
    const double step = 1e-5;
    double *p = reference_doubles(n->x.arenas[ARENA_PARAMETERS]) + i, before = *p, up, down;

    *p = before + step;
    up = loss(n);
    *p = before - step;
    down = loss(n);
    *p = before;
    return (up - down) / (2 * step);
}

static void check_gradient(struct network *n, const char *name)
{
    const struct plan *plan = n->plan;
    size_t count = plan->arena_bytes[ARENA_GRADIENTS];
    double *gradients = test_malloc(count / sizeof(float) * sizeof(double)), largest = 1e-3;

    loss(n);
    run(n, SPAN_BACKWARD);
    memcpy(gradients, reference_doubles(n->x.arenas[ARENA_GRADIENTS]), count / sizeof(float) * sizeof(double));
    for (size_t i = 0; i < count / sizeof(float); i++)
        largest = fmax(largest, fabs(gradients[i]));
    for (value v = 0; v < plan->n_values; v++) {
        const struct plan_value *parameter = &plan->values[v];

        if (parameter->arena != ARENA_PARAMETERS || parameter->whole)
            continue;
        for (int k = 0; k < COORDINATES; k++) {
            size_t i = parameter->offset / sizeof(float) + chance_word(&n->chance) % plan_value_count(parameter);
            double expected = slope(n, i);

            if (!(fabs(gradients[i] - expected) <= 1e-6 * largest))
                fail_msg("%s, %s of layer %d: number %zu is %.9g by the plan, %.9g by differences", name,
                         parameter->name, parameter->layer, i, gradients[i], expected);
        }
    }
    test_free(gradients);
}

static void test_gradient(void **state)
{
    const struct stack *stack = *state;

    for (uint64_t seed = 0; seed < CASES; seed++) {
        struct network n;

        network_open(&n, stack, seed);
        check_gradient(&n, stack->name);
        network_close(&n);
    }
}

int main(void)
{
    enum { COUNT = sizeof stacks / sizeof *stacks };
    struct CMUnitTest tests[COUNT];

    for (int i = 0; i < COUNT; i++)
        tests[i] = (struct CMUnitTest){ stacks[i].name, test_gradient, NULL, NULL, (void *)(uintptr_t)&stacks[i] };
    return cmocka_run_group_tests_name("gradients of layers", tests, NULL, NULL);
}

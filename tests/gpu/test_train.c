/* Whole trainings on the CUDA backend: the same numbers as elsewhere, and networks that learn. On the CUDA that the
 * host plays or, in make check-gpu, on a device. */
#include "tests/support/check.h"

#include <math.h>

#include "gpu/gpu_backend.h"
#include "tests/support/bare_digits.h"
#include "tests/support/lesson.h"
#include "tests/support/toy_data.h"

/* What the CUDA backend is compared with: the CPU backend; on a bare machine, without OpenBLAS, the reference. */
#ifdef BARE
#include "tests/reference/reference.h"
static const struct backend_class *const peer = &reference_backend_class;
#else
#include "cpu/cpu_backend.h"
static const struct backend_class *const peer = &cpu_backend_class;
#endif

enum { STEPS = 20, IMAGES = 200, BATCH = 24 /* so that an epoch ends with a smaller step */ };

static const struct lesson_layer perceptron[] = { { "flatten", "" },
                                                  { "dense", "units=33 activation=relu" },
                                                  { "dropout", "rate=0.3" },
                                                  { "dense", "units=4" },
                                                  { NULL, NULL } };

static const struct lesson_layer convolutions[] = { { "conv2d", "filters=9 kernel=3 activation=relu" },
                                                    { "maxpool2d", "" },
                                                    { "conv2d", "filters=12 kernel=3" },
                                                    { "batch_norm", "" },
                                                    { "activation", "function=relu" },
                                                    { "dropout", "rate=0.2" },
                                                    { "global_avgpool", "" },
                                                    { "dense", "units=4" },
                                                    { NULL, NULL } };

static const struct lesson_layer blocks[] = { { "conv2d", "filters=8 kernel=3 activation=hard_swish" },
                                              { "residual", "filters=8 padding=half" },
                                              { "bottleneck", "filters=4 expansion=3 stride=2 activation=silu" },
                                              { "squeeze_excite", "filters=3" },
                                              { "inverted_residual", "filters=12 expansion=2 squeeze_excite=0.25" },
                                              { "layer_scale", "initial=1" },
                                              { "activation", "function=relu6" },
                                              { "global_maxpool", "" },
                                              { "dense", "units=4" },
                                              { NULL, NULL } };

/* Settings beside the layers. */
static void choose_sgd(struct recipe *r)
{
    r->optimiser.kind = OPTIMISER_SGD;
    r->optimiser.learning_rate = 0.05;
    r->optimiser.momentum = 0.9;
    r->optimiser.nesterov = true;
    r->training.clip = 1.0;
}

static void choose_adamw(struct recipe *r)
{
    r->optimiser.kind = OPTIMISER_ADAMW;
    r->optimiser.weight_decay = 0.01;
    r->training.label_smoothing = 0.1;
    r->data.flip = true;
    r->data.shift = 1;
}

/* A trained network of which the first convolution is frozen; a new last layer learns at the whole rate. */
static void choose_frozen(struct recipe *r)
{
    choose_sgd(r);
    strcpy(r->training.weights, "other.h5");
    r->training.head = HEAD_NEW;
    r->training.freeze = 2;
    r->training.lower_rate = 0.3;
}

static void choose_frozen_norm(struct recipe *r)
{
    choose_frozen(r);
    choose_adamw(r);
    r->training.freeze = 4;
}

static void choose_parts(struct recipe *r)
{
    choose_adamw(r);
    r->training.accumulate = 3;
}

/* Small steps: behind many normalisations of few pixels a difference in rounding grows fast. */
static void choose_slow_sgd(struct recipe *r)
{
    choose_sgd(r);
    r->optimiser.learning_rate = 0.002;
}

static void expect_same_losses(const struct lesson_layer *layers, void (*choose)(struct recipe *r))
{
    struct recipe recipe = lesson_recipe(layers);
    struct source *source = toy_data(IMAGES, TOY_CLASSES, true);
    float ours[STEPS], theirs[STEPS];
    struct error e = { 0 };

    choose(&recipe);
    recipe.training.batch = BATCH;
    assert_good(lesson_train(&cuda_backend_class, &recipe, source, STEPS, STEPS, ours, NULL, &e), e);
    assert_good(lesson_train(peer, &recipe, source, STEPS, STEPS, theirs, NULL, &e), e);
    for (int i = 0; i < STEPS; i++)
        if (!(fabsf(ours[i] - theirs[i]) <= 1e-4f))
            fail_msg("step %d: the loss is %.7f on %s and %.7f on %s", i + 1, ours[i], cuda_backend_class.name,
                     theirs[i], peer->name);
    source_close(source);
}

static void test_first_losses_of_a_perceptron_agree(void **state)
{
    (void)state;
    expect_same_losses(perceptron, choose_sgd);
    expect_same_losses(perceptron, choose_adamw);
}

static void test_first_losses_of_blocks_agree(void **state)
{
    (void)state;
    expect_same_losses(blocks, choose_slow_sgd);
}

static void test_first_losses_of_convolutions_agree(void **state)
{
    (void)state;
    expect_same_losses(convolutions, choose_sgd);
    expect_same_losses(convolutions, choose_adamw);
    expect_same_losses(convolutions, choose_parts);
}

static void test_first_losses_of_a_frozen_network_agree(void **state)
{
    (void)state;
    expect_same_losses(convolutions, choose_frozen);
    expect_same_losses(convolutions, choose_frozen_norm);
}

/* A step that is looked at, and what is found in it. */
static void test_a_look_finds_the_same(void **state)
{
    struct recipe recipe = lesson_recipe(convolutions);
    struct source *source = toy_data(IMAGES, TOY_CLASSES, true);
    struct health ours, theirs;
    float *with, *without;
    size_t bytes;
    struct error e = { 0 };

    (void)state;
    choose_sgd(&recipe);
    recipe.training.batch = BATCH;
    assert_good(lesson_look(&cuda_backend_class, &recipe, source, 3, &ours, &with, &bytes, &e), e);
    assert_good(lesson_look(&cuda_backend_class, &recipe, source, 3, NULL, &without, &bytes, &e), e);
    assert_good(lesson_look(peer, &recipe, source, 3, &theirs, NULL, NULL, &e), e);
    assert_memory_equal(with, without, bytes);
    assert_int_equal(ours.n_layers, theirs.n_layers);
    for (int i = 0; i < ours.n_layers; i++) {
        const float *a = &ours.layers[i].gradient, *b = &theirs.layers[i].gradient;

        for (size_t k = 0; k < sizeof ours.layers[i] / sizeof *a; k++)
            if (isnan(a[k]) != isnan(b[k]) || fabsf(a[k] - b[k]) > 2e-3f * fabsf(b[k]))
                fail_msg("layer %d: number %zu is %g and %g", i + 1, k + 1, (double)a[k], (double)b[k]);
    }
    free(with);
    free(without);
    source_close(source);
}

static void test_a_seed_gives_the_same_losses_again(void **state)
{
    struct recipe recipe = lesson_recipe(convolutions);
    struct source *source = toy_data(IMAGES, TOY_CLASSES, true);
    float once[STEPS], again[STEPS];
    struct error e = { 0 };

    (void)state;
    choose_adamw(&recipe);
    recipe.training.batch = BATCH;
    assert_good(lesson_train(&cuda_backend_class, &recipe, source, STEPS, STEPS, once, NULL, &e), e);
    assert_good(lesson_train(&cuda_backend_class, &recipe, source, STEPS, STEPS, again, NULL, &e), e);
    assert_memory_equal(once, again, sizeof once);
    source_close(source);
}

static void expect_digits(enum precision precision, int epochs, double least)
{
    struct recipe recipe = lesson_digits(precision, epochs);
    struct error e = { 0 };
    struct source *digits = bare_digits("assets/digits.h5", &e);
    double accuracy;

    assert_good(digits != NULL, e);
    assert_good(lesson_train(&cuda_backend_class, &recipe, digits, epochs, 0, NULL, &accuracy, &e), e);
    if (accuracy < least)
        fail_msg("%.2f %% of the digits after %d epochs", 100 * accuracy, epochs);
    source_close(digits);
}

static void test_learns_the_digits(void **state)
{
    (void)state;
#ifdef BARE
    expect_digits(PRECISION_FP32, 5, 0.97);
#else /* five epochs take the host half a minute on two cores, and one shows as much */
    expect_digits(PRECISION_FP32, 1, 0.93);
#endif
}

static void test_learns_them_in_less_precision(void **state)
{
    (void)state;
    expect_digits(PRECISION_TF32, 1, 0.93);
    expect_digits(PRECISION_BF16, 1, 0.93);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_losses_of_a_perceptron_agree),
        cmocka_unit_test(test_first_losses_of_convolutions_agree),
        cmocka_unit_test(test_first_losses_of_a_frozen_network_agree),
        cmocka_unit_test(test_first_losses_of_blocks_agree),
        cmocka_unit_test(test_a_look_finds_the_same),
        cmocka_unit_test(test_a_seed_gives_the_same_losses_again),
        cmocka_unit_test(test_learns_the_digits),
        cmocka_unit_test(test_learns_them_in_less_precision),
    };

    return cmocka_run_group_tests_name("trainings on the GPU", tests, NULL, NULL);
}

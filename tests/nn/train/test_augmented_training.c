/* Training with augmentation and with balanced classes, on handwritten digits. */
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>

#include "cpu/cpu_backend.h"
#include "data/catalogue.h"
#include "data/sources/source_memory.h"
#include "nn/recipe/recipe_file.h"
#include "nn/train/class_weights.h"
#include "nn/train/trainer.h"
#include "tests/support/trained.h"

static struct source *digits;

static const uint32_t few[SPLIT_COUNT] = { 1500, 300 };

/* As many as are learnt in a second. */
static int open_digits(void **state)
{
    struct error e = { 0 };
    struct source *every = catalogue_open("digits", NULL, (uint64_t)1 << 30, NULL, NULL, &e);
    struct dataset_info info;
    uint32_t index[1500];
    (void)state;

    if (!every)
        return -1;
    source_describe(every, &info);
    memcpy(info.count, few, sizeof few);
    digits = source_memory_new(&info, &e);
    for (uint32_t i = 0; i < few[SPLIT_TRAIN]; i++)
        index[i] = i;
    for (int split = 0; digits && split < SPLIT_COUNT; split++)
        if (!source_read(every, (enum split)split, index, (int)few[split],
                         source_memory_images(digits, (enum split)split),
                         source_memory_labels(digits, (enum split)split), &e))
            return -1;
    source_close(every);
    return digits ? 0 : -1;
}

static int close_digits(void **state)
{
    (void)state;
    source_close(digits);
    return 0;
}

/* A run until its end; trainer_close() it. */
static struct trainer *train(struct source *source, const char *data, int epochs, struct trainer_status *status)
{
    static struct recipe recipe;
    struct error e = { 0 };
    char text[600];

    snprintf(text, sizeof text,
             "[data]\n%s[training]\nbatch = 32\nepochs = %d\n[optimiser]\nlearning_rate = 0.003\n[layers]\n"
             "conv2d = filters=8 activation=relu\nmaxpool2d =\nflatten =\ndense = units=10\n",
             data, epochs);
    assert_good(recipe_parse(&recipe, text, "digits.ini", &e), e);

    struct trainer *t = trained(&recipe, &cpu_backend_class, source);

    trainer_status(t, status);
    return t;
}

static const char *const kinds[] = {
    "flip = alternating\n", /* of digits: harder, and learnt all the same */
    "shift = 1\n",
    "shift = 1\npadding = reflect\n",
    "rotation = 20\n",
    "cutout = 3\n",
    "brightness = 0.4\n",
    "contrast = 0.4\n",
    "saturation = 0.4\n",
    "mixup = 0.4\n",
    "cutmix = 1\n",
    "balance = weights\n",
    "balance = oversample\n",
};

static void test_digits_are_learnt(void **state)
{
    struct trainer_status status;

    trainer_close(train(digits, *state, 5, &status));
    if (!(status.test_accuracy > 0.8))
        fail_msg("%s gives an accuracy of %g", (const char *)*state, status.test_accuracy);
}

static const char all[] = "flip = yes\nshift = 1\nrotation = 20\npadding = reflect\nbrightness = 0.3\ncontrast = 0.3\n"
                          "saturation = 0.3\ncutout = 2\nmixup = 0.3\ncutmix = 1\nbalance = oversample\n";

static void test_a_run_with_all_on_is_the_same_again(void **state)
{
    struct trainer_status status;
    struct trainer *first = train(digits, all, 2, &status), *second = train(digits, all, 2, &status);
    const struct trainer_weights *a = trainer_weights(first), *b = trainer_weights(second);
    (void)state;

    assert_memory_equal(a->parameters, b->parameters, a->plan->arena_bytes[ARENA_PARAMETERS]);
    assert_int_equal(series_length(trainer_steps(first)), series_length(trainer_steps(second)));
    for (size_t i = 0; i < series_length(trainer_steps(first)); i++)
        assert_true(series_at(trainer_steps(first), i).loss == series_at(trainer_steps(second), i).loss);
    trainer_close(first);
    trainer_close(second);
}

/* Some digits, of which those of class 1 are rare: 20 of 400. */
static struct source *rare_ones(void)
{
    enum { EACH = 400 };
    struct dataset_info info;
    struct error e = { 0 };
    uint32_t of_class[2] = { 0 };

    source_describe(digits, &info);

    int32_t *labels = test_malloc(info.count[SPLIT_TRAIN] * sizeof *labels);
    uint32_t *chosen = test_malloc(info.count[SPLIT_TRAIN] * sizeof *chosen), count = 0;

    assert_good(source_labels(digits, SPLIT_TRAIN, labels, NULL, NULL, &e), e);
    for (uint32_t i = 0; i < info.count[SPLIT_TRAIN] && count < EACH; i++)
        if (labels[i] <= 1 && of_class[labels[i]] < (labels[i] == 1 ? 20u : EACH)) {
            of_class[labels[i]]++;
            chosen[count++] = i;
        }
    info.count[SPLIT_TRAIN] = count;
    info.class_names = NULL;

    struct source *s = source_memory_new(&info, &e);

    assert_good(s, e);
    assert_good(source_read(digits, SPLIT_TRAIN, chosen, (int)count, source_memory_images(s, SPLIT_TRAIN),
                            source_memory_labels(s, SPLIT_TRAIN), &e), e);
    test_free(labels);
    test_free(chosen);
    return s;
}

static void test_weights_are_told_and_their_mean_is_1(void **state)
{
    struct source *s = rare_ones();
    struct trainer_status status;
    struct dataset_info info;
    (void)state;

    trainer_close(train(s, "balance = weights\n", 1, &status));
    source_describe(s, &info);

    double images = info.count[SPLIT_TRAIN], rare = 20, common = images - rare;

    assert_true(fabs(status.class_weight_most - images / 2 / rare) < 1e-5);
    assert_true(fabs(status.class_weight_least - images / 2 / common) < 1e-5);
    assert_true(fabs((status.class_weight_most * rare + status.class_weight_least * common) / images - 1) < 1e-6);
    trainer_close(train(s, "", 1, &status));
    assert_true(status.class_weight_most < 0);
    source_close(s);
}

static void test_weights_are_of_the_images_that_are_trained_on(void **state)
{
    static const int32_t labels[] = { 0, 2, 2, 0, 2, 2, 1, 2 };
    static const uint32_t member[] = { 0, 1, 2, 4, 5, 7 }; /* one of class 0, five of class 2, none of 1 */
    float weights[3];
    (void)state;

    class_weights_measure(labels, member, 6, 3, weights);
    assert_true(weights[0] == 3.0f && weights[1] == 1.0f && fabsf(weights[2] - 0.6f) < 1e-6f);
}

int main(void)
{
    enum { KINDS = sizeof kinds / sizeof *kinds };
    struct CMUnitTest tests[KINDS + 3];

    for (int i = 0; i < KINDS; i++)
        tests[i] = (struct CMUnitTest){ kinds[i], test_digits_are_learnt, NULL, NULL, (void *)(uintptr_t)kinds[i] };
    tests[KINDS] = (struct CMUnitTest)cmocka_unit_test(test_a_run_with_all_on_is_the_same_again);
    tests[KINDS + 1] = (struct CMUnitTest)cmocka_unit_test(test_weights_are_told_and_their_mean_is_1);
    tests[KINDS + 2] = (struct CMUnitTest)cmocka_unit_test(test_weights_are_of_the_images_that_are_trained_on);
    return cmocka_run_group_tests_name("augmented training", tests, open_digits, close_digits);
}

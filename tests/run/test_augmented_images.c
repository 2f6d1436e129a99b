#include "tests/support/check.h"

#include <stdio.h>

#include "base/random.h"
#include "nn/recipe/recipe_file.h"
#include "run/augmented_images.h"

enum { COUNT = 64, HEIGHT = 6, WIDTH = 9, CHANNELS = 3, PIXELS = HEIGHT * WIDTH, BYTES = PIXELS * CHANNELS };

static uint8_t images[COUNT][BYTES], seen[COUNT][BYTES];
static const struct shape shape = { 3, HEIGHT, WIDTH, CHANNELS };

static int setup(void **state)
{
    (void)state;
    for (int n = 0; n < COUNT; n++)
        for (int i = 0; i < BYTES; i++)
            images[n][i] = (uint8_t)random_block(1, RANDOM_AUGMENT, 9, (uint32_t)n, (uint64_t)i).word[0];
    return 0;
}

static void augment(const char *data, uint64_t step)
{
    static struct recipe recipe;
    struct error e = { 0 };
    char text[200];

    snprintf(text, sizeof text, "[data]\n%s[layers]\nflatten =\n", data);
    assert_good(recipe_parse(&recipe, text, "test", &e), e);
    assert_good(augmented_images(&recipe, shape, images[0], COUNT, step, seen[0], &e), e);
}

static bool is_mirrored(int n)
{
    for (int i = 0; i < BYTES; i++) {
        int pixel = i / CHANNELS, x = pixel % WIDTH;

        if (seen[n][i] != images[n][(pixel - x + WIDTH - 1 - x) * CHANNELS + i % CHANNELS])
            return false;
    }
    return true;
}

static void test_without_augmentation_they_stay_as_they_are(void **state)
{
    (void)state;
    augment("", 1);
    assert_memory_equal(seen, images, sizeof seen);
}

static void test_flipped_ones_are_mirrored_and_the_others_as_they_were(void **state)
{
    int mirrored = 0;
    (void)state;

    augment("flip = yes\n", 3);
    for (int n = 0; n < COUNT; n++) {
        assert_true(is_mirrored(n) || !memcmp(seen[n], images[n], BYTES));
        mirrored += is_mirrored(n);
    }
    assert_in_range(mirrored, COUNT / 4, COUNT * 3 / 4);
}

static void test_alternating_flips_take_turns(void **state)
{
    bool odd[COUNT];
    (void)state;

    augment("flip = alternating\n", 1);
    for (int n = 0; n < COUNT; n++)
        odd[n] = is_mirrored(n);
    augment("flip = alternating\n", 2);
    for (int n = 0; n < COUNT; n++)
        assert_int_equal(is_mirrored(n), !odd[n]);
    augment("flip = alternating\n", 3);
    for (int n = 0; n < COUNT; n++)
        assert_int_equal(is_mirrored(n), odd[n]);
}

/* Every colour is that of a pixel of the image, or the mean of all images. */
static void test_what_moves_in_has_the_mean_colour(void **state)
{
    double sum[CHANNELS] = { 0 };
    int moved_in = 0;
    (void)state;

    for (int n = 0; n < COUNT; n++)
        for (int i = 0; i < BYTES; i++)
            sum[i % CHANNELS] += images[n][i];
    augment("shift = 2\n", 1);
    for (int n = 0; n < COUNT; n++)
        for (int p = 0; p < PIXELS; p++) {
            bool is_mean = true, is_old = false;

            for (int c = 0; c < CHANNELS; c++)
                is_mean &= seen[n][p * CHANNELS + c] == (int)(sum[c] / (COUNT * PIXELS) + 0.5);
            for (int q = 0; q < PIXELS; q++)
                is_old |= !memcmp(seen[n] + p * CHANNELS, images[n] + q * CHANNELS, CHANNELS);
            assert_true(is_mean || is_old);
            moved_in += is_mean;
        }
    assert_true(moved_in > 0);
}

static void test_a_step_is_the_same_again_and_the_next_is_another(void **state)
{
    static const char all[] = "flip = yes\nshift = 2\nrotation = 20\nbrightness = 0.3\ncontrast = 0.3\n"
                              "saturation = 0.3\ncutout = 3\nmixup = 0.5\ncutmix = 1\n";
    static uint8_t first[COUNT][BYTES];
    (void)state;

    augment(all, 5);
    memcpy(first, seen, sizeof first);
    augment(all, 6);
    assert_memory_not_equal(first, seen, sizeof first);
    augment(all, 5);
    assert_memory_equal(first, seen, sizeof first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_augmentation_they_stay_as_they_are),
        cmocka_unit_test(test_flipped_ones_are_mirrored_and_the_others_as_they_were),
        cmocka_unit_test(test_alternating_flips_take_turns),
        cmocka_unit_test(test_what_moves_in_has_the_mean_colour),
        cmocka_unit_test(test_a_step_is_the_same_again_and_the_next_is_another),
    };

    return cmocka_run_group_tests_name("augmented images", tests, setup, NULL);
}

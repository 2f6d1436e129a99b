/* How images are augmented: that what is drawn is spread as it should be. */
#include "tests/support/check.h"

#include "nn/plan/augment.h"

enum { IMAGES = 20000 };

static const struct op_gather gather = { .height = 28,
                                         .width = 32,
                                         .channels = 3,
                                         .augment = true,
                                         .flip = FLIP_RANDOM,
                                         .shift = 2,
                                         .rotation = 30 };

static struct augment_move move_of(uint64_t step, uint32_t epoch, int n)
{
    return augment_move_of(&gather, 1, step, epoch, n, (uint32_t)n);
}

static void test_half_are_mirrored(void **state)
{
    int mirrored = 0;
    (void)state;

    for (int n = 0; n < IMAGES; n++)
        mirrored += move_of(7, 1, n).mirror;
    assert_in_range(mirrored, IMAGES / 2 - 350, IMAGES / 2 + 350); /* five deviations of 71 */
}

static void test_alternating_flips_are_half_of_the_images_and_then_the_others(void **state)
{
    struct op_gather g = gather;
    int mirrored = 0;
    (void)state;

    g.flip = FLIP_ALTERNATING;
    for (uint32_t index = 0; index < IMAGES; index++) {
        bool first = augment_move_of(&g, 1, 3, 1, 5, index).mirror;

        mirrored += first;
        assert_int_equal(augment_move_of(&g, 1, 99, 2, 2, index).mirror, !first);
        assert_int_equal(augment_move_of(&g, 1, 1234, 3, 0, index).mirror, first);
    }
    assert_in_range(mirrored, IMAGES / 2 - 350, IMAGES / 2 + 350);
}

static void test_moves_are_even(void **state)
{
    int found[5][5] = { { 0 } };
    (void)state;

    for (int n = 0; n < IMAGES; n++) {
        struct augment_move m = move_of(2, 1, n);

        assert_in_range(m.right + 2, 0, 4);
        assert_in_range(m.down + 2, 0, 4);
        found[m.down + 2][m.right + 2]++;
    }
    for (int i = 0; i < 25; i++)
        assert_in_range(found[i / 5][i % 5], IMAGES / 25 - 140, IMAGES / 25 + 140);
}

static void test_angles_are_uniform(void **state)
{
    int found[10] = { 0 };
    (void)state;

    for (int n = 0; n < IMAGES; n++) {
        struct augment_move m = move_of(3, 1, n);
        double degrees = atan2((double)m.sine, (double)m.cosine) * 180 / acos(-1.0);
        int tenth = (int)floor((degrees + 30) / 6);

        assert_in_range(tenth, 0, 9);
        assert_true(fabs(hypot((double)m.sine, (double)m.cosine) * 0x1p-30 - 1) < 1e-8);
        found[tenth]++;
    }
    for (int i = 0; i < 10; i++)
        assert_in_range(found[i], IMAGES / 10 - 215, IMAGES / 10 + 215);
}

static void test_what_is_drawn_depends_on_seed_step_and_place_alone(void **state)
{
    struct augment_move once = move_of(5, 1, 3), again = augment_move_of(&gather, 1, 5, 9, 3, 77);
    int alike = 0;
    (void)state;

    /* Neither on the epoch nor on which image it is. */
    assert_true(once.mirror == again.mirror && once.right == again.right && once.down == again.down);
    assert_true(once.cosine == again.cosine && once.sine == again.sine);
    for (int n = 0; n < 100; n++) {
        struct augment_move other = move_of(6, 1, n), seed = augment_move_of(&gather, 2, 6, 1, n, 0);

        alike += other.sine == seed.sine || other.sine == once.sine;
    }
    assert_int_equal(alike, 0);
}

static void test_reflection_stands_in_the_outermost_pixel(void **state)
{
    static const int of_four[] = { 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1 }; /* of -4..7 */
    (void)state;

    for (int i = 0; i < 12; i++)
        assert_int_equal(augment_reflected(i - 4, 4), of_four[i]);
    for (int i = -5; i < 5; i++) {
        assert_int_equal(augment_reflected(i, 1), 0);
        assert_int_equal(augment_reflected(i, 2), i & 1);
    }
}

static void test_factors_are_uniform_and_not_negative(void **state)
{
    const struct op_retouch o = { 8, 8, 3, .brightness = 0.4f, .contrast = 1.5f };
    double sum = 0, most = 0, least = 9;
    (void)state;

    for (int n = 0; n < IMAGES; n++) {
        struct augment_retouch r = augment_retouch_of(&o, 1, 1, n);

        assert_true(r.brightness >= 0.6f && r.brightness <= 1.4f);
        assert_true(r.contrast >= 0 && r.contrast <= 2.5f);
        assert_true(r.saturation == 1);
        sum += (double)r.brightness;
        most = fmax(most, (double)r.contrast);
        least = fmin(least, (double)r.contrast);
    }
    assert_true(fabs(sum / IMAGES - 1) < 5 * 0.8 / sqrt(12.0 * IMAGES));
    assert_true(least < 0.01 && most > 2.49);
}

/* The middle of the square is any pixel: inside it has its whole size, at a corner a quarter. */
static void test_squares_are_cut_out_anywhere(void **state)
{
    const struct op_retouch o = { 20, 30, 1, .cutout = 6 };
    int middles[20][30] = { { 0 } }, whole = 0;
    (void)state;

    for (int n = 0; n < IMAGES; n++) {
        struct augment_retouch r = augment_retouch_of(&o, 1, 1, n);
        int height = r.bottom - r.top, width = r.right - r.left;

        assert_in_range(height, 3, 6);
        assert_in_range(width, 3, 6);
        assert_true(r.top >= 0 && r.bottom <= 20 && r.left >= 0 && r.right <= 30);
        middles[r.top > 0 ? r.top + 3 : r.bottom - 3][r.left > 0 ? r.left + 3 : r.right - 3]++;
        whole += height == 6 && width == 6;
    }
    for (int i = 0; i < 600; i++)
        assert_in_range(middles[i / 30][i % 30], 5, 70); /* 33 ± 6 */
    assert_in_range(whole, IMAGES * 15 / 20 * 25 / 30 - 400, IMAGES * 15 / 20 * 25 / 30 + 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_half_are_mirrored),
        cmocka_unit_test(test_alternating_flips_are_half_of_the_images_and_then_the_others),
        cmocka_unit_test(test_moves_are_even),
        cmocka_unit_test(test_angles_are_uniform),
        cmocka_unit_test(test_what_is_drawn_depends_on_seed_step_and_place_alone),
        cmocka_unit_test(test_reflection_stands_in_the_outermost_pixel),
        cmocka_unit_test(test_factors_are_uniform_and_not_negative),
        cmocka_unit_test(test_squares_are_cut_out_anywhere),
    };

    return cmocka_run_group_tests_name("draws of augmentation", tests, NULL, NULL);
}

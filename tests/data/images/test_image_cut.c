/* Which part of an image is wanted. */
#include "tests/support/check.h"

#include <math.h>

#include "data/images/image_cut.h"

enum { DRAWS = 4000 };

static void expect_inside(const struct image_box *box, int h, int w)
{
    assert_true(box->top >= 0 && box->left >= 0 && box->height >= 1 && box->width >= 1);
    assert_true(box->top + box->height <= h && box->left + box->width <= w);
    assert_true(box->top == floor(box->top) && box->left == floor(box->left));
    assert_true(box->height == floor(box->height) && box->width == floor(box->width));
}

/* Sides are rounded to whole pixels, so that the limits are passed by half a pixel. */
static void test_random_parts_have_the_area_and_the_shape_that_are_said(void **state)
{
    const int h = 400, w = 500;
    double least = 1, most = 0, flattest = 1, widest = 1, sum = 0, sum_ratio = 0;
    (void)state;

    for (uint32_t i = 0; i < DRAWS; i++) {
        const struct image_draw draw = { .seed = 7, .epoch = i % 3, .image = i };
        struct image_box box = image_cut_random(&draw, h, w);
        double area = box.height * box.width / (h * w), ratio = box.width / box.height;

        expect_inside(&box, h, w);
        least = fmin(least, area);
        most = fmax(most, area);
        flattest = fmin(flattest, ratio);
        widest = fmax(widest, ratio);
        sum += area;
        sum_ratio += log(ratio);
    }
    assert_true(least > 0.079 && least < 0.085 && most > 0.9);
    assert_true(flattest > 0.74 && flattest < 0.78 && widest < 1.34 && widest > 1.28);
    /* Shares are as likely as others, but for the largest, which do not fit in every shape. */
    assert_true(sum / DRAWS > 0.42 && sum / DRAWS < 0.54);
    assert_true(fabs(sum_ratio / DRAWS) < 0.03);
}

static void test_a_part_depends_on_seed_epoch_and_image(void **state)
{
    const struct image_draw draw = { 1, 2, 3 }, others[] = { { 2, 2, 3 }, { 1, 3, 3 }, { 1, 2, 4 } };
    struct image_box box = image_cut_random(&draw, 200, 300), again = image_cut_random(&draw, 200, 300);
    (void)state;

    assert_memory_equal(&box, &again, sizeof box);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct image_box other = image_cut_random(&others[i], 200, 300);

        assert_memory_not_equal(&box, &other, sizeof box);
    }
}

/* No part of a tenth of a ribbon has such a shape: after ten tries it is the middle. */
static void test_where_nothing_fits_it_is_the_middle(void **state)
{
    const struct image_draw draw = { 1, 1, 1 };
    struct image_box across = image_cut_random(&draw, 10, 1000), down = image_cut_random(&draw, 1000, 10),
                     dot = image_cut_random(&draw, 1, 1);
    (void)state;

    assert_true(across.top == 0 && across.height == 10 && across.width == 13 && across.left == 493);
    assert_true(down.left == 0 && down.width == 10 && down.height == 13 && down.top == 493);
    assert_true(dot.height == 1 && dot.width == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_parts_have_the_area_and_the_shape_that_are_said),
        cmocka_unit_test(test_a_part_depends_on_seed_epoch_and_image),
        cmocka_unit_test(test_where_nothing_fits_it_is_the_middle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

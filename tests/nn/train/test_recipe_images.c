/* What a recipe says of its images. */
#include "tests/support/check.h"

#include "nn/recipe/recipe_file.h"
#include "nn/train/recipe_images.h"

static void test_pixels_that_are_said_are_not_measured(void **state)
{
    static const struct {
        const char *set;
        double black, white; /* what the network gets of the second channel */
    } cases[] = {
        { "data.pixels=0..1", 0, 1 },
        { "data.pixels=0..255", 0, 255 },
        { "data.pixels=-1..1", -1, 1 },
        { "data.pixels=imagenet", -0.456 / 0.224, (1 - 0.456) / 0.224 },
        { "data.pixels=caffe", -116.779, 255 - 116.779 },
        { "data.pixels=lite", -127 / 128.0, 1 },
    };
    static struct recipe r;
    struct statistics s;
    struct error e = { 0 };

    (void)state;
    recipe_preset(&r);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_good(recipe_set(&r, cases[i].set, &e), e);
        assert_good(recipe_images_measure(&r, NULL, &s, NULL, NULL, &e), e);
        assert_float_equal((0 - s.mean[1]) / s.deviation[1], cases[i].black, 1e-4);
        assert_float_equal((1 - s.mean[1]) / s.deviation[1], cases[i].white, 1e-4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pixels_that_are_said_are_not_measured),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is said of a layer in a line. */
#include "tests/support/check.h"

#include "nn/layers/layer.h"

static const struct saying {
    const char *class, *settings, *unicode, *ascii;
} sayings[] = {
    { "conv2d", "filters=8 kernel=3", "conv 8 3×3", "conv 8 3x3" },
    { "conv2d", "filters=8 kernel=5 stride=2 padding=half activation=relu", "conv 8 5×5/2 half relu",
      "conv 8 5x5/2 half relu" },
    { "depthwise_conv2d", "", "depthwise 3×3", "depthwise 3x3" },
    { "depthwise_conv2d", "stride=2 padding=valid activation=relu6", "depthwise 3×3/2 valid relu6",
      "depthwise 3x3/2 valid relu6" },
    { "separable_conv2d", "filters=4 activation=silu", "separable 4 3×3 silu", "separable 4 3x3 silu" },
    { "maxpool2d", "size=3 stride=2 padding=half", "maxpool 3×3/2 half", "maxpool 3x3/2 half" },
};

static void test_a_window_is_said_with_what_differs_from_the_usual(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sayings / sizeof *sayings; i++) {
        const struct saying *s = &sayings[i];
        struct layer layer = layer_new(layer_class_find(s->class));
        char said[80];
        struct error e = { 0 };

        assert_good(layer_parse(&layer, s->settings, &e), e);
        layer_summary(&layer, true, said, sizeof said);
        assert_string_equal(said, s->unicode);
        layer_summary(&layer, false, said, sizeof said);
        assert_string_equal(said, s->ascii);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_a_window_is_said_with_what_differs_from_the_usual) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

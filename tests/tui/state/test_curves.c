#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/state/curves.h"

enum { WIDTH = 40, EPOCHS = 4, STEPS = 100 /* an epoch */, TRAIN = 0, VALID = 1 /* lines */ };

static struct series *steps, *means, *checks;
static struct curves curves;

static int begin(void **state)
{
    (void)state;
    steps = series_new();
    means = series_new();
    checks = series_new();
    curves_begin(&curves, WIDTH, EPOCHS);
    return steps && means && checks ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    series_free(steps);
    series_free(means);
    series_free(checks);
    return 0;
}

static bool follow(struct curves *c)
{
    return curves_follow(c, (const struct series *const[CURVE_COUNT]){ steps, means, checks });
}

static void train(int from, int to)
{
    for (int i = from; i < to; i++) {
        series_append(steps, (struct point){ (i + 1.0) / STEPS, 2.3f / (1 + 0.02f * (float)i), 0.5f });
        if ((i + 1) % STEPS == 0)
            series_append(checks, (struct point){ (i + 1.0) / STEPS, 0.4f, 0.9f });
    }
}

static void test_a_whole_run_fits_without_halving(void **state)
{
    (void)state;
    train(0, EPOCHS * STEPS);
    assert_true(follow(&curves));
    assert_true(curves.charts[CHART_LOSS].lines[TRAIN].per_column * WIDTH <= EPOCHS * 1.000001);
    assert_int_equal(curves.charts[CHART_LOSS].lines[TRAIN].used, WIDTH);
    assert_int_equal(curves.charts[CHART_ACCURACY].lines[VALID].used, WIDTH); /* the last one is in the last column */
    assert_true(curves.charts[CHART_ACCURACY].lines[VALID].column[WIDTH - 1].mean > 0.89f);
}

static void test_following_in_bits_gives_what_following_at_once_gives(void **state)
{
    struct curves at_once;
    (void)state;

    for (int i = 0; i < EPOCHS * STEPS; i += 7) {
        train(i, i + 7 < EPOCHS * STEPS ? i + 7 : EPOCHS * STEPS);
        assert_true(follow(&curves));
        assert_false(follow(&curves));
    }
    curves_begin(&at_once, WIDTH, EPOCHS);
    follow(&at_once);
    for (int i = 0; i < CHART_COUNT; i++)
        for (int j = 0; j < chart_kinds[i]->n_lines; j++)
            assert_memory_equal(&at_once.charts[i].lines[j], &curves.charts[i].lines[j], sizeof(struct columns));
}

static void test_a_kind_with_limits_has_them_as_its_scale(void **state)
{
    (void)state;
    train(0, EPOCHS * STEPS);
    follow(&curves);
    assert_true(curves.charts[CHART_ACCURACY].scale.low == 0);
    assert_true(curves.charts[CHART_ACCURACY].scale.high == 1);
}

static void test_the_scale_stays_while_the_loss_falls(void **state)
{
    struct scale first;
    (void)state;

    train(0, STEPS / 4);
    follow(&curves);
    first = curves.charts[CHART_LOSS].scale;
    assert_true(first.low <= 0 && first.high >= 2.2);
    train(STEPS / 4, EPOCHS * STEPS);
    follow(&curves);
    assert_memory_equal(&first, &curves.charts[CHART_LOSS].scale, sizeof first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_whole_run_fits_without_halving, begin, end),
        cmocka_unit_test_setup_teardown(test_following_in_bits_gives_what_following_at_once_gives, begin, end),
        cmocka_unit_test_setup_teardown(test_a_kind_with_limits_has_them_as_its_scale, begin, end),
        cmocka_unit_test_setup_teardown(test_the_scale_stays_while_the_loss_falls, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

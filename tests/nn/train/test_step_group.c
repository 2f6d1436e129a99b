#include "tests/support/check.h"

#include <math.h>

#include "nn/train/step_group.h"

enum { STEPS = 3000000, SPIKE = 2345678 };

static float loss_of(int step)
{
    return step == SPIKE ? 1000 : 2 + sinf((float)step);
}

static struct point step_of(int step)
{
    return (struct point){ .position = step / 100.0,
                           .loss = loss_of(step),
                           .accuracy = (float)(step % 7) / 7,
                           .learning_rate = 1 / (float)step,
                           .step = (uint64_t)step };
}

/* The curve of so many steps, as a trainer makes it. */
static struct series *curve_of(int steps)
{
    struct series *curve = series_new();
    struct step_group group = { .steps = 0 };

    assert_non_null(curve);
    for (int i = 1; i <= steps; i++) {
        struct point step = step_of(i);

        step_group_add(&group, &step);
        if (group.steps < step_group_size(series_length(curve)))
            continue;
        assert_true(series_append(curve, step_group_point(&group)));
        group = (struct step_group){ .steps = 0 };
    }
    if (group.steps > 0)
        assert_true(series_append(curve, step_group_point(&group)));
    return curve;
}

static void every_step_is_in_one_point(void **state)
{
    struct series *curve = curve_of(STEPS);
    double sum = 0, of_points = 0;
    uint64_t before = 0;
    (void)state;

    for (size_t i = 0; i < series_length(curve); i++) {
        struct point p = series_at(curve, i);

        assert_int_equal(p.step, before + p.steps);
        assert_true(p.position == (double)p.step / 100 && p.learning_rate == 1 / (float)p.step);
        of_points += (double)p.loss * p.steps;
        before = p.step;
    }
    assert_int_equal(before, STEPS);
    for (int i = 1; i <= STEPS; i++)
        sum += (double)loss_of(i);
    assert_float_equal(of_points, sum, 1e-6 * sum);
    series_free(curve);
}

/* Twice as many steps are as many more points, whatever there was before. */
static void the_curve_grows_by_a_constant_for_each_doubling(void **state)
{
    size_t points = STEP_GROUP_SINGLE;
    (void)state;

    for (int steps = STEP_GROUP_SINGLE; steps <= STEPS; steps *= 2) {
        struct series *curve = curve_of(steps);

        assert_int_equal(series_length(curve), points);
        points += STEP_GROUP_SINGLE / 2;
        series_free(curve);
    }
    assert_int_equal(step_group_size(0), 1);
    assert_int_equal(step_group_size(STEP_GROUP_SINGLE - 1), 1);
    assert_int_equal(step_group_size(STEP_GROUP_SINGLE), 2);
    assert_int_equal(step_group_size(SIZE_MAX), (uint32_t)1 << 31);
}

static void a_spike_is_still_there(void **state)
{
    struct series *curve = curve_of(STEPS);
    int seen = 0;
    (void)state;

    for (size_t i = 0; i < series_length(curve); i++) {
        struct point p = series_at(curve, i), low = point_low(p), high = point_high(p);

        assert_true(low.loss <= p.loss && p.loss <= high.loss);
        assert_true(low.accuracy <= p.accuracy && p.accuracy <= high.accuracy);
        if (high.loss < 1000)
            continue;
        assert_in_range(SPIKE, p.step - p.steps + 1, p.step);
        assert_true(p.steps > 1 && p.loss < 1000);
        seen++;
    }
    assert_int_equal(seen, 1);
    series_free(curve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_step_is_in_one_point),
        cmocka_unit_test(the_curve_grows_by_a_constant_for_each_doubling),
        cmocka_unit_test(a_spike_is_still_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

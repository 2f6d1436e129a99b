#include "tests/support/check.h"

#include <math.h>

#include "run/load_meter.h"

static const struct device cpu_device = { .info = { .id = "cpu", .threads = 2 } };

static struct trainer_status at(double seconds, enum trainer_state state)
{
    return (struct trainer_status){ .state = state, .seconds = seconds };
}

static bool take(struct load_meter *m, double seconds, enum trainer_state state, struct load_point *out)
{
    const struct trainer_status status = at(seconds, state);

    return load_meter_take(m, &status, seconds / 100, out);
}

static void test_a_piece_is_some_seconds_of_training(void **state)
{
    struct load_meter *m = load_meter_new(NULL, &cpu_device, 0);
    struct load_point p;
    (void)state;

    assert_non_null(m);
    assert_false(take(m, 0, TRAINER_PREPARING, &p));
    assert_false(take(m, 1, TRAINER_RUNNING, &p));
    assert_false(take(m, 1.9, TRAINER_RUNNING, &p));
    assert_true(take(m, 2.1, TRAINER_RUNNING, &p));
    assert_true(p.seconds == 2.1 && p.epoch == 2.1 / 100);
    assert_true(p.memory > 0 && p.memory_limit > p.memory);
    assert_true(isnan(p.gpu) && isnan(p.gpu_memory)); /* unknown, not 0 */
    assert_false(take(m, 2.2, TRAINER_RUNNING, &p));
    assert_true(take(m, 3, TRAINER_FINISHED, &p)); /* the rest */
    load_meter_free(m);
}

/* What happens in a pause is no load of training. */
static void test_a_pause_begins_a_piece_anew(void **state)
{
    struct load_meter *m = load_meter_new(NULL, &cpu_device, 0);
    struct load_point p;
    (void)state;

    assert_false(take(m, 1, TRAINER_RUNNING, &p));
    assert_false(take(m, 2.5, TRAINER_PAUSED, &p));
    assert_false(take(m, 2.5, TRAINER_RUNNING, &p));
    assert_false(take(m, 4, TRAINER_RUNNING, &p));
    assert_true(take(m, 5, TRAINER_RUNNING, &p));
    load_meter_free(m);
}

/* A run of a week has no more points than can be drawn. */
static void test_there_are_never_many(void **state)
{
    struct load_meter *m = load_meter_new(NULL, &cpu_device, 5 * 600);
    struct load_point p;
    (void)state;

    assert_false(take(m, 1, TRAINER_RUNNING, &p));
    assert_false(take(m, 64, TRAINER_RUNNING, &p));
    assert_true(take(m, 66, TRAINER_RUNNING, &p));
    load_meter_free(m);
    assert_false(load_meter_take(NULL, &(struct trainer_status){ .seconds = 1 }, 1, &p));
    load_meter_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_piece_is_some_seconds_of_training),
        cmocka_unit_test(test_a_pause_begins_a_piece_anew),
        cmocka_unit_test(test_there_are_never_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>

#include "run/load_meter.h"
#include "tests/support/fake_nvml.h"

static const struct run_gpus no_gpus = { .count = 0 };

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
    struct load_meter *m = load_meter_new(&no_gpus, 0);
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
    struct load_meter *m = load_meter_new(&no_gpus, 0);
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
    struct load_meter *m = load_meter_new(&no_gpus, 5 * 600);
    struct load_point p;
    (void)state;

    assert_false(take(m, 1, TRAINER_RUNNING, &p));
    assert_false(take(m, 64, TRAINER_RUNNING, &p));
    assert_true(take(m, 66, TRAINER_RUNNING, &p));
    load_meter_free(m);
    assert_false(load_meter_take(NULL, &(struct trainer_status){ .seconds = 1 }, 1, &p));
    load_meter_free(NULL);
}

static int list_gpus(struct device_info *out, int room, char *why_none, size_t size)
{
    enum { GPUS = 3 };

    for (int i = 0; i < GPUS && i < room; i++) {
        out[i] = (struct device_info){ .threads = 0 };
        snprintf(out[i].uuid, sizeof out[i].uuid, "GPU-%08x-0000", 0xab0000u + (unsigned)i);
    }
    snprintf(why_none, size, "%s", "");
    return GPUS;
}

static const struct backend_class fake_backend = { .name = "cuda", .devices = list_gpus };

/* On these of the node's three. */
static struct load_point measured_on(uint64_t among, struct gpu_sampler *sampler)
{
    struct device d = { .backend = &fake_backend, .choice = { .among = among }, .numbers = among };
    struct run_gpus gpus;
    struct load_point p = { 0 };
    char unused[1];

    d.choice.replicas = __builtin_popcountll(among);
    assert_true(fake_backend.devices(&d.info, 1, unused, sizeof unused) > 0);
    run_gpus_begin(&gpus, &d, sampler);

    struct load_meter *m = load_meter_new(&gpus, 0);

    assert_non_null(m);
    assert_false(take(m, 1, TRAINER_RUNNING, &p));
    assert_true(gpu_sampler_wait(sampler, gpu_sampler_number(sampler), 60));
    assert_false(take(m, 1.1, TRAINER_RUNNING, &p));
    assert_true(take(m, 4, TRAINER_FINISHED, &p));
    load_meter_free(m);
    return p;
}

/* Each is 91 % busy, takes 412.5 W and uses 3 of its 140 GiB. */
static void test_several_gpus_are_measured_together(void **state)
{
    const double often = 0.01, gib = 0x1p30, watts = 412.5;
    struct error e = { 0 };
    (void)state;

    fake_nvml_reset();

    struct gpu_sampler *sampler = gpu_sampler_start(fake_nvml("nvml"), often, &e);

    assert_good(sampler != NULL, e);

    const struct load_point one = measured_on(1, sampler), both = measured_on(3, sampler);
    const struct load_point more = measured_on(7, sampler);

    gpu_sampler_stop(sampler);
    assert_float_equal(one.gpu, 0.91, 1e-6);
    assert_float_equal(one.gpu_power, watts, 1e-6);
    assert_float_equal(both.gpu, 0.91, 1e-6);
    assert_float_equal(both.gpu_power, 2 * watts, 1e-6);
    assert_float_equal(both.gpu_memory, 2 * one.gpu_memory, 1);
    assert_float_equal(both.gpu_memory_total, 2 * 140 * gib, 1);
    assert_true(isnan(more.gpu_power) && isnan(more.gpu_memory)); /* nobody reads the third: two are not all */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_piece_is_some_seconds_of_training),
        cmocka_unit_test(test_a_pause_begins_a_piece_anew),
        cmocka_unit_test(test_there_are_never_many),
        cmocka_unit_test(test_several_gpus_are_measured_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The speed of devices over batches, and where one overtakes the other. */
#include "tests/support/check.h"

#include <math.h>

#include "data/catalogue.h"
#include "nn/recipe/recipe_file.h"
#include "run/batch_probe.h"

static struct batch_curve curve_of(const char *device, int count, double (*rate)(int batch))
{
    struct batch_curve c = { .count = count };

    snprintf(c.device, sizeof c.device, "%s", device);
    for (int i = 0; i < count; i++)
        c.rates[i] = (struct batch_rate){ 1 << i, rate(1 << i), 0.99 * rate(1 << i), 1.01 * rate(1 << i) };
    return c;
}

static double steady(int batch)
{
    (void)batch;
    return 1000;
}

/* 1,000 at a batch of 5.5. */
static double growing(int batch)
{
    return 1000 * batch / 5.5;
}

static double slower(int batch)
{
    (void)batch;
    return 500;
}

static void test_the_crossover_is_between_batches_that_were_measured(void **state)
{
    const struct batch_curve cpu = curve_of("cpu", 10, steady), gpu = curve_of("cuda:0", 12, growing);
    const struct batch_curve small = curve_of("cpu:1", 10, slower);
    (void)state;

    assert_true(fabs(batch_probe_crossover(&cpu, &gpu) - 5.5) < 1e-6);
    assert_true(batch_probe_crossover(&gpu, &cpu) == 0);
    assert_true(batch_probe_crossover(&small, &cpu) == 1);
}

static void test_a_sentence_says_what_it_comes_to(void **state)
{
    struct batch_probe p = { .count = 3 };
    char words[256];
    (void)state;

    p.curves[0] = curve_of("cpu", 10, steady);
    p.curves[1] = curve_of("cuda:0", 12, growing);
    p.curves[2] = curve_of("cpu:1", 10, slower);
    batch_probe_verdict(&p, words, sizeof words);
    assert_string_equal(words, "cuda:0 is faster than cpu from a batch of 6 on, 93 times as fast at 512; "
                               "cpu is faster than cpu:1 at every batch, 2 times as fast at 512");
    p.curves[2].count = 0;
    p.curves[1] = p.curves[0];
    batch_probe_verdict(&p, words, sizeof words);
    assert_string_equal(words, "cpu and cpu differ by no more than the spread at a batch of 512; "
                               "cpu and cpu:1 have no batch in common");
}

struct listening {
    int rates, most;
};

static bool count_rate(void *context, const struct batch_curve *curve, const struct batch_rate *rate)
{
    struct listening *l = context;

    assert_true(rate->least <= rate->median && rate->median <= rate->most && rate->least > 0);
    assert_ptr_equal(rate->batch == 1 << (curve->count - 1) ? curve : NULL, curve);
    return ++l->rates < l->most;
}

static void test_it_is_measured_on_the_network_itself(void **state)
{
    struct recipe r;
    struct dataset_info info;
    struct device devices[2];
    struct error e = { 0 };
    struct batch_probe p;
    struct listening all = { .most = 1000 }, three = { .most = 3 };
    struct batch_probe_listener listener = { .rate = count_rate, .context = &all };
    (void)state;

    assert_good(recipe_load(&r, "mnist-mlp", &e) && catalogue_look("digits", NULL, &info, &e) &&
                    devices_choose("cpu:1", &devices[0], &e) && devices_choose("cpu:1", &devices[1], &e),
                e);
    info.count[SPLIT_TRAIN] = 20; /* few batches are possible */
    r.data.validation = 0.5;
    assert_good(batch_probe_measure(&r, devices, 2, &info, &listener, &p, &e), e);
    assert_int_equal(p.count, 2);
    assert_int_equal(p.curves[0].count, 4); /* 1, 2, 4, 8 of 10 */
    assert_int_equal(all.rates, 8);
    assert_string_equal(p.curves[1].why_end, "there are 10 images to train on");
    listener.context = &three;
    assert_bad(batch_probe_measure(&r, devices, 2, &info, &listener, &p, &e), e, "stopped");
    assert_int_equal(e.kind, ERROR_STOPPED);
    assert_int_equal(p.curves[0].count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_crossover_is_between_batches_that_were_measured),
        cmocka_unit_test(test_a_sentence_says_what_it_comes_to),
        cmocka_unit_test(test_it_is_measured_on_the_network_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

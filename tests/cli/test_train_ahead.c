/* What `cuvette train` says of a run instead of training it: its plan, a step operation by operation, a forecast. */
#include "tests/support/check.h"

#include <jansson.h>

#include "tests/support/folder.h"
#include "tests/support/process.h"

static const char small_recipe[] = "[data]\ndataset = digits\nshift = 1\n"
                                   "[training]\nepochs = 1\nbatch = 128\n"
                                   "[layers]\n"
                                   "conv2d = filters=4 kernel=3 stride=2 activation=relu\n"
                                   "flatten =\n"
                                   "dropout = rate=0.1\n"
                                   "dense = units=10\n";

/* As 0 where there is none. */
static double number(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static void test_the_plan_can_be_read(void **state)
{
    struct process *p = process_cuvette(*state, "train", "--show-plan", NULL);

    assert_succeeded(p);
    assert_holds(p->out, " CONV2D ");
    assert_holds(p->out, " ADAM ");
    assert_int_equal(folder_entries(*state), 0);
    process_free(p);
}

/* The operations that --show-plan lists in the step, counted. */
static size_t planned_operations(const char *folder)
{
    struct process *p = process_cuvette(folder, "train", "small.ini", "--show-plan", NULL);
    const char *end = strstr(p->out, "evaluate ");
    size_t count = 0;

    assert_succeeded(p);
    assert_non_null(end);
    for (const char *at = p->out; (at = strstr(at, " ->")) && at < end; at++)
        count++;
    process_free(p);
    return count - 3; /* one in the heading of each span */
}

static void test_a_step_is_profiled(void **state)
{
    static const char *const shown[] = { "batch 128, cpu", " GATHER ", "  1 conv2d ", " CONV2D_WEIGHT_GRADIENT ",
                                         "128x784 784x10 -> 128x10", " ADAM ", "all operations", "images/s" };
    const char *folder = *state;
    double seconds = 0, share = 0;
    size_t i;
    json_t *row;

    folder_put(folder, "small.ini", small_recipe);
    struct process *p = process_cuvette(folder, "train", "small.ini", "--profile", NULL);
    assert_succeeded(p);
    for (i = 0; i < sizeof shown / sizeof *shown; i++)
        assert_holds(p->out, shown[i]);
    process_free(p);

    p = process_cuvette(folder, "train", "small.ini", "--profile", "--json", "--batch", "64", NULL);
    assert_succeeded(p);
    json_t *all = json_loads(p->out, 0, NULL);
    const json_t *rows = json_object_get(all, "operations");
    assert_int_equal(json_array_size(rows), planned_operations(folder));
    json_array_foreach(rows, i, row)
    {
        seconds += number(row, "seconds");
        share += number(row, "share");
    }
    assert_true(seconds > 0);
    assert_float_equal(seconds, number(all, "operations_seconds"), 0.001 * seconds);
    assert_true(share > 0.999 && share < 1.001);
    assert_true(number(all, "step_seconds") > 0);
    assert_true(number(all, "images") == 64);
    json_decref(all);
    process_free(p);
    assert_int_equal(folder_entries(folder), 1); /* no run is left */
}

static void test_a_forecast_says_memory_and_time(void **state)
{
    struct process *p = process_cuvette(*state, "train", "mnist-mlp", "--forecast", "--device", "cpu:1", NULL);

    assert_int_equal(p->exit_code, 0);
    assert_holds(p->out, "measured, with workspaces\n");
    assert_holds(p->out, "of 188 steps and 32 of validation\n");
    assert_int_equal(folder_entries(*state), 0);
    process_free(p);

    p = process_cuvette(*state, "train", "mnist-mlp", "--forecast", "--json", NULL);
    assert_holds(p->out, "\"fits\": true");
    assert_holds(p->out, "\"epoch_seconds\": ");
    process_free(p);
}

/* 128 numbers of each of 6,000 and 1,000 images. */
static void test_a_forecast_counts_what_frozen_layers_give(void **state)
{
    struct process *p = process_cuvette(*state, "train", "mnist-mlp", "--dataset", "digits", "--set",
                                        "training.freeze=3", "--forecast", "--json", NULL);

    assert_int_equal(p->exit_code, 0);
    assert_holds(p->out, "\"features_bytes\": 3584000,");
    process_free(p);
}

static void test_a_forecast_of_what_does_not_fit_is_an_error(void **state)
{
    struct process *p;

    folder_put(*state, "large.ini", "[training]\nbatch = 65536\n[layers]\nconv2d = filters=2000 kernel=1\n"
                                    "conv2d = filters=2000 kernel=1\nflatten =\ndense = units=10\n");
    p = process_cuvette(*state, "train", "large.ini", "--forecast", NULL);
    assert_int_equal(p->exit_code, 1);
    assert_holds(p->out, "counted, without workspaces\n");
    assert_holds(p->err, "the run does not fit: it needs ");
    process_free(p);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(test_the_plan_can_be_read),
        IN_A_FOLDER(test_a_step_is_profiled),
        IN_A_FOLDER(test_a_forecast_says_memory_and_time),
        IN_A_FOLDER(test_a_forecast_counts_what_frozen_layers_give),
        IN_A_FOLDER(test_a_forecast_of_what_does_not_fit_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

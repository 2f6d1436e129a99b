#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "run/summary.h"
#include "tests/support/folder.h"

static struct summary example(void)
{
    return (struct summary){
        .name = "mnist-cnn",
        .dataset = "/data/mnist",
        .device = "cpu",
        .device_name = "AMD EPYC 7763",
        .images_from = "memory",
        .precision = "bf16",
        .date = "2026-11-21 14:03",
        .version = "0.1.0",
        .state = "finished",
        .threads = 4,
        .epochs = 10,
        .batch = 128,
        .seed = 7,
        .best_epoch = 9,
        .parameters = 592138,
        .seconds_total = 41.5,
        .seconds_per_epoch = 4.15,
        .images_per_second = 14500.25,
        .train_loss = 0.0125,
        .best_accuracy = 0.9925,
        .best_accuracy_epoch = 8,
        .train_accuracy = 0.996,
        .valid_loss = -1,
        .valid_accuracy = -1,
        .test_loss = 0.03,
        .test_accuracy = 0.9901,
    };
}

/* Scripts rely on these names and types. */
static void test_the_promised_keys_are_there(void **state)
{
    static const char *const promised[] = {
        "dataset",    "device",         "threads",       "parameters",        "epochs",
        "batch",      "seed",           "seconds_total", "seconds_per_epoch", "images_per_second",
        "train_loss", "train_accuracy", "test_loss",     "test_accuracy",     "version",
        "precision",
    };
    struct summary s = example();
    struct error e = { 0 };

    assert_true(summary_write(&s, folder_path(*state, "summary.json"), &e));
    json_t *object = json_load_file(folder_path(*state, "summary.json"), 0, NULL);
    assert_non_null(object);
    for (size_t i = 0; i < sizeof promised / sizeof *promised; i++)
        assert_non_null(json_object_get(object, promised[i]));
    assert_int_equal(json_integer_value(json_object_get(object, "parameters")), 592138);
    assert_string_equal(json_string_value(json_object_get(object, "device")), "cpu");
    assert_float_equal(json_real_value(json_object_get(object, "test_accuracy")), 0.9901, 1e-9);
    assert_true(json_is_null(json_object_get(object, "valid_loss")));
    json_decref(object);
}

static void test_a_summary_comes_back_as_it_was(void **state)
{
    struct summary s = example(), back;
    struct error e = { 0 };

    s.train_loss = NAN;
    assert_true(summary_write(&s, folder_path(*state, "summary.json"), &e));
    assert_true(summary_read(&back, folder_path(*state, "summary.json"), &e));
    s.train_loss = -1;
    assert_memory_equal(&s, &back, sizeof s);
    assert_int_equal(folder_entries(*state), 1);
}

static void test_a_best_epoch_that_is_not_known_is_null(void **state)
{
    const char *path = folder_path(*state, "summary.json");
    struct summary s = example(), back;
    struct error e = { 0 };

    s.best_epoch = 0;
    assert_true(summary_write(&s, path, &e));
    json_t *object = json_load_file(path, 0, NULL);
    assert_true(json_is_null(json_object_get(object, "best_epoch")));
    json_decref(object);
    assert_true(summary_read(&back, path, &e));
    assert_int_equal(back.best_epoch, 0);
}

static void test_foreign_texts_make_valid_json(void **state)
{
    struct summary s = example(), back;
    struct error e = { 0 };

    strcpy(s.dataset, "\"quoted\" \\ \x1b[31m \xFF\xFE étude");
    assert_true(summary_write(&s, folder_path(*state, "summary.json"), &e));
    assert_true(summary_read(&back, folder_path(*state, "summary.json"), &e));
    assert_string_equal(back.dataset, "\"quoted\" \\ ?[31m ?? étude");
}

static void test_what_is_not_there_is_unknown(void **state)
{
    struct summary s;
    struct error e = { 0 };

    assert_true(summary_read(&s, folder_put(*state, "summary.json", "{\"epochs\":3,\"later\":[1]}"), &e));
    assert_int_equal(s.epochs, 3);
    assert_string_equal(s.device, "");
    assert_true(s.test_accuracy < 0);
}

static void test_another_file_is_refused_in_words(void **state)
{
    struct summary s;
    struct error e = { 0 };

    assert_false(summary_read(&s, folder_path(*state, "absent.json"), &e));
    assert_int_equal(e.kind, ERROR_IO);
    assert_false(summary_read(&s, folder_put(*state, "summary.json", "{\"epochs\":3,\n"), &e));
    assert_int_equal(e.kind, ERROR_INPUT);
    assert_false(summary_read(&s, folder_put(*state, "summary.json", "[]"), &e));
    assert_int_equal(e.kind, ERROR_INPUT);
    assert_false(summary_read(&s, folder_put(*state, "summary.json", "{\"epochs\":\"three\"}"), &e));
    assert_non_null(strstr(e.text, "\"epochs\""));
    assert_false(summary_read(&s, folder_put(*state, "summary.json", "{\"epochs\":3000000000}"), &e));
    assert_false(summary_read(&s, folder_put(*state, "summary.json", "{\"parameters\":-1}"), &e));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_the_promised_keys_are_there),      TEST(test_a_summary_comes_back_as_it_was),
        TEST(test_foreign_texts_make_valid_json),    TEST(test_what_is_not_there_is_unknown),
        TEST(test_a_best_epoch_that_is_not_known_is_null),
        TEST(test_another_file_is_refused_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

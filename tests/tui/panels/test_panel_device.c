/* The panel in which a device is chosen, with GPUs and with a reason why there are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/desk.h"
#include "tests/support/golden.h"
#include "tui/keys.h"

static const struct device_info gpus[] = {
    { .id = "cuda:0", .name = "NVIDIA H200", .memory = (uint64_t)80 << 30 },
    { .id = "cuda:1", .name = "NVIDIA A100-SXM4-80GB", .memory = (uint64_t)80 << 30 },
};
enum { GPUS = sizeof gpus / sizeof *gpus };

static void with_gpus(struct app *a)
{
    desk_plain_machine(a);
    a->machine.missing[0] = '\0';
    a->machine.n_devices = 1 + GPUS;
    for (int i = 0; i < GPUS; i++)
        a->machine.devices[1 + i].info = gpus[i];
}

/* The recipe's device is found among these, as the app does it. */
static void with_gpus_to_choose(struct app *a)
{
    struct machine *m = &a->machine;

    with_gpus(a);
    for (int i = 0; i < m->n_devices; i++) {
        m->devices[i].backend = backend_classes[i > 0];
        m->devices[i].choice.index = i > 0 ? i - 1 : 0;
    }
    machine_choose(m, a->draft.recipe.training.device);
}

static void with_a_long_reason(struct app *a)
{
    desk_plain_machine(a);
    snprintf(a->machine.missing, sizeof a->machine.missing,
             "cuda: libcuvette-cuda.so needs libcublasLt.so.13: load the CUDA module (module load cuda)");
}

static void with_a_recipe_for_another_node(struct app *a)
{
    desk_plain_machine(a);
    a->machine.device = (struct device){ 0 };
    error_set(&a->machine.device_error, ERROR_DEVICE, "there is no device \"cuda:0\" on this node; there is cpu");
}

static void be(void (*machine)(struct app *a))
{
    desk_machine = machine;
    machine(desk_app);
}

static void test_gpus_have_the_part_of_their_name_that_tells_them_apart(void **state)
{
    (void)state;
    be(with_gpus);
    assert_true(desk_shows("4 of 16 cores · 16 GB · 2 GPUs"));
    assert_true(desk_shows("cuda:0  80.0 G  H200 "));
    assert_true(desk_shows("cuda:1  80.0 G  A100-"));
    app_resize(desk_app, 50, 132, true);
    assert_true(desk_shows("NVIDIA H200"));
    assert_true(desk_shows("NVIDIA A100-SXM4-80GB"));
}

static void with_speeds(struct app *a)
{
    with_gpus(a);
    a->machine.devices[1].info.bandwidth = 4.8e12;
    a->machine.devices[2].info.bandwidth = 9.36e11;
    a->forecast.speeds[1] = 51234.4;
}

static void test_gpus_have_what_people_choose_them_by(void **state)
{
    (void)state;
    be(with_speeds);
    app_resize(desk_app, 60, 200, true);
    assert_true(desk_shows("cuda:0  80.0 G  4.8 TB/s"));
    assert_true(desk_shows(" 51 200 images/s"));
    assert_true(desk_shows("cuda:1  80.0 G  936 GB/s"));
}

static void test_a_reason_that_does_not_fit_is_told_on_enter(void **state)
{
    (void)state;
    be(with_a_long_reason);
    desk_go_to(PANEL_DEVICE);
    desk_press(KEYCODE_DOWN);
    golden_check_canvas("no-gpu-80x24", desk_draw());
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("needs libcublasLt.so.13: load"));
    assert_true(desk_shows("(module load cuda)"));
    desk_press(KEYCODE_ESCAPE);
    assert_null(desk_app->display.dialog);
    desk_press(KEYCODE_RIGHT); /* no threads to count there */
    assert_string_equal(desk_app->draft.recipe.training.device, "cpu");
    desk_press(KEYCODE_UP);
    desk_press(KEYCODE_LEFT);
    assert_string_equal(desk_app->draft.recipe.training.device, "cpu:3");
}

/* Fewer or more threads each; the number of replicas is the recipe's. */
static void test_replicas_stay_as_many(void **state)
{
    char *device = desk_app->draft.recipe.training.device;
    (void)state;
    desk_go_to(PANEL_DEVICE);
    strcpy(device, "cpu:2x1");
    be(desk_plain_machine);
    assert_true(desk_shows("cpu  2x1 of 4 threads"));
    desk_press(' ');
    assert_string_equal(device, "cpu:2x1");
    desk_press(KEYCODE_RIGHT);
    assert_string_equal(device, "cpu:2x2");
    desk_press(KEYCODE_RIGHT); /* there are four */
    assert_string_equal(device, "cpu:2x2");
    desk_press(KEYCODE_LEFT);
    assert_string_equal(device, "cpu:2x1");
}

/* Enter takes one alone; Space takes one more, or one away, but for the last. */
static void test_several_gpus_are_ticked(void **state)
{
    char *device = desk_app->draft.recipe.training.device;
    (void)state;

    be(with_gpus_to_choose);
    desk_go_to(PANEL_DEVICE);
    desk_press(KEYCODE_DOWN);
    desk_press(' ');
    assert_string_equal(device, "cuda:0");
    desk_press(KEYCODE_DOWN);
    desk_press(' ');
    assert_string_equal(device, "cuda:0-1");
    assert_true(desk_shows("[x] cuda:0"));
    assert_true(desk_shows("[x] cuda:1"));
    assert_true(desk_shows("[ ] cpu"));
    desk_press(KEYCODE_UP);
    desk_press(' ');
    assert_string_equal(device, "cuda:1");
    desk_press(' ');
    desk_press(KEYCODE_ENTER);
    assert_string_equal(device, "cuda:0");
    desk_press(' ');
    assert_string_equal(device, "cuda:0");
    desk_press(KEYCODE_UP);
    desk_press(' ');
    assert_string_equal(device, "cpu");
}

static void test_without_the_recipes_device_the_readings_are_the_processors(void **state)
{
    (void)state;
    be(with_a_recipe_for_another_node);
    assert_true(desk_shows("├6 Imaginary 9000 16-Core Processor─"));
    assert_true(desk_shows("there is no device"));
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_gpus_have_the_part_of_their_name_that_tells_them_apart),
        SCREEN_TEST(test_gpus_have_what_people_choose_them_by),
        SCREEN_TEST(test_replicas_stay_as_many),
        SCREEN_TEST(test_several_gpus_are_ticked),
        SCREEN_TEST(test_without_the_recipes_device_the_readings_are_the_processors),
        SCREEN_TEST(test_a_reason_that_does_not_fit_is_told_on_enter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Panels that are changed while another recipe trains: they say so, and what trains can be brought back. */
#include "tests/support/check.h"

#include <string.h>

#include "base/text.h"
#include "nn/recipe/recipe_changes.h"
#include "tests/support/desk.h"
#include "tui/keys.h"

static const char endless[] = "[data]\ndataset = digits\n"
                              "[training]\nepochs = 100000\nbatch = 100\ndevice = cpu:1\n"
                              "[layers]\nflatten =\ndense = units=10\n";

static const char mark[] = "not what trains";

static int setup(void **state)
{
    return desk_open_to_train(state, endless);
}

static int marks(void)
{
    char *screen = canvas_to_text(desk_draw());
    int count = 0;

    assert_non_null(screen);
    for (const char *at = screen; (at = strstr(at, mark)) != NULL; at++)
        count++;
    free(screen);
    return count;
}

static void assert_marked(enum place panel)
{
    for (int i = 0; i < PANEL_COUNT; i++)
        assert_int_equal(desk_app->live.running.edited[i], i == (int)panel);
    assert_int_equal(marks(), 1);
}

static void edit_dataset(void)
{
    desk_go_to(PANEL_DATASET);
    desk_press(KEYCODE_DOWN);
    desk_press(KEYCODE_ENTER);
}

static void edit_layers(void)
{
    desk_go_to(PANEL_LAYERS);
    desk_press('a');
    desk_press(KEYCODE_ENTER);
}

static void edit_training(void)
{
    desk_go_to(PANEL_TRAINING);
    desk_press(KEYCODE_DOWN);
    desk_press(KEYCODE_ENTER);
    desk_type("3");
    desk_press(KEYCODE_ENTER);
    desk_press(KEYCODE_ENTER);
}

static void edit_device(void)
{
    desk_go_to(PANEL_DEVICE);
    desk_press(KEYCODE_RIGHT);
}

static void (*const edit[PANEL_COUNT])(void) = {
#define EDIT(position, name, rows, most, weight) [PANEL_##position] = edit_##name,
    PANELS(EDIT)
#undef EDIT
};

static void test_an_edited_panel_says_that_it_is_not_what_trains(void **state)
{
    (void)state;
    desk_press(KEYCODE_F5);
    assert_int_equal(marks(), 0);
    for (int panel = 0; panel < PANEL_COUNT; panel++) {
        edit[panel]();
        assert_marked((enum place)panel);
        desk_press('u');
        assert_int_equal(marks(), 0);
    }
}

static void test_what_trains_is_brought_back(void **state)
{
    (void)state;
    desk_press('v');
    assert_true(desk_shows("nothing has been trained yet"));
    desk_press(KEYCODE_F5);
    for (int panel = 0; panel < PANEL_COUNT; panel++)
        edit[panel]();
    assert_int_equal(marks(), PANEL_COUNT);
    desk_press('v');
    assert_int_equal(marks(), 0);
    assert_int_equal(recipe_changes(&desk_app->draft.recipe, &desk_app->live.running.recipe, NULL, 0), 0);
    desk_press('u');
    assert_int_equal(marks(), PANEL_COUNT);
}

static void test_the_readings_say_what_trains(void **state)
{
    (void)state;
    desk_press(KEYCODE_F5);
    edit_layers();
    assert_true(desk_shows("6 run 1: digits, 2 layers 7850, adam 0.001, cpu"));
}

/* As if the run were on a GPU whose products reach 1 TFLOP/s: 200 MFLOP a step of 100 images, 1000 images a second. */
static void test_a_gpu_that_trains_tells_what_it_achieves(void **state)
{
    struct gpu_readings *gpus = &desk_app->node.gpus;
    struct device *device;
    (void)state;

    desk_press(KEYCODE_F5);
    device = (struct device *)run_device(desk_app->live.run);
    strcpy(device->info.uuid, "GPU-1");
    device->info.peak[PRECISION_FP32] = 1e12;
    gpus->count = gpus->all = 1;
    strcpy(gpus->gpus[0].uuid, "GPU-1");
    strcpy(gpus->gpus[0].name, "NVIDIA H200");
    desk_app->live.profile.flops = 2e8;
    desk_app->live.status.speed_now = 1000;
    desk_press(KEYCODE_F9);
    assert_true(desk_shows("NVIDIA H200: 2.00 GFLOP/s now, 0.2 % of the fp32 peak"));
    desk_app->live.status.together.ranks = 2;
    assert_true(desk_shows("2.00 GFLOP/s now, 0.1 % of the fp32 peak of 2 GPUs"));
    desk_app->live.status.together.ranks = 0;
    desk_press(KEYCODE_ESCAPE);
    desk_press(KEYCODE_F6);
    assert_true(desk_shows("work  2.00 GFLOP/s now, 0.2 % of the fp32 peak"));
}

#define RUNNING_TEST(test) cmocka_unit_test_setup_teardown(test, setup, desk_close)

/* On two of the node's three. */
static void with_gpus(struct app *app)
{
    enum { GPUS = 3 };
    struct gpu_readings *gpus = &app->node.gpus;
    struct machine *m = &app->machine;

    desk_plain_machine(app);
    m->n_devices = 1 + GPUS;
    gpus->count = gpus->all = GPUS;
    for (int i = 0; i < GPUS; i++) {
        struct device_info *info = &m->devices[1 + i].info;

        *info = (struct device_info){ .threads = 0 };
        text_append(info->id, sizeof info->id, "cuda:%d", i);
        text_append(info->uuid, sizeof info->uuid, "GPU-%d", i);
        gpus->gpus[i] = (struct gpu_reading){ .load = reading_of(0.9 - 0.4 * i),
                                              .memory_used = reading_of(0x1p33),
                                              .memory_total = reading_of(0x1p36),
                                              .power = reading_of(300),
                                              .temperature = reading_of(60 + i) };
        strcpy(gpus->gpus[i].uuid, info->uuid);
    }
    m->device = m->devices[1];
    m->device.choice.replicas = 2;
    m->device.numbers = 3;
}

/* Their mean load, all their memory and power, and the hottest. */
static void test_several_gpus_are_read_together(void **state)
{
    (void)state;
    desk_machine = with_gpus;
    with_gpus(desk_app);
    app_resize(desk_app, 24, 100, true);
    assert_true(desk_shows("gpus"));
    assert_true(desk_shows("70 %  16/128 G  600 W  61 °C"));
    desk_app->node.gpus.gpus[1].power.known = false; /* one GPU's would pass for that of both */
    assert_true(desk_shows("70 %  16/128 G  n/a W  61 °C"));
}

static int open_short(void **state)
{
    return desk_open_to_train(state, "[data]\ndataset = digits\n[training]\nepochs = 4\nbatch = 10\ndevice = cpu:1\n"
                                     "[layers]\nflatten =\ndense = units=10\n");
}

/* The screen's tick may come later than the end, or never. */
static void test_what_was_measured_last_is_kept(void **state)
{
    struct health last, kept = { .step = 0 }, look;
    (void)state;

    desk_press(KEYCODE_F5);
    desk_end_run();
    live_health(&desk_app->live, &last);
    assert_true(last.step > 0);
    for (size_t i = 0; measured_look(desk_app->live.measured, i, &look); i++)
        kept = look;
    assert_int_equal(kept.step, last.step);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUNNING_TEST(test_an_edited_panel_says_that_it_is_not_what_trains),
        RUNNING_TEST(test_what_trains_is_brought_back),
        RUNNING_TEST(test_the_readings_say_what_trains),
        RUNNING_TEST(test_a_gpu_that_trains_tells_what_it_achieves),
        RUNNING_TEST(test_several_gpus_are_read_together),
        cmocka_unit_test_setup_teardown(test_what_was_measured_last_is_kept, open_short, desk_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

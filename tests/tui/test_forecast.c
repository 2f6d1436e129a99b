/* Will it fit, and how long will it take: what the screen says before a run. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "tests/support/desk.h"
#include "tui/actions.h"
#include "tui/keys.h"
#include "tui/room.h"

static const double room = 2.0 * (1 << 30);

static void small_machine(struct app *a)
{
    desk_plain_machine(a);
    a->node.host.memory.limit = (struct reading){ true, room };
    a->node.host.memory.used = (struct reading){ true, 0 };
}

static int setup(void **state)
{
    if (desk_open(state) != 0)
        return -1;
    desk_machine = small_machine;
    small_machine(desk_app);
    app_recipe_changed(desk_app);
    small_machine(desk_app);
    return 0;
}

static void set_batch(const char *batch)
{
    desk_go_to(PANEL_TRAINING);
    desk_press(KEYCODE_HOME);
    desk_press(KEYCODE_DOWN);
    desk_press(KEYCODE_ENTER);
    desk_press(KEYCODE_DOWN);
    desk_type(batch);
    desk_press(KEYCODE_ENTER);
    desk_press(KEYCODE_ENTER);
    assert_null(desk_app->display.dialog);
}

static void test_what_does_not_fit_is_asked_for(void **state)
{
    (void)state;
    assert_true(desk_shows("memory 16."));
    assert_true(desk_shows("of 2.0 G free, counted"));
    set_batch("65536");
    assert_true(desk_shows("too large: needs 4."));
    desk_press(KEYCODE_F5);
    assert_true(desk_shows("Train all the same?"));
    assert_true(desk_shows("would fit"));
    desk_press(KEYCODE_ESCAPE);
    assert_null(desk_app->live.run);

    set_batch("64");
    assert_false(desk_app->forecast.needs[0].fitting_batch < 64);
    desk_press(KEYCODE_F5);
    assert_null(desk_app->display.dialog);
    assert_non_null(desk_app->live.run);
}

static void test_an_impossible_network_has_no_forecast(void **state)
{
    char words[128];
    (void)state;

    while (desk_app->draft.recipe.n_layers > 1)
        recipe_remove_layer(&desk_app->draft.recipe, desk_app->draft.recipe.n_layers - 1);
    app_recipe_changed(desk_app);
    assert_true(room_fits(desk_app, words, sizeof words));
    assert_string_equal(words, "");
}

static void test_times_in_words(void **state)
{
    struct forecast f = { .time = TIME_TAKEN, .result = { .steps = 20, .step_seconds = 0.1, .batches = 100,
                                                          .evaluation_seconds = 0.05, .evaluation_batches = 40 } };
    char words[128];
    (void)state;

    assert_true(forecast_time_words(&f, 10, -1, words, sizeof words));
    assert_string_equal(words, "10 epochs ≈ 2 min, by 20 timed steps");
    assert_true(forecast_time_words(&f, 1, 3600, words, sizeof words));
    assert_string_equal(words, "1 epoch ≈ 12 s, by 20 timed steps");
    assert_false(forecast_time_words(&f, 1000, 3480, words, sizeof words));
    assert_string_equal(words, "1000 epochs ≈ 3 h 20 min, the job has 58 min");
    f.time = TIME_TAKING;
    assert_true(forecast_time_words(&f, 1, -1, words, sizeof words));
    assert_string_equal(words, "timing a few steps");
    f.time = TIME_UNKNOWN;
    assert_true(forecast_time_words(&f, 1, -1, words, sizeof words));
    assert_string_equal(words, "");
}

/* It trains all the same: what was learned is kept when the job ends. */
static void test_a_job_that_ends_before_the_run_is_told(void **state)
{
    struct forecast *f = &desk_app->forecast;
    (void)state;

    f->time = TIME_TAKEN;
    f->result = (struct probe_result){ .steps = 9, .step_seconds = 10, .batches = 47 };
    desk_app->machine.job = (struct job){ .inside = true, .id = "4711", .end = 1 }; /* long ago */
    actions_key(desk_app, KEYCODE_F5);
    assert_non_null(desk_app->live.run);
    assert_non_null(strstr(desk_app->display.message, "10 epochs ≈ 1 h 18 min, the job has 0 s"));
}

/* Until it is taken, or has failed; the ticks of a real screen come once a second. */
static void tick_until_timed(void)
{
    while (desk_app->forecast.time < TIME_TAKEN)
        app_tick(desk_app);
}

static void test_a_recipe_that_is_still_is_timed(void **state)
{
    (void)state;
    unsetenv("CUVETTE_PROBE");
    tick_until_timed();
    assert_int_equal(desk_app->forecast.time, TIME_TAKEN);
    desk_machine(desk_app);
    assert_true(desk_shows("timed step"));
    assert_true(desk_app->forecast.speeds[0] > 0);

    desk_app->draft.recipe.training.epochs = 77; /* makes no difference to a step */
    app_recipe_changed(desk_app);
    assert_int_equal(desk_app->forecast.time, TIME_TAKEN);
    desk_app->draft.recipe.training.batch = 7;
    app_recipe_changed(desk_app);
    assert_int_equal(desk_app->forecast.time, TIME_CHANGED);
    assert_true(desk_app->forecast.speeds[0] == 0);

    app_tick(desk_app);
    app_tick(desk_app);
    assert_int_equal(desk_app->forecast.time, TIME_TAKING);
    desk_machine(desk_app);
    desk_press(KEYCODE_F5); /* at once */
    assert_non_null(desk_app->live.run);
    assert_null(desk_app->forecast.probe);
    setenv("CUVETTE_PROBE", "off", 1);
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, setup, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_what_does_not_fit_is_asked_for),
        SCREEN_TEST(test_an_impossible_network_has_no_forecast),
        cmocka_unit_test(test_times_in_words),
        SCREEN_TEST(test_a_job_that_ends_before_the_run_is_told),
        SCREEN_TEST(test_a_recipe_that_is_still_is_timed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

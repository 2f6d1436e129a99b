/* A run on a folder of photographs, whose network is far quicker than decoding them: the bar of a step's time, the
 * sentence below it and the run's summary tell decoding apart from reading. */
#include "tests/support/check.h"

#include <stdio.h>

#include "host/cores.h"
#include "run/summary.h"
#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tests/support/photo.h"
#include "tui/keys.h"

enum { PHOTOS = 32, SIDE = 700 };

/* Random parts are cut of each photograph in each epoch: it is decoded each time. */
static const char recipe[] = "[data]\nsize = 16\ncrop = random\n"
                             "[training]\nepochs = 3\nbatch = 4\ndevice = cpu:1\n"
                             "[layers]\nflatten =\ndense = units=2\n";

static int setup(void **state)
{
    if (desk_open_to_train(state, recipe) != 0)
        return -1;
    for (int i = 0; i < PHOTOS; i++) {
        const struct photo photo = { .height = SIDE, .width = SIDE, .channels = 3, .seed = i };
        char path[64];

        snprintf(path, sizeof path, "photos/%s/%d.jpg", i % 2 ? "cat" : "dog", i);
        folder_put(*state, path, "");
        photo_write(&photo, folder_path(*state, path));
    }
    return 0;
}

static struct summary summary_of_the_run(void)
{
    struct summary s;
    struct error e = { 0 };
    char path[PATH_SIZE];

    assert_good(path_join(path, live_folder(&desk_app->live), "summary.json", &e), e);
    assert_good(summary_read(&s, path, &e), e);
    return s;
}

static void test_decoding_is_told_apart_from_reading(void **state)
{
    struct summary s;

    desk_press('/');
    desk_type(folder_path(*state, "photos"));
    desk_press(KEYCODE_ENTER);
    desk_settle();
    desk_press(KEYCODE_F5);
    desk_end_run();
    desk_press('6');
    desk_press('f');
    assert_true(desk_shows("│decode "));
    assert_true(desk_shows(" of a step waits for "));
    assert_true(desk_shows(cores_count().usable == 1 ? " of 1 core decode" : " cores decode"));

    s = summary_of_the_run();
    assert_true(s.step_parts[STEP_DECODE] > s.step_parts[STEP_READ]);
    assert_true(s.step_parts[STEP_DECODE] > s.step_parts[STEP_FORWARD] + s.step_parts[STEP_BACKWARD]);
    assert_true(s.decoding_cores > 0);
    assert_non_null(strstr(s.bottleneck, " decode"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_decoding_is_told_apart_from_reading, setup, desk_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

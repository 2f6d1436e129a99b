/* A run that fails, before its first step or later: what the screen says of it, and lets be done with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "tests/support/data_files.h"
#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tui/actions.h"
#include "tui/keys.h"

static const char recipe[] = "[data]\ndataset = colour\n"
                             "[training]\nepochs = 1\nbatch = 1\ndevice = cpu:1\n"
                             "[layers]\nflatten =\ndense = units=10\n";

static int setup(void **state)
{
    return desk_open_to_train(state, recipe);
}

static void train_to_the_end(void)
{
    desk_press(KEYCODE_F5);
    run_wait(desk_app->live.run);
    actions_follow(desk_app);
    assert_true(desk_shows("! failed"));
}

static void spoil_a_label(const char *folder)
{
    FILE *batch = fopen(folder_path(folder, "colour/data_batch_3.bin"), "r+b");

    assert_non_null(batch);
    assert_int_equal(fputc(99, batch), 99);
    assert_int_equal(fclose(batch), 0);
}

static void test_one_that_cannot_go_on_shows_no_figures_of_nothing(void **state)
{
    char folder[PATH_SIZE];
    struct error e = { 0 };

    desk_press(KEYCODE_F5);
    run_wait(desk_app->live.run);
    actions_follow(desk_app);
    text_copy(folder, sizeof folder, run_folder(desk_app->live.run));
    spoil_a_label(*state);
    assert_true(app_go_on(desk_app, folder, &e));
    run_wait(desk_app->live.run);
    actions_follow(desk_app);
    assert_true(desk_shows("! failed"));
    desk_press(KEYCODE_ESCAPE);
    assert_false(desk_shows("-100"));
}

static void test_other_images_are_a_question(void **state)
{
    char folder[PATH_SIZE];
    struct error e = { 0 };

    desk_app->draft.recipe.training.epochs = 2;
    app_recipe_changed(desk_app);
    desk_press(KEYCODE_F5);
    run_wait(desk_app->live.run);
    actions_follow(desk_app);
    text_copy(folder, sizeof folder, run_folder(desk_app->live.run));
    data_write_cifar(folder_path(*state, "colour"), 3);
    assert_true(app_go_on(desk_app, folder, &e));
    run_wait(desk_app->live.run);
    actions_follow(desk_app);
    assert_true(desk_shows("Other images"));
    assert_true(desk_shows("15 now"));
    desk_press('g');
    assert_null(desk_app->display.dialog);
    run_wait(desk_app->live.run);
    actions_follow(desk_app);
    assert_int_equal(desk_app->live.status.state, TRAINER_FINISHED);
}

static void test_without_a_step_it_leaves_nothing_to_export(void **state)
{
    /* A label that is none: it is looked at when the images are read. */
    spoil_a_label(*state);
    train_to_the_end();
    assert_true(desk_shows("data_batch_3.bin"));
    desk_press(KEYCODE_ESCAPE);
    assert_true(desk_shows("F5 trains 1 epoch on 5 images")); /* and no figures of nothing */
    desk_press('e');
    assert_null(desk_app->display.dialog);
    assert_true(desk_shows("nothing to export: the run made no step"));
}

static void test_what_is_gone_since_it_was_looked_at_starts_nothing(void **state)
{
    assert_int_equal(unlink(folder_path(*state, "colour/data_batch_3.bin")), 0);
    desk_press(KEYCODE_F5);
    assert_null(desk_app->live.run);
    assert_true(desk_shows("data_batch_3.bin is missing"));
}

static void test_later_it_says_where_it_is_kept(void **state)
{
    char folder[PATH_SIZE];

    desk_app->draft.recipe.optimiser.kind = OPTIMISER_SGD;
    desk_app->draft.recipe.optimiser.learning_rate = 100;
    desk_app->draft.recipe.optimiser.weight_decay = 1; /* so that the weights change their sign each time, and grow */
    desk_app->draft.recipe.training.epochs = 100;
    app_recipe_changed(desk_app);
    train_to_the_end();
    assert_non_null(desk_app->display.dialog);
    assert_true(desk_shows("no longer a finite number"));
    snprintf(folder, sizeof folder, "%s", run_folder(desk_app->live.run));
    assert_true(desk_shows(path_name(folder)));
    desk_press(KEYCODE_ESCAPE);
    desk_press('e');
    assert_true(path_is_file(folder_path(folder, "plots/loss.png")));
    (void)state;
}

static void test_a_model_that_could_not_be_saved_is_told(void **state)
{
    (void)state;
    desk_app->draft.recipe.training.epochs = 100000;
    app_recipe_changed(desk_app);
    desk_press(KEYCODE_F5);
    assert_int_equal(mkdir(folder_path(run_folder(desk_app->live.run), "model.h5"), 0777), 0);
    for (struct trainer_status now = { 0 }; now.steps == 0;)
        trainer_status(run_trainer(desk_app->live.run), &now);
    live_stop(&desk_app->live);
    run_wait(desk_app->live.run);
    app_follow(desk_app);
    assert_true(desk_shows("the model could not be saved"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_without_a_step_it_leaves_nothing_to_export, setup, desk_close),
        cmocka_unit_test_setup_teardown(test_one_that_cannot_go_on_shows_no_figures_of_nothing, setup, desk_close),
        cmocka_unit_test_setup_teardown(test_other_images_are_a_question, setup, desk_close),
        cmocka_unit_test_setup_teardown(test_a_model_that_could_not_be_saved_is_told, setup, desk_close),
        cmocka_unit_test_setup_teardown(test_what_is_gone_since_it_was_looked_at_starts_nothing, setup, desk_close),
        cmocka_unit_test_setup_teardown(test_later_it_says_where_it_is_kept, setup, desk_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

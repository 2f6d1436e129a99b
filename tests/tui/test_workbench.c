/* The program as a user has it: keys in, screens out, in a terminal emulator. */
#include "tests/support/check.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>

#include "run/summary.h"
#include "tests/support/folder.h"
#include "tests/support/photo.h"
#include "tests/support/sitting.h"
#include "tui/draw/figures.h"

/* The speed at the end is the one of the whole run, as in its summary, not that of its last moments. */
static void assert_speed_is_the_runs(struct screen *s)
{
    struct summary summary;
    struct error e = { 0 };
    char speed[FIGURE_SIZE], shown[2 * FIGURE_SIZE];

    assert_good(summary_read(&summary, sitting_file("summary.json"), &e), e);
    figure_speed(speed, summary.images_per_second);
    snprintf(shown, sizeof shown, ", %s img/s", speed);
    screen_wait_text(s, shown);
}

static bool has_rung(struct screen *s, void *none)
{
    (void)none;
    return screen_bells(s) > 0;
}

/* Open, pick a data set and another, edit a layer, train to the end, export, quit. */
static void walk(int rows, int columns, bool ascii)
{
    struct screen *s = sitting_start(rows, columns, ascii);
    char name[64];

    screen_wait_text(s, "F5 trains 3 epochs on 6k images");
    screen_wait_no_text(s, "looking");
    screen_send(s, DOWN ENTER);
    screen_wait_text(s, ascii ? ">colour" : "▸colour");
    screen_wait_text(s, ascii ? "8x8x4" : "8×8×4");
    screen_send(s, "\033[A" ENTER);
    screen_wait_text(s, ascii ? "7x7x4" : "7×7×4");

    screen_send(s, "2" ENTER "6");
    screen_wait_text(s, ascii ? "gives 7x7x6" : "gives 7×7×6");
    screen_send(s, ENTER ENTER);
    screen_wait_no_text(s, "gives");
    snprintf(name, sizeof name, "edited-%dx%d%s", columns, rows, ascii ? "-ascii" : "");
    screen_matches(s, name);

    screen_send(s, F5);
    screen_wait_text(s, "done: test accuracy");
    screen_wait_text(s, columns > 80 ? "f Full" : "F8 Export"); /* the end of the key line, which is drawn last */
    screen_wait_for(s, has_rung, NULL, "the bell, which ends the frame");
    assert_int_equal(screen_bells(s), 1);
    assert_speed_is_the_runs(s);
    snprintf(name, sizeof name, "trained-%dx%d%s", columns, rows, ascii ? "-ascii" : "");
    screen_matches(s, name);

    screen_send(s, "e");
    screen_wait_text(s, "charts: ");
    assert_true(path_is_file(sitting_file("plots/loss.png")));
    assert_true(path_is_file(sitting_file("plots/accuracy.png")));
    assert_true(path_is_file(sitting_file("model.h5")));
    screen_send(s, "q");
    sitting_left(s, 0);
}

static void test_from_start_to_quit_at_80x24(void **state)
{
    (void)state;
    walk(24, 80, false);
}

static void test_from_start_to_quit_at_80x24_in_ascii(void **state)
{
    (void)state;
    walk(24, 80, true);
}

static void test_from_start_to_quit_at_132x50(void **state)
{
    (void)state;
    walk(50, 132, false);
}

static void test_from_start_to_quit_at_132x50_in_ascii(void **state)
{
    (void)state;
    walk(50, 132, true);
}

static void test_a_run_is_paused_slowed_and_stopped(void **state)
{
    struct screen *s = sitting_start(24, 80, false);
    (void)state;

    screen_wait_text(s, "ready");
    screen_send(s, "3" DOWN ENTER "90000" ENTER ENTER); /* never done */
    screen_wait_text(s, "90000 ep");
    screen_send(s, F5);
    screen_wait_text(s, "/90000");
    screen_send(s, " ");
    screen_wait_text(s, "paused");
    screen_send(s, "-");
    screen_wait_text(s, "learning rate of this run halved: 0.0005");
    screen_send(s, "-");
    screen_wait_text(s, "learning rate of this run halved: 0.00025");
    screen_send(s, " ");
    screen_wait_text(s, "best ");
    screen_send(s, "q");
    screen_wait_text(s, "Quit?");
    screen_send(s, ESCAPE);
    screen_wait_no_text(s, "Quit?");
    screen_send(s, "t");
    screen_wait_text(s, "Stop training?");
    screen_send(s, "s");
    screen_wait_text(s, "stopped, saved in");
    assert_true(path_is_file(sitting_file("summary.json")));
    screen_send(s, "q");
    sitting_left(s, 0);
}

/* In the run's metrics, that is: the screen may tell it seconds later, when bytes are dear. */
static bool has_learned_an_epoch(struct screen *s, void *data)
{
    char *metrics;
    bool learned;
    (void)s;
    (void)data;

    if (!path_is_file(sitting_file("metrics.jsonl")))
        return false;
    metrics = folder_text(sitting_home, "runs/0001-digits-cpu1/metrics.jsonl");
    learned = strstr(metrics, "\"kind\":\"epoch\"");
    free(metrics);
    return learned;
}

static void start_long_run(struct screen *s)
{
    screen_wait_text(s, "ready");
    screen_send(s, "3" DOWN ENTER "90000" ENTER ENTER);
    screen_wait_text(s, "90000 ep");
    screen_send(s, F5);
    screen_wait_text(s, "/90000");
    screen_wait_for(s, has_learned_an_epoch, NULL, "an epoch's metrics");
}

static bool has_all_numbers(struct screen *s, void *data)
{
    static const char *const numbers[] = { "epoch ", " left",      "step ", " img/s now", "train ",
                                           " 50 steps", "lr 0.001", "test ", "best " };
    (void)data;

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!screen_shows(s, numbers[i]))
            return false;
    return true;
}

/* Two columns of panels and views, neither of which has room for the numbers. */
static void test_a_narrow_screen_of_two_columns_has_all_numbers_of_a_run(void **state)
{
    struct screen *s = sitting_start(20, 60, false);
    (void)state;

    start_long_run(s);
    screen_wait_for(s, has_all_numbers, NULL, "all numbers of the run");
    screen_send(s, F5 "s");
    screen_wait_text(s, "stopped, saved in 0001-digits-cpu1");
    screen_send(s, "q");
    sitting_left(s, 0);
}

/* Whatever has the focus; and the end is told in one row, so that it hides none of them. */
static void test_the_smallest_screen_has_all_numbers_of_a_run(void **state)
{
    struct screen *s = sitting_start(12, 40, false);
    int row, column;
    (void)state;

    screen_wait_text(s, "ready");
    screen_send(s, "3" DOWN ENTER "90000" ENTER ENTER F5);
    for (const char *key = "123456"; *key; key++) {
        screen_send(s, (char[]){ *key, '\0' });
        screen_wait_for(s, has_all_numbers, NULL, "all numbers of the run");
    }
    screen_send(s, F5 "s");
    screen_wait_text(s, "stopped, saved in 0001-digits-cpu1");
    screen_send(s, "3" ENTER "3" ENTER ENTER F5);
    screen_wait_text(s, "done: test ");
    screen_find(s, "done: test ", &row, &column);
    assert_int_equal(row, 11);
    assert_true(screen_shows(s, " img/s") && screen_shows(s, "best "));
    screen_send(s, "q");
    sitting_left(s, 0);
}

static void test_quitting_stops_and_saves_first(void **state)
{
    struct screen *s = sitting_start(24, 80, false);
    (void)state;

    start_long_run(s);
    screen_send(s, "q");
    screen_wait_text(s, "Quit?");
    screen_send(s, "s");
    sitting_left(s, 0);
    assert_true(path_is_file(sitting_file("summary.json")));
    assert_true(path_is_file(sitting_file("model.h5")));
}

static void test_a_signal_stops_and_saves_first(void **state)
{
    struct screen *s = sitting_start(24, 80, false);
    (void)state;

    start_long_run(s);
    kill(screen_process(s), SIGTERM);
    sitting_left(s, 5);
    assert_true(path_is_file(sitting_file("summary.json")));
    assert_true(path_is_file(sitting_file("model.h5")));
}

/* A signal that comes several times, from a shell and from the kernel, is one. */
static void test_several_signals_save_it_all_the_same(void **state)
{
    struct screen *s = sitting_start(24, 80, false);
    (void)state;

    start_long_run(s);
    for (int times = 0; times < 10; times++)
        kill(screen_process(s), times % 2 ? SIGTERM : SIGQUIT);
    sitting_left(s, 5);
    assert_true(path_is_file(sitting_file("summary.json")));
    assert_true(path_is_file(sitting_file("model.h5")));
}

/* The link dies: outside a job the run goes on, until its end or until somebody asks it to stop. */
static void test_a_lost_terminal_ends_no_run(void **state)
{
    struct screen *s = sitting_start(24, 80, false);
    struct summary summary;
    struct error e;
    int status;
    (void)state;

    screen_wait_text(s, "ready");
    screen_send(s, "3" DOWN ENTER "100" ENTER ENTER F5);
    screen_wait_text(s, "/100");
    screen_hang_up(s);
    kill(screen_process(s), SIGHUP);
    status = screen_wait_exit(s);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(summary_read(&summary, sitting_file("summary.json"), &e));
    assert_string_equal(summary.state, "finished");
    assert_int_equal(summary.epochs, 100);
    screen_close(s);
}

static void test_a_run_without_its_terminal_is_stopped_by_a_signal(void **state)
{
    struct screen *s = sitting_start(24, 80, false);
    int status;
    (void)state;

    start_long_run(s);
    screen_hang_up(s);
    kill(screen_process(s), SIGTERM);
    kill(screen_process(s), SIGTERM);
    status = screen_wait_exit(s);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 5);
    assert_true(path_is_file(sitting_file("model.h5")));
    screen_close(s);
}

/* Paused before its first step, or after it when it was quicker than the key. */
static void test_a_signal_says_what_became_of_a_run_that_had_hardly_begun(void **state)
{
    struct screen *s = sitting_start(24, 80, false);
    (void)state;

    screen_wait_text(s, "ready");
    screen_send(s, F5 " ");
    screen_wait_text(s, "paused");
    kill(screen_process(s), SIGTERM);
    screen_wait_exit(s);

    bool kept = path_is_file(sitting_file("recipe.ini"));

    assert_int_equal(screen_shows(s, "stopped by SIGTERM; what was learned is in"), kept);
    assert_int_equal(screen_shows(s, "before the first step; nothing is kept"), !kept);
    sitting_left(s, 5);
}

/* Slurm's warnings, and what the CPU limit of a login node sends. */
static void test_warnings_do_not_end_a_run_and_a_spent_limit_saves_it(void **state)
{
    static const int warnings[] = { SIGUSR1, SIGUSR2, SIGPIPE, SIGXFSZ };
    struct screen *s = sitting_start(24, 80, false);
    (void)state;

    start_long_run(s);
    for (size_t i = 0; i < sizeof warnings / sizeof *warnings; i++)
        kill(screen_process(s), warnings[i]);
    screen_send(s, "?");
    screen_wait_text(s, "Everywhere");
    kill(screen_process(s), SIGXCPU);
    kill(screen_process(s), SIGXCPU);
    sitting_left(s, 5);
    assert_true(path_is_file(sitting_file("model.h5")));
}

/* The screen that would tell it closes at once. */
static void test_a_run_that_cannot_be_saved_on_quitting_is_told_on_the_way_out(void **state)
{
    struct screen *s = sitting_start(24, 80, false);
    char away[PATH_SIZE];
    (void)state;

    start_long_run(s);
    snprintf(away, sizeof away, "%s", folder_path(sitting_home, "away"));
    assert_int_equal(rename(folder_path(sitting_home, "runs"), away), 0);
    screen_send(s, "q");
    screen_wait_text(s, "Quit?");
    screen_send(s, "s");
    screen_wait_exit(s);
    assert_true(screen_shows(s, "cuvette: "));
    sitting_left(s, 1);
}

/* The network is that of a lesson with ten classes. */
static void test_the_last_layer_follows_a_data_set_that_was_asked_for(void **state)
{
    const struct photo photo = { .height = 28, .width = 28, .channels = 1 };
    (void)state;

    for (int i = 0; i < 6; i++) {
        char file[64];

        snprintf(file, sizeof file, "datasets/three/%s/%d.png", (const char *[]){ "cat", "dog", "emu" }[i % 3], i);
        folder_put(sitting_home, file, "");
        photo_write(&photo, folder_path(sitting_home, file));
    }

    struct screen *s = sitting_start_with("/nowhere", "--dataset=three", 24, 80, false);

    screen_wait_text(s, "the last layer gives 3 values now");
    screen_wait_text(s, "F5 trains 3 epochs");
    screen_send(s, "q");
    sitting_left(s, 0);
}

static void test_control_c_leaves(void **state)
{
    struct screen *s = sitting_start(24, 80, false);
    (void)state;

    screen_wait_text(s, "ready");
    screen_send(s, "?");
    screen_wait_text(s, "Everywhere");
    screen_send(s, "\003");
    screen_wait_no_text(s, "Everywhere");
    screen_send(s, "\003");
    sitting_left(s, 0);
}

static void test_the_screen_follows_its_size_while_it_trains(void **state)
{
    struct screen *s = sitting_start(24, 80, false);
    (void)state;

    start_long_run(s);
    screen_resize(s, 50, 132);
    screen_wait_text(s, "no augmentation");
    screen_resize(s, 12, 40);
    screen_wait_no_text(s, "accuracy");
    screen_resize(s, 5, 20);
    screen_wait_text(s, "The workbench needs");
    screen_resize(s, 24, 80);
    screen_wait_text(s, "img/s");
    screen_send(s, "q");
    screen_wait_text(s, "Quit?");
    screen_send(s, "s");
    sitting_left(s, 0);
}

static bool mouse_is_reported(struct screen *s, void *wanted)
{
    return screen_reports_mouse(s) == *(const bool *)wanted;
}

static void wait_for_mouse(struct screen *s, bool reported)
{
    screen_wait_for(s, mouse_is_reported, &reported, "reports of the mouse, or their end");
}

/* As a terminal sends it: a press on the key line, one on a line of a panel; and the mouse is given back. */
static void test_the_mouse_is_taken_and_given_back(void **state)
{
    struct screen *s = sitting_start(24, 80, false);
    char report[32];
    int row, column;
    (void)state;

    screen_wait_text(s, "? Help");
    wait_for_mouse(s, true);
    assert_true(screen_find(s, "? Help", &row, &column));
    snprintf(report, sizeof report, "\033[<0;%d;%dM", column + 1, row + 1);
    screen_send(s, report);
    screen_wait_text(s, "Everywhere");
    screen_send(s, ESCAPE);
    screen_wait_no_text(s, "Everywhere");
    screen_send(s, "m");
    screen_wait_text(s, "the mouse is off");
    wait_for_mouse(s, false);
    screen_send(s, "m");
    screen_wait_text(s, "the mouse is on");
    wait_for_mouse(s, true);
    screen_send(s, "q");
    screen_wait_exit(s);
    assert_false(screen_reports_mouse(s));
    sitting_left(s, 0);
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, sitting_setup, sitting_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_from_start_to_quit_at_80x24),
        SCREEN_TEST(test_from_start_to_quit_at_80x24_in_ascii),
        SCREEN_TEST(test_from_start_to_quit_at_132x50),
        SCREEN_TEST(test_from_start_to_quit_at_132x50_in_ascii),
        SCREEN_TEST(test_a_run_is_paused_slowed_and_stopped),
        SCREEN_TEST(test_a_narrow_screen_of_two_columns_has_all_numbers_of_a_run),
        SCREEN_TEST(test_the_smallest_screen_has_all_numbers_of_a_run),
        SCREEN_TEST(test_quitting_stops_and_saves_first),
        SCREEN_TEST(test_a_signal_stops_and_saves_first),
        SCREEN_TEST(test_several_signals_save_it_all_the_same),
        SCREEN_TEST(test_a_lost_terminal_ends_no_run),
        SCREEN_TEST(test_a_run_without_its_terminal_is_stopped_by_a_signal),
        SCREEN_TEST(test_a_signal_says_what_became_of_a_run_that_had_hardly_begun),
        SCREEN_TEST(test_warnings_do_not_end_a_run_and_a_spent_limit_saves_it),
        SCREEN_TEST(test_a_run_that_cannot_be_saved_on_quitting_is_told_on_the_way_out),
        SCREEN_TEST(test_the_last_layer_follows_a_data_set_that_was_asked_for),
        SCREEN_TEST(test_control_c_leaves),
        SCREEN_TEST(test_the_mouse_is_taken_and_given_back),
        SCREEN_TEST(test_the_screen_follows_its_size_while_it_trains),
    };

    setlocale(LC_ALL, "C.UTF-8"); /* masks are by characters */
    return cmocka_run_group_tests(tests, NULL, NULL);
}

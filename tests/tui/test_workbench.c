/* The program as a user has it: keys in, screens out, in a terminal emulator. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/clock.h"
#include "run/summary.h"
#include "tests/support/check.h"
#include "tests/support/fake_nvml.h"
#include "tests/support/folder.h"
#include "tests/support/screen.h"
#include "tui/draw/figures.h"

/* Keys as a terminal sends them. */
#define ENTER "\r"
#define ESCAPE "\033"
#define DOWN "\033[B"
#define F5 "\033[15~"

/* Small enough to train in seconds under a sanitizer. One thread: ThreadSanitizer does not know OpenMP's barriers. */
static const char recipe[] = "[data]\ndataset = digits\n"
                             "[training]\nepochs = 3\nbatch = 100\ndevice = cpu:1\n"
                             "[layers]\nconv2d = filters=4 kernel=3 stride=4 activation=relu\nmaxpool2d =\nflatten =\n"
                             "dense = units=10\n";

static const char *home;

/* A home of its own, with a colour data set beside the built-in digits. */
static int setup(void **state)
{
    static const unsigned char record[3073];

    if (folder_setup(state) != 0)
        return -1;
    home = *state;
    folder_put(home, "datasets/colour/readme", "");
    for (int i = 1; i <= 5; i++) {
        char name[64];

        snprintf(name, sizeof name, "datasets/colour/data_batch_%d.bin", i);
        folder_write(home, name, record, sizeof record);
    }
    folder_write(home, "datasets/colour/test_batch.bin", record, sizeof record);
    folder_put(home, "small.ini", recipe);
    return 0;
}

/* The library that tells of GPUs, or one that is not there; one more option, or NULL. */
static struct screen *start_with(const char *nvml, const char *option, int rows, int columns, bool ascii)
{
    static char own_home[PATH_SIZE + 16], path[PATH_SIZE], library[PATH_SIZE + 16];
    const char *program = getenv("CUVETTE_BINARY");

    snprintf(own_home, sizeof own_home, "CUVETTE_HOME=%s", home);
    snprintf(path, sizeof path, "%s", folder_path(home, "small.ini"));
    snprintf(library, sizeof library, "CUVETTE_NVML=%s", nvml);

    const char *const arguments[] = { program ? program : "build/check/cuvette", "--recipe", path, option, NULL };
    const char *const environment[] = { own_home, library, "CUVETTE_DATA", "CUVETTE_RUNS", "SLURM_JOB_ID", NULL };

    return screen_start(&(struct screen_options){
        .arguments = arguments,
        .environment = environment,
        .rows = rows,
        .columns = columns,
        .ascii = ascii,
    });
}

static struct screen *start(int rows, int columns, bool ascii)
{
    return start_with("/nowhere", NULL, rows, columns, ascii);
}

static const char *run_file(const char *name)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "runs/0001-digits-cpu1/%s", name);
    return folder_path(home, path);
}

/* The speed at the end is the one of the whole run, as in its summary, not that of its last moments. */
static void assert_speed_is_the_runs(struct screen *s)
{
    struct summary summary;
    struct error e = { 0 };
    char speed[FIGURE_SIZE], shown[2 * FIGURE_SIZE];

    assert_good(summary_read(&summary, run_file("summary.json"), &e), e);
    figure_speed(speed, summary.images_per_second);
    snprintf(shown, sizeof shown, ", %s img/s", speed);
    screen_wait_text(s, shown);
}

static void assert_left(struct screen *s, int exit_code)
{
    int status = screen_wait_exit(s);

    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), exit_code);
    assert_false(screen_is_alternate(s));
    assert_true(screen_cursor_is_visible(s));
    screen_close(s);
}

static bool has_rung(struct screen *s, void *none)
{
    (void)none;
    return screen_bells(s) > 0;
}

/* Open, pick a data set and another, edit a layer, train to the end, export, quit. */
static void walk(int rows, int columns, bool ascii)
{
    struct screen *s = start(rows, columns, ascii);
    char name[64];

    screen_wait_text(s, "F5 trains 3 epochs on 6k images");
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
    assert_true(path_is_file(run_file("plots/loss.png")));
    assert_true(path_is_file(run_file("plots/accuracy.png")));
    assert_true(path_is_file(run_file("model.h5")));
    screen_send(s, "q");
    assert_left(s, 0);
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
    struct screen *s = start(24, 80, false);
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
    assert_true(path_is_file(run_file("summary.json")));
    screen_send(s, "q");
    assert_left(s, 0);
}

/* In the run's metrics, that is: the screen may tell it seconds later, when bytes are dear. */
static bool has_learned_an_epoch(struct screen *s, void *data)
{
    char *metrics;
    bool learned;
    (void)s;
    (void)data;

    if (!path_is_file(run_file("metrics.jsonl")))
        return false;
    metrics = folder_text(home, "runs/0001-digits-cpu1/metrics.jsonl");
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

/* Whatever has the focus; and the end is told in one row, so that it hides none of them. */
static void test_the_smallest_screen_has_all_numbers_of_a_run(void **state)
{
    struct screen *s = start(12, 40, false);
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
    assert_left(s, 0);
}

static void test_quitting_stops_and_saves_first(void **state)
{
    struct screen *s = start(24, 80, false);
    (void)state;

    start_long_run(s);
    screen_send(s, "q");
    screen_wait_text(s, "Quit?");
    screen_send(s, "s");
    assert_left(s, 0);
    assert_true(path_is_file(run_file("summary.json")));
    assert_true(path_is_file(run_file("model.h5")));
}

static void test_a_signal_stops_and_saves_first(void **state)
{
    struct screen *s = start(24, 80, false);
    (void)state;

    start_long_run(s);
    kill(screen_process(s), SIGTERM);
    assert_left(s, 5);
    assert_true(path_is_file(run_file("summary.json")));
    assert_true(path_is_file(run_file("model.h5")));
}

/* Paused before its first step, or after it when it was quicker than the key. */
static void test_a_signal_says_what_became_of_a_run_that_had_hardly_begun(void **state)
{
    struct screen *s = start(24, 80, false);
    (void)state;

    screen_wait_text(s, "ready");
    screen_send(s, F5 " ");
    screen_wait_text(s, "paused");
    kill(screen_process(s), SIGTERM);
    screen_wait_exit(s);

    bool kept = path_is_file(run_file("recipe.ini"));

    assert_int_equal(screen_shows(s, "stopped by SIGTERM; what was learned is in"), kept);
    assert_int_equal(screen_shows(s, "before the first step; nothing is kept"), !kept);
    assert_left(s, 5);
}

/* Slurm's warnings, and what the CPU limit of a login node sends. */
static void test_warnings_do_not_end_a_run_and_a_spent_limit_saves_it(void **state)
{
    static const int warnings[] = { SIGUSR1, SIGUSR2, SIGPIPE, SIGXFSZ };
    struct screen *s = start(24, 80, false);
    (void)state;

    start_long_run(s);
    for (size_t i = 0; i < sizeof warnings / sizeof *warnings; i++)
        kill(screen_process(s), warnings[i]);
    screen_send(s, "?");
    screen_wait_text(s, "Everywhere");
    kill(screen_process(s), SIGXCPU);
    kill(screen_process(s), SIGXCPU);
    assert_left(s, 5);
    assert_true(path_is_file(run_file("model.h5")));
}

/* The screen that would tell it closes at once. */
static void test_a_run_that_cannot_be_saved_on_quitting_is_told_on_the_way_out(void **state)
{
    struct screen *s = start(24, 80, false);
    char away[PATH_SIZE];
    (void)state;

    start_long_run(s);
    snprintf(away, sizeof away, "%s", folder_path(home, "away"));
    assert_int_equal(rename(folder_path(home, "runs"), away), 0);
    screen_send(s, "q");
    screen_wait_text(s, "Quit?");
    screen_send(s, "s");
    screen_wait_exit(s);
    assert_true(screen_shows(s, "cuvette: "));
    assert_left(s, 1);
}

static void test_control_c_leaves(void **state)
{
    struct screen *s = start(24, 80, false);
    (void)state;

    screen_wait_text(s, "ready");
    screen_send(s, "?");
    screen_wait_text(s, "Everywhere");
    screen_send(s, "\003");
    screen_wait_no_text(s, "Everywhere");
    screen_send(s, "\003");
    assert_left(s, 0);
}

static void test_the_screen_follows_its_size_while_it_trains(void **state)
{
    struct screen *s = start(24, 80, false);
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
    assert_left(s, 0);
}

static bool is_saved(struct screen *s, void *data)
{
    (void)s;
    (void)data;
    return path_is_file(run_file("summary.json"));
}

/* A link that stalls: nothing is answered, so no frame is sent, and the run goes on to its end all the same. The
 * request alone is repeated, after half a second, and then each time after twice as long. */
static void test_a_stalled_terminal_does_not_slow_training(void **state)
{
    const double first_repeat = 0.5;
    struct screen *s = start(24, 80, false);
    uint64_t frames;
    double held;
    (void)state;

    screen_wait_text(s, "ready");
    screen_send(s, F5);
    screen_wait_text(s, "/3");
    screen_hold_answers(s, true);
    held = clock_seconds();
    frames = screen_frames(s);
    screen_wait_for(s, is_saved, NULL, "the run is saved");
    int repeats = (int)ceil(log2(1 + (clock_seconds() - held) / first_repeat));
    assert_true(screen_frames(s) <= frames + 1 + (uint64_t)repeats); /* one may have been on its way */
    screen_hold_answers(s, false);
    screen_wait_text(s, "done: test accuracy");
    screen_send(s, "q");
    assert_left(s, 0);
}

static struct screen *start_training_the_digits(const char *nvml, const char *option)
{
    struct screen *s;

    folder_put(home, "small.ini", "[data]\ndataset = digits\n[training]\nepochs = 1000\nbatch = 128\ndevice = cpu:1\n"
                                  "[layers]\nconv2d = filters=16 kernel=3 activation=relu\nmaxpool2d =\n"
                                  "conv2d = filters=32 kernel=3 activation=relu\nmaxpool2d =\nflatten =\n"
                                  "dense = units=10\n");
    s = start_with(nvml, option, 24, 80, false);
    screen_wait_text(s, "ready");
    screen_send(s, F5);
    screen_wait_text(s, "img/s");
    return s;
}

static void watch_all_devices(struct screen *s)
{
    screen_send(s, "g");
    screen_wait_text(s, "gpu 1   NVIDIA H200");
    screen_wait_text(s, "412/700 W");
    screen_wait_text(s, "throttled by none");
    screen_wait_text(s, "/1000"); /* the status line stays */
}

static void stop_and_leave(struct screen *s)
{
    screen_send(s, "q");
    screen_wait_text(s, "Quit?");
    screen_send(s, "s");
    assert_left(s, 0);
}

static bool has_frames(struct screen *s, void *frames)
{
    return screen_frames(s) >= *(uint64_t *)frames;
}

/* A hundred frames: at 65 bytes a second, as on a modem, they would not come within the minute that is waited. */
static void test_the_screen_lives_on_a_near_terminal(void **state)
{
    struct screen *s = start_training_the_digits("/nowhere", NULL);
    uint64_t frames = screen_frames(s) + 100;
    (void)state;

    screen_wait_for(s, has_frames, &frames, "a hundred frames");
    stop_and_leave(s);
}

/* What a screen sends, from the beginning of one frame to that of another: the rest after a frame pays for it. The
 * first may have waited to be read, and does not count. */
struct bill {
    uint64_t frames, bytes; /* so far */
    int seen;
    double begun, ended;
    uint64_t first, last; /* bytes before the frame at `begun`, and before the one at `ended` */
};

static void run_and_write_down(struct screen *s, struct bill *b)
{
    const double moment = 0.02;

    screen_run(s, moment);
    if (screen_frames(s) > b->frames && b->seen++ > 0) {
        b->ended = clock_seconds();
        b->last = b->bytes;
        if (b->begun == 0) {
            b->begun = b->ended;
            b->first = b->last;
        }
    }
    b->frames = screen_frames(s);
    b->bytes = screen_bytes(s);
}

/* Where a chart was drawn anew, the next frame may be half a minute away. */
static bool have_two_frames(const struct bill *bills, int n)
{
    bool have = true;

    for (int i = 0; i < n; i++)
        have = have && bills[i].ended > bills[i].begun;
    return have;
}

/* Bytes a second of several screens in the same seconds, as these have to be waited for. */
static void count_bytes(struct screen *const *views, int n_views, double seconds, double *bytes_a_second)
{
    struct bill bills[4] = { { 0 } };

    assert_true(n_views <= 4);
    for (int i = 0; i < n_views; i++)
        bills[i] = (struct bill){ .frames = screen_frames(views[i]), .bytes = screen_bytes(views[i]) };
    for (double end = clock_seconds() + seconds; clock_seconds() < end || !have_two_frames(bills, n_views);)
        for (int i = 0; i < n_views; i++)
            run_and_write_down(views[i], &bills[i]);
    for (int i = 0; i < n_views; i++) {
        bytes_a_second[i] = (double)(bills[i].last - bills[i].first) / (bills[i].ended - bills[i].begun);
        print_message("%.0f bytes a second, %d frames\n", bytes_a_second[i], bills[i].seen);
    }
}

/* With `--slow`: the curves before one's eyes, and all devices. And what a modem carries, without being told. */
static void test_few_bytes_a_second_where_they_are_dear(void **state)
{
    enum { CURVES, DEVICES, MODEM, VIEWS };
    static const double most[VIEWS] = { 40, 40, 60 }, seconds = 30;
    struct screen *views[VIEWS];
    double bytes[VIEWS];
    (void)state;

    fake_nvml_reset();
    for (int i = 0; i < VIEWS; i++)
        views[i] = start_training_the_digits(fake_nvml("nvml"), i == MODEM ? NULL : "--slow");
    watch_all_devices(views[DEVICES]);
    screen_delay_answers(views[MODEM], 0.6, 1200);
    for (int i = 0; i < 3; i++) { /* keys: large frames and small ones tell what the link has become */
        screen_send(views[MODEM], "?");
        screen_wait_text(views[MODEM], "Everywhere");
        screen_send(views[MODEM], ESCAPE);
        screen_wait_no_text(views[MODEM], "Everywhere");
    }
    count_bytes(views, VIEWS, seconds, bytes);
    for (int i = 0; i < VIEWS; i++) {
        assert_true(bytes[i] <= most[i]);
        assert_true(bytes[i] > 0);
    }

    screen_send(views[DEVICES], " ");
    screen_wait_text(views[DEVICES], "paused");
    screen_send(views[DEVICES], "q");
    screen_wait_text(views[DEVICES], "2 Layers");
    for (int i = 0; i < VIEWS; i++)
        stop_and_leave(views[i]);
}

static void test_an_idle_screen_sends_nothing(void **state)
{
    struct screen *s = start(24, 80, false);
    uint64_t bytes;
    (void)state;

    screen_wait_text(s, "ready");
    screen_send(s, "?");
    screen_wait_text(s, "Everywhere");
    screen_run(s, 0.5); /* the rest of the page */
    bytes = screen_bytes(s);
    screen_run(s, 3);
    assert_int_equal(screen_bytes(s), bytes);
    screen_send(s, ESCAPE);
    screen_wait_no_text(s, "Everywhere");
    screen_send(s, "q");
    assert_left(s, 0);
}

/* Answers that never come: the picture goes on after a short while, where it once stood still for half a minute. */
static void test_a_lost_answer_does_not_freeze_the_picture(void **state)
{
    struct screen *s = start_training_the_digits("/nowhere", NULL);
    uint64_t frames;
    (void)state;

    for (int i = 0; i < 3; i++) {
        screen_lose_answers(s, 1);
        frames = screen_frames(s) + 10;
        screen_wait_for(s, has_frames, &frames, "the next frames");
    }
    stop_and_leave(s);
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
    struct screen *s = start(24, 80, false);
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
    assert_left(s, 0);
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_from_start_to_quit_at_80x24),
        SCREEN_TEST(test_from_start_to_quit_at_80x24_in_ascii),
        SCREEN_TEST(test_from_start_to_quit_at_132x50),
        SCREEN_TEST(test_from_start_to_quit_at_132x50_in_ascii),
        SCREEN_TEST(test_a_run_is_paused_slowed_and_stopped),
        SCREEN_TEST(test_the_smallest_screen_has_all_numbers_of_a_run),
        SCREEN_TEST(test_quitting_stops_and_saves_first),
        SCREEN_TEST(test_a_signal_stops_and_saves_first),
        SCREEN_TEST(test_a_signal_says_what_became_of_a_run_that_had_hardly_begun),
        SCREEN_TEST(test_warnings_do_not_end_a_run_and_a_spent_limit_saves_it),
        SCREEN_TEST(test_a_run_that_cannot_be_saved_on_quitting_is_told_on_the_way_out),
        SCREEN_TEST(test_control_c_leaves),
        SCREEN_TEST(test_the_mouse_is_taken_and_given_back),
        SCREEN_TEST(test_the_screen_follows_its_size_while_it_trains),
        SCREEN_TEST(test_a_stalled_terminal_does_not_slow_training),
        SCREEN_TEST(test_the_screen_lives_on_a_near_terminal),
        SCREEN_TEST(test_few_bytes_a_second_where_they_are_dear),
        SCREEN_TEST(test_an_idle_screen_sends_nothing),
        SCREEN_TEST(test_a_lost_answer_does_not_freeze_the_picture),
    };

    setlocale(LC_ALL, "C.UTF-8"); /* masks are by characters */
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The program on links of every kind: near, far and slow, one that stalls, one that loses an answer; and at rest. */
#include "tests/support/check.h"

#include <math.h>

#include "base/clock.h"
#include "tests/support/fake_nvml.h"
#include "tests/support/folder.h"
#include "tests/support/sitting.h"

static bool is_saved(struct screen *s, void *data)
{
    (void)s;
    (void)data;
    return path_is_file(sitting_file("summary.json"));
}

/* A link that stalls: nothing is answered, so no frame is sent, and the run goes on to its end all the same. The
 * request alone is repeated, after half a second, and then each time after twice as long. */
static void test_a_stalled_terminal_does_not_slow_training(void **state)
{
    const double first_repeat = 0.5;
    struct screen *s = sitting_start(24, 80, false);
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
    sitting_left(s, 0);
}

static struct screen *start_training_the_digits(const char *nvml, const char *option)
{
    struct screen *s;

    folder_put(sitting_home, "small.ini",
               "[data]\ndataset = digits\n[training]\nepochs = 1000\nbatch = 128\ndevice = cpu:1\n"
               "[layers]\nconv2d = filters=16 kernel=3 activation=relu\nmaxpool2d =\n"
               "conv2d = filters=32 kernel=3 activation=relu\nmaxpool2d =\nflatten =\n"
               "dense = units=10\n");
    s = sitting_start_with(nvml, option, 24, 80, false);
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
    sitting_left(s, 0);
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
    struct screen *s = sitting_start(24, 80, false);
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
    sitting_left(s, 0);
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

#define LINK_TEST(test) cmocka_unit_test_setup_teardown(test, sitting_setup, sitting_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LINK_TEST(test_a_stalled_terminal_does_not_slow_training),
        LINK_TEST(test_the_screen_lives_on_a_near_terminal),
        LINK_TEST(test_few_bytes_a_second_where_they_are_dear),
        LINK_TEST(test_an_idle_screen_sends_nothing),
        LINK_TEST(test_a_lost_answer_does_not_freeze_the_picture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/subject.h"
#include "tui/keys.h"
#include "tui/term/terminal.h"

static bool has_keys(struct screen *s, void *count)
{
    (void)s;
    return subject_shared->keys >= *(int *)count;
}

static bool has_frames(struct screen *s, void *count)
{
    return screen_frames(s) >= *(uint64_t *)count;
}

static void test_takes_the_terminal_and_gives_it_back(void **state)
{
    struct screen *s = subject_start_and_see((struct screen_options){ 0 });
    struct termios mode;
    (void)state;

    assert_true(screen_is_alternate(s));
    assert_false(screen_cursor_is_visible(s));
    assert_true(screen_shows(s, "┌test───"));
    assert_true(screen_shows(s, "size 80x24"));
    assert_true(screen_shows(s, "selected ×"));
    screen_mode(s, &mode);
    assert_int_equal(mode.c_lflag & (ECHO | ICANON | ISIG), 0);
    assert_int_equal(screen_frames(s), 2); /* what is to be read, and the frame */
    subject_quit(s);
}

static void test_keys_arrive(void **state)
{
    struct screen *s = subject_start_and_see((struct screen_options){ 0 });
    (void)state;

    screen_send(s, "\033[A");
    screen_wait_text(s, "last 0x110000");
    screen_send(s, "\033");
    screen_wait_text(s, "last 0x1b");
    screen_send(s, "é");
    screen_wait_text(s, "last 0xe9");
    screen_send(s, "\003");
    screen_wait_text(s, "last 0x3");
    subject_quit(s);
}

static void test_nothing_is_sent_when_nothing_changes(void **state)
{
    struct screen *s = subject_start_and_see((struct screen_options){ 0 });
    uint64_t before;
    (void)state;

    screen_send(s, "n");
    screen_wait_text(s, "keys 1");
    before = screen_bytes(s);
    screen_send(s, "....");
    screen_wait_for(s, has_keys, &(int){ 5 }, "five keys");
    screen_send(s, "n");
    screen_wait_text(s, "keys 2");
    assert_int_equal(screen_frames(s), 4);
    assert_in_range(screen_bytes(s) - before, 1, 24); /* a cursor move, a digit in colour, a request */
    subject_quit(s);
}

static void test_no_frame_leaves_before_the_last_has_arrived(void **state)
{
    struct screen *s = subject_start_and_see((struct screen_options){ 0 });
    uint64_t frames;
    (void)state;

    screen_send(s, "n");
    screen_wait_text(s, "keys 1");
    screen_hold_answers(s, true);
    screen_send(s, "n");
    screen_wait_text(s, "keys 2");
    frames = screen_frames(s);
    for (int keys = 3; keys <= 8; keys++) {
        screen_send(s, "n");
        screen_wait_for(s, has_keys, &keys, "a key");
    }
    assert_true(screen_shows(s, "keys 2"));
    assert_int_equal(screen_frames(s), frames);
    screen_hold_answers(s, false);
    screen_wait_text(s, "keys 8"); /* the latest state, in one frame */
    assert_int_equal(screen_frames(s), frames + 1);
    subject_quit(s);
}

static void test_a_terminal_that_never_answers_still_gets_frames(void **state)
{
    struct screen *s = subject_start_and_see((struct screen_options){ .deaf = true });
    (void)state;

    screen_send(s, "w");
    screen_wait_for(s, has_frames, &(uint64_t){ 4 }, "four frames");
    subject_quit(s);
}

static void test_resizing_draws_everything_anew(void **state)
{
    struct screen *s = subject_start_and_see((struct screen_options){ 0 });
    (void)state;

    screen_resize(s, 50, 132);
    screen_wait_text(s, "size 132x50");
    screen_resize(s, 10, 30);
    screen_wait_text(s, "size 30x10");
    assert_true(screen_shows(s, "└────────────────────────────┘"));
    subject_quit(s);
}

static void test_a_damaged_screen_is_drawn_again(void **state)
{
    struct screen *s = subject_start_and_see((struct screen_options){ 0 });
    uint64_t before;
    (void)state;

    before = screen_bytes(s);
    screen_send(s, "f");
    screen_wait_text(s, "keys 1");
    assert_true(screen_bytes(s) - before > 250);
    subject_quit(s);
}

static void test_the_bell_rings(void **state)
{
    struct screen *s = subject_start_and_see((struct screen_options){ 0 });
    (void)state;

    screen_send(s, "b");
    screen_wait_text(s, "keys 1");
    assert_int_equal(screen_bells(s), 1);
    subject_quit(s);
}

static struct screen_look look_at(const struct screen *s, const char *text)
{
    int row, column;

    assert_true(screen_find(s, text, &row, &column));
    return screen_look(s, row, column);
}

static void test_colours_where_there_are_any(void **state)
{
    static const char *const no_color[] = { "NO_COLOR=1", NULL };
    struct screen *s = subject_start_and_see((struct screen_options){ 0 });
    (void)state;

    assert_int_equal(look_at(s, "keys").color, 6);
    assert_int_equal(look_at(s, "size").color, -1);
    assert_true(look_at(s, "selected").reverse && look_at(s, "strong").bold);
    subject_quit(s);

    s = subject_start_and_see((struct screen_options){ .environment = no_color });
    assert_int_equal(look_at(s, "keys").color, -1);
    assert_true(look_at(s, "selected").reverse && look_at(s, "strong").bold);
    subject_quit(s);
}

static void test_ascii_where_the_locale_has_no_unicode(void **state)
{
    static const char *const terms[] = { "xterm-256color", "vt100", "linux" };
    (void)state;

    for (int i = 0; i < 3; i++) {
        struct screen *s = subject_start_and_see((struct screen_options){ .ascii = true, .term = terms[i] });
        assert_true(screen_shows(s, "+test-----------------------------------------------------------------------"));
        assert_true(screen_shows(s, "selected x"));
        subject_quit(s);
    }
}

static void test_a_terminal_nobody_has_heard_of_works_all_the_same(void **state)
{
    struct screen *s = subject_start_and_see((struct screen_options){ .term = "xterm-of-tomorrow" });
    (void)state;

    assert_int_equal(look_at(s, "keys").color, 6);
    subject_quit(s);
}

static void test_a_terminal_that_cannot_move_its_cursor_is_refused(void **state)
{
    struct screen *s = subject_start((struct screen_options){ .term = "dumb" });
    int status;
    (void)state;

    status = screen_wait_exit(s);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_TERMINAL);
    assert_true(screen_shows(s, "cannot move its cursor"));
    subject_assert_restored(s);
    screen_close(s);
}

/* Repeating is tried out. Where it is of no use, and where nothing is answered, lines are written out. */
static void test_the_lines_of_a_frame_are_right_whether_the_terminal_repeats_or_not(void **state)
{
    static const struct screen_options kinds[] = { { .repeats_nothing = false },
                                                   { .repeats_nothing = true },
                                                   { .deaf = true },
                                                   { .repeats_nothing = true, .deaf = true } };
    uint64_t bytes[4];
    (void)state;

    for (int i = 0; i < 4; i++) {
        struct screen *s = subject_start_and_see(kinds[i]);

        bytes[i] = screen_bytes(s);
        screen_resize(s, 10, 30);
        screen_wait_text(s, "└────────────────────────────┘");
        subject_quit(s);
    }
    assert_true(bytes[0] + 300 < bytes[1]);
}

static void test_a_system_without_terminfo_will_do(void **state)
{
    static const char *const none[] = { "TERMINFO=/nowhere", "TERMINFO_DIRS=/nowhere", "HOME=/nowhere", NULL };
    struct screen *s = subject_start_and_see((struct screen_options){ .environment = none, .term = "xterm-kitty" });
    (void)state;

    assert_int_equal(look_at(s, "keys").color, 6);
    assert_true(screen_is_alternate(s));
    screen_send(s, "\033[A");
    screen_wait_text(s, "last 0x110000");
    subject_quit(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_takes_the_terminal_and_gives_it_back),
        cmocka_unit_test(test_keys_arrive),
        cmocka_unit_test(test_nothing_is_sent_when_nothing_changes),
        cmocka_unit_test(test_no_frame_leaves_before_the_last_has_arrived),
        cmocka_unit_test(test_a_terminal_that_never_answers_still_gets_frames),
        cmocka_unit_test(test_resizing_draws_everything_anew),
        cmocka_unit_test(test_a_damaged_screen_is_drawn_again),
        cmocka_unit_test(test_the_bell_rings),
        cmocka_unit_test(test_colours_where_there_are_any),
        cmocka_unit_test(test_ascii_where_the_locale_has_no_unicode),
        cmocka_unit_test(test_a_terminal_nobody_has_heard_of_works_all_the_same),
        cmocka_unit_test(test_a_terminal_that_cannot_move_its_cursor_is_refused),
        cmocka_unit_test(test_the_lines_of_a_frame_are_right_whether_the_terminal_repeats_or_not),
        cmocka_unit_test(test_a_system_without_terminfo_will_do),
    };

    return subject_tests("terminal", tests, sizeof tests / sizeof *tests);
}

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

/* After a crash, an exit from anywhere or a signal the shell finds its terminal as it was. */
static void restored_after(const char *key, int signal_number, int exit_code)
{
    struct screen *s = subject_start_and_see((struct screen_options){ 0 });
    int status;

    screen_send(s, key);
    status = screen_wait_exit(s);
    if (signal_number != 0) {
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), signal_number);
    } else {
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), exit_code);
    }
    subject_assert_restored(s);
    screen_close(s);
}

static void test_restored_after_a_crash(void **state)
{
    (void)state;
    restored_after("c", SIGSEGV, 0);
    restored_after("k", SIGSEGV, 0); /* in a thread, as kernels run in */
}

static void test_restored_after_an_abort(void **state)
{
    (void)state;
    restored_after("a", SIGABRT, 0);
}

static void test_restored_after_a_signal_that_nobody_expects(void **state)
{
    struct screen *s = subject_start_and_see((struct screen_options){ 0 });
    int status;
    (void)state;

    kill(screen_process(s), SIGVTALRM);
    status = screen_wait_exit(s);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGVTALRM);
    subject_assert_restored(s);
    screen_close(s);
}

static void test_restored_after_exit_from_anywhere(void **state)
{
    (void)state;
    restored_after("x", 0, EXIT_SUDDEN);
}

static void test_signals_to_end_are_told_and_end_nothing_themselves(void **state)
{
    static const int signals[] = { SIGTERM, SIGHUP, SIGINT, SIGXCPU, SIGQUIT, SIGALRM };
    struct screen *s;
    int status;
    (void)state;

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        s = subject_start_and_see((struct screen_options){ 0 });
        kill(screen_process(s), signals[i]);
        status = screen_wait_exit(s);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_ENDED);
        subject_assert_restored(s);
        screen_close(s);
    }

    s = subject_start_and_see((struct screen_options){ 0 });
    screen_send(s, "s");
    screen_wait_text(s, "keys 1");
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        kill(screen_process(s), signals[i]);
    screen_wait_text(s, "a signal came");
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        kill(screen_process(s), signals[i]);
    screen_send(s, "q");
    status = screen_wait_exit(s);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_ENDED);
    subject_assert_restored(s);
    screen_close(s);
}

/* A shell in little: runs the program as its foreground job, says when it has stopped and lets it go on at a key, and
 * reads a line when it has ended. */
static int shell(void *data)
{
    pid_t job;
    int status;
    char line[64] = "";

    signal(SIGTTOU, SIG_IGN);
    job = fork();
    if (job == 0) {
        setpgid(0, 0);
        signal(SIGTTOU, SIG_DFL);
        exit(subject_program(data));
    }
    setpgid(job, job);
    tcsetpgrp(STDIN_FILENO, job);
    while (waitpid(job, &status, WUNTRACED) == job && WIFSTOPPED(status)) {
        tcsetpgrp(STDIN_FILENO, getpgrp());
        printf("stopped\n");
        if (fgets(line, sizeof line, stdin) == NULL)
            return 1;
        tcsetpgrp(STDIN_FILENO, job);
        kill(-job, SIGCONT);
    }
    tcsetpgrp(STDIN_FILENO, getpgrp());
    printf("what now?\n");
    if (fgets(line, sizeof line, stdin) == NULL)
        return 1;
    return strcmp(line, "nothing\n") == 0 ? 0 : 1;
}

static void test_ctrl_z_gives_the_terminal_back_until_the_program_goes_on(void **state)
{
    struct screen *s = subject_start_and_see((struct screen_options){ .body = shell });
    (void)state;

    screen_send(s, "\x1a");
    screen_wait_text(s, "stopped");
    subject_assert_restored(s);
    screen_send(s, "fg\r");
    screen_wait_text(s, "keys 0");
    assert_true(screen_is_alternate(s));
    assert_false(screen_cursor_is_visible(s));
    screen_send(s, "n");
    screen_wait_text(s, "keys 1");
    screen_send(s, "q");
    screen_wait_text(s, "what now?");
    screen_send(s, "nothing\r");
    assert_int_equal(screen_wait_exit(s), 0);
    screen_close(s);
}

static void test_a_late_answer_does_not_land_on_the_shells_command_line(void **state)
{
    struct screen *s = subject_start_and_see((struct screen_options){ .body = shell });
    (void)state;

    screen_delay_answers(s, 0.3, 0);
    screen_send(s, "n");
    screen_wait_text(s, "keys 1");
    screen_send(s, "q");
    screen_wait_text(s, "what now?");
    screen_send(s, "nothing\r");
    assert_int_equal(screen_wait_exit(s), 0);
    screen_close(s);
}

static void test_a_terminal_that_goes_away_ends_the_program(void **state)
{
    struct screen *s = subject_start_and_see((struct screen_options){ 0 });
    (void)state;

    screen_hang_up(s);
    int status = screen_wait_exit(s);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_ENDED);
    screen_close(s);
}

/* As the link does that dies in the middle of a frame: no error of drawing, which would end what goes on behind it. */
static void test_a_terminal_that_goes_away_while_a_frame_is_sent_ends_the_program_too(void **state)
{
    struct screen *s = subject_start_and_see((struct screen_options){ 0 });
    int status;
    (void)state;

    screen_send(s, "z");
    assert_int_equal(waitpid(screen_process(s), &status, WUNTRACED), screen_process(s));
    assert_true(WIFSTOPPED(status));
    screen_hang_up(s);
    kill(screen_process(s), SIGCONT);
    status = screen_wait_exit(s);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_ENDED);
    screen_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_restored_after_a_crash),
        cmocka_unit_test(test_restored_after_an_abort),
        cmocka_unit_test(test_restored_after_a_signal_that_nobody_expects),
        cmocka_unit_test(test_restored_after_exit_from_anywhere),
        cmocka_unit_test(test_signals_to_end_are_told_and_end_nothing_themselves),
        cmocka_unit_test(test_ctrl_z_gives_the_terminal_back_until_the_program_goes_on),
        cmocka_unit_test(test_a_late_answer_does_not_land_on_the_shells_command_line),
        cmocka_unit_test(test_a_terminal_that_goes_away_ends_the_program),
        cmocka_unit_test(test_a_terminal_that_goes_away_while_a_frame_is_sent_ends_the_program_too),
    };

    return subject_tests("terminal leaving", tests, sizeof tests / sizeof *tests);
}

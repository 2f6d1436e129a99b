#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/screen.h"
#include "tui/keys.h"
#include "tui/terminal.h"

enum { EXIT_ENDED = 5, EXIT_NO_TERMINAL = 2, EXIT_SUDDEN = 3 };

/* What the program under test tells besides its screen. */
static struct shared {
    volatile int keys, shows;
} *shared;

/* The program: it shows its size and how many keys came, and each key does something to it. */
struct program {
    struct terminal *terminal;
    struct canvas canvas;
    int rows, columns, keys, last;
    bool stubborn, busy, ended;
};

static bool fit(struct program *p)
{
    struct error e;

    canvas_free(&p->canvas);
    terminal_size(p->terminal, &p->rows, &p->columns);
    return canvas_new(&p->canvas, p->rows, p->columns, terminal_unicode(p->terminal), &e);
}

static void draw(struct program *p)
{
    struct canvas inside;

    canvas_clear(&p->canvas);
    inside = canvas_box(&p->canvas, "test", true);
    canvas_format(&inside, 0, 0, ROLE_NORMAL, "size %dx%d", p->columns, p->rows);
    canvas_format(&inside, 1, 0, ROLE_TRAIN, "keys %d", p->keys);
    canvas_format(&inside, 2, 0, ROLE_NORMAL, "last 0x%x", (unsigned)p->last);
    canvas_text(&inside, 3, 0, ROLE_SELECTED, "selected ×");
    canvas_text(&inside, 4, 0, ROLE_STRONG, "strong");
    if (p->ended)
        canvas_text(&inside, 5, 0, ROLE_BAD, "a signal came");
}

static void crash(void)
{
    volatile char *forbidden = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    forbidden[0] = 1;
}

/* Keys that do something; all others are only counted. */
static bool obey(struct program *p, int key)
{
    switch (key) {
    case 'q':
        return false;
    case 'c':
        crash();
        break;
    case 'a':
        abort();
    case 'x':
        exit(EXIT_SUDDEN);
    case 'b':
        terminal_bell(p->terminal);
        break;
    case 'f':
        terminal_forget(p->terminal);
        break;
    case 's':
        p->stubborn = true;
        break;
    case 'w':
        p->busy = true;
        break;
    case KEYCODE_RESIZE:
        return fit(p);
    case '.': /* changes nothing that is shown */
        shared->keys++;
        return true;
    default:
        break;
    }
    p->last = key;
    p->keys++;
    shared->keys++;
    return true;
}

static bool show(struct program *p)
{
    struct error e;
    double seconds;
    struct pollfd wait = { .fd = terminal_input(p->terminal), .events = POLLIN };

    p->keys += p->busy;
    draw(p);
    if (terminal_ready(p->terminal, &seconds)) {
        shared->shows++;
        if (!terminal_show(p->terminal, &p->canvas, &e))
            return false;
        terminal_ready(p->terminal, &seconds);
        if (!p->busy)
            seconds = -1;
    }
    poll(&wait, 1, seconds < 0 ? -1 : (int)(seconds * 1000) + 1);
    return true;
}

static int program(void *data)
{
    struct terminal_options options = { 0 };
    struct error e = { 0 };
    struct program p = { 0 };
    bool going;
    int key;
    (void)data;

    setlocale(LC_ALL, "");
    p.terminal = terminal_open(&options, &e);
    if (p.terminal == NULL) {
        printf("%s\n", e.text);
        return EXIT_NO_TERMINAL;
    }
    going = fit(&p);
    while (going && (!p.ended || p.stubborn)) {
        going = show(&p);
        while (going && (key = terminal_key(p.terminal, &p.ended)) != KEYCODE_NONE)
            going = obey(&p, key);
    }
    terminal_close(p.terminal);
    canvas_free(&p.canvas);
    printf("bye\n");
    return p.ended ? EXIT_ENDED : 0;
}

static struct screen *start(struct screen_options o)
{
    struct screen *s;

    shared->keys = shared->shows = 0;
    if (o.body == NULL)
        o.body = program;
    s = screen_start(&o);
    return s;
}

static struct screen *start_and_see(struct screen_options o)
{
    struct screen *s = start(o);

    screen_wait_text(s, "keys 0");
    return s;
}

/* What the shell gets back: the main screen, a cursor, a line at a time with an echo. */
static void assert_restored(const struct screen *s)
{
    struct termios now, fresh;
    int master, slave;

    assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
    assert_int_equal(tcgetattr(slave, &fresh), 0);
    close(slave);
    close(master);
    screen_mode(s, &now);
    assert_int_equal(now.c_iflag, fresh.c_iflag);
    assert_int_equal(now.c_oflag, fresh.c_oflag);
    assert_int_equal(now.c_lflag, fresh.c_lflag);
    assert_false(screen_is_alternate(s));
    assert_true(screen_cursor_is_visible(s));
}

static void quit(struct screen *s)
{
    screen_send(s, "q");
    int status = screen_wait_exit(s);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_restored(s);
    screen_close(s);
}

static bool has_keys(struct screen *s, void *count)
{
    (void)s;
    return shared->keys >= *(int *)count;
}

static bool has_frames(struct screen *s, void *count)
{
    return screen_frames(s) >= *(uint64_t *)count;
}

static void test_takes_the_terminal_and_gives_it_back(void **state)
{
    struct screen *s = start_and_see((struct screen_options){ 0 });
    struct termios mode;
    (void)state;

    assert_true(screen_is_alternate(s));
    assert_false(screen_cursor_is_visible(s));
    assert_true(screen_shows(s, "┌test───"));
    assert_true(screen_shows(s, "size 80x24"));
    assert_true(screen_shows(s, "selected ×"));
    screen_mode(s, &mode);
    assert_int_equal(mode.c_lflag & (ECHO | ICANON | ISIG), 0);
    assert_int_equal(screen_frames(s), 1);
    quit(s);
}

static void test_keys_arrive(void **state)
{
    struct screen *s = start_and_see((struct screen_options){ 0 });
    (void)state;

    screen_send(s, "\033[A");
    screen_wait_text(s, "last 0x110000");
    screen_send(s, "\033");
    screen_wait_text(s, "last 0x1b");
    screen_send(s, "é");
    screen_wait_text(s, "last 0xe9");
    screen_send(s, "\003");
    screen_wait_text(s, "last 0x3");
    quit(s);
}

static void test_nothing_is_sent_when_nothing_changes(void **state)
{
    struct screen *s = start_and_see((struct screen_options){ 0 });
    uint64_t before;
    (void)state;

    screen_send(s, "n");
    screen_wait_text(s, "keys 1");
    before = screen_bytes(s);
    screen_send(s, "....");
    screen_wait_for(s, has_keys, &(int){ 5 }, "five keys");
    screen_send(s, "n");
    screen_wait_text(s, "keys 2");
    assert_int_equal(screen_frames(s), 3);
    assert_in_range(screen_bytes(s) - before, 1, 24); /* a cursor move, a digit in colour, a request */
    quit(s);
}

static void test_no_frame_leaves_before_the_last_has_arrived(void **state)
{
    struct screen *s = start_and_see((struct screen_options){ 0 });
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
    quit(s);
}

static void test_a_terminal_that_never_answers_still_gets_frames(void **state)
{
    struct screen *s = start_and_see((struct screen_options){ .deaf = true });
    (void)state;

    screen_send(s, "w");
    screen_wait_for(s, has_frames, &(uint64_t){ 4 }, "four frames");
    quit(s);
}

static void test_resizing_draws_everything_anew(void **state)
{
    struct screen *s = start_and_see((struct screen_options){ 0 });
    (void)state;

    screen_resize(s, 50, 132);
    screen_wait_text(s, "size 132x50");
    screen_resize(s, 10, 30);
    screen_wait_text(s, "size 30x10");
    assert_true(screen_shows(s, "└────────────────────────────┘"));
    quit(s);
}

static void test_a_damaged_screen_is_drawn_again(void **state)
{
    struct screen *s = start_and_see((struct screen_options){ 0 });
    uint64_t before;
    (void)state;

    before = screen_bytes(s);
    screen_send(s, "f");
    screen_wait_text(s, "keys 1");
    assert_true(screen_bytes(s) - before > 500);
    quit(s);
}

static void test_the_bell_rings(void **state)
{
    struct screen *s = start_and_see((struct screen_options){ 0 });
    (void)state;

    screen_send(s, "b");
    screen_wait_text(s, "keys 1");
    assert_int_equal(screen_bells(s), 1);
    quit(s);
}

/* After a crash, an exit from anywhere or a signal the shell finds its terminal as it was. */
static void restored_after(const char *key, int signal_number, int exit_code)
{
    struct screen *s = start_and_see((struct screen_options){ 0 });
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
    assert_restored(s);
    screen_close(s);
}

static void test_restored_after_a_crash(void **state)
{
    (void)state;
    restored_after("c", SIGSEGV, 0);
}

static void test_restored_after_an_abort(void **state)
{
    (void)state;
    restored_after("a", SIGABRT, 0);
}

static void test_restored_after_a_signal_that_nobody_expects(void **state)
{
    struct screen *s = start_and_see((struct screen_options){ 0 });
    int status;
    (void)state;

    kill(screen_process(s), SIGALRM);
    status = screen_wait_exit(s);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
    assert_restored(s);
    screen_close(s);
}

static void test_restored_after_exit_from_anywhere(void **state)
{
    (void)state;
    restored_after("x", 0, EXIT_SUDDEN);
}

static void test_a_signal_to_end_is_told_and_a_second_one_ends(void **state)
{
    static const int signals[] = { SIGTERM, SIGHUP, SIGINT, SIGXCPU };
    struct screen *s;
    int status;
    (void)state;

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        s = start_and_see((struct screen_options){ 0 });
        kill(screen_process(s), signals[i]);
        status = screen_wait_exit(s);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_ENDED);
        assert_restored(s);
        screen_close(s);
    }

    s = start_and_see((struct screen_options){ 0 });
    screen_send(s, "s");
    screen_wait_text(s, "keys 1");
    kill(screen_process(s), SIGTERM);
    screen_wait_text(s, "a signal came");
    kill(screen_process(s), SIGTERM);
    status = screen_wait_exit(s);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    assert_restored(s);
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
        exit(program(data));
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
    struct screen *s = start_and_see((struct screen_options){ .body = shell });
    (void)state;

    screen_send(s, "\x1a");
    screen_wait_text(s, "stopped");
    assert_restored(s);
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
    struct screen *s = start_and_see((struct screen_options){ .body = shell });
    (void)state;

    screen_delay_answers(s, 0.3);
    screen_send(s, "n");
    screen_wait_text(s, "keys 1");
    screen_send(s, "q");
    screen_wait_text(s, "what now?");
    screen_send(s, "nothing\r");
    assert_int_equal(screen_wait_exit(s), 0);
    screen_close(s);
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
    struct screen *s = start_and_see((struct screen_options){ 0 });
    (void)state;

    assert_int_equal(look_at(s, "keys").color, 6);
    assert_int_equal(look_at(s, "size").color, -1);
    assert_true(look_at(s, "selected").reverse && look_at(s, "strong").bold);
    quit(s);

    s = start_and_see((struct screen_options){ .environment = no_color });
    assert_int_equal(look_at(s, "keys").color, -1);
    assert_true(look_at(s, "selected").reverse && look_at(s, "strong").bold);
    quit(s);
}

static void test_ascii_where_the_locale_has_no_unicode(void **state)
{
    static const char *const terms[] = { "xterm-256color", "vt100", "linux" };
    (void)state;

    for (int i = 0; i < 3; i++) {
        struct screen *s = start_and_see((struct screen_options){ .ascii = true, .term = terms[i] });
        assert_true(screen_shows(s, "+test-----------------------------------------------------------------------"));
        assert_true(screen_shows(s, "selected x"));
        quit(s);
    }
}

static void test_a_terminal_nobody_has_heard_of_works_all_the_same(void **state)
{
    struct screen *s = start_and_see((struct screen_options){ .term = "xterm-of-tomorrow" });
    (void)state;

    assert_int_equal(look_at(s, "keys").color, 6);
    quit(s);
}

static void test_a_terminal_that_cannot_move_its_cursor_is_refused(void **state)
{
    struct screen *s = start((struct screen_options){ .term = "dumb" });
    int status;
    (void)state;

    status = screen_wait_exit(s);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_TERMINAL);
    assert_true(screen_shows(s, "cannot move its cursor"));
    assert_restored(s);
    screen_close(s);
}

static void test_a_terminal_that_goes_away_ends_the_program(void **state)
{
    struct screen *s = start_and_see((struct screen_options){ 0 });
    (void)state;

    screen_hang_up(s);
    int status = screen_wait_exit(s);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_ENDED);
    screen_close(s);
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
        cmocka_unit_test(test_restored_after_a_crash),
        cmocka_unit_test(test_restored_after_an_abort),
        cmocka_unit_test(test_restored_after_a_signal_that_nobody_expects),
        cmocka_unit_test(test_restored_after_exit_from_anywhere),
        cmocka_unit_test(test_a_signal_to_end_is_told_and_a_second_one_ends),
        cmocka_unit_test(test_ctrl_z_gives_the_terminal_back_until_the_program_goes_on),
        cmocka_unit_test(test_a_late_answer_does_not_land_on_the_shells_command_line),
        cmocka_unit_test(test_colours_where_there_are_any),
        cmocka_unit_test(test_ascii_where_the_locale_has_no_unicode),
        cmocka_unit_test(test_a_terminal_nobody_has_heard_of_works_all_the_same),
        cmocka_unit_test(test_a_terminal_that_cannot_move_its_cursor_is_refused),
        cmocka_unit_test(test_a_terminal_that_goes_away_ends_the_program),
    };

    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
